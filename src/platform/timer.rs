//! [`after`]: a timer that ends with its handle.

use wasm_bindgen::prelude::*;

use super::window;

/// A running timer; dropping it stops it.
#[derive(Debug)]
pub struct Timer {
    id: Option<i32>,
    _handler: Closure<dyn FnMut()>,
}

/// Calls `handler` once, in `ms` milliseconds, unless the timer is dropped before.
pub fn after(ms: u64, handler: impl FnMut() + 'static) -> Timer {
    start(ms, Box::new(handler))
}

fn start(ms: u64, handler: Box<dyn FnMut()>) -> Timer {
    let handler = Closure::wrap(handler);
    // The browser's limit is 31 bits; what is further away is asked for again by whoever wanted it.
    let ms = i32::try_from(ms).unwrap_or(i32::MAX);
    let id = window().and_then(|window| {
        let callback = handler.as_ref().unchecked_ref();
        window
            .set_timeout_with_callback_and_timeout_and_arguments_0(callback, ms)
            .ok()
    });
    Timer {
        id,
        _handler: handler,
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let (Some(id), Some(window)) = (self.id, window()) {
            window.clear_timeout_with_handle(id);
        }
    }
}
