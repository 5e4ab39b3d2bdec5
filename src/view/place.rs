//! Where the reader stands in the conversation, and which part of it is drawn.

use std::ops::Range;
use std::rc::Rc;

use leptos::prelude::*;
use shopbell_sync::LocalId;
use web_sys::HtmlElement;

use crate::dom::{El, Field};
use crate::state::store::{History, Row, WidgetState};

use super::WidgetProps;

/// Messages on the page while one stands at the newest: at least this many.
const NEWEST: usize = 40;
/// The first ones leave so many at once, so that nearly always a new message only adds a line.
const LEAVE: usize = 20;
/// Messages on the page while one stands further up: never more, however long the conversation.
const MOST: usize = 70;
/// By so many the window moves at once.
const STEP: usize = 20;
/// Closer than this to an end counts as there.
const AT_END_PX: i32 = 32;
/// How far before the oldest line older ones are fetched, so that one seldom sees the end.
const AHEAD_PX: i32 = 600;
/// The same towards the newest. Less, so that one move of the window never asks for the opposite one.
const BEHIND_PX: i32 = 200;

/// Which part of the conversation is drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Window {
    /// The newest lines.
    #[default]
    Newest,
    /// From this message on, as many as there may be.
    From(LocalId),
}

impl Window {
    /// The places of the messages that are drawn.
    pub(super) fn range(&self, rows: &[Row]) -> Range<usize> {
        let newest = rows.len().saturating_sub(NEWEST) / LEAVE * LEAVE;
        let start = match self {
            Self::Newest => return newest..rows.len(),
            Self::From(first) => rows.iter().position(|row| row.id == *first).unwrap_or(newest),
        };
        start..rows.len().min(start + MOST)
    }

    fn from_index(rows: &[Row], index: usize) -> Self {
        rows.get(index)
            .map_or(Self::Newest, |row| Self::From(row.id.clone()))
    }
}

/// Whether the reader follows the newest line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stand {
    /// There.
    Latest,
    /// Further up; this was the newest line when they left.
    Away(Option<LocalId>),
}

/// Where the reader stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) window: Field<Window>,
    pub(super) stand: Field<Stand>,
}

impl Place {
    pub(super) fn new() -> Self {
        Self {
            window: Field::default(),
            stand: Field::new(Stand::Latest),
        }
    }

    pub(super) fn at_latest(self) -> bool {
        self.stand.with(|stand| *stand == Stand::Latest)
    }
}

/// Looks where the reader stands: at the newest line, away from it, near the oldest.
pub(super) fn follow_scroll(scroller: El, place: Place, props: &WidgetProps) -> Rc<dyn Fn()> {
    let (state, on_load_earlier) = (props.state, props.on_load_earlier);
    Rc::new(move || {
        // It may come after the panel has gone.
        if !scroller.element().is_connected() {
            return;
        }
        let element: &HtmlElement = scroller.cast();
        // Counted from the bottom up: 0 at the newest line, negative above.
        let above = -element.scroll_top();
        let to_oldest = element.scroll_height() - element.client_height() - above;
        untrack(|| {
            let drawn = || {
                state
                    .rows
                    .with(|rows| (place.window.with(|window| window.range(rows)), rows.len()))
            };
            let (range, count) = drawn();
            if above <= AT_END_PX && range.end == count {
                if !place.at_latest() {
                    place.stand.set(Stand::Latest);
                    place.window.set(Window::Newest);
                }
                if to_oldest > 0 {
                    return;
                }
            } else if place.at_latest() {
                place.stand.set(Stand::Away(
                    state.rows.with(|rows| rows.last().map(|row| row.id.clone())),
                ));
                move_to(state, place, range.start);
            }
            let (range, count) = drawn();
            if to_oldest < AHEAD_PX && range.start > 0 {
                move_to(state, place, range.start.saturating_sub(STEP));
            } else if to_oldest < AHEAD_PX && state.history.get() == History::More {
                on_load_earlier.run(());
            } else if above < BEHIND_PX && range.end < count {
                move_to(state, place, range.start + STEP);
            }
        });
    })
}

/// Draws the conversation from this place on.
fn move_to(state: WidgetState, place: Place, index: usize) {
    let window = state.rows.with(|rows| Window::from_index(rows, index));
    place.window.set(window);
}
