//! What is known of the participant, with the ids that programs use.

use leptos::prelude::*;
use shopbell_protocol::{ConversationId, ParticipantId};
use shopbell_widget::dom::{El, Icon, icon};

use super::face::face;
use super::{Page, wording};

/// Draws it; `None` for a conversation that is not in the list.
pub(super) fn details(page: &Page, id: &ConversationId) -> Option<El> {
    let (state, words, shown) = (page.state, page.words, page.details);
    let row = state.roster.with_untracked(|roster| roster.get(id).cloned())?;
    let conversation = row.conversation;
    let name = wording::participant(words, &conversation);
    let kind = match conversation.participant {
        ParticipantId::AnonymousVisitor(_) | ParticipantId::Unsupported { .. } => words.kind_visitor,
        ParticipantId::Contact(_) => words.kind_contact,
        ParticipantId::Member(_) => words.kind_member,
    };
    let term = |term: &str, value: El| {
        El::new("div")
            .child(El::with_class("dt", "details__term").text(term))
            .child(value.class("details__value"))
    };
    let (date_id, i18n) = (id.clone(), page.i18n.clone());
    let activity = El::new("dd").bind_text(move || {
        state.roster.with(|roster| {
            roster
                .get(&date_id)
                .map(|row| i18n.date_time(&row.updated_date))
                .unwrap_or_default()
        })
    });
    let code = |text: &str| {
        El::with_class("dd", "details__value--code")
            .attr("dir", "ltr")
            .text(text)
    };
    let close = El::with_class("button", "tool")
        .attr("type", "button")
        .attr("aria-label", words.close)
        .child(icon(Icon::Close))
        .on("click", move |_| shown.set(false));
    Some(
        El::with_class("aside", "details")
            .attr("aria-label", words.details)
            .child(El::with_class("div", "details__head").child(close))
            .child(
                El::with_class("div", "details__who")
                    .child(face(&conversation, &name, "large"))
                    .child(
                        El::with_class("p", "details__name")
                            .attr("dir", "auto")
                            .text(&name),
                    )
                    .child(El::with_class("p", "details__kind").text(kind)),
            )
            .child(
                El::with_class("dl", "details__list")
                    .child(term(words.last_activity, activity))
                    .child(term(words.participant_id, code(conversation.participant.guid())))
                    .child(term(words.conversation_id, code(conversation.id.as_str()))),
            )
            .child(El::with_class("p", "details__hint").text(words.ids_hint)),
    )
}
