//! When a delivery is tried again.

use std::time::Duration;

/// How long a delivery is tried after it was owed; the same as the receiving side of the wire expects.
pub const GIVE_UP_AFTER: Duration = Duration::from_hours(48);

const FIRST: Duration = Duration::from_secs(2);
const LONGEST: Duration = Duration::from_hours(1);

/// Delay after the failure number `failures`, counted from 0.
///
/// Doubles from 2 s up to an hour; `unit` (0.0..1.0, clamped) then keeps 50–100 % of it, so that the endpoints of a
/// program that was down are not all tried at once. A receiver that says when (`Retry-After`) is not asked before,
/// within the hour.
pub fn delay(failures: u32, unit: f64, asked: Option<Duration>) -> Duration {
    let doubled = FIRST.saturating_mul(1_u32.checked_shl(failures).unwrap_or(u32::MAX));
    let spread = doubled.min(LONGEST).mul_f64(0.5 + 0.5 * unit.clamp(0.0, 1.0));
    spread.max(asked.unwrap_or_default().min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_an_hour_and_keep_at_least_half() {
        assert_eq!(delay(0, 1.0, None), Duration::from_secs(2));
        assert_eq!(delay(0, 0.0, None), Duration::from_secs(1));
        assert_eq!(delay(5, 1.0, None), Duration::from_secs(64));
        for failures in [11, 31, 32, 5_000] {
            assert_eq!(delay(failures, 7.0, None), Duration::from_hours(1));
            assert_eq!(delay(failures, -7.0, None), Duration::from_mins(30));
        }
    }

    #[test]
    fn a_receiver_that_says_when_is_not_asked_before_but_within_the_hour() {
        assert_eq!(
            delay(0, 1.0, Some(Duration::from_mins(2))),
            Duration::from_mins(2)
        );
        assert_eq!(
            delay(0, 1.0, Some(Duration::from_hours(9))),
            Duration::from_hours(1)
        );
        assert_eq!(delay(5, 1.0, Some(Duration::ZERO)), Duration::from_secs(64));
    }
}
