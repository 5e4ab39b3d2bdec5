//! The session: who we are, and the token that proves it.

use shopbell_protocol::participant::ParticipantId;
use shopbell_protocol::widget::SessionAnswer;
use shopbell_protocol::{ConversationId, code};

use super::{Client, Failure, Output, Request, Session};
use crate::thread::Moment;
use crate::{backoff, outbox};

impl Client {
    pub(super) fn session_answered(&mut self, answer: Result<Box<SessionAnswer>, Failure>, at: Moment) {
        let Session::Asked(failures) = self.session else {
            return;
        };
        match answer {
            Ok(answer) => {
                self.session = Session::Open;
                self.token = Some(answer.token.clone());
                self.outputs.push(Output::StoreToken(Some(answer.token)));
                let is_other = self.identify(answer.participant, answer.conversation_id);
                self.outputs.push(Output::Settings(answer.settings));
                self.thread.begin(answer.last_sequence, answer.unread_count);
                if self.thread.timeline().stored().is_empty() {
                    self.thread.load_earlier();
                }
                if self.greeting_due {
                    self.greet();
                } else if is_other && self.link.is_live() {
                    let action = self.link.drop_socket(at.now_ms, at.unit);
                    self.act(action);
                }
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
            self.thread.reset();
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
        self.participant = None;
        self.conversation = None;
        self.outputs.push(Output::StoreToken(None));
        if self.session != Session::Idle {
            let action = self.link.drop_socket(at.now_ms, at.unit);
            self.act(action);
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
            self.ask_session(failures);
        }
    }

    pub(super) fn ask_session(&mut self, failures: u32) {
        self.session = Session::Asked(failures);
        self.outputs.push(Output::Request(Request::Session {
            token: self.token.clone(),
        }));
    }
}
