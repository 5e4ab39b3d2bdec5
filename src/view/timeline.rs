//! The conversation: what of it is drawn, where one stands in it, and what was looked at.
//!
//! Only a window of the newest lines is on the page; scrolling up widens it, and then asks for older history. The
//! scroller runs from the bottom up (`style/components/timeline.css`), so the newest line stays where it is by itself.

use std::rc::Rc;

use leptos::prelude::*;
use shopbell_sync::{LocalId, TimelineMessage};
use web_sys::HtmlElement;

use crate::dom::list::{Around, list};
use crate::dom::{El, Icon, icon, owned_effect};
use crate::i18n::with_name;
use crate::message::{Entry, Live, MessageContext, avatar, entry};
use crate::state::store::{History, Row};

use super::WidgetProps;
use super::parts::Parts;
use super::rows::{Line, lines, sender_name};

/// Lines on the page while one stands at the newest.
const NEWEST: usize = 60;
/// Lines that come in at the top at once.
const STEP: usize = 40;
/// Closer than this to an end counts as there.
const AT_END_PX: i32 = 32;
/// How far before the oldest line older ones are fetched, so that one seldom sees the end.
const AHEAD_PX: i32 = 600;

/// From where on the conversation is drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Window {
    /// The newest lines.
    #[default]
    Newest,
    /// From this message on.
    From(LocalId),
    /// Everything that is loaded.
    All,
}

impl Window {
    fn start(&self, rows: &[Row]) -> usize {
        let newest = rows.len().saturating_sub(NEWEST);
        match self {
            Self::Newest => newest,
            Self::From(first) => rows.iter().position(|row| row.id == *first).unwrap_or(newest),
            Self::All => 0,
        }
    }

    fn from_index(rows: &[Row], index: usize) -> Self {
        match rows.get(index) {
            Some(row) if index > 0 => Self::From(row.id.clone()),
            Some(_) | None => Self::All,
        }
    }
}

/// Where the reader stands.
#[derive(Clone, Copy)]
struct Place {
    window: RwSignal<Window>,
    /// The newest line when one scrolled away from it; `None` while one stands there.
    left_at: RwSignal<Option<Option<LocalId>>>,
}

impl Place {
    fn at_latest(self) -> bool {
        self.left_at.with(Option::is_none)
    }
}

/// Draws the conversation. The answer takes the reader to the newest line.
pub(super) fn attach(parts: &Parts, props: &WidgetProps) -> Rc<dyn Fn()> {
    let (texts, state) = (props.i18n.texts, props.state);
    let place = Place { window: RwSignal::default(), left_at: RwSignal::new(None) };
    let scroller = parts.timeline.clone().attr("aria-label", texts.messages);

    let known = Memo::new(move |_| state.conversation.with(|conversation| conversation.known));
    let empty = Memo::new(move |_| state.rows.with(Vec::is_empty));
    parts.skeleton.clone().bind_class("skeleton--gone", move || known.get() || !empty.get());
    parts.early.clone().bind_attr("hidden", move || (known.get() || !empty.get()).then(String::new));
    let scroller = scroller.bind_attr("aria-busy", move || (!known.get() && empty.get()).then(|| "true".to_owned()));

    let earlier_shown = Memo::new(move |_| (state.history.get(), place.window.with(|window| *window == Window::All)));
    let on_load_earlier = props.on_load_earlier;
    let content = parts.content.clone();
    let content = content.bind(move || welcome(props_welcome(state, texts), empty.get() && known.get()));
    let content = content.bind(move || earlier(texts.earlier, earlier_shown.get(), on_load_earlier));
    let rows = El::with_class("ol", "timeline__list");
    draw_lines(&rows, &scroller, place, props);
    let typing = props.clone();
    let _content = content.child(rows).bind(move || typing_line(&typing));

    let on_scroll = follow_scroll(scroller.clone(), place, props);
    let _scroller = scroller.clone().on("scroll", move |_| on_scroll());

    let to_latest: Rc<dyn Fn()> = Rc::new(move || {
        place.left_at.set(None);
        place.window.set(Window::Newest);
        scroller.element().set_scroll_top(0);
    });
    latest_button(parts, props, place, Rc::clone(&to_latest));
    report_seen(props, place);
    to_latest
}

fn draw_lines(rows: &El, scroller: &El, place: Place, props: &WidgetProps) {
    let (i18n, state, now_ms) = (props.i18n.clone(), props.state, props.now_ms);
    let today = {
        // A day's heading changes at midnight, not at every tick.
        let i18n = i18n.clone();
        Memo::new(move |_| i18n.local_day(now_ms.get()))
    };
    let items = {
        let i18n = i18n.clone();
        move || {
            today.track();
            let now_ms = now_ms.get_untracked();
            state.rows.with(|rows| {
                let start = place.window.with(|window| window.start(rows));
                lines(rows.get(start..).unwrap_or_default(), &i18n, now_ms)
            })
        }
    };
    let ctx = MessageContext { i18n, on_press: Some(props.on_press) };
    let props = props.clone();
    let make = move |line: ArcRwSignal<Line>| match line.get_untracked() {
        Line::Day { .. } => El::with_class("li", "timeline__day").bind_text(move || {
            line.with(|line| match line {
                Line::Day { text, .. } => text.clone(),
                Line::Message { .. } => String::new(),
            })
        }),
        Line::Message { row, .. } => message(&ctx, &props, row)
            .bind_class("entry--continued", move || {
                line.with(|line| matches!(line, Line::Message { continued: true, .. }))
            }),
    };
    list(rows, items, Line::key, make, hold_place(scroller.clone(), rows.clone(), place));
}

/// Keeps what one reads where it is while lines come in below, for as long as one does not stand at the newest.
fn hold_place(scroller: El, rows: El, place: Place) -> Around {
    let held = Rc::new(std::cell::Cell::new(None::<(El, f64)>));
    let (before, after) = (Rc::clone(&held), held);
    let top = |el: &El| el.element().get_bounding_client_rect().top();
    let scroller_before = scroller.clone();
    Around {
        before: Box::new(move || {
            if untrack(|| place.at_latest()) {
                return;
            }
            let edge = top(&scroller_before);
            let children = rows.element().children();
            let first = (0..children.length())
                .filter_map(|index| children.item(index).map(El::adopt))
                .find(|row| row.element().get_bounding_client_rect().bottom() > edge);
            before.set(first.map(|row| {
                let at = top(&row);
                (row, at)
            }));
        }),
        after: Box::new(move || {
            let Some((row, was)) = after.take() else { return };
            #[expect(clippy::cast_possible_truncation, reason = "pixels on a screen")]
            let moved = (top(&row) - was).round() as i32;
            if moved != 0 && row.element().is_connected() {
                scroller.element().set_scroll_top(scroller.element().scroll_top() + moved);
            }
        }),
    }
}

fn message(ctx: &MessageContext, props: &WidgetProps, row: Row) -> El {
    let (on_retry, on_discard) = (props.on_retry, props.on_discard);
    let (for_retry, for_discard) = (row.id.clone(), row.id.clone());
    let business = props.state.settings.with_untracked(|settings| settings.business_name.clone());
    let (own, sender, sender_image, mine) = row.item.with_untracked(|item| {
        let image = item.message.sender.image_url.clone();
        (item.message.is_own(), sender_name(&ctx.i18n, item, &business), image, item.sequence().is_none())
    });
    let drawn = entry(
        ctx,
        Entry {
            live: Live::item(row.item.clone()),
            own,
            sender,
            sender_image,
            show_status: true,
            on_retry: Some(Callback::new(move |()| on_retry.run(for_retry.clone()))),
            on_discard: Some(Callback::new(move |()| on_discard.run(for_discard.clone()))),
        },
    );
    let news = mine || untrack(|| props.state.arrived.with(|arrived| arrived.as_ref() == Some(&row)));
    drawn.toggle("entry--arrived", news);
    drawn
}

fn props_welcome(state: crate::state::store::WidgetState, texts: &'static crate::i18n::Texts) -> Welcome {
    let (name, image_url, text) = state.settings.with(|settings| {
        (settings.business_name.clone(), settings.business_image_url.clone(), settings.welcome_text.clone())
    });
    Welcome { name, image_url, title: texts.welcome_title, text: text.unwrap_or_else(|| texts.welcome_text.to_owned()) }
}

struct Welcome {
    name: String,
    image_url: Option<String>,
    title: &'static str,
    text: String,
}

fn welcome(welcome: Welcome, shown: bool) -> Option<El> {
    shown.then(|| {
        El::with_class("div", "empty")
            .child(avatar(&welcome.name, welcome.image_url.as_deref()).class("avatar--large"))
            .child(El::with_class("h2", "empty__title").text(welcome.title))
            .child(El::with_class("p", "empty__text").attr("dir", "auto").text(&welcome.text))
    })
}

/// The way to older history for those who do not scroll, and the sign that it is on its way.
fn earlier(label: &'static str, (history, all): (History, bool), on_load: Callback<()>) -> Option<El> {
    let inside = match history {
        History::Unknown | History::Complete => return None,
        History::Loading => El::with_class("span", "spinner"),
        History::More if !all => return None,
        History::More | History::Failed => El::with_class("button", "timeline__more")
            .attr("type", "button")
            .text(label)
            .on("click", move |_| on_load.run(())),
    };
    Some(El::with_class("div", "timeline__earlier").child(inside))
}

fn typing_line(props: &WidgetProps) -> Option<El> {
    let texts = props.i18n.texts;
    let typist = props.state.typing.get()?;
    let business = untrack(|| props.state.settings.with(|settings| settings.business_name.clone()));
    let words = typist.name.as_deref().map_or(texts.typing.to_owned(), |name| with_name(texts.name_typing, name));
    let dots = El::with_class("span", "typing__dots")
        .attr("aria-hidden", "true")
        .children((0..3).map(|_| El::with_class("span", "typing__dot")));
    Some(
        El::with_class("div", "typing")
            .attr("data-testid", "typing")
            .child(avatar(typist.name.as_deref().unwrap_or(&business), None))
            .child(dots)
            .child(El::with_class("span", "visually-hidden").text(&words)),
    )
}

fn follow_scroll(scroller: El, place: Place, props: &WidgetProps) -> impl Fn() + 'static {
    let (state, on_load_earlier) = (props.state, props.on_load_earlier);
    move || {
        let element: &HtmlElement = scroller.cast();
        // Counted from the bottom up: 0 at the newest line, negative above.
        let above = -element.scroll_top();
        let to_oldest = element.scroll_height() - element.client_height() - above;
        untrack(|| {
            if above <= AT_END_PX {
                if !place.at_latest() {
                    place.left_at.set(None);
                    place.window.set(Window::Newest);
                }
                return;
            }
            if place.at_latest() {
                place.left_at.set(Some(state.rows.with(|rows| rows.last().map(|row| row.id.clone()))));
                let first = state.rows.with(|rows| Window::from_index(rows, Window::Newest.start(rows)));
                place.window.set(first);
            }
            if to_oldest < AHEAD_PX {
                let start = state.rows.with(|rows| place.window.with(|window| window.start(rows)));
                if start > 0 {
                    let wider = state.rows.with(|rows| Window::from_index(rows, start.saturating_sub(STEP)));
                    place.window.set(wider);
                } else if state.history.get() == History::More {
                    on_load_earlier.run(());
                }
            }
        });
    }
}

fn latest_button(parts: &Parts, props: &WidgetProps, place: Place, to_latest: Rc<dyn Fn()>) {
    let (i18n, state) = (props.i18n.clone(), props.state);
    let away = Memo::new(move |_| !place.at_latest());
    let news = Memo::new(move |_| {
        let Some(left_at) = place.left_at.get() else { return 0 };
        state.rows.with(|rows| {
            let since = rows.iter().rev().take_while(|row| Some(&row.id) != left_at.as_ref());
            since.filter(|row| row.item.with_untracked(|item| !item.message.is_own())).count()
        })
    });
    let _frame = parts.frame.clone().bind(move || {
        away.get().then(|| {
            let to_latest = Rc::clone(&to_latest);
            let (for_label, for_count) = (i18n.clone(), i18n.clone());
            El::with_class("button", "timeline__latest")
                .attr("type", "button")
                .bind_attr("aria-label", move || {
                    let count = u32::try_from(news.get()).unwrap_or(u32::MAX);
                    let texts = for_label.texts;
                    let more = (count > 0).then(|| for_label.plural(texts.new_messages, count));
                    Some(more.map_or(texts.latest.to_owned(), |more| format!("{} ({more})", texts.latest)))
                })
                .child(icon(Icon::Down))
                .bind(move || {
                    let count = news.get();
                    #[expect(clippy::cast_precision_loss, reason = "a count of lines on screen")]
                    (count > 0).then(|| El::new("span").text(&for_count.number(count as f64)))
                })
                .on("click", move |_| to_latest())
        })
    });
}

/// Tells the app how far the visitor has looked: only while the panel is in sight and its newest line on screen.
fn report_seen(props: &WidgetProps, place: Place) {
    let (state, visible, on_seen) = (props.state, props.visible, props.on_seen);
    let newest = Memo::new(move |_| {
        state.rows.with(|rows| {
            let mut newest_first = rows.iter().rev();
            newest_first.find_map(|row| {
                row.item.with_untracked(|item| item.sequence().filter(|_| !item.message.is_own()))
            })
        })
    });
    // Outside: the server is told.
    owned_effect(move || {
        if let Some(sequence) = newest.get().filter(|_| visible.get() && place.at_latest()) {
            untrack(|| on_seen.run(sequence));
        }
    });
}
