//! [`Actions`]: the verbs that views may call. [`session`] is the way in and out, [`send`] what leaves, [`site`]
//! and [`admin`] what the owner sets up; the rest is here.

mod admin;
mod send;
mod session;
mod site;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use shopbell_protocol::staff::{ConversationAnswer, Merge};
use shopbell_protocol::{ConversationId, Sequence};
use shopbell_sync::LocalId;
use web_sys::File;

use super::connection::{Office, Outcome};
use super::desk::{Desk, Failure, Input, ThreadInput};
use super::draft::{Draft, Mode};
use super::store::{Attachment, InboxState, Loading, Obstacle, UnreadMark};
use super::uploads::Uploads;
use crate::{api, platform};

/// What views may do. Cheap to clone.
#[derive(Clone)]
pub struct Actions(Arc<SendWrapper<Inner>>);

struct Inner {
    state: InboxState,
    office: Rc<Office>,
    uploads: Uploads,
    /// What was written, until the server has taken it: a refusal brings it back.
    sent: Rc<RefCell<HashMap<LocalId, Sent>>>,
}

/// A message as it was written.
struct Sent {
    draft: Draft,
    attachments: Vec<Attachment>,
}

impl Actions {
    /// The verbs over a state.
    pub fn new(office: Rc<Office>) -> Self {
        let state = office.state;
        let sent: Rc<RefCell<HashMap<LocalId, Sent>>> = Rc::default();
        let actions = Self(Arc::new(SendWrapper::new(Inner {
            state,
            office: Rc::clone(&office),
            uploads: Uploads::default(),
            sent,
        })));
        let told = Arc::downgrade(&actions.0);
        office.on_outcome(move |outcome| {
            let Some(inner) = told.upgrade() else { return };
            match outcome {
                Outcome::Merged(from, into) => Self(inner).merged(&from, &into),
                Outcome::Accepted(id) => inner.accepted(&id),
                Outcome::Refused(conversation, id, reason) => inner.refused(&conversation, &id, &reason),
            }
        });
        actions
    }

    /// Opens a conversation.
    pub fn open(&self, id: ConversationId) {
        let Inner { state, office, .. } = &**self.0;
        if state.open.with_untracked(|open| open.as_ref() == Some(&id)) {
            return;
        }
        self.put_draft_aside();
        let row = state.roster.with_untracked(|roster| roster.get(&id).cloned());
        let last_sequence = row.as_ref().map(|row| row.last_sequence).unwrap_or_default();
        let unread = row.filter(|row| row.unread_count > 0);
        let unread = unread.map(|row| UnreadMark {
            last_sequence: row.last_sequence,
            count: row.unread_count,
        });
        state.draft.set(
            state
                .drafts
                .with_untracked(|drafts| drafts.get(&id).cloned().unwrap_or_default()),
        );
        state.attachments.set(
            state
                .trays
                .with_untracked(|trays| trays.get(&id).cloned().unwrap_or_default()),
        );
        state.open.set(Some(id.clone()));
        state.arrived.set(None);
        state.unread.set(unread);
        office.take(Input::Open {
            conversation: id.clone(),
            last_sequence,
        });
        office.show(&id);
    }

    /// Goes where the address says: to a conversation, or to the list.
    pub fn follow(&self, place: &str) {
        let Inner { state, office, .. } = &**self.0;
        if place.is_empty() {
            if state.open.with_untracked(Option::is_some) {
                self.close();
            }
            return;
        }
        let id = ConversationId::from(place);
        if state.roster.with_untracked(|roster| roster.get(&id).is_some()) {
            return self.open(id);
        }
        let itself = self.clone();
        office.calls.ask(
            "GET",
            &api::conversation(&id),
            move |answer: Result<ConversationAnswer, Failure>| {
                // An address that leads nowhere leaves the reader at the list.
                if let Ok(answer) = answer {
                    itself
                        .0
                        .state
                        .roster
                        .update(|roster| roster.take(answer.conversation));
                    itself.open(id.clone());
                }
            },
        );
    }

    /// The conversations that became part of this one, oldest first; empty until the server has answered, and where there
    /// are none.
    pub fn load_merges(&self, id: &ConversationId) -> RwSignal<Vec<Merge>> {
        let merges = RwSignal::new(Vec::new());
        self.0.office.calls.ask(
            "GET",
            &api::conversation(id),
            move |answer: Result<ConversationAnswer, Failure>| {
                if let Ok(answer) = answer {
                    // The details may be gone.
                    let _ = merges.try_set(answer.merges);
                }
            },
        );
        merges
    }

    /// A conversation has become part of another: whoever looks at it goes on there, with what they were writing.
    fn merged(&self, from: &ConversationId, into: &ConversationId) {
        let state = self.0.state;
        let is_open = state.open.with_untracked(|open| open.as_ref() == Some(from));
        if is_open {
            self.put_draft_aside();
        }
        state.drafts.update(|drafts| {
            if let Some(draft) = drafts.remove(from) {
                drafts.entry(into.clone()).or_insert(draft);
            }
        });
        state.trays.update(|trays| {
            if let Some(tray) = trays.remove(from) {
                trays.entry(into.clone()).or_insert(tray);
            }
        });
        if is_open {
            state.draft.set(Draft::default());
            state.attachments.set(Vec::new());
            self.follow(into.as_str());
        }
    }

    /// Leaves the conversation, to the list on a phone.
    pub fn close(&self) {
        self.put_draft_aside();
        self.0.state.open.set(None);
        self.0.state.rows.set(Vec::new());
        self.0.office.take(Input::Leave);
    }

    /// Reads the next page of the list, if there is one and none is under way.
    pub fn load_more(&self) {
        let state = self.0.state;
        let cursor = state
            .roster
            .with_untracked(|roster| roster.cursor().map(str::to_owned));
        if let Some(cursor) = cursor
            && state.listing.get_untracked() == Loading::Idle
        {
            state.listing.set(Loading::Running);
            self.0.office.read_list(Some(&cursor));
        }
    }

    /// Reads the list again.
    pub fn reload(&self) {
        self.0.office.relist();
    }

    /// Reads older messages, if there are some and none are under way.
    pub fn load_earlier(&self) {
        self.in_open(|_| ThreadInput::LoadEarlier);
    }

    /// Everything up to `sequence` was looked at.
    pub fn seen(&self, sequence: Sequence) {
        if let Some(id) = self.0.state.open.get_untracked() {
            let unread = self
                .0
                .state
                .roster
                .with_untracked(|roster| roster.get(&id).is_some_and(|row| row.unread_count > 0));
            if unread {
                self.0.state.roster.update(|roster| roster.mark_read(&id));
            }
            self.0.office.take(Input::Thread(id, ThreadInput::Look(sequence)));
        }
    }

    /// Sends a failed message again.
    pub fn retry(&self, id: &LocalId) {
        self.in_open(|_| ThreadInput::Retry(id.clone()));
    }

    /// Gives a failed message up.
    pub fn discard(&self, id: &LocalId) {
        self.0.sent.borrow_mut().remove(id);
        self.in_open(|_| ThreadInput::Discard(id.clone()));
    }

    /// Changes what is written.
    pub fn edit(&self, change: impl FnOnce(&mut Draft)) {
        let state = self.0.state;
        state.draft.update(change);
        if state.errors.with_untracked(|errors| !errors.is_empty()) {
            state.errors.set(Vec::new());
        }
        if matches!(
            state.obstacle.get_untracked(),
            Some(Obstacle::Uploading | Obstacle::Refused(_))
        ) {
            state.obstacle.set(None);
        }
    }

    /// Chooses what kind of message is written.
    pub fn set_mode(&self, mode: Mode) {
        self.edit(|draft| draft.mode = mode);
    }

    /// The text area has a new text.
    pub fn type_text(&self, text: String) {
        let has_text = !text.is_empty();
        let mode = self.0.state.draft.with_untracked(|draft| draft.mode);
        self.edit(|draft| match draft.mode {
            Mode::Note => draft.note = text,
            Mode::Reply | Mode::Template | Mode::Minimal => draft.reply = text,
        });
        // Nobody is to wait for a note.
        if mode == Mode::Reply {
            self.in_open(|_| ThreadInput::Typed(has_text));
        }
    }

    /// Adds pictures and files.
    pub fn attach(&self, files: Vec<File>) {
        let state = self.0.state;
        if !state.draft.with_untracked(|draft| draft.mode.is_text()) {
            self.set_mode(Mode::Reply);
        }
        self.0.uploads.start(state, files);
    }

    /// Takes an attachment back.
    pub fn detach(&self, id: &str) {
        self.0.uploads.end(self.0.state, id);
        self.0.state.obstacle.set(None);
    }

    /// Puts a text into the clipboard; `copied` says so for a moment.
    pub fn copy(&self, text: &str, copied: RwSignal<bool>) {
        platform::copy(text, move |done| {
            // The dialog with the button may be gone.
            let _ = copied.try_set(done);
        });
    }

    /// The page's own origin, which is the chat's.
    pub fn origin(&self) -> String {
        platform::origin()
    }

    /// Whether leaving the page now would lose something.
    pub fn would_lose(&self) -> bool {
        self.0.office.read(Desk::has_unsent)
    }

    fn put_draft_aside(&self) {
        let state = self.0.state;
        state.errors.set(Vec::new());
        state.obstacle.set(None);
        let Some(id) = state.open.get_untracked() else {
            return;
        };
        let draft = state.draft.get_untracked();
        let tray = state.attachments.get_untracked();
        state.trays.update(|trays| {
            if tray.is_empty() {
                trays.remove(&id)
            } else {
                trays.insert(id.clone(), tray)
            };
        });
        state.drafts.update(|drafts| {
            if draft.is_empty() {
                drafts.remove(&id)
            } else {
                drafts.insert(id, draft)
            };
        });
    }

    fn in_open(&self, input: impl FnOnce(&ConversationId) -> ThreadInput) {
        if let Some(id) = self.0.state.open.get_untracked() {
            let input = input(&id);
            self.0.office.take(Input::Thread(id, input));
        }
    }
}
