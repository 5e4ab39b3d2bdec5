//! What was begun, kept in the tab's storage: a reload loses no text. Cards, lines and attachments are not kept.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use shopbell_protocol::{ConversationId, StaffId};
use shopbell_widget::dom::owned_effect;
use shopbell_widget::platform::storage::tab_storage;

use super::draft::Draft;
use super::store::{InboxState, Session};

/// Where in the storage.
const DRAFTS: &str = "shopbell.drafts";

/// The texts of one person.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    /// Whose: nobody else may find them.
    staff: String,
    /// By conversation.
    texts: BTreeMap<String, Texts>,
}

/// Begun in one conversation.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Texts {
    reply: String,
    note: String,
}

/// Keeps the texts of whoever is signed in, until the current owner ends.
pub fn keep(state: InboxState) {
    let storage = tab_storage();
    // Writes them into the storage.
    owned_effect(move || {
        let staff = state.session.with(|session| match session {
            Session::SignedIn(session) => Some(session.staff.id.to_string()),
            Session::Checking | Session::SignedOut { .. } => None,
        });
        let mut texts: BTreeMap<String, Texts> = state.drafts.with(|drafts| {
            let texts = drafts.iter().filter_map(|(id, draft)| Some((id, texts(draft)?)));
            texts.map(|(id, texts)| (id.to_string(), texts)).collect()
        });
        if let Some(open) = state.open.get() {
            // What was put aside for it when it was left last is older.
            texts.remove(open.as_str());
            let begun = state.draft.with(self::texts);
            texts.extend(begun.map(|texts| (open.to_string(), texts)));
        }
        let Some(staff) = staff else { return };
        if texts.is_empty() {
            storage.remove(DRAFTS);
        } else if let Ok(text) = serde_json::to_string(&Kept { staff, texts }) {
            storage.set(DRAFTS, &text);
        }
    });
}

/// Puts back what this person had begun before the page was loaded anew. Before the session is shown.
pub fn restore(state: InboxState, staff: &StaffId) {
    let kept = tab_storage().get(DRAFTS);
    let kept: Kept = kept
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    if kept.staff != staff.as_str() {
        return forget();
    }
    state.drafts.update(|drafts| {
        for (id, texts) in kept.texts {
            let draft = drafts.entry(ConversationId::from(id.as_str())).or_default();
            draft.reply = texts.reply;
            draft.note = texts.note;
        }
    });
}

/// Forgets the texts: with the session ends what belongs to it.
pub fn forget() {
    tab_storage().remove(DRAFTS);
}

fn texts(draft: &Draft) -> Option<Texts> {
    let empty = draft.reply.trim().is_empty() && draft.note.trim().is_empty();
    (!empty).then(|| Texts {
        reply: draft.reply.clone(),
        note: draft.note.clone(),
    })
}
