//! The conversation: what of it is drawn, where one stands in it, and what was looked at.
//!
//! Only a window of lines is on the page: the newest, or those around where one reads. Scrolling moves it, and at its top
//! asks for older history. The scroller runs from the bottom up (`style/components/timeline.css`), so the newest line stays
//! where it is by itself.

use std::rc::Rc;

use leptos::prelude::*;
use shopbell_sync::{LocalId, TimelineMessage};

use crate::dom::hold::hold_place;
use crate::dom::list::list;
use crate::dom::{ArcField, Condition, El, Icon, icon, owned_effect};
use crate::lazy;
use crate::message::{Entry, Live, MessageContext, entry};
use crate::state::store::{Row, WidgetState};

use super::WidgetProps;
use super::asides::{earlier, typing_line, welcome};
use super::parts::Parts;
use super::place::{Place, Stand, Window, follow_scroll};
use super::rows::{Line, Lines, sender_name};

/// Draws the conversation. The answer takes the reader to the newest line.
pub(super) fn attach(parts: &Parts, props: &WidgetProps) -> Rc<dyn Fn()> {
    let (texts, state) = (props.i18n.texts, props.state);
    let place = Place::new();
    let scroller = parts.timeline.clone().attr("aria-label", texts.messages);

    let known = move || state.conversation.with(|conversation| conversation.known);
    let empty = move || state.rows.with(Vec::is_empty);
    let (skeleton, early, busy) = (parts.skeleton.clone(), parts.early.clone(), scroller.clone());
    owned_effect(move || {
        let waits = !known() && empty();
        skeleton.set("hidden", (!waits).then_some(""));
        early.set("hidden", (!waits).then_some(""));
        busy.set("aria-busy", waits.then_some("true"));
    });

    let all_shown = Condition::new(move || {
        let range = state
            .rows
            .with(|rows| place.window.with(|window| window.range(rows)));
        range.start == 0
    });
    let on_load_earlier = props.on_load_earlier;
    let (for_welcome, for_typing) = (props.clone(), props.clone());
    let content = parts
        .content
        .clone()
        .bind(move || (known() && empty()).then(|| welcome(&for_welcome)))
        .bind(move || {
            earlier(
                texts.earlier,
                state.history.get(),
                all_shown.get(),
                on_load_earlier,
            )
        });
    let rows = El::with_class("ol", "timeline__list");
    let follow = follow_scroll(scroller.clone(), place, props);
    draw_lines(&rows, &scroller, place, props, Rc::clone(&follow));
    content.child(rows).bind(move || typing_line(&for_typing));

    scroller.clone().on("scroll", move |_| follow());

    let to_latest: Rc<dyn Fn()> = Rc::new(move || {
        place.stand.set(Stand::Latest);
        place.window.set(Window::Newest);
        scroller.element().set_scroll_top(0);
    });
    latest_button(parts, props, place, Rc::clone(&to_latest));
    report_seen(props, place);
    to_latest
}

fn draw_lines(rows: &El, scroller: &El, place: Place, props: &WidgetProps, follow: Rc<dyn Fn()>) {
    let (i18n, state, now_ms) = (props.i18n.clone(), props.state, props.now_ms);
    let items = {
        let lines = Lines::new(i18n.clone());
        move || {
            // A tick may be the one at midnight, when the headings of days change.
            let now_ms = now_ms.get();
            state.rows.with(|rows| {
                let range = place.window.with(|window| window.range(rows));
                lines.of(rows.get(range).unwrap_or_default(), now_ms)
            })
        }
    };
    let ctx = MessageContext {
        i18n,
        on_press: Some(props.on_press),
    };
    let props = props.clone();
    let make = move |line: ArcField<Line>| match line.get_untracked() {
        Line::Day { .. } => El::with_class("li", "timeline__day").bind_text(move || {
            line.with(|line| match line {
                Line::Day { text, .. } => text.clone(),
                Line::Message { .. } => String::new(),
            })
        }),
        Line::Message { row, .. } => message(&ctx, &props, row).bind_class("entry--continued", move || {
            line.with(|line| matches!(line, Line::Message { continued: true, .. }))
        }),
    };
    let mut around = hold_place(scroller.clone(), rows.clone(), move || {
        untrack(|| place.at_latest())
    });
    let hold = around.after;
    around.after = Box::new(move || {
        hold();
        // What came may not fill the screen, and then nothing would scroll. Later, because this is an effect.
        let follow = Rc::clone(&follow);
        leptos::task::spawn_local(async move { follow() });
    });
    list(rows, items, Line::key, make, around);
}

fn message(ctx: &MessageContext, props: &WidgetProps, row: Row) -> El {
    let (on_retry, on_discard) = (props.on_retry, props.on_discard);
    let (for_retry, for_discard) = (row.id.clone(), row.id.clone());
    let business = props
        .state
        .settings
        .with_untracked(|settings| settings.business_name.clone());
    let (own, sender, sender_image, mine) = row.item.with_untracked(|item| {
        let image = item.message.sender.image_url.clone();
        (
            item.message.is_own(),
            sender_name(&ctx.i18n, item, &business),
            image,
            item.sequence().is_none(),
        )
    });
    let drawn = entry(
        ctx,
        Entry {
            live: Live::item(row.item.clone()),
            own,
            sender,
            sender_image,
            show_status: true,
            on_retry: Some(Rc::new(move || on_retry.run(for_retry.clone()))),
            on_discard: Some(Rc::new(move || on_discard.run(for_discard.clone()))),
        },
    );
    let news = mine || untrack(|| props.state.arrived.with(|arrived| arrived.as_ref() == Some(&row)));
    drawn.toggle("entry--arrived", news);
    if mine {
        return drawn.bind(uploads(props, row.id));
    }
    drawn
}

/// Files of a message that are on their way up.
fn uploads(props: &WidgetProps, message: LocalId) -> impl Fn() -> Option<El> + 'static {
    let props = props.clone();
    move || {
        let any = props
            .state
            .uploads
            .with(|all| all.iter().any(|file| file.id == message));
        any.then(|| {
            let place = El::new("div");
            let (drawn, props, message) = (place.clone(), props.clone(), message.clone());
            lazy::with(lazy::files, move |parts| {
                drawn.append((parts.draw.uploads)(&props, &message).element());
            });
            place
        })
    }
}

fn latest_button(parts: &Parts, props: &WidgetProps, place: Place, to_latest: Rc<dyn Fn()>) {
    let (i18n, state) = (props.i18n.clone(), props.state);
    let away = Condition::new(move || !place.at_latest());
    parts.frame.clone().bind(move || {
        away.get().then(|| {
            let (to_latest, i18n) = (Rc::clone(&to_latest), i18n.clone());
            let count = El::new("span");
            let button = El::with_class("button", "timeline__latest")
                .attr("type", "button")
                .child(icon(Icon::Down))
                .child(count.clone())
                .on("click", move |_| to_latest());
            let named = button.clone();
            owned_effect(move || {
                let latest = i18n.texts.latest;
                let (label, number) = match news(state, place) {
                    0 => (latest.to_owned(), String::new()),
                    news => (
                        [latest, " (", &i18n.plural(i18n.texts.new_messages, news), ")"].concat(),
                        i18n.number(f64::from(news)),
                    ),
                };
                named.set("aria-label", Some(&label));
                count.set_text(&number);
            });
            button
        })
    });
}

/// Messages of the other side that came since the reader left the newest line.
fn news(state: WidgetState, place: Place) -> u32 {
    let Stand::Away(left_at) = place.stand.get() else {
        return 0;
    };
    state.rows.with(|rows| {
        let newest_first = rows.iter().rev();
        let since = newest_first.take_while(|row| Some(&row.id) != left_at.as_ref());
        let theirs = since.filter(|row| row.item.with_untracked(|item| !item.message.is_own()));
        u32::try_from(theirs.count()).unwrap_or(u32::MAX)
    })
}

/// Tells the app how far the visitor has looked: only while the panel is in sight and its newest line on screen.
fn report_seen(props: &WidgetProps, place: Place) {
    let (state, visible, on_seen) = (props.state, props.visible.clone(), props.on_seen);
    let mut told = None;
    // Outside: the server is told.
    owned_effect(move || {
        let newest = state.rows.with(|rows| {
            let mut newest_first = rows.iter().rev();
            newest_first.find_map(|row| {
                row.item
                    .with_untracked(|item| item.sequence().filter(|_| !item.message.is_own()))
            })
        });
        let looks = visible.get() && place.at_latest();
        if let Some(sequence) = newest.filter(|newest| looks && told != Some(*newest)) {
            told = newest;
            untrack(|| on_seen.run(sequence));
        }
    });
}
