//! [`Actions`]: the verbs that views may call.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use shopbell_protocol::staff::{SignInRequest, StaffSession};
use shopbell_protocol::{ClientId, ConversationId, ErrorDetails, Sequence, code, validate};
use shopbell_sync::LocalId;
use shopbell_widget::platform::{clock, random};
use web_sys::File;

use super::connection::{Office, Outcome};
use super::desk::{Failure, Input, ThreadInput};
use super::draft::{Draft, Mode, Uploaded};
use super::field;
use super::settings::{Saving, SiteAnswer, SiteDraft, SiteRequest};
use super::store::{Attachment, InboxState, Loading, Obstacle, Session, SignInFailure, UnreadMark, Upload};
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
            if let Some(inner) = told.upgrade() {
                inner.told(outcome);
            }
        });
        actions
    }

    /// Finds out whether somebody is signed in.
    pub fn check_session(&self) {
        let itself = self.clone();
        self.0.office.calls.ask(
            "GET",
            api::SESSION,
            move |answer: Result<StaffSession, Failure>| match answer {
                Ok(session) => itself.signed_in(session),
                Err(_) => itself.0.state.session.set(Session::SignedOut { ended: false }),
            },
        );
    }

    /// Signs in.
    pub fn sign_in(&self, email: String, password: String) {
        let state = self.0.state;
        if state.signing_in.get_untracked() {
            return;
        }
        state.signing_in.set(true);
        state.sign_in_failure.set(None);
        let itself = self.clone();
        let body = SignInRequest {
            email: email.trim().to_owned(),
            password,
        };
        self.0.office.calls.send(
            "POST",
            api::SESSION,
            &body,
            move |answer: Result<StaffSession, Failure>| {
                let state = itself.0.state;
                state.signing_in.set(false);
                match answer {
                    Ok(session) => itself.signed_in(session),
                    Err(failure) => state.sign_in_failure.set(Some(match failure {
                        Failure::Lost => SignInFailure::NoAnswer,
                        Failure::Refused(error) => match error.code() {
                            // Invalid: what is too long for an address or a password is a wrong one.
                            code::UNAUTHENTICATED | code::PERMISSION_DENIED | "INVALID_ARGUMENT" => {
                                SignInFailure::Credentials
                            }
                            code::RESOURCE_EXHAUSTED => SignInFailure::TooMany,
                            _ => SignInFailure::Other,
                        },
                    })),
                }
            },
        );
    }

    /// Signs out; nothing of the conversations stays on the page.
    pub fn sign_out(&self) {
        let itself = self.clone();
        self.0.office.calls.ask(
            "DELETE",
            api::SESSION,
            move |answer: Result<serde_json::Value, Failure>| {
                let over = match &answer {
                    Ok(_) => true,
                    Err(Failure::Refused(error)) => error.code() == code::UNAUTHENTICATED,
                    Err(Failure::Lost) => false,
                };
                if over {
                    platform::reload();
                } else {
                    // Still signed in, and the list says that there is no connection.
                    itself.0.office.take(Input::Wake);
                }
            },
        );
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

    /// Sends what is written in the current mode.
    pub fn send(&self) {
        let Inner {
            state, office, sent, ..
        } = &**self.0;
        let Some(id) = state.open.get_untracked() else {
            return;
        };
        let draft = state.draft.get_untracked();
        let attachments = if draft.mode.is_text() {
            state.attachments.get_untracked()
        } else {
            Vec::new()
        };
        let Some(uploaded) = self.uploaded(&attachments) else {
            return;
        };
        if !draft.is_sendable(uploaded.len()) {
            return;
        }
        let message = draft.message(&uploaded);
        if let Err(violations) = validate::draft(message.clone(), "message") {
            state.errors.set(field::assign(&draft, violations.0));
            return;
        }
        let client_id = ClientId(random::uuid_v7());
        let local = LocalId::from(client_id.as_str());
        let kept: Vec<Attachment> = attachments.into_iter().filter(is_done).collect();
        sent.borrow_mut().insert(
            local,
            Sent {
                draft,
                attachments: kept.clone(),
            },
        );
        state.obstacle.set(None);
        state.errors.set(Vec::new());
        state.unread.set(None);
        state.draft.update(Draft::clear_sent);
        state
            .attachments
            .update(|tray| tray.retain(|attachment| !kept.iter().any(|sent| sent.id == attachment.id)));
        let created_date = clock::now_iso();
        let input = ThreadInput::Send {
            client_id,
            draft: Box::new(message),
            created_date,
        };
        office.take(Input::Thread(id, input));
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

    /// The site as its owner may change it.
    pub fn load_site(&self) -> RwSignal<Option<Result<SiteDraft, ()>>> {
        let site = RwSignal::new(None);
        let itself = self.clone();
        self.0
            .office
            .calls
            .ask("GET", api::SITE, move |answer: Result<SiteAnswer, Failure>| {
                let answer = answer
                    .map(SiteDraft::from)
                    .map_err(|failure| itself.0.office.check_session(&failure));
                // The dialog may be gone.
                let _ = site.try_set(Some(answer));
            });
        site
    }

    /// Saves the site.
    pub fn save_site(&self, draft: SiteDraft, saving: RwSignal<Saving>) {
        if saving.with_untracked(|saving| *saving == Saving::Running) {
            return;
        }
        saving.set(Saving::Running);
        let itself = self.clone();
        let body = SiteRequest::from(&draft);
        self.0.office.calls.send(
            "PATCH",
            api::SITE,
            &body,
            move |answer: Result<SiteAnswer, Failure>| {
                let outcome = match answer {
                    Ok(site) => {
                        itself.0.state.session.update(|session| {
                            if let Session::SignedIn(session) = session {
                                session.settings.business_name = site.name;
                                session.settings.welcome_text = site.welcome_text;
                            }
                        });
                        Saving::Done
                    }
                    Err(Failure::Refused(error)) => match error.details.clone() {
                        ErrorDetails::ValidationError { field_violations } => {
                            Saving::Refused(field_violations)
                        }
                        ErrorDetails::ApplicationError(_) => {
                            itself.0.office.check_session(&Failure::Refused(error));
                            Saving::Failed
                        }
                    },
                    Err(Failure::Lost) => Saving::Failed,
                };
                // The dialog may be gone.
                let _ = saving.try_set(outcome);
            },
        );
    }

    /// The page's own origin, which is the chat's.
    pub fn origin(&self) -> String {
        platform::origin()
    }

    /// Whether leaving the page now would lose something.
    pub fn would_lose(&self) -> bool {
        self.0.office.read(super::desk::Desk::has_unsent)
    }

    fn signed_in(&self, session: StaffSession) {
        let state = self.0.state;
        let before = state.last_staff.get_untracked();
        // Somebody else must not find, or send, what a colleague had begun.
        if before.as_ref().is_some_and(|before| *before != session.staff.id) {
            platform::reload();
            return;
        }
        state.last_staff.set(Some(session.staff.id.clone()));
        state.session.set(Session::SignedIn(Box::new(session)));
        self.0.office.relist();
        self.0.office.take(Input::Start);
    }

    /// The attachments as the server named them; `None` where some are not there yet, and then it says so.
    fn uploaded(&self, attachments: &[Attachment]) -> Option<Vec<Uploaded>> {
        let running = |attachment: &Attachment| {
            attachment
                .upload
                .with_untracked(|upload| matches!(upload, Upload::Running(_)))
        };
        if attachments.iter().any(running) {
            self.0.state.obstacle.set(Some(Obstacle::Uploading));
            return None;
        }
        let done = attachments
            .iter()
            .filter_map(|attachment| match attachment.upload.get_untracked() {
                Upload::Done(uploaded) => Some(uploaded),
                Upload::Running(_) | Upload::Failed(_) => None,
            });
        Some(done.collect())
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

impl Inner {
    fn told(&self, outcome: Outcome) {
        match outcome {
            Outcome::Accepted(id) => {
                let taken = self.sent.borrow_mut().remove(&id);
                for attachment in taken.map(|sent| sent.attachments).unwrap_or_default() {
                    self.uploads.end(self.state, &attachment.id);
                }
            }
            Outcome::Refused(conversation, id, reason) => self.refused(&conversation, &id, &reason),
        }
    }

    /// Brings a refused message back to where it was written, unless something else stands there by now; then it stays
    /// in the timeline as failed, to be sent again from there.
    fn refused(&self, conversation: &ConversationId, id: &LocalId, reason: &shopbell_sync::Reason) {
        let state = self.state;
        let is_open = state
            .open
            .with_untracked(|open| open.as_ref() == Some(conversation));
        let is_free = state.draft.with_untracked(|draft| !draft.is_sendable(0))
            && state.attachments.with_untracked(Vec::is_empty);
        if !is_open || !is_free {
            return;
        }
        let Some(sent) = self.sent.borrow_mut().remove(id) else {
            return;
        };
        self.office.take(Input::Thread(
            conversation.clone(),
            ThreadInput::Discard(id.clone()),
        ));
        state.draft.update(|draft| draft.restore(sent.draft));
        state.attachments.set(sent.attachments);
        state.obstacle.set(Some(if reason.code == code::THREAD_MOVED_ON {
            Obstacle::MovedOn
        } else {
            Obstacle::Refused(reason.message.clone())
        }));
    }
}

fn is_done(attachment: &Attachment) -> bool {
    attachment
        .upload
        .with_untracked(|upload| matches!(upload, Upload::Done(_)))
}
