//! How long ago something was, as short as a list of conversations wants it.

use js_sys::{Array, Date, Function, Object, Reflect};
use send_wrapper::SendWrapper;
use std::sync::Arc;
use wasm_bindgen::prelude::*;

const MINUTE_MS: f64 = 60_000.0;
const HOUR_MS: f64 = 60.0 * MINUTE_MS;
const DAY_MS: f64 = 24.0 * HOUR_MS;

/// How an age is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Now,
    Minutes(u32),
    Hours(u32),
    /// Within the week: the name of the day.
    Weekday,
    /// Within the year: day and month.
    Day,
    Date,
}

/// The formatters, made once; cheap to clone.
#[derive(Clone, Debug)]
pub struct Ages(Arc<SendWrapper<Formats>>);

#[derive(Debug)]
struct Formats {
    minutes: Option<Function>,
    hours: Option<Function>,
    weekday: Option<Function>,
    day: Option<Function>,
    date: Option<Function>,
    moment: Option<Function>,
}

impl Ages {
    /// For a BCP 47 tag.
    pub fn new(tag: &str) -> Self {
        let unit = |unit| {
            formatter(
                "NumberFormat",
                tag,
                &[("style", "unit"), ("unit", unit), ("unitDisplay", "short")],
            )
        };
        let date = |options| formatter("DateTimeFormat", tag, options);
        Self(Arc::new(SendWrapper::new(Formats {
            minutes: unit("minute"),
            hours: unit("hour"),
            weekday: date(&[("weekday", "short")]),
            day: date(&[("day", "numeric"), ("month", "short")]),
            date: date(&[("year", "numeric"), ("month", "short"), ("day", "numeric")]),
            moment: date(&[("dateStyle", "medium"), ("timeStyle", "short")]),
        })))
    }

    /// The age of an RFC 3339 date; `now` is the word for less than a minute. Empty for an unreadable date.
    pub fn age(&self, date: &str, now_ms: f64, now: &str) -> String {
        let parsed = Date::new(&JsValue::from_str(date));
        let then_ms = parsed.get_time();
        if !then_ms.is_finite() {
            return String::new();
        }
        let same_year = parsed.get_full_year() == Date::new(&now_ms.into()).get_full_year();
        let formats = &self.0;
        let by = |format: &Option<Function>, value: &JsValue| {
            format
                .as_ref()
                .and_then(|format| format.call1(&JsValue::UNDEFINED, value).ok()?.as_string())
        };
        match step(then_ms, now_ms, same_year) {
            Step::Now => Some(now.to_owned()),
            Step::Minutes(minutes) => by(&formats.minutes, &minutes.into()),
            Step::Hours(hours) => by(&formats.hours, &hours.into()),
            Step::Weekday => by(&formats.weekday, &parsed),
            Step::Day => by(&formats.day, &parsed),
            Step::Date => by(&formats.date, &parsed),
        }
        .unwrap_or_else(|| date.get(..10).unwrap_or_default().to_owned())
    }

    /// A date with its time, as short as a line of a log wants it.
    pub fn moment(&self, date: &str) -> String {
        let parsed = Date::new(&JsValue::from_str(date));
        let format = self.0.moment.as_ref().filter(|_| parsed.get_time().is_finite());
        format
            .and_then(|format| format.call1(&JsValue::UNDEFINED, &parsed).ok()?.as_string())
            .unwrap_or_else(|| date.to_owned())
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bounded by the arms before the casts"
)]
fn step(then_ms: f64, now_ms: f64, same_year: bool) -> Step {
    // A clock that runs behind the server's makes ages negative; they are "now".
    match now_ms - then_ms {
        age if age < MINUTE_MS => Step::Now,
        age if age < HOUR_MS => Step::Minutes((age / MINUTE_MS) as u32),
        age if age < DAY_MS => Step::Hours((age / HOUR_MS) as u32),
        age if age < 6.0 * DAY_MS => Step::Weekday,
        _ if same_year => Step::Day,
        _ => Step::Date,
    }
}

fn formatter(kind: &str, tag: &str, options: &[(&str, &str)]) -> Option<Function> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let constructor: Function = Reflect::get(&intl, &kind.into()).ok()?.dyn_into().ok()?;
    let bag = Object::new();
    for (key, value) in options {
        Reflect::set(&bag, &(*key).into(), &(*value).into()).ok()?;
    }
    let made = Reflect::construct(&constructor, &Array::of2(&tag.into(), &bag)).ok()?;
    Reflect::get(&made, &"format".into()).ok()?.dyn_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_in_the_largest_unit_that_fits() {
        let now = 1_000.0 * DAY_MS;
        let cases = [
            (-5_000.0, Step::Now),
            (59_000.0, Step::Now),
            (MINUTE_MS, Step::Minutes(1)),
            (59.9 * MINUTE_MS, Step::Minutes(59)),
            (HOUR_MS, Step::Hours(1)),
            (23.9 * HOUR_MS, Step::Hours(23)),
            (DAY_MS, Step::Weekday),
            (7.0 * DAY_MS, Step::Day),
        ];
        for (age, expected) in cases {
            assert_eq!(step(now - age, now, true), expected, "{age} ms");
        }
        assert_eq!(step(now - 400.0 * DAY_MS, now, false), Step::Date);
    }
}
