//! The page's clock.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Date;
use leptos::prelude::on_cleanup;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsValue;

use super::timer::{Timer, after};
use super::window;
use crate::dom::Field;

/// How far the wall clock has to run ahead of the page's own for the machine to have slept.
const SLEEP_MS: u64 = 1_000;

thread_local! {
    static ELAPSED: Cell<Elapsed> = Cell::default();
}

/// Milliseconds since 1970, as this machine has it. May be wrong, and may be set back: for dates and ids only.
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

/// Milliseconds of a clock that goes on whatever is done to the wall clock, and has gone on while the machine slept:
/// for everything that waits.
pub fn monotonic_ms() -> u64 {
    let wall_ms = now_ms();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count of milliseconds fits, and `as` saturates"
    )]
    let page_ms = window()
        .and_then(|window| window.performance())
        .map_or(wall_ms, |performance| performance.now() as u64);
    let (elapsed, now_ms) = ELAPSED.get().at(page_ms, wall_ms);
    ELAPSED.set(elapsed);
    now_ms
}

/// The page's clock stands still while most machines sleep, so what the wall clock leaps ahead is added. That it may
/// have been set ahead instead does no harm: who waits finds out early.
#[derive(Clone, Copy, Default)]
struct Elapsed {
    slept_ms: u64,
    /// How far apart the two clocks were when last looked at.
    apart_ms: Option<u64>,
}

impl Elapsed {
    fn at(self, page_ms: u64, wall_ms: u64) -> (Self, u64) {
        let apart_ms = wall_ms.saturating_sub(page_ms);
        let ahead_ms = apart_ms.saturating_sub(self.apart_ms.unwrap_or(apart_ms));
        let leap_ms = if ahead_ms >= SLEEP_MS { ahead_ms } else { 0 };
        let slept_ms = self.slept_ms.saturating_add(leap_ms);
        let elapsed = Self {
            slept_ms,
            apart_ms: Some(apart_ms),
        };
        (elapsed, page_ms.saturating_add(slept_ms))
    }
}

/// The wall clock's time as RFC 3339 UTC with milliseconds, as the protocol writes dates.
pub fn now_iso() -> String {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds since 1970 are far below 2^53"
    )]
    let date = Date::new(&JsValue::from_f64(now_ms() as f64));
    date.to_iso_string().into()
}

/// The time as a field that moves once a minute, for headings of days. Ends with the current owner.
pub fn minutes() -> Field<f64> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds since 1970 are far below 2^53"
    )]
    let read = || now_ms() as f64;
    let now = Field::new(read());
    let timer: Rc<RefCell<Option<Timer>>> = Rc::default();
    arm(&timer, Rc::new(move || now.set(read())));
    let held = SendWrapper::new(timer);
    on_cleanup(move || drop(held.take().take()));
    now
}

fn arm(timer: &Rc<RefCell<Option<Timer>>>, tick: Rc<dyn Fn()>) {
    let next = Rc::clone(timer);
    let handle = after(60_000, move || {
        tick();
        arm(&next, Rc::clone(&tick));
    });
    drop(timer.replace(Some(handle)));
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: u64 = 1_700_000_000_000;
    const HOUR: u64 = 3_600_000;

    fn told(looks: &[(u64, u64)]) -> Vec<u64> {
        let mut elapsed = Elapsed::default();
        let mut told = Vec::new();
        for (page_ms, wall_ms) in looks {
            let (next, now_ms) = elapsed.at(*page_ms, *wall_ms);
            elapsed = next;
            told.push(now_ms);
        }
        told
    }

    #[test]
    fn a_wall_clock_that_is_set_back_stops_nothing() {
        let looks = [(10, NOON), (5_010, NOON + 5_000), (6_010, NOON + 6_000 - HOUR)];
        assert_eq!(told(&looks), [10, 5_010, 6_010]);
    }

    #[test]
    fn a_sleep_that_the_page_did_not_count_has_passed() {
        let looks = [
            (10, NOON),
            (2_010, NOON + 2_000 + HOUR),
            (3_010, NOON + 3_000 + HOUR),
        ];
        assert_eq!(told(&looks), [10, 2_010 + HOUR, 3_010 + HOUR]);
    }

    #[test]
    fn a_sleep_that_the_page_did_count_is_not_counted_twice() {
        let looks = [(10, NOON), (10 + HOUR, NOON + HOUR)];
        assert_eq!(told(&looks), [10, 10 + HOUR]);
    }

    #[test]
    fn small_corrections_of_the_wall_clock_add_nothing() {
        let looks = [(10, NOON), (20, NOON + 900), (30, NOON + 5), (40, NOON + 950)];
        assert_eq!(told(&looks), [10, 20, 30, 40]);
    }
}
