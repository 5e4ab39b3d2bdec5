//! The host page: what it is told of messages, and its calls on their way to the code that serves them.

use std::cell::{Cell, OnceCell, RefCell};

use shopbell_protocol::{Direction, ShownMessage};
use shopbell_sync::{Item, LocalId, Reason};
use wasm_bindgen::JsValue;

use super::connection::Connection;
use crate::host::page::PageMessage;
use crate::lazy;

/// What serves the page's calls, behind the door of [`lazy::calls`]: many pages make none.
pub(crate) trait Serve {
    /// Serves a call, as the page has posted it.
    fn call(&self, connection: &Connection, message: &JsValue);
    /// A message was refused for good.
    fn refused(&self, id: &LocalId, reason: &Reason);
    /// A message is stored.
    fn accepted(&self, id: &LocalId, message: &PageMessage);
    /// The visitor is who the page has said.
    fn identified(&self);
    /// They are not.
    fn unproven(&self, reason: &Reason);
    /// Everything of the visitor is forgotten.
    fn forgotten(&self);
    /// The session is known, or the conversation has its id.
    fn known(&self, connection: &Connection);
}

/// The page's calls.
#[derive(Default)]
pub(super) struct Calls {
    served: OnceCell<Box<dyn Serve>>,
    coming: Cell<bool>,
    /// Those that came before what serves them.
    early: RefCell<Vec<JsValue>>,
    /// Stored messages of which the page could not be told while their channel had no id.
    accepted: RefCell<Vec<Item<ShownMessage>>>,
}

impl Calls {
    fn served(&self) -> Option<&dyn Serve> {
        self.served.get().map(Box::as_ref)
    }
}

impl Connection {
    /// Serves one call of the host page, after those before it.
    pub(super) fn call(&self, message: JsValue) {
        if let Some(served) = self.calls.served() {
            return served.call(self, &message);
        }
        self.calls.early.borrow_mut().push(message);
        if self.calls.coming.replace(true) {
            return;
        }
        let this = self.this.clone();
        lazy::with(lazy::calls, move |parts| {
            let Some(this) = this.upgrade() else { return };
            let served = this.calls.served.get_or_init(|| parts.serve);
            for message in this.calls.early.take() {
                served.call(&this, &message);
            }
        });
    }

    /// Tells what serves the page's calls, where the page has made one.
    pub(super) fn page_calls(&self, tell: impl FnOnce(&dyn Serve)) {
        if let Some(served) = self.calls.served() {
            tell(served);
        }
    }

    /// The session is known, or the conversation has its id: whoever waited for that is served.
    pub(super) fn serve_calls(&self) {
        self.page_calls(|served| served.known(self));
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
                self.page_calls(|served| served.accepted(&item.id, &message));
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

    pub(super) fn page_message(&self, message: &ShownMessage) -> Option<PageMessage> {
        let conversation = self.state.conversation.get_untracked();
        let participant_id = match message.direction {
            Direction::ParticipantToBusiness => conversation.participant?.guid().to_owned(),
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
