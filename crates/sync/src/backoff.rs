//! How long to wait before trying again.

/// The first delay.
const FIRST_MS: u64 = 500;
/// The longest delay.
const LONGEST_MS: u64 = 30_000;

/// Delay before try `attempt`, counted from 0, in milliseconds.
///
/// Doubles from 500 ms up to 30 s; `unit` (the caller's randomness, 0.0 to 1.0, clamped) then keeps 50–100 % of it, so
/// that clients of a restarted server spread out.
pub fn delay_ms(attempt: u32, unit: f64) -> u64 {
    let whole = FIRST_MS
        .checked_shl(attempt.min(16))
        .unwrap_or(LONGEST_MS)
        .min(LONGEST_MS);
    let half = whole / 2;
    half + part(half, unit)
}

/// `unit` (0.0 to 1.0, clamped; not a number counts as 0) of `whole`.
pub fn part(whole: u64, unit: f64) -> u64 {
    const STEPS: u32 = 1 << 16;
    let unit = if unit.is_finite() {
        unit.clamp(0.0, 1.0)
    } else {
        0.0
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 65536, which fits"
    )]
    let steps = (unit * f64::from(STEPS)) as u64;
    (u128::from(whole) * u128::from(steps) / u128::from(STEPS))
        .try_into()
        .unwrap_or(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_and_stop_at_thirty_seconds() {
        let longest: Vec<u64> = (0..9).map(|attempt| delay_ms(attempt, 1.0)).collect();
        assert_eq!(
            longest,
            [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]
        );
        assert_eq!(delay_ms(u32::MAX, 1.0), 30_000);
    }

    #[test]
    fn the_callers_randomness_keeps_half_to_all_of_a_delay() {
        assert_eq!(delay_ms(0, 0.0), 250);
        assert_eq!(delay_ms(0, 0.5), 375);
        for odd in [f64::NAN, f64::INFINITY, -1.0, 2.0] {
            assert!((250..=500).contains(&delay_ms(0, odd)), "{odd}");
        }
    }
}
