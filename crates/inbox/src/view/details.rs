//! What is known of the participant, with the ids that programs use. Follows what is learned while it stands there.

use leptos::prelude::*;
use shopbell_protocol::staff::{ConversationSummary, Merge};
use shopbell_protocol::{ConversationId, ParticipantId, Sequence};
use shopbell_widget::dom::{El, Icon, icon};

use super::face::{face, proof};
use super::{Page, wording};
use crate::state::person;
use crate::words;

/// Draws it; `None` for a conversation that is not in the list.
pub(super) fn details(page: &Page, id: &ConversationId) -> Option<El> {
    let (state, words, shown) = (page.state, page.words, page.details);
    state.roster.with_untracked(|roster| roster.get(id).map(|_| ()))?;
    let row = {
        let id = id.clone();
        // Only what is drawn once for each change: a message changes the date, which follows by itself.
        ArcMemo::new(move |_| {
            let mut row = state.roster.with(|roster| roster.get(&id).cloned())?;
            row.updated_date.clear();
            row.preview_text.clear();
            row.unread_count = 0;
            row.last_sequence = row.joined_sequence;
            row.online = false;
            Some(row)
        })
    };
    let (date_id, i18n) = (id.clone(), page.i18n.clone());
    let activity = move || {
        state.roster.with(|roster| {
            roster
                .get(&date_id)
                .map(|row| i18n.date_time(&row.updated_date))
                .unwrap_or_default()
        })
    };
    let close = El::with_class("button", "tool")
        .attr("type", "button")
        .attr("aria-label", words.close)
        .child(icon(Icon::Close))
        .on("click", move |_| shown.set(false));
    let (who_row, known_row, joined_row) = (row.clone(), row.clone(), row);
    let (who_page, known_page, joined_page) = (page.clone(), page.clone(), page.clone());
    let joined = ArcMemo::new(move |_| {
        joined_row.with(|row| {
            let row = row.as_ref().filter(|row| row.joined_sequence > Sequence(0))?;
            Some((row.conversation.id.clone(), row.joined_sequence))
        })
    });
    Some(
        El::with_class("aside", "details")
            .attr("aria-label", words.details)
            .child(El::with_class("div", "details__head").child(close))
            .bind(move || Some(who(&who_page, who_row.get().as_ref()?)))
            .child(
                El::with_class("div", "details__lists")
                    .bind(move || Some(known(&known_page, known_row.get().as_ref()?)))
                    .child(
                        El::with_class("dl", "details__list")
                            .child(term(words.last_activity, El::new("dd").bind_text(activity))),
                    )
                    .bind(move || Some(merges(&joined_page, &joined.get()?.0))),
            )
            .child(El::with_class("p", "details__hint").text(words.ids_hint)),
    )
}

fn who(page: &Page, row: &ConversationSummary) -> El {
    let words = page.words;
    let conversation = &row.conversation;
    let name = wording::participant(words, conversation);
    let kind = match conversation.participant {
        ParticipantId::AnonymousVisitor(_) | ParticipantId::Unsupported { .. } => words.kind_visitor,
        ParticipantId::Contact(_) => words.kind_contact,
        ParticipantId::Member(_) => words.kind_member,
    };
    let claims = row.person.email.is_some() || person::given_name(conversation).is_some();
    let trust = if row.person.verified {
        Some(El::with_class("p", "details__trust details__trust--proven").text(words.person_verified))
    } else {
        claims.then(|| El::with_class("p", "details__trust").text(words.person_claimed))
    };
    El::with_class("div", "details__who")
        .child(face(conversation, &name, "large"))
        .child(
            El::with_class("p", "details__name")
                .child(El::new("span").attr("dir", "auto").text(&name))
                .maybe(row.person.verified.then(|| proof(words))),
        )
        .child(El::with_class("p", "details__kind").text(kind))
        .maybe(trust)
}

/// Mail and ids.
fn known(page: &Page, row: &ConversationSummary) -> El {
    let (words, conversation) = (page.words, &row.conversation);
    let email = row.person.email.as_deref().map(|email| {
        let link = El::new("a")
            .attr("href", &format!("mailto:{}", mail_address(email)))
            .attr("dir", "ltr")
            .text(email);
        term(words.person_email, El::new("dd").child(link))
    });
    let subject = row.person.subject.as_deref();
    El::with_class("dl", "details__list")
        .maybe(email)
        .maybe(subject.map(|subject| term(words.member_number, code(subject))))
        .child(term(words.participant_id, code(conversation.participant.guid())))
        .child(term(words.conversation_id, code(conversation.id.as_str())))
}

/// The conversations that became part of this one, once the server has told them.
fn merges(page: &Page, id: &ConversationId) -> El {
    let (words, i18n) = (page.words, page.i18n.clone());
    let merges = page.actions.load_merges(id);
    El::with_class("dl", "details__list details__joined").bind(move || {
        let merges = merges.get();
        (!merges.is_empty()).then(|| {
            let lines = merges.iter().map(|merge: &Merge| {
                let mark = person::mark(&merge.participant);
                let text = words::with_name(words.joined_from, &words::with_name(words.visitor, &mark));
                El::with_class("dd", "details__value")
                    .attr("title", merge.conversation_id.as_str())
                    .text(&text.replace("{date}", &i18n.date_time(&merge.created_date)))
            });
            El::new("div")
                .child(El::with_class("dt", "details__term").text(words.joined_term))
                .children(lines)
        })
    })
}

fn term(term: &str, value: El) -> El {
    El::new("div")
        .child(El::with_class("dt", "details__term").text(term))
        .child(value.class("details__value"))
}

fn code(text: &str) -> El {
    El::with_class("dd", "details__value--code")
        .attr("dir", "ltr")
        .text(text)
}

/// What would begin something else in the address of a mail is left out: headers, a second recipient.
fn mail_address(email: &str) -> String {
    email
        .chars()
        .filter(|c| !matches!(c, '?' | '&' | '%' | '#' | ',' | ';') && !c.is_whitespace() && !c.is_control())
        .collect()
}
