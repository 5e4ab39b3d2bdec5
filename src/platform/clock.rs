//! The page's clock.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Date;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsValue;

use super::timer::{Timer, after};

/// Milliseconds since 1970, as this machine has it. May be wrong, and may be set back.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place of a page that asks for the time"
)]
pub fn now_ms() -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count of milliseconds fits, and `as` saturates"
    )]
    let now = Date::now() as u64;
    now
}

/// The same as RFC 3339 UTC with milliseconds, as the protocol writes dates.
pub fn now_iso() -> String {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds since 1970 are far below 2^53"
    )]
    let date = Date::new(&JsValue::from_f64(now_ms() as f64));
    date.to_iso_string().into()
}

/// The time as a signal that moves once a minute, for headings of days. Ends with the current owner.
pub fn minutes() -> Signal<f64> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds since 1970 are far below 2^53"
    )]
    let read = || now_ms() as f64;
    let now = RwSignal::new(read());
    let timer: Rc<RefCell<Option<Timer>>> = Rc::default();
    arm(&timer, Rc::new(move || now.set(read())));
    let held = SendWrapper::new(timer);
    on_cleanup(move || drop(held.take().take()));
    now.into()
}

fn arm(timer: &Rc<RefCell<Option<Timer>>>, tick: Rc<dyn Fn()>) {
    let next = Rc::clone(timer);
    let handle = after(60_000, move || {
        tick();
        arm(&next, Rc::clone(&tick));
    });
    drop(timer.replace(Some(handle)));
}
