//! The host page's calls, served.

use std::cell::RefCell;
use std::rc::Rc;

use shopbell_protocol::MessageContent;
use shopbell_protocol::limits::TEXT_MAX;
use shopbell_sync::{Input, LocalId, Reason};
use wasm_bindgen::JsValue;

use super::connection::Connection;
use super::page::Serve;
use super::routes;
use crate::codec;
use crate::host::call::{Answer, Call, CallError, ChannelInfo, Claim, SendMessage};
use crate::host::page::{Channel, PageMessage};
use crate::platform::storage::tab_storage;

/// The code behind the door of [`crate::lazy::calls`].
pub(crate) struct PageCalls {
    pub(super) serve: Box<dyn Serve>,
}

impl PageCalls {
    pub(crate) fn new() -> Self {
        Self {
            serve: Box::new(Answers::default()),
        }
    }
}

/// Answers that wait.
#[derive(Default)]
struct Answers {
    /// For the message to be stored.
    sends: RefCell<Vec<(LocalId, Answer)>>,
    /// For the session, so that it is known which channels there are.
    channels: RefCell<Vec<(Asked, Answer)>>,
    /// For the server to take what the page has handed over.
    identities: RefCell<Vec<Answer>>,
    /// For the session, in which somebody says who they are.
    claims: RefCell<Vec<(Claim, Answer)>>,
    /// For everything to be forgotten.
    leaving: Rc<RefCell<Vec<Answer>>>,
}

enum Asked {
    One(ChannelInfo),
    List,
    Participant,
}

impl Serve for Answers {
    fn call(&self, connection: &Connection, message: &JsValue) {
        if let Some((call, answer)) = connection.host.read_call(message) {
            self.serve(connection, call, answer);
        }
    }

    fn refused(&self, id: &LocalId, reason: &Reason) {
        if let Some(answer) = self.take_send(id) {
            answer.fail(&refusal(reason));
        }
    }

    fn accepted(&self, id: &LocalId, message: &PageMessage) {
        if let Some(answer) = self.take_send(id) {
            answer.message(message);
        }
    }

    fn identified(&self) {
        self.identities.take().into_iter().for_each(Answer::done);
    }

    fn unproven(&self, reason: &Reason) {
        for answer in self.identities.take() {
            answer.fail(&refusal(reason));
        }
    }

    fn forgotten(&self) {
        self.leaving.take().into_iter().for_each(Answer::done);
    }

    fn known(&self, connection: &Connection) {
        for (asked, answer) in self.channels.take() {
            self.answer_channels(connection, asked, answer);
        }
        for (claim, answer) in self.claims.take() {
            self.claim(connection, claim, answer);
        }
    }
}

fn refusal(reason: &Reason) -> CallError {
    CallError::Refused {
        code: reason.code.clone(),
        message: reason.message.clone(),
    }
}

impl Answers {
    fn serve(&self, this: &Connection, call: Call, answer: Answer) {
        match call {
            Call::SendMessage(send) => self.send_for_page(this, send, answer),
            Call::FocusChannel(channel) => {
                if is_ours(this, &channel) {
                    answer.done();
                } else {
                    answer.fail(&CallError::ChannelNotFound);
                }
            }
            Call::GetChannel(channel) => self.answer_channels(this, Asked::One(channel), answer),
            Call::GetChannelList => self.answer_channels(this, Asked::List, answer),
            Call::GetParticipant => self.answer_channels(this, Asked::Participant, answer),
            Call::Prefill(text) => {
                this.state.draft.set(text);
                answer.done();
            }
            Call::Identify(identity) => {
                self.identities.borrow_mut().push(answer);
                this.input(Input::Identify(identity));
                this.start();
            }
            Call::Claim(claim) => self.claim(this, claim, answer),
            Call::SignOut => self.sign_out(this, answer),
        }
    }

    /// Nothing of this visitor stays on the device, nor is their session worth anything elsewhere. Answered when both is
    /// done, because the page takes the frame away then, and with it whatever is still under way.
    fn sign_out(&self, this: &Connection, answer: Answer) {
        // Answers under way are the former visitor's.
        this.fetches.borrow_mut().clear();
        let (leaving, connection) = (Rc::clone(&self.leaving), this.this.clone());
        let answer = RefCell::new(Some(answer));
        this.request("DELETE", routes::SESSION, None, move |_told| {
            let (Some(this), Some(answer)) = (connection.upgrade(), answer.take()) else {
                return;
            };
            match &this.database {
                Some(database) => {
                    // Only now: what is cleared on the engine's word is told too.
                    leaving.borrow_mut().push(answer);
                    database.clear();
                }
                None => answer.done(),
            }
        });
        // Stopped, so that nobody begins a stranger's session in a frame that is about to go.
        this.stop_for_good();
        this.input(Input::SignOut);
        this.state.draft.set(String::new());
        tab_storage().clear();
    }

    /// Says who the visitor says they are, once it is known who asks.
    fn claim(&self, this: &Connection, claim: Claim, answer: Answer) {
        if this.token().is_none() {
            self.claims.borrow_mut().push((claim, answer));
            return this.start();
        }
        let body = codec::contact_request(claim.name.as_deref(), claim.email.as_deref());
        let answer = RefCell::new(Some(answer));
        this.request("POST", routes::CONTACT, Some(&body), move |told| {
            let Some(answer) = answer.take() else { return };
            match codec::error_body(&told.text).filter(|_| !told.is_ok()) {
                None if told.is_ok() => answer.done(),
                None => answer.fail(&CallError::NotAnswered),
                Some(error) => {
                    answer.fail(&refusal(&shopbell_sync::outbox::reason(&error)));
                }
            }
        });
    }

    fn send_for_page(&self, this: &Connection, send: SendMessage, answer: Answer) {
        if let Some(channel_id) = &send.channel_id
            && !is_ours(
                this,
                &ChannelInfo {
                    channel_id: Some(channel_id.clone()),
                    kind: None,
                },
            )
        {
            return answer.fail(&CallError::ChannelNotFound);
        }
        if send.message_text.chars().count() > TEXT_MAX {
            return answer.fail(&CallError::InvalidArgument(
                "messageText may have at most 16384 characters",
            ));
        }
        let client_id = this.send(MessageContent::text(send.message_text));
        self.sends
            .borrow_mut()
            .push((LocalId::from(client_id.as_str()), answer));
    }

    fn answer_channels(&self, this: &Connection, asked: Asked, answer: Answer) {
        if !this
            .state
            .conversation
            .with_untracked(|conversation| conversation.known)
        {
            self.channels.borrow_mut().push((asked, answer));
            return this.start();
        }
        match (channel(this), asked) {
            (_, Asked::Participant) => match this.state.conversation.get_untracked().participant {
                Some(participant) => answer.participant(&participant),
                None => answer.fail(&CallError::NotAnswered),
            },
            (channel, Asked::List) => answer.channels(channel.as_slice()),
            (Some(channel), Asked::One(wanted)) if is_ours(this, &wanted) => answer.channel(&channel),
            (Some(_) | None, Asked::One(_)) => answer.fail(&CallError::ChannelNotFound),
        }
    }

    fn take_send(&self, id: &LocalId) -> Option<Answer> {
        let mut sends = self.sends.borrow_mut();
        let place = sends.iter().position(|(waiting, _)| waiting == id)?;
        Some(sends.swap_remove(place).1)
    }
}

/// Whether the one conversation there is, or will be, is meant.
fn is_ours(this: &Connection, channel: &ChannelInfo) -> bool {
    let wanted = channel.channel_id.as_deref();
    wanted.is_none_or(|wanted| {
        this.state
            .conversation
            .with_untracked(|ours| ours.id.as_ref().is_some_and(|id| id.as_str() == wanted))
    })
}

fn channel(this: &Connection) -> Option<Channel> {
    let id = this
        .state
        .conversation
        .with_untracked(|conversation| conversation.id.clone())?;
    let name = this
        .state
        .settings
        .with_untracked(|settings| settings.business_name.clone());
    let initials = name
        .split_whitespace()
        .filter_map(|word| word.chars().next())
        .take(2)
        .collect();
    let last = this.state.rows.with_untracked(|rows| rows.last().cloned());
    let last_message = last.and_then(|row| row.item.with_untracked(|item| this.page_message(&item.message)));
    Some(Channel {
        id: id.0,
        name,
        initials,
        last_message,
    })
}
