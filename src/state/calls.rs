//! The host page's calls, and what it is told of messages.

use std::cell::RefCell;

use shopbell_protocol::limits::TEXT_MAX;
use shopbell_protocol::{Direction, MessageContent, ShownMessage};
use shopbell_sync::{Input, Item, LocalId, Reason};

use super::connection::Connection;
use super::routes;
use crate::codec;
use crate::host::call::{Answer, Call, CallError, ChannelInfo, Claim, SendMessage};
use crate::host::page::{Channel, PageMessage};

/// Answers that wait.
#[derive(Default)]
pub(super) struct Calls {
    /// For the message to be stored.
    sends: RefCell<Vec<(LocalId, Answer)>>,
    /// For the session, so that it is known which channels there are.
    channels: RefCell<Vec<(Asked, Answer)>>,
    /// For the server to take what the page has handed over.
    identities: RefCell<Vec<Answer>>,
    /// For the session, in which somebody says who they are.
    claims: RefCell<Vec<(Claim, Answer)>>,
    /// Stored messages of which the page could not be told while their channel had no id.
    accepted: RefCell<Vec<Item<ShownMessage>>>,
}

enum Asked {
    One(ChannelInfo),
    List,
}

impl Calls {
    /// A message was refused for good.
    pub(super) fn refuse(&self, id: &LocalId, reason: &Reason) {
        if let Some(answer) = self.take_send(id) {
            answer.fail(&CallError::Refused {
                code: reason.code.clone(),
                message: reason.message.clone(),
            });
        }
    }

    /// The visitor is who the page has said.
    pub(super) fn identified(&self) {
        self.identities.take().into_iter().for_each(Answer::done);
    }

    /// They are not.
    pub(super) fn unproven(&self, reason: &Reason) {
        for answer in self.identities.take() {
            answer.fail(&CallError::Refused {
                code: reason.code.clone(),
                message: reason.message.clone(),
            });
        }
    }

    fn take_send(&self, id: &LocalId) -> Option<Answer> {
        let mut sends = self.sends.borrow_mut();
        let place = sends.iter().position(|(waiting, _)| waiting == id)?;
        Some(sends.swap_remove(place).1)
    }
}

impl Connection {
    /// Serves one call of the host page.
    pub(super) fn serve(&self, call: Call, answer: Answer) {
        match call {
            Call::SendMessage(send) => self.send_for_page(send, answer),
            Call::FocusChannel(channel) => {
                if self.is_ours(&channel) {
                    answer.done();
                } else {
                    answer.fail(&CallError::ChannelNotFound);
                }
            }
            Call::GetChannel(channel) => self.answer_channels(Asked::One(channel), answer),
            Call::GetChannelList => self.answer_channels(Asked::List, answer),
            Call::Prefill(text) => {
                self.state.draft.set(text);
                answer.done();
            }
            Call::Identify(identity) => {
                self.calls.identities.borrow_mut().push(answer);
                self.input(Input::Identify(identity));
                self.start();
            }
            Call::Claim(claim) => self.claim(claim, answer),
            Call::SignOut => {
                self.sign_out();
                answer.done();
            }
        }
    }

    /// The session is known, or the conversation has its id: whoever waited for that is served.
    pub(super) fn serve_calls(&self) {
        for (asked, answer) in self.calls.channels.take() {
            self.answer_channels(asked, answer);
        }
        for (claim, answer) in self.calls.claims.take() {
            self.claim(claim, answer);
        }
        if self
            .state
            .conversation
            .with_untracked(|conversation| conversation.id.is_some())
        {
            for item in self.calls.accepted.take() {
                self.accepted(item);
            }
        }
    }

    /// A message of this page is stored.
    pub(super) fn accepted(&self, item: Item<ShownMessage>) {
        match self.page_message(&item.message) {
            Some(message) => {
                self.host.message_sent(&message);
                if let Some(answer) = self.calls.take_send(&item.id) {
                    answer.message(&message);
                }
            }
            None => self.calls.accepted.borrow_mut().push(item),
        }
    }

    /// A message of the business has come.
    pub(super) fn tell_received(&self, item: &Item<ShownMessage>) {
        if let Some(message) = self.page_message(&item.message) {
            self.host.message_received(&message);
        }
    }

    /// Says who the visitor says they are, once it is known who asks.
    fn claim(&self, claim: Claim, answer: Answer) {
        if self.token().is_none() {
            self.calls.claims.borrow_mut().push((claim, answer));
            return self.start();
        }
        let body = codec::contact_request(claim.name.as_deref(), claim.email.as_deref());
        let answer = RefCell::new(Some(answer));
        self.request("POST", routes::CONTACT, Some(&body), move |told| {
            let Some(answer) = answer.take() else { return };
            match codec::error_body(&told.text).filter(|_| !told.is_ok()) {
                None if told.is_ok() => answer.done(),
                None => answer.fail(&CallError::NotAnswered),
                Some(error) => {
                    let reason = shopbell_sync::outbox::reason(&error);
                    answer.fail(&CallError::Refused {
                        code: reason.code,
                        message: reason.message,
                    });
                }
            }
        });
    }

    fn send_for_page(&self, send: SendMessage, answer: Answer) {
        if let Some(channel_id) = &send.channel_id
            && !self.is_ours(&ChannelInfo {
                channel_id: Some(channel_id.clone()),
                kind: None,
            })
        {
            return answer.fail(&CallError::ChannelNotFound);
        }
        if send.message_text.chars().count() > TEXT_MAX {
            return answer.fail(&CallError::InvalidArgument(
                "messageText may have at most 16384 characters",
            ));
        }
        let client_id = self.send(MessageContent::text(send.message_text));
        self.calls
            .sends
            .borrow_mut()
            .push((LocalId::from(client_id.as_str()), answer));
    }

    fn answer_channels(&self, asked: Asked, answer: Answer) {
        if !self
            .state
            .conversation
            .with_untracked(|conversation| conversation.known)
        {
            self.calls.channels.borrow_mut().push((asked, answer));
            return self.start();
        }
        match (self.channel(), asked) {
            (channel, Asked::List) => answer.channels(channel.as_slice()),
            (Some(channel), Asked::One(wanted)) if self.is_ours(&wanted) => answer.channel(&channel),
            (Some(_) | None, Asked::One(_)) => answer.fail(&CallError::ChannelNotFound),
        }
    }

    /// Whether the one conversation there is, or will be, is meant.
    fn is_ours(&self, channel: &ChannelInfo) -> bool {
        let wanted = channel.channel_id.as_deref();
        wanted.is_none_or(|wanted| {
            self.state
                .conversation
                .with_untracked(|ours| ours.id.as_ref().is_some_and(|id| id.as_str() == wanted))
        })
    }

    fn channel(&self) -> Option<Channel> {
        let id = self
            .state
            .conversation
            .with_untracked(|conversation| conversation.id.clone())?;
        let name = self
            .state
            .settings
            .with_untracked(|settings| settings.business_name.clone());
        let initials = name
            .split_whitespace()
            .filter_map(|word| word.chars().next())
            .take(2)
            .collect();
        let last = self.state.rows.with_untracked(|rows| rows.last().cloned());
        let last_message =
            last.and_then(|row| row.item.with_untracked(|item| self.page_message(&item.message)));
        Some(Channel {
            id: id.0,
            name,
            initials,
            last_message,
        })
    }

    fn page_message(&self, message: &ShownMessage) -> Option<PageMessage> {
        let conversation = self.state.conversation.get_untracked();
        let participant_id = match message.direction {
            Direction::ParticipantToBusiness => conversation.participant,
            // The business has no id of its own towards visitors but its site's.
            Direction::BusinessToParticipant | Direction::Unknown | Direction::Unrecognized => {
                self.state.settings.with_untracked(|settings| {
                    settings
                        .site_id
                        .as_ref()
                        .map(|id| id.as_str().to_owned())
                        .unwrap_or_default()
                })
            }
        };
        Some(PageMessage {
            channel_id: conversation.id?.0,
            participant_id,
            created_date: message.created_date.clone(),
            text: message
                .content
                .preview_text
                .clone()
                .unwrap_or_else(|| message.content.derived_preview()),
        })
    }
}
