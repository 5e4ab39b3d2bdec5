//! The session: who we are, and the token that proves it.

use shopbell_protocol::participant::ParticipantId;
use shopbell_protocol::widget::SessionAnswer;
use shopbell_protocol::{ConversationId, ErrorBody, code};

use super::{Client, Failure, Output, Request, Session};
use crate::thread::Moment;
use crate::{backoff, outbox};

/// How long the page has to hand over a fresh proof.
const PROOF_MS: u64 = 30_000;

impl Client {
    pub(super) fn session_answered(&mut self, answer: Result<Box<SessionAnswer>, Failure>, at: Moment) {
        let Session::Asked(failures) = self.session else {
            return;
        };
        match answer {
            Ok(answer) => {
                self.session = Session::Open;
                self.lapsed = false;
                let proven = std::mem::take(&mut self.proving);
                if proven {
                    self.identity = None;
                }
                self.token = Some(answer.token.clone());
                self.outputs.push(Output::StoreToken(Some(answer.token)));
                let is_other = self.identify(answer.participant, answer.conversation_id);
                if proven {
                    self.outputs.push(Output::Identified);
                }
                self.outputs.push(Output::Settings(answer.settings));
                self.thread.begin(answer.last_sequence, answer.unread_count);
                if self.thread.timeline().stored().is_empty() {
                    self.thread.load_earlier();
                }
                if self.identity.is_some() {
                    // Handed over while the question was under way.
                    self.ask_session(0);
                } else if self.greeting_due {
                    self.greet();
                } else if is_other && self.link.is_live() {
                    let action = self.link.drop_socket(at.now_ms, at.unit);
                    self.act(action);
                }
            }
            Err(Failure::Refused(error)) if self.is_about_something_older(&error) => {
                self.ask_session(failures);
            }
            Err(Failure::Refused(error)) if self.proving && is_unproven(&error) => {
                self.identity = None;
                self.outputs.push(Output::IdentityWanted(outbox::reason(&error)));
                self.ask_session(failures);
            }
            Err(Failure::Refused(error))
                if error.code() == code::IDENTITY_EXPIRED && self.token.is_some() =>
            {
                self.lapsed = true;
                self.outputs.push(Output::IdentityWanted(outbox::reason(&error)));
                let until = at.now_ms.saturating_add(PROOF_MS);
                self.session = Session::Waiting(failures.saturating_add(1), until);
            }
            Err(Failure::Refused(error)) if error.code() == code::UNAUTHENTICATED && self.token.is_some() => {
                self.token = None;
                self.outputs.push(Output::StoreToken(None));
                self.ask_session(failures);
            }
            Err(failure) => {
                let mut delay = backoff::delay_ms(failures, at.unit);
                if let Failure::Refused(error) = &failure {
                    delay = error.retry_after_ms().unwrap_or(delay);
                    self.outputs.push(Output::Denied(outbox::reason(error)));
                }
                self.session = Session::Waiting(failures.saturating_add(1), at.now_ms.saturating_add(delay));
            }
        }
    }

    /// Who we are, as the server says. True where that is somebody else than before.
    pub(super) fn identify(
        &mut self,
        participant: ParticipantId,
        conversation: Option<ConversationId>,
    ) -> bool {
        let is_other = self
            .participant
            .as_ref()
            .is_some_and(|before| *before != participant)
            || (self.conversation.is_some() && conversation.is_some() && self.conversation != conversation);
        if is_other {
            // A visitor who signs in takes along what waits to be sent; a member leaves nothing to anybody else.
            if matches!(self.participant, Some(ParticipantId::Member(_)))
                && self.participant.as_ref() != Some(&participant)
            {
                self.thread.sign_out();
            } else {
                self.thread.reset();
            }
            self.conversation = None;
        }
        let conversation = conversation.or_else(|| self.conversation.take());
        if self.participant.as_ref() != Some(&participant) || self.conversation != conversation {
            self.outputs.push(Output::Session {
                participant: participant.clone(),
                conversation_id: conversation.clone(),
            });
        }
        self.participant = Some(participant);
        self.conversation = conversation;
        is_other
    }

    /// Nothing of this visitor stays; the next session is a stranger's.
    pub(super) fn sign_out(&mut self, at: Moment) {
        self.thread.sign_out();
        self.token = None;
        self.identity = None;
        self.lapsed = false;
        self.participant = None;
        self.conversation = None;
        self.outputs.push(Output::StoreToken(None));
        if self.session != Session::Idle {
            let action = self.link.drop_socket(at.now_ms, at.unit);
            self.act(action);
            self.ask_session(0);
        }
    }

    /// Whether a refusal concerns what was handed over before, while something newer waits to be tried.
    fn is_about_something_older(&self, error: &ErrorBody) -> bool {
        self.identity.is_some() && !self.proving && (is_over(error) || is_unproven(error))
    }

    /// Somebody proves who they are: now, or as soon as the chat is wanted.
    pub(super) fn prove(&mut self, identity: String) {
        self.identity = Some(identity);
        self.proving = false;
        if !matches!(self.session, Session::Idle | Session::Asked(_)) {
            self.ask_session(0);
        }
    }

    /// The token is not good any more, or the conversation's id is wanted: ask, unless that is under way.
    pub(super) fn renew(&mut self, at: Moment) {
        if self.session == Session::Open {
            self.session = Session::Waiting(0, at.now_ms);
            self.tick_session(at);
        }
    }

    pub(super) fn tick_session(&mut self, at: Moment) {
        if let Session::Waiting(failures, due) = self.session
            && at.now_ms >= due
        {
            // No fresh proof came: whoever is here now is not taken for the member.
            if std::mem::take(&mut self.lapsed) {
                return self.sign_out(at);
            }
            self.ask_session(failures);
        }
    }

    pub(super) fn ask_session(&mut self, failures: u32) {
        self.session = Session::Asked(failures);
        self.proving = self.identity.is_some();
        self.outputs.push(Output::Request(Request::Session {
            token: self.token.clone(),
            identity: self.identity.clone(),
        }));
    }
}

/// Whether an error says that the token is worth nothing any more.
pub(super) fn is_over(error: &ErrorBody) -> bool {
    matches!(error.code(), code::UNAUTHENTICATED | code::IDENTITY_EXPIRED)
}

/// Whether an error is about what the page has handed over.
fn is_unproven(error: &ErrorBody) -> bool {
    matches!(error.code(), code::IDENTITY_REFUSED | code::IDENTITY_EXPIRED)
}
