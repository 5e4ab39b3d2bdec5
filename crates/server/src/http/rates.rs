//! How fast one caller may ask: a bucket of tokens for each credential, and one for each address without a valid one.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hash};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::error::ApiError;
use super::extract::client::ClientAddress;
use crate::config::RateConfig;

const SHARDS: usize = 16;
/// Buckets per shard from which full ones are thrown away; a full bucket says nothing.
const SHARD_SWEEP: usize = 4_096;

/// Who is counted.
#[derive(Debug, Clone, Copy, Hash)]
pub(crate) enum Caller<'id> {
    /// A program, by its id.
    App(&'id str),
    /// A participant, by conversation id.
    Participant(&'id str),
    /// A staff member, by id.
    Staff(&'id str),
    /// Nobody known, by address.
    Address(ClientAddress),
    /// Somebody who wants to sign in, by login.
    Login(&'id str),
    /// Somebody who wants to sign in, by address.
    SignIn(ClientAddress),
}

impl Hash for ClientAddress {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

/// All buckets.
#[derive(Debug)]
pub(crate) struct Rates {
    config: RateConfig,
    hasher: RandomState,
    shards: [Mutex<HashMap<u64, Bucket>>; SHARDS],
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

#[derive(Debug, Clone, Copy)]
struct Rate {
    limit: &'static str,
    per_s: f64,
    burst: f64,
}

impl Rates {
    pub(crate) fn new(config: RateConfig) -> Self {
        Self {
            config,
            hasher: RandomState::new(),
            shards: std::array::from_fn(|_| Mutex::default()),
        }
    }

    /// Counts one request.
    ///
    /// # Errors
    /// 429 with the limit's name and the time after which the next one is let through.
    pub(crate) fn take(&self, caller: Caller<'_>) -> Result<(), ApiError> {
        // A reverse proxy on this machine would otherwise count as one single caller.
        if matches!(caller, Caller::Address(address) | Caller::SignIn(address) if address.is_local()) {
            return Ok(());
        }
        let rate = self.rate(caller);
        match self.wait(caller, rate) {
            None => Ok(()),
            Some(wait) => {
                let ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1);
                Err(ApiError::exhausted(
                    rate.limit,
                    format!("Too many requests: {}", rate.limit),
                    ms,
                ))
            }
        }
    }

    /// Takes back a count: the attempt was a rightful one.
    pub(crate) fn give_back(&self, caller: Caller<'_>) {
        let rate = self.rate(caller);
        let key = self.hasher.hash_one(caller);
        if let Some(shard) = self.shard(key)
            && let Some(bucket) = shard.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&key)
        {
            bucket.tokens = (bucket.tokens + 1.0).min(rate.burst);
        }
    }

    fn shard(&self, key: u64) -> Option<&Mutex<HashMap<u64, Bucket>>> {
        self.shards
            .get(usize::try_from(key % SHARDS as u64).unwrap_or_default())
    }

    fn rate(&self, caller: Caller<'_>) -> Rate {
        let config = &self.config;
        let (limit, per_s, burst) = match caller {
            Caller::App(_) => ("rates.app_per_s", config.app_per_s, config.app_burst),
            Caller::Participant(_) => (
                "rates.participant_per_s",
                config.participant_per_s,
                config.participant_burst,
            ),
            Caller::Staff(_) => ("rates.staff_per_s", config.staff_per_s, config.staff_burst),
            Caller::Address(_) => ("rates.address_per_s", config.address_per_s, config.address_burst),
            Caller::Login(_) | Caller::SignIn(_) => {
                let per_s = f64::from(config.sign_in_per_minute) / 60.0;
                return Rate {
                    limit: "rates.sign_in_per_minute",
                    per_s,
                    burst: config.sign_in_burst.into(),
                };
            }
        };
        Rate {
            limit,
            per_s: per_s.into(),
            burst: burst.into(),
        }
    }

    fn wait(&self, caller: Caller<'_>, rate: Rate) -> Option<Duration> {
        let key = self.hasher.hash_one(caller);
        let shard = self.shard(key)?;
        let mut buckets = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if buckets.len() >= SHARD_SWEEP {
            // A minute is longer than any bucket of the settings takes to say nothing any more, but sign-in's.
            buckets.retain(|_, bucket| now.duration_since(bucket.at) < Duration::from_mins(1));
            if buckets.len() >= SHARD_SWEEP * 16 {
                buckets.clear();
            }
        }
        let bucket = buckets.entry(key).or_insert(Bucket {
            tokens: rate.burst,
            at: now,
        });
        let gained = now.duration_since(bucket.at).as_secs_f64() * rate.per_s;
        bucket.tokens = (bucket.tokens + gained).min(rate.burst);
        bucket.at = now;
        if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            return None;
        }
        let missing = (1.0 - bucket.tokens) / rate.per_s.max(0.001);
        Some(Duration::from_secs_f64(missing.min(3_600.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn rates() -> Rates {
        let mut config = Config::defaults().unwrap().rates;
        (config.participant_per_s, config.participant_burst) = (2, 3);
        Rates::new(config)
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_is_let_through_and_then_the_sustained_rate() {
        let rates = rates();
        let one = Caller::Participant("one");
        for _ in 0..3 {
            rates.take(one).unwrap();
        }
        let body = rates.take(one).unwrap_err().into_body();
        assert_eq!(body.code(), "RESOURCE_EXHAUSTED");
        assert_eq!(body.retry_after_ms(), Some(500));
        rates.take(Caller::Participant("other")).unwrap();
        tokio::time::advance(Duration::from_millis(500)).await;
        rates.take(one).unwrap();
        rates.take(one).unwrap_err();
    }

    #[tokio::test(start_paused = true)]
    async fn addresses_of_this_machine_are_not_counted() {
        let rates = rates();
        let local = ClientAddress("127.0.0.1".parse().unwrap());
        let far = ClientAddress("203.0.113.1".parse().unwrap());
        let passed = |caller: Caller<'_>| (0..1_000).filter(|_| rates.take(caller).is_ok()).count();
        assert_eq!(passed(Caller::Address(local)), 1_000);
        assert_eq!(passed(Caller::Address(far)), 200);
        assert_eq!(passed(Caller::SignIn(local)), 1_000);
        assert_eq!(passed(Caller::SignIn(far)), 20);
    }
}
