//! One limit for many callers: `governor` on tokio's clock, which tests move, with a way to take a count back.

use std::num::NonZeroU32;
use std::ops::Add;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::{Clock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::{DashMapStateStore, ShrinkableKeyedStateStore};
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

/// Checks after which callers are forgotten about whom nothing is known any more.
const SWEEP_EVERY: u32 = 4_096;
/// Keeps burst times period, in nanoseconds, far from the end of 64 bits.
const BURST_MAX: u32 = 1_000_000;

/// A limit by name, and how far each caller has used it.
#[derive(Debug)]
pub(super) struct Limiter {
    pub(super) name: &'static str,
    period: Duration,
    burst: NonZeroU32,
    counts: Counts,
    checker: RateLimiter<u64, Counts, TokioClock, NoOpMiddleware<Moment>>,
    checks: AtomicU32,
}

impl Limiter {
    /// `count` calls in each `span`, `burst` of them at once; the settings allow no zero for either.
    pub(super) fn new(name: &'static str, count: u32, span: Duration, burst: u32) -> Self {
        let period = (span / count.max(1)).max(Duration::from_nanos(1));
        let burst = NonZeroU32::new(burst.min(BURST_MAX)).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(period)
            .unwrap_or(Quota::per_second(burst))
            .allow_burst(burst);
        let counts = Counts::default();
        Self {
            name,
            period,
            burst,
            checker: RateLimiter::new(quota, counts.clone(), TokioClock),
            counts,
            checks: AtomicU32::new(0),
        }
    }

    /// Counts one call, or says how long to wait for the next one to be let through.
    pub(super) fn take(&self, caller: u64) -> Result<(), Duration> {
        self.take_many(caller, NonZeroU32::MIN)
    }

    /// Counts `count` calls as one: all of them or none. More than the burst count as the burst.
    pub(super) fn take_many(&self, caller: u64, count: NonZeroU32) -> Result<(), Duration> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.checker.retain_recent();
            self.checker.shrink_to_fit();
        }
        match self.checker.check_key_n(&caller, count.min(self.burst)) {
            Ok(counted) => counted.map_err(|until| until.wait_time_from(TokioClock.now())),
            // Nothing is counted above the burst, so this does not come.
            Err(_more_than_the_burst) => Err(self.period),
        }
    }

    /// Takes one count back: what is kept is when the caller has its whole burst again, a period later for each call.
    pub(super) fn give_back(&self, caller: u64) {
        let period = Nanos::from(self.period);
        let _or_nothing_taken = self.counts.measure_and_replace(&caller, |full_at| match full_at {
            Some(full_at) => Ok(((), full_at.saturating_sub(period))),
            None => Err(()),
        });
    }

    #[cfg(test)]
    pub(super) fn known(&self) -> usize {
        self.checker.len()
    }
}

/// What the limiter keeps of each caller, within reach: the limiter itself only counts up.
#[derive(Debug, Clone, Default)]
struct Counts(Arc<DashMapStateStore<u64>>);

impl StateStore for Counts {
    type Key = u64;

    fn measure_and_replace<T, F, E>(&self, key: &u64, f: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        self.0.measure_and_replace(key, f)
    }
}

impl ShrinkableKeyedStateStore<u64> for Counts {
    fn retain_recent(&self, drop_below: Nanos) {
        ShrinkableKeyedStateStore::retain_recent(&*self.0, drop_below);
    }

    fn shrink_to_fit(&self) {
        ShrinkableKeyedStateStore::shrink_to_fit(&*self.0);
    }

    fn len(&self) -> usize {
        ShrinkableKeyedStateStore::len(&*self.0)
    }

    fn is_empty(&self) -> bool {
        ShrinkableKeyedStateStore::is_empty(&*self.0)
    }
}

/// The clock that tests pause and move.
#[derive(Debug, Clone, Copy)]
struct TokioClock;

impl Clock for TokioClock {
    type Instant = Moment;

    fn now(&self) -> Moment {
        Moment(Instant::now())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Moment(Instant);

impl Add<Nanos> for Moment {
    type Output = Self;

    fn add(self, span: Nanos) -> Self {
        Self(self.0 + Duration::from(span))
    }
}

impl Reference for Moment {
    fn duration_since(&self, earlier: Self) -> Nanos {
        self.0.saturating_duration_since(earlier.0).into()
    }

    fn saturating_sub(&self, span: Nanos) -> Self {
        self.0.checked_sub(span.into()).map_or(*self, Self)
    }
}
