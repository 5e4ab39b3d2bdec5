//! One message: drawn by the widget's own components, with what only the business may see around it.

use std::rc::Rc;

use leptos::prelude::*;
use shopbell_protocol::staff::Interaction;
use shopbell_protocol::{ContentKind, Visibility};
use shopbell_sync::TimelineMessage;
use shopbell_widget::dom::list::{Around, list};
use shopbell_widget::dom::{El, Icon, icon};
use shopbell_widget::message::{Entry, Live, MessageContext, entry as drawn};

use super::face::proof;
use super::icon::{Mark, mark};
use super::{Page, wording};
use crate::state::store::Row;
use crate::words;

/// Draws a row; `name` is the participant's.
pub(super) fn entry(page: &Page, name: &ArcMemo<String>, row: &Row) -> El {
    let item = row.item.get_untracked();
    let own = item.message.is_own();
    let note = item.message.visibility == Visibility::Business;
    let apart = matches!(
        item.message.shown.content.kind,
        ContentKind::Minimal(_) | ContentKind::System(_)
    );
    let sender = wording::sender(page, &item, &name.get_untracked());
    let (retry, discard) = (page.actions.clone(), page.actions.clone());
    let (retry_id, discard_id) = (row.id.clone(), row.id.clone());
    let retry = (retry, retry_id);
    let discard = (discard, discard_id);
    let ctx = MessageContext {
        i18n: page.i18n.clone(),
        on_press: None,
    };
    let el = drawn(
        &ctx,
        Entry {
            live: Live::item(row.item.clone()),
            own,
            sender: sender.clone(),
            sender_image: item.message.shown.sender.image_url.clone(),
            show_status: own && !note,
            on_retry: own.then(|| Rc::new(move || retry.0.retry(&retry.1)) as _),
            on_discard: own.then(|| Rc::new(move || discard.0.discard(&discard.1)) as _),
        },
    );
    el.toggle("entry--note", note);
    if item.message.verified {
        prove(page, &el);
    }
    el.maybe(label(page, &sender, own && !apart, note))
        .child(presses(page, row))
}

/// Beside the sender's name: it was proven that they are who they say. Once per group, like the name.
fn prove(page: &Page, entry: &El) {
    if let Ok(Some(sender)) = entry.element().query_selector(".entry__sender") {
        El::adopt(sender).child(proof(page.words));
    }
}

/// Above a message of the business: who wrote it, and that only staff see it.
fn label(page: &Page, sender: &str, with_sender: bool, note: bool) -> Option<El> {
    (with_sender || note).then(|| {
        let lock = note.then(|| {
            El::with_class("span", "note-label")
                .child(mark(Mark::Lock))
                .text(page.words.staff_only)
        });
        let sender = with_sender.then(|| El::new("span").attr("dir", "auto").text(sender));
        El::with_class("p", "entry__label").maybe(sender).maybe(lock)
    })
}

/// Presses of the message's buttons, as they come.
fn presses(page: &Page, row: &Row) -> El {
    let item = row.item.clone();
    let page = page.clone();
    let lines = El::with_class("ul", "presses").attr("aria-live", "polite");
    list(
        &lines,
        move || item.with(|item| item.message.interactions.clone()),
        |press: &Interaction| format!("{} {}", press.created_date, press.button_id),
        move |press| press_line(&page, &press.get_untracked()),
        Around::default(),
    );
    lines
}

fn press_line(page: &Page, press: &Interaction) -> El {
    let words = page.words;
    El::with_class("li", "press")
        .attr("data-testid", "interaction")
        .child(
            El::with_class("span", "press__what")
                .attr("dir", "auto")
                .child(icon(Icon::Check))
                .text(&words::with_name(words.pressed, &press.label)),
        )
        .child(
            El::with_class("time", "press__when")
                .attr("datetime", &press.created_date)
                .attr("title", &page.i18n.date_time(&press.created_date))
                .text(&page.i18n.time(&press.created_date)),
        )
        .child(
            El::with_class("code", "press__id")
                .attr("title", words.interaction_id)
                .attr("dir", "ltr")
                .text(&press.interaction_id),
        )
}
