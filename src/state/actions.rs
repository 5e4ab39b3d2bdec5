//! The verbs that views may call.

use std::rc::Rc;

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use shopbell_protocol::limits::BASIC_ITEMS_MAX;
use shopbell_protocol::{
    BasicContent, BasicItem, ClientId, ContentKind, MessageContent, MessageId, Sequence,
};
use shopbell_sync::{Input, LocalId};
use web_sys::File;

use super::connection::Connection;
use super::store::WidgetState;
use crate::host::bridge::Host;
use crate::platform::page::{Page, PageEvent, page};
use crate::platform::random;
use crate::platform::storage::{Storage, tab_storage};

/// Name of what is being written, kept for this tab so that a reload does not lose it.
const DRAFT: &str = "shopbell.draft";

/// The verbs. Cheap to clone.
#[derive(Clone)]
pub struct Actions(SendWrapper<Rc<Parts>>);

struct Parts {
    connection: Rc<Connection>,
    kept: Rc<Storage>,
}

/// Joins state, host page and browser. The chat starts with the first maximize; everything ends with the current owner.
pub fn connect(state: WidgetState, host: Host) -> (Actions, Page) {
    let connection = Connection::new(state, host);
    let kept = keep_draft(state);
    let actions = Actions(SendWrapper::new(Rc::new(Parts { connection, kept })));

    let follower = actions.clone();
    let page = page(move |event| follower.connection().follow(event));

    // Outside: the network, from the first time that the visitor can see the panel.
    let starter = actions.clone();
    let maximized = host.maximized();
    crate::dom::owned_effect(move || {
        if maximized.get() {
            starter.connection().start();
        }
    });
    // Outside: uploads that were chosen before there was a token to upload them with.
    let uploader = actions.clone();
    crate::dom::owned_effect(move || {
        if state.conversation.with(|conversation| conversation.known) {
            untrack(|| uploader.connection().go_on_uploading());
        }
    });
    let server = actions.clone();
    host.on_call(move |message| server.connection().call(message));
    (actions, page)
}

/// Goes on with what was being written before the page was loaded again, unless the visitor has begun anew. Only
/// [`Actions::typed`] keeps more; what the host page prefills is not kept.
fn keep_draft(state: WidgetState) -> Rc<Storage> {
    let kept = Rc::new(tab_storage());
    let typed = state.draft.get_untracked();
    if !typed.is_empty() {
        kept.set(DRAFT, &typed);
    } else if let Some(text) = kept.get(DRAFT) {
        state.draft.set(text);
    }
    // Outside: the storage. However a draft comes to its end, it is forgotten.
    let forgotten = Rc::clone(&kept);
    crate::dom::owned_effect(move || {
        if state.draft.with(String::is_empty) {
            forgotten.remove(DRAFT);
        }
    });
    kept
}

impl Actions {
    /// Sends the text, where there is one, and the attachments, which may still be on their way up. False where there is
    /// nothing to send.
    pub fn send(&self, text: String) -> bool {
        let mut items: Vec<BasicItem> = Vec::new();
        if !text.trim().is_empty() {
            items.push(BasicItem::Text(text));
        }
        let room = BASIC_ITEMS_MAX.saturating_sub(items.len());
        let client_id = ClientId(random::uuid_v7());
        let ready = self.connection().take_files(&client_id, room, &mut items);
        if items.is_empty() {
            return false;
        }
        let content = MessageContent {
            preview_text: None,
            title: None,
            kind: ContentKind::Basic(BasicContent { items }),
        };
        if !ready {
            self.connection().await_files(client_id.clone(), content.clone());
        }
        self.connection().send_as(client_id, content, ready);
        true
    }

    /// Sends a failed message again.
    pub fn retry(&self, id: LocalId) {
        self.connection().retry_files(id.as_str());
        self.connection().input(Input::Retry(id));
    }

    /// Gives a failed message up.
    pub fn discard(&self, id: LocalId) {
        self.connection().drop_files(id.as_str());
        if let Some(database) = &self.connection().database {
            database.give_up(id.as_str());
        }
        self.connection().input(Input::Discard(id));
    }

    /// Presses a postback button; again while that is under way has no effect.
    pub fn press(&self, message_id: MessageId, button_id: String) {
        let client_id = ClientId(random::uuid_v7());
        self.connection().input(Input::Press {
            client_id,
            message_id,
            button_id,
        });
    }

    /// Gets older messages; no effect while they are on their way or none are left.
    pub fn load_earlier(&self) {
        self.connection().input(Input::LoadEarlier);
    }

    /// Everything up to here was on screen. May come again.
    pub fn seen(&self, sequence: Sequence) {
        self.connection().input(Input::Look(sequence));
    }

    /// The draft was changed by the visitor.
    pub fn typed(&self) {
        let has_text = self.connection().state.draft.with_untracked(|text| {
            if !text.is_empty() {
                self.0.kept.set(DRAFT, text);
            }
            !text.trim().is_empty()
        });
        self.connection().input(Input::Typed(has_text));
    }

    /// Takes files into the tray of the composer and uploads them.
    pub fn attach(&self, files: Vec<File>) {
        self.connection().attach(files);
    }

    /// Takes a file out of the tray.
    pub fn detach(&self, id: &LocalId) {
        self.connection().detach(id);
    }

    /// Uploads a file again that failed.
    pub fn retry_upload(&self, id: &LocalId) {
        self.connection().retry_upload(id);
    }

    /// Takes the notice away.
    pub fn dismiss(&self) {
        self.connection().state.notice.set(None);
    }

    /// Asks the host page to collapse the panel.
    pub fn minimize(&self) {
        self.connection().host.request_minimize();
    }

    fn connection(&self) -> &Connection {
        &self.0.connection
    }
}

impl Connection {
    fn follow(&self, event: PageEvent) {
        match event {
            PageEvent::Network(online) => {
                self.input(Input::Network(online));
                if online {
                    self.go_on_uploading();
                }
            }
            PageEvent::Shown => self.input(Input::Wake),
            PageEvent::Leaving => self.suspend(),
            PageEvent::Restored => self.resume(),
        }
    }
}
