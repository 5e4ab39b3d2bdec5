//! Dates and numbers by the browser's `Intl`, which knows every language and weighs nothing.
//!
//! A formatter that the browser refuses (an odd tag from the host page, an old engine) is tried with our own tag and
//! then done without: the digits of the date itself, plain numbers, category `other`.

use js_sys::{Array, Date, Function, Object, Reflect};
use wasm_bindgen::prelude::*;

const DAY_MS: f64 = 86_400_000.0;

/// A formatter's bound `format` function.
type Format = Option<Function>;

/// The formatters of one language, made once.
#[derive(Debug)]
pub(super) struct Formats {
    time: Format,
    date_time: Format,
    day: Format,
    day_of_year: Format,
    number: Format,
    units: [Format; 3],
    plurals: Option<JsValue>,
}

impl Formats {
    pub(super) fn new(tag: &str, fallback: &str) -> Self {
        let make = |kind: &str, options: &[(&str, &str)]| {
            construct(kind, tag, options).or_else(|| construct(kind, fallback, options))
        };
        let format = |kind: &str, options: &[(&str, &str)]| -> Format {
            Reflect::get(&make(kind, options)?, &"format".into())
                .ok()?
                .dyn_into()
                .ok()
        };
        let unit = |(unit, display)| {
            format(
                "NumberFormat",
                &[
                    ("style", "unit"),
                    ("unit", unit),
                    ("unitDisplay", display),
                    ("maximumFractionDigits", "1"),
                ],
            )
        };
        let day = [("weekday", "long"), ("day", "numeric"), ("month", "long")];
        Self {
            time: format("DateTimeFormat", &[("hour", "numeric"), ("minute", "2-digit")]),
            date_time: format("DateTimeFormat", &[("dateStyle", "full"), ("timeStyle", "short")]),
            day: format("DateTimeFormat", &day),
            day_of_year: format(
                "DateTimeFormat",
                &[("day", "numeric"), ("month", "long"), ("year", "numeric")],
            ),
            number: format("NumberFormat", &[]),
            // The short form of bytes knows no plural: `14 byte`.
            units: [("byte", "long"), ("kilobyte", "short"), ("megabyte", "short")].map(unit),
            plurals: make("PluralRules", &[]),
        }
    }

    pub(super) fn time(&self, date: &str) -> String {
        apply(&self.time, &parse(date)).unwrap_or_else(|| date.get(11..16).unwrap_or_default().to_owned())
    }

    pub(super) fn date_time(&self, date: &str) -> String {
        apply(&self.date_time, &parse(date)).unwrap_or_else(|| date.to_owned())
    }

    pub(super) fn day(&self, date: &str, now_ms: f64) -> String {
        let parsed = parse(date);
        let same_year = parsed.get_full_year() == Date::new(&now_ms.into()).get_full_year();
        let format = if same_year { &self.day } else { &self.day_of_year };
        apply(format, &parsed).unwrap_or_else(|| date.get(..10).unwrap_or_default().to_owned())
    }

    /// Whole days of the reader's calendar between `date` and `now_ms`; `None` for an unreadable date.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a count of days is far below the limit of i64"
    )]
    pub(super) fn days_ago(date: &str, now_ms: f64) -> Option<i64> {
        let now = Date::new(&now_ms.into());
        Some(local_day(&now) as i64 - Self::day_number(date)?)
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "a count of days is far below the limit of i64"
    )]
    pub(super) fn day_number(date: &str) -> Option<i64> {
        let day = local_day(&parse(date));
        day.is_finite().then_some(day as i64)
    }

    pub(super) fn instant(date: &str) -> f64 {
        parse(date).get_time()
    }

    pub(super) fn local_day_of(ms: f64) -> f64 {
        local_day(&Date::new(&ms.into()))
    }

    pub(super) fn number(&self, number: f64) -> String {
        apply(&self.number, &number.into()).unwrap_or_else(|| whole(number))
    }

    pub(super) fn bytes(&self, bytes: f64) -> String {
        let [byte, kilobyte, megabyte] = &self.units;
        // In steps of 1024, as limits are set: one of 26,214,400 bytes reads 25 MB.
        let kilobytes = (bytes / 1024.0).round();
        let (format, value) = match bytes {
            b if b < 1024.0 => (byte, b),
            _ if kilobytes < 1024.0 => (kilobyte, kilobytes),
            b => (megabyte, b / 1_048_576.0),
        };
        apply(format, &value.into()).unwrap_or_else(|| self.number(bytes))
    }

    pub(super) fn category(&self, count: u32) -> String {
        let select = || {
            let rules = self.plurals.as_ref()?;
            let select: Function = Reflect::get(rules, &"select".into()).ok()?.dyn_into().ok()?;
            select.call1(rules, &count.into()).ok()?.as_string()
        };
        select().unwrap_or_else(|| "other".to_owned())
    }
}

/// Without a formatter, whole numbers only: the program would carry a second way to write fractions.
#[expect(clippy::cast_possible_truncation, reason = "counts and sizes")]
fn whole(number: f64) -> String {
    (number as i64).to_string()
}

/// Days since 1970 in the reader's time zone.
fn local_day(date: &Date) -> f64 {
    ((date.get_time() - date.get_timezone_offset() * 60_000.0) / DAY_MS).floor()
}

fn parse(date: &str) -> Date {
    Date::new(&JsValue::from_str(date))
}

fn apply(format: &Format, value: &JsValue) -> Option<String> {
    // An unreadable date makes the formatter throw, which arrives here as an error.
    format
        .as_ref()?
        .call1(&JsValue::UNDEFINED, value)
        .ok()?
        .as_string()
}

fn construct(kind: &str, tag: &str, options: &[(&str, &str)]) -> Option<JsValue> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let constructor: Function = Reflect::get(&intl, &kind.into()).ok()?.dyn_into().ok()?;
    let bag = Object::new();
    for (key, value) in options {
        Reflect::set(&bag, &(*key).into(), &(*value).into()).ok()?;
    }
    Reflect::construct(&constructor, &Array::of2(&tag.into(), &bag)).ok()
}
