//! [`listen`]: an event listener that ends with its handle.

use wasm_bindgen::prelude::*;
use web_sys::{Event, EventTarget};

/// A listener; dropping it ends it.
#[derive(Debug)]
pub struct Listener {
    target: EventTarget,
    event: &'static str,
    handler: Closure<dyn FnMut(Event)>,
}

/// Calls `handler` for each such event of `target` until the listener is dropped.
pub fn listen(target: &EventTarget, event: &'static str, handler: impl FnMut(Event) + 'static) -> Listener {
    start(target, event, Box::new(handler))
}

fn start(target: &EventTarget, event: &'static str, handler: Box<dyn FnMut(Event)>) -> Listener {
    let handler = Closure::wrap(handler);
    let added = target.add_event_listener_with_callback(event, handler.as_ref().unchecked_ref());
    debug_assert!(added.is_ok(), "listener {event}");
    Listener {
        target: target.clone(),
        event,
        handler,
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let callback = self.handler.as_ref().unchecked_ref();
        let removed = self
            .target
            .remove_event_listener_with_callback(self.event, callback);
        debug_assert!(removed.is_ok(), "listener {}", self.event);
    }
}
