//! One line of the conversation list.

use leptos::prelude::*;
use shopbell_protocol::staff::ConversationSummary;
use shopbell_widget::dom::{ArcField, El};
use web_sys::Event;

use super::face::{face, proof};
use super::{Page, focus, wording};
use crate::words::{self, Words};

/// Draws it; `row` may change under its key.
pub(super) fn row(page: &Page, row: ArcField<ConversationSummary>) -> El {
    let state = page.state;
    let words = page.words;
    let first = row.get_untracked();
    let id = first.conversation.id.clone();

    let (open_id, typing_id, draft_id) = (id.clone(), id.clone(), id.clone());
    let current = ArcMemo::new(move |_| state.open.with(|open| open.as_ref() == Some(&open_id)));
    let typing = ArcMemo::new(move |_| {
        state
            .typing
            .with(|typing| typing.get(&typing_id).is_some_and(|who| who.participant))
    });
    let open_now = current.clone();
    let draft = ArcMemo::new(move |_| {
        if open_now.get() {
            return None;
        }
        state
            .drafts
            .with(|drafts| drafts.get(&draft_id).map(|draft| draft.preview().to_owned()))
    });

    let unread = {
        let row = row.clone();
        ArcMemo::new(move |_| row.with(|row| row.unread_count))
    };
    let (unread_class, unread_shown) = (unread.clone(), unread);
    let (for_face, for_name, for_time, for_text) = (row.clone(), row.clone(), row.clone(), row);
    let proven = {
        let row = for_name.clone();
        ArcMemo::new(move |_| row.with(|row| row.person.verified))
    };
    let (face_page, name_page, time_page) = (page.clone(), page.clone(), page.clone());
    let (typing_class, draft_class, draft_text) = (typing.clone(), draft.clone(), draft);

    let actions = page.actions.clone();
    let target = id.clone();
    let button = El::with_class("button", "row");
    let (root, itself) = (page.root.clone(), button.clone());
    button
        .attr("type", "button")
        .attr("data-conversation", id.as_str())
        .bind_attr("aria-current", move || current.get().then(|| "true".to_owned()))
        .bind_class("row--unread", move || unread_class.get() > 0)
        .on("click", move |_: Event| {
            actions.open(target.clone());
            focus::messages_unless_seen(&root, &itself);
        })
        .bind(move || Some(avatar(&face_page, &for_face)))
        .child(
            El::with_class("span", "row__name")
                .child(
                    El::with_class("span", "row__said")
                        .attr("dir", "auto")
                        .bind_text(move || {
                            for_name.with(|row| wording::participant(name_page.words, &row.conversation))
                        }),
                )
                .bind(move || proven.get().then(|| proof(words))),
        )
        .child(
            El::with_class("time", "row__time")
                .bind_text(move || for_time.with(|row| wording::age(&time_page, &row.updated_date))),
        )
        .child(
            El::with_class("span", "row__text")
                .attr("dir", "auto")
                .bind_class("row__text--typing", {
                    let typing = typing_class.clone();
                    move || typing.get()
                })
                .bind_class("row__text--draft", move || {
                    !typing_class.get()
                        && draft_class.with(|text| text.as_ref().is_some_and(|text| !text.is_empty()))
                })
                .bind_text(move || {
                    if typing.get() {
                        return words.typing.to_owned();
                    }
                    match draft_text.get().filter(|text| !text.is_empty()) {
                        Some(text) => words::with_name(words.preview_draft, &text),
                        None => for_text.with(|row| preview(words, row)),
                    }
                }),
        )
        .bind(move || {
            let count = unread_shown.get();
            (count > 0).then(|| {
                let shown = if count > 99 {
                    "99+".to_owned()
                } else {
                    count.to_string()
                };
                El::with_class("span", "row__count")
                    .attr("data-testid", "unread")
                    .child(El::new("span").attr("aria-hidden", "true").text(&shown))
                    .child(
                        El::with_class("span", "visually-hidden")
                            .text(&words::with_number(words.unread, &count.to_string())),
                    )
            })
        })
}

fn avatar(page: &Page, row: &ArcField<ConversationSummary>) -> El {
    // Only what the picture shows, so that a new message does not draw it anew.
    let seen = {
        let row = row.clone();
        ArcMemo::new(move |_| row.with(|row| row.online))
    };
    let online = page.words.online;
    let conversation = row.with(|row| row.conversation.clone());
    let name = wording::participant(page.words, &conversation);
    El::with_class("span", "row__avatar")
        .child(face(&conversation, &name, ""))
        .bind(move || {
            seen.get().then(|| {
                El::with_class("span", "face__dot")
                    .child(El::with_class("span", "visually-hidden").text(online))
            })
        })
}

/// The line below the name: what was said last, or a word for it where it has no text.
fn preview(words: &Words, row: &ConversationSummary) -> String {
    let text = match row.preview_text.trim() {
        "" if row.last_sequence.0 == 0 => return words.preview_none.to_owned(),
        "" => wording::kind(words, row.preview_kind),
        text => text,
    };
    if row.preview_from_business {
        words::with_name(words.preview_own, text)
    } else {
        text.to_owned()
    }
}
