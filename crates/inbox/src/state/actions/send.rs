//! Sending, and what becomes of what was sent.

use leptos::prelude::*;
use shopbell_protocol::{ClientId, ConversationId, code, validate};
use shopbell_sync::{LocalId, Reason};
use shopbell_widget::platform::{clock, random};

use super::{Actions, Inner, Sent};
use crate::state::desk::{Input, ThreadInput};
use crate::state::draft::{Draft, Uploaded};
use crate::state::field;
use crate::state::store::{Attachment, Obstacle, Upload};

impl Actions {
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
}

impl Inner {
    /// A message is stored: nothing of it has to come back.
    pub(super) fn accepted(&self, id: &LocalId) {
        let taken = self.sent.borrow_mut().remove(id);
        for attachment in taken.map(|sent| sent.attachments).unwrap_or_default() {
            self.uploads.end(self.state, &attachment.id);
        }
    }

    /// Brings a refused message back to where it was written, unless something else stands there by now; then it stays
    /// in the timeline as failed, to be sent again from there.
    pub(super) fn refused(&self, conversation: &ConversationId, id: &LocalId, reason: &Reason) {
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
