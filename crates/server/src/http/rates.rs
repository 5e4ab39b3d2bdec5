//! How fast one caller may ask: counted for each credential, and for each address without a valid one.

mod limiter;

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hash};
use std::num::NonZeroU32;
use std::time::Duration;

use shopbell_protocol::ConversationId;
use shopbell_protocol::limits::JSON_BODY_MAX_BYTES;

use super::error::ApiError;
use super::extract::client::ClientAddress;
use crate::config::{MediaConfig, RateConfig};
use limiter::Limiter;

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

/// All limits, each with what is left to whom.
#[derive(Debug)]
pub(crate) struct Rates {
    /// Callers are kept as keyed hashes: short, all of one size, and nobody's name.
    hasher: RandomState,
    app: Limiter,
    participant: Limiter,
    message_kib: Limiter,
    upload_kib: Limiter,
    staff: Limiter,
    address: Limiter,
    sign_in: Limiter,
    login: Limiter,
}

impl Rates {
    pub(crate) fn new(config: &RateConfig, media: &MediaConfig) -> Self {
        let upload_kib = media.uploads_mib_per_day.saturating_mul(1_024);
        let minute = |name, count, burst| Limiter::new(name, count, Duration::from_mins(1), burst);
        let second = |name, count, burst| Limiter::new(name, count, Duration::from_secs(1), burst);
        Self {
            hasher: RandomState::new(),
            app: second("rates.app_per_s", config.app_per_s, config.app_burst),
            participant: second(
                "rates.participant_per_s",
                config.participant_per_s,
                config.participant_burst,
            ),
            message_kib: minute(
                "rates.participant_kib_per_minute",
                config.participant_kib_per_minute,
                kib(JSON_BODY_MAX_BYTES).get(),
            ),
            upload_kib: Limiter::new(
                "media.uploads_mib_per_day",
                upload_kib,
                Duration::from_hours(24),
                upload_kib,
            ),
            staff: second("rates.staff_per_s", config.staff_per_s, config.staff_burst),
            address: second("rates.address_per_s", config.address_per_s, config.address_burst),
            sign_in: minute(
                "rates.sign_in_per_minute",
                config.sign_in_per_minute,
                config.sign_in_burst,
            ),
            login: minute(
                "rates.sign_in_login_per_minute",
                config.sign_in_login_per_minute,
                config.sign_in_login_burst,
            ),
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
        let limiter = self.limiter(caller);
        let taken = limiter.take(self.hasher.hash_one(caller));
        taken.map_err(|wait| exhausted(limiter, "requests", wait))
    }

    /// Counts what a participant's message takes; few large ones fill a disk as well as many small ones.
    ///
    /// # Errors
    /// As [`Self::take`].
    pub(crate) fn take_message(&self, conversation: &ConversationId, bytes: usize) -> Result<(), ApiError> {
        let caller = self.hasher.hash_one(Caller::Participant(conversation.as_str()));
        let taken = self.message_kib.take_many(caller, kib(bytes));
        taken.map_err(|wait| exhausted(&self.message_kib, "bytes of messages", wait))
    }

    /// Counts a file that a participant has uploaded, before it is kept.
    ///
    /// # Errors
    /// As [`Self::take`].
    pub(crate) fn take_upload(&self, participant: &str, bytes: u64) -> Result<(), ApiError> {
        let caller = self.hasher.hash_one(Caller::Participant(participant));
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        let taken = self.upload_kib.take_many(caller, kib(bytes));
        taken.map_err(|wait| exhausted(&self.upload_kib, "bytes of files", wait))
    }

    /// Takes back a count: the attempt was a rightful one.
    pub(crate) fn give_back(&self, caller: Caller<'_>) {
        self.limiter(caller).give_back(self.hasher.hash_one(caller));
    }

    fn limiter(&self, caller: Caller<'_>) -> &Limiter {
        match caller {
            Caller::App(_) => &self.app,
            Caller::Participant(_) => &self.participant,
            Caller::Staff(_) => &self.staff,
            Caller::Address(_) => &self.address,
            Caller::SignIn(_) => &self.sign_in,
            Caller::Login(_) => &self.login,
        }
    }
}

fn exhausted(limiter: &Limiter, of_what: &str, wait: Duration) -> ApiError {
    // Rounded up: who waits for as long as told is let through.
    let ms = u64::try_from(wait.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX);
    let text = format!("Too many {of_what}: {}", limiter.name);
    ApiError::exhausted(limiter.name, text, ms.max(1))
}

/// Begun KiB.
fn kib(bytes: usize) -> NonZeroU32 {
    let begun = u32::try_from(bytes.div_ceil(1_024)).unwrap_or(u32::MAX);
    NonZeroU32::new(begun).unwrap_or(NonZeroU32::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn rates() -> Rates {
        let mut config = Config::defaults().unwrap();
        (config.rates.participant_per_s, config.rates.participant_burst) = (2, 3);
        Rates::new(&config.rates, &config.media)
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
    async fn who_waits_as_long_as_told_is_let_through() {
        let mut config = Config::defaults().unwrap();
        (config.rates.staff_per_s, config.rates.staff_burst) = (3, 1);
        let rates = Rates::new(&config.rates, &config.media);
        let caller = Caller::Staff("one");
        rates.take(caller).unwrap();
        for _ in 0..100 {
            let told = rates.take(caller).unwrap_err().into_body().retry_after_ms();
            tokio::time::advance(Duration::from_millis(told.unwrap() - 1)).await;
            rates.take(caller).unwrap_err();
            tokio::time::advance(Duration::from_millis(1)).await;
            rates.take(caller).unwrap();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn messages_count_by_what_they_take_and_the_largest_may_come_at_once() {
        let rates = rates();
        let (one, other) = (
            ConversationId("one".to_owned()),
            ConversationId("other".to_owned()),
        );
        rates.take_message(&one, JSON_BODY_MAX_BYTES).unwrap();
        let body = rates.take_message(&one, 100 * 1_024).unwrap_err().into_body();
        let told = body.retry_after_ms().unwrap();
        assert!(
            (1_400..1_500).contains(&told),
            "100 of 4,096 KiB a minute: {told}"
        );
        rates.take_message(&other, 1).unwrap();
        tokio::time::advance(Duration::from_millis(told)).await;
        rates.take_message(&one, 100 * 1_024).unwrap();
        rates.take_message(&one, 1_024).unwrap_err();
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

    #[tokio::test(start_paused = true)]
    async fn what_is_given_back_does_not_count_and_gives_no_more_than_was_taken() {
        let rates = rates();
        let login = Caller::Login("owner@example.com");
        for _ in 0..1_000 {
            rates.take(login).unwrap();
            rates.give_back(login);
        }
        rates.give_back(login);
        tokio::time::advance(Duration::from_mins(1)).await;
        rates.give_back(login);
        let passed = (0..1_000).filter(|_| rates.take(login).is_ok()).count();
        assert_eq!(passed, 400, "the burst and not one more");
        rates.give_back(login);
        rates.take(login).unwrap();
        rates.take(login).unwrap_err();
    }

    #[tokio::test(start_paused = true)]
    async fn callers_are_forgotten_when_they_have_their_whole_burst_again() {
        let rates = rates();
        for caller in 0..50_000 {
            rates.take(Caller::Participant(&caller.to_string())).unwrap();
            tokio::time::advance(Duration::from_millis(1)).await;
        }
        let known = rates.participant.known();
        assert!(known < 6_000, "{known} of 50,000 callers are still kept");
    }
}
