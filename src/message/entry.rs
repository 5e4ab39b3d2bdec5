//! One row of a timeline: sender, bubbles, badges, time, status.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::untrack;
use shopbell_protocol::{ContentKind, ShownBadge, ShownContent};
use shopbell_sync::item::Status;

use crate::dom::{Condition, El, Icon, icon, owned_effect};

use super::{Live, MessageContext, avatar, content, image, kind_name};

/// What a row is drawn from.
pub struct Entry {
    /// The message.
    pub live: Live,
    /// The reader's own side wrote it: it stands at the end of the line.
    pub own: bool,
    /// Display name of the sender.
    pub sender: String,
    /// The sender's avatar; `None` draws initials.
    pub sender_image: Option<String>,
    /// Whether the status of an own message is told.
    pub show_status: bool,
    /// Sends a failed message again.
    pub on_retry: Option<Rc<dyn Fn()>>,
    /// Gives a failed message up.
    pub on_discard: Option<Rc<dyn Fn()>>,
}

/// Draws a row: a list item. Its caller sets the class `entry--continued` while it goes on from the row before (the same
/// sender, shortly after), so that name and picture stand once per group.
pub fn entry(ctx: &MessageContext, entry: Entry) -> El {
    let centered = entry.live.read(|message, _| {
        matches!(
            message.content.kind,
            ContentKind::Minimal(_) | ContentKind::System(_)
        )
    });
    let class = match (centered, entry.own) {
        (true, _) => "entry entry--center",
        (false, true) => "entry entry--own",
        (false, false) => "entry entry--other",
    };
    let row = El::with_class("li", class);
    let name = El::with_class("p", "entry__sender")
        .attr("dir", "auto")
        .text(&entry.sender);
    name.toggle("visually-hidden", entry.own || centered);
    let row = row.child(name);
    let picture = (!entry.own && !centered)
        .then(|| avatar(&entry.sender, entry.sender_image.as_deref()).class("entry__avatar"));
    row.maybe(picture)
        .child(body(ctx, &entry.live))
        .child(meta(ctx, entry, centered))
}

/// The bubbles. Drawn anew only when what the message says has changed, which an acknowledgement does not do.
fn body(ctx: &MessageContext, live: &Live) -> El {
    let said: Rc<RefCell<Option<ShownContent>>> = Rc::default();
    let changed = {
        let (live, said, mut side) = (live.clone(), Rc::clone(&said), false);
        // Another answer each time that it says something else.
        Condition::new(move || {
            let now = live.content();
            if said.borrow().as_ref() != Some(&now) {
                said.replace(Some(now));
                side = !side;
            }
            side
        })
    };
    let (ctx, live) = (ctx.clone(), live.clone());
    El::with_class("div", "entry__parts").bind(move || {
        changed.get();
        let said = said.borrow().clone()?;
        // Only a change of the words above draws anew; what is bound inside follows by itself.
        untrack(|| {
            let kind = kind_name(&said.kind);
            let parts = content(&ctx, &live, said)
                .into_iter()
                .map(|part| message(&live, kind).child(part));
            let badges = live.read(|message, _| message.badges.clone());
            Some(
                El::with_class("div", "entry__body")
                    .children(parts)
                    .children(badges.into_iter().filter_map(badge)),
            )
        })
    })
}

/// The wrapper that names a bubble for tests and for style.
fn message(live: &Live, kind: &str) -> El {
    let direction = live.read(|message, _| message.direction.as_str().to_owned());
    let el = El::with_class("div", "message")
        .attr("data-testid", "message")
        .attr("data-kind", kind)
        .attr("data-direction", &direction);
    let (named, live) = (el.clone(), live.clone());
    owned_effect(move || {
        live.read(|message, status| {
            named.set("data-sequence", Some(&message.sequence.0.to_string()));
            named.set("data-status", Some(status.as_str()));
        });
    });
    el
}

fn badge(badge: ShownBadge) -> Option<El> {
    let text = badge.text.filter(|text| !text.trim().is_empty());
    let mark = image::decoration("badge__icon", badge.icon_url.as_deref());
    (text.is_some() || mark.is_some()).then(|| {
        El::with_class("span", "badge")
            .maybe(mark)
            .maybe(text.map(|text| El::new("span").attr("dir", "auto").text(&text)))
    })
}

fn meta(ctx: &MessageContext, entry: Entry, centered: bool) -> El {
    let (i18n, live) = (ctx.i18n.clone(), entry.live.clone());
    let failed = {
        let live = entry.live.clone();
        move || live.read(|_, status| matches!(status, Status::Failed { .. }))
    };
    let time = El::new("time");
    let row = El::with_class("div", "entry__meta").bind_class("entry__meta--failed", failed);
    row.toggle("visually-hidden", centered);
    let shown = time.clone();
    owned_effect(move || {
        let date = live.read(|message, _| message.created_date.clone());
        shown.set("datetime", Some(&date));
        shown.set("title", Some(&i18n.date_time(&date)));
        shown.set_text(&i18n.time(&date));
    });
    let row = row.child(time);
    if !(entry.own && entry.show_status) {
        return row;
    }
    let ctx = ctx.clone();
    row.bind(move || {
        let status = entry.live.read(|_, status| status.clone());
        Some(match status {
            Status::Failed { can_retry, .. } => {
                failure(&ctx, can_retry, entry.on_retry.clone(), entry.on_discard.clone())
            }
            Status::Received => return None,
            Status::Sending => told(ctx.i18n.texts.sending, Icon::Clock, "sending"),
            Status::Sent => told(ctx.i18n.texts.sent, Icon::Check, "sent"),
            Status::Delivered => told(ctx.i18n.texts.delivered, Icon::CheckTwice, "delivered"),
            Status::Seen => told(ctx.i18n.texts.seen, Icon::CheckTwice, "seen"),
        })
    })
}

fn told(text: &str, mark: Icon, name: &str) -> El {
    El::with_class("span", "entry__status")
        .attr("data-status", name)
        .child(icon(mark))
        .text(text)
}

fn failure(
    ctx: &MessageContext,
    can_retry: bool,
    on_retry: Option<Rc<dyn Fn()>>,
    on_discard: Option<Rc<dyn Fn()>>,
) -> El {
    let texts = ctx.i18n.texts;
    let button = |label: &str, callback: Option<Rc<dyn Fn()>>| {
        callback.map(|callback| {
            El::with_class("button", "entry__retry")
                .attr("type", "button")
                .text(label)
                .on("click", move |_| callback())
        })
    };
    El::with_class("span", "entry__status")
        .attr("data-status", "failed")
        .child(icon(Icon::Alert))
        .text(texts.not_sent)
        .maybe(can_retry.then(|| button(texts.retry, on_retry)).flatten())
        .maybe(button(texts.discard, on_discard))
}
