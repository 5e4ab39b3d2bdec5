//! The app's clock: a part that is handed in, so that tests move time instead of waiting for it.

use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};

use time::format_description::well_known::{Rfc2822, Rfc3339};
use time::{Duration, OffsetDateTime};

/// Where the app gets the time from.
pub trait Clock: Debug + Send + Sync + 'static {
    /// Microseconds since 1970, UTC. May step back; nothing may rely on it rising.
    fn now_micros(&self) -> u64;
}

/// The machine's wall clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one home of the wall clock")]
    fn now_micros(&self) -> u64 {
        let since_1970 = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        u64::try_from(since_1970.as_micros()).unwrap_or(u64::MAX)
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock(AtomicU64);

impl ManualClock {
    /// A clock at `micros` since 1970.
    pub const fn at(micros: u64) -> Self {
        Self(AtomicU64::new(micros))
    }

    /// Moves the clock, back too.
    pub fn set(&self, micros: u64) {
        self.0.store(micros, Ordering::SeqCst);
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: std::time::Duration) {
        self.0.fetch_add(
            u64::try_from(by.as_micros()).unwrap_or(u64::MAX),
            Ordering::SeqCst,
        );
    }
}

impl Clock for ManualClock {
    fn now_micros(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// `YYYY-MM-DDThh:mm:ss.sssZ`, cut to milliseconds; the last instant of the year 9999 for anything after it.
pub fn to_wire_date(micros: u64) -> String {
    let date = OffsetDateTime::UNIX_EPOCH
        .checked_add(Duration::microseconds(i64::try_from(micros).unwrap_or(i64::MAX)))
        .filter(|date| date.year() <= 9999);
    let Some(date) = date else {
        return "9999-12-31T23:59:59.999Z".to_owned();
    };
    let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
    let (hour, minute, second, milli) = (date.hour(), date.minute(), date.second(), date.millisecond());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
}

/// As in HTTP headers, `Sun, 06 Nov 1994 08:49:37 GMT`; cut to seconds.
pub(crate) fn to_http_date(micros: u64) -> String {
    let date = OffsetDateTime::UNIX_EPOCH
        .checked_add(Duration::microseconds(i64::try_from(micros).unwrap_or(i64::MAX)))
        .unwrap_or(OffsetDateTime::UNIX_EPOCH);
    // The form of mail differs in the name of the zone only.
    let text = date.format(&Rfc2822).unwrap_or_default();
    text.replace("+0000", "GMT")
}

/// Microseconds since 1970 of an RFC 3339 text; `None` for anything else, 0 for dates before 1970.
pub fn from_wire_date(text: &str) -> Option<u64> {
    let date = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    Some(u64::try_from(date.unix_timestamp_nanos() / 1000).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_dates_have_milliseconds_and_a_z() {
        assert_eq!(to_wire_date(1_701_103_918_040_190), "2023-11-27T16:51:58.040Z");
        assert_eq!(to_wire_date(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(to_wire_date(u64::MAX), "9999-12-31T23:59:59.999Z");
    }

    #[test]
    fn dates_of_headers_are_in_the_form_of_http() {
        assert_eq!(to_http_date(784_111_777_000_000), "Sun, 06 Nov 1994 08:49:37 GMT");
    }

    #[test]
    fn wire_dates_are_read_in_any_offset() {
        assert_eq!(
            from_wire_date("2023-11-27T17:51:58.040+01:00"),
            Some(1_701_103_918_040_000)
        );
        assert_eq!(from_wire_date("1960-01-01T00:00:00Z"), Some(0));
        assert_eq!(from_wire_date("tomorrow"), None);
    }
}
