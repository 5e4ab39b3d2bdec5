//! Where the reader stands in the conversation, and from where on it is drawn.

use std::rc::Rc;

use leptos::prelude::*;
use shopbell_sync::LocalId;
use web_sys::HtmlElement;

use crate::dom::El;
use crate::state::field::Field;
use crate::state::store::{History, Row};

use super::WidgetProps;

/// Messages on the page while one stands at the newest: at least this many.
const NEWEST: usize = 40;
/// The first ones leave so many at once, so that nearly always a new message only adds a line.
const LEAVE: usize = 20;
/// Lines that come in at the top at once.
const STEP: usize = 40;
/// Closer than this to an end counts as there.
const AT_END_PX: i32 = 32;
/// How far before the oldest line older ones are fetched, so that one seldom sees the end.
const AHEAD_PX: i32 = 600;

/// From where on the conversation is drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Window {
    /// The newest lines.
    #[default]
    Newest,
    /// From this message on.
    From(LocalId),
    /// Everything that is loaded.
    All,
}

impl Window {
    pub(super) fn start(&self, rows: &[Row]) -> usize {
        let newest = rows.len().saturating_sub(NEWEST) / LEAVE * LEAVE;
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
            if above <= AT_END_PX {
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
                let first = state
                    .rows
                    .with(|rows| Window::from_index(rows, Window::Newest.start(rows)));
                place.window.set(first);
            }
            if to_oldest < AHEAD_PX {
                let start = state
                    .rows
                    .with(|rows| place.window.with(|window| window.start(rows)));
                if start > 0 {
                    let wider = state
                        .rows
                        .with(|rows| Window::from_index(rows, start.saturating_sub(STEP)));
                    place.window.set(wider);
                } else if state.history.get() == History::More {
                    on_load_earlier.run(());
                }
            }
        });
    })
}
