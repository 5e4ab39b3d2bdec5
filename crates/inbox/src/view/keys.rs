//! The keyboard: through the list, into a conversation and back, to where one writes.

use leptos::prelude::*;
use shopbell_protocol::ConversationId;
use shopbell_widget::dom::El;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent};

use super::{Dialog, Page, focus};
use crate::state::draft::Mode;
use crate::state::roster;

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Move { down: bool },
    Back,
    Write(Mode),
    Search,
    Help,
}

/// A key was pressed somewhere on the page.
pub(super) fn press(page: &Page, event: &Event) {
    let root = &page.root;
    let key: &KeyboardEvent = event.unchecked_ref();
    if key.default_prevented() || key.is_composing() || key.ctrl_key() || key.meta_key() || key.alt_key() {
        return;
    }
    let Some(target) = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
    else {
        return;
    };
    let place = Place::of(&target);
    let Some(deed) = deed(&key.key(), place) else {
        return;
    };
    let is_inbox = page
        .state
        .session
        .with_untracked(|session| session.settings().is_some());
    if !is_inbox || page.dialog.get_untracked().is_some() {
        return;
    }
    event.prevent_default();
    match deed {
        Deed::Move { down } => step(page, root, &target, down),
        Deed::Back => back(page, root, place),
        Deed::Write(mode) => {
            if page.state.open.with_untracked(Option::is_some) {
                page.actions.set_mode(mode);
                focus::writing(root);
            }
        }
        Deed::Search => page.focus_search.update(|requests| *requests += 1),
        Deed::Help => page.dialog.set(Some(Dialog::Help)),
    }
}

/// Where the focus is, as far as it matters for keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Something is being written: letters are letters.
    Text,
    /// The search, from which one goes down into the list.
    Search,
    /// A line of the list.
    Row,
    /// The messages, which the arrow keys scroll.
    Timeline,
    Elsewhere,
}

impl Place {
    fn of(target: &Element) -> Self {
        let within = |selector: &str| target.closest(selector).ok().flatten().is_some();
        if within(".search__input") {
            Self::Search
        } else if within("input, textarea, select") {
            Self::Text
        } else if within(".row") {
            Self::Row
        } else if within(".timeline, .reply, dialog") {
            Self::Timeline
        } else {
            Self::Elsewhere
        }
    }
}

fn deed(key: &str, place: Place) -> Option<Deed> {
    match (key, place) {
        ("Escape", _) => Some(Deed::Back),
        ("ArrowDown", Place::Search) => Some(Deed::Move { down: true }),
        (_, Place::Text | Place::Search) => None,
        ("ArrowDown", Place::Row | Place::Elsewhere) | ("j" | "J", _) => Some(Deed::Move { down: true }),
        ("ArrowUp", Place::Row | Place::Elsewhere) | ("k" | "K", _) => Some(Deed::Move { down: false }),
        ("r" | "R", _) => Some(Deed::Write(Mode::Reply)),
        ("n" | "N", _) => Some(Deed::Write(Mode::Note)),
        ("/", _) => Some(Deed::Search),
        ("?", _) => Some(Deed::Help),
        _ => None,
    }
}

/// Moves the focus through the list; Enter, being a press of the focused line, opens it.
fn step(page: &Page, root: &El, target: &Element, down: bool) {
    let rows = page.shown_rows.get_untracked();
    let focused = target
        .closest("[data-conversation]")
        .ok()
        .flatten()
        .and_then(|row| row.get_attribute("data-conversation"))
        .map(ConversationId::from);
    let current = focused.or_else(|| page.state.open.get_untracked());
    if let Some(id) = roster::step(&rows, current.as_ref(), down) {
        focus::row(root, id);
    }
}

fn back(page: &Page, root: &El, place: Place) {
    match page.state.open.get_untracked() {
        // The first Escape leaves the text, so that the letters are keys; the next one leaves the conversation.
        Some(_) if place == Place::Text => focus::messages(root),
        Some(id) => {
            page.actions.close();
            focus::row(root, &id);
        }
        None if place == Place::Search => page.state.filter.set(String::new()),
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_letters_where_one_writes() {
        for key in ["j", "k", "r", "n", "/", "?", "ArrowDown", "ArrowUp"] {
            assert_eq!(deed(key, Place::Text), None, "{key}");
        }
        assert_eq!(deed("Escape", Place::Text), Some(Deed::Back));
    }

    #[test]
    fn arrows_go_through_the_list_but_scroll_the_messages() {
        assert_eq!(deed("ArrowDown", Place::Row), Some(Deed::Move { down: true }));
        assert_eq!(deed("ArrowDown", Place::Search), Some(Deed::Move { down: true }));
        assert_eq!(
            deed("ArrowUp", Place::Search),
            None,
            "the caret goes to the beginning"
        );
        assert_eq!(deed("ArrowDown", Place::Timeline), None);
        assert_eq!(deed("j", Place::Timeline), Some(Deed::Move { down: true }));
    }

    #[test]
    fn capitals_mean_the_same() {
        assert_eq!(deed("R", Place::Elsewhere), deed("r", Place::Elsewhere));
        assert_eq!(deed("n", Place::Row), Some(Deed::Write(Mode::Note)));
    }
}
