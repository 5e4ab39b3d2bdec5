//! The page itself: looked at or not, on a network or not, put aside and brought back.

use std::rc::Rc;

use leptos::prelude::on_cleanup;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use web_sys::{PageTransitionEvent, VisibilityState};

use super::listen::listen;
use super::window;
use crate::dom::Field;

/// What happens to a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageEvent {
    /// The browser says whether there is a network.
    Network(bool),
    /// The page is looked at again.
    Shown,
    /// The page may be put aside: what holds it back (a socket) has to end.
    Leaving,
    /// It was put aside, and is back as it was.
    Restored,
}

/// The page's state.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Whether the page is in front.
    pub visible: Field<bool>,
}

/// Follows the page and tells `on_event`, until the current owner ends.
pub fn page(on_event: impl Fn(PageEvent) + 'static) -> Page {
    let visible = Field::new(is_visible());
    let Some(window) = window() else {
        return Page { visible };
    };
    let tell: Rc<dyn Fn(PageEvent)> = Rc::new(on_event);
    let on = |event, what| {
        let tell = Rc::clone(&tell);
        listen(&window, event, move |_| tell(what))
    };
    let mut listeners = vec![
        on("online", PageEvent::Network(true)),
        on("offline", PageEvent::Network(false)),
        on("pagehide", PageEvent::Leaving),
    ];
    listeners.push({
        let tell = Rc::clone(&tell);
        listen(&window, "pageshow", move |event| {
            if event.unchecked_ref::<PageTransitionEvent>().persisted() {
                tell(PageEvent::Restored);
            }
        })
    });
    if let Some(document) = window.document() {
        listeners.push(listen(&document, "visibilitychange", move |_| {
            let now = is_visible();
            visible.set(now);
            if now {
                tell(PageEvent::Shown);
            }
        }));
    }
    let held = SendWrapper::new(listeners);
    on_cleanup(move || drop(held.take()));
    Page { visible }
}

/// What the browser says of the network; `true` where it says nothing.
pub fn is_online() -> bool {
    window().is_none_or(|window| window.navigator().on_line())
}

fn is_visible() -> bool {
    let document = window().and_then(|window| window.document());
    document.is_none_or(|document| document.visibility_state() != VisibilityState::Hidden)
}
