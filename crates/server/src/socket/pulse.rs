//! When a connection is due: to be asked whether it lives, to be given up, to look again, to report what it handed over.

use std::time::Duration;

use tokio::time::Instant;

use crate::config::SocketConfig;

/// What handed-over messages wait for before they are reported as delivered, so that a burst is one report.
const REPORT_AFTER: Duration = Duration::from_millis(400);
/// Time between two looks that signals asked for; a burst of signals is one look.
const LOOK_AFTER: Duration = Duration::from_millis(15);

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// Ask with a frame of ours.
    Ask,
    /// Ask on the WebSocket's own level too.
    Probe,
    /// Nothing was heard for too long.
    GiveUp,
    /// Look into the store.
    Look,
    /// The slow timer: look, whatever was or was not signalled.
    LookAnyway,
    /// Listen to signals again.
    Listen,
    /// Report what was delivered.
    Report,
    /// Ask whether the credential still holds.
    Check,
}

/// The times of one connection.
#[derive(Debug)]
pub(super) struct Pulse {
    ask_after: Duration,
    give_up_after: Duration,
    look_every: Duration,
    heard: Instant,
    /// How often it was asked since it was heard, and when last: whoever could not be asked in time, because it took
    /// long to hand it something over, still gets its time to answer.
    asked: (u8, Instant),
    looked: Instant,
    look: Option<Instant>,
    /// Signals are not listened to before this.
    listen: Option<Instant>,
    report: Option<Instant>,
    /// How often the credential is checked, and when it was last.
    check: Option<(Duration, Instant)>,
}

impl Pulse {
    pub(super) fn new(config: &SocketConfig) -> Self {
        let now = Instant::now();
        Self {
            ask_after: Duration::from_secs(config.ping_after_s),
            give_up_after: Duration::from_secs(config.silent_after_s),
            look_every: Duration::from_secs(config.look_again_s),
            heard: now,
            asked: (0, now),
            looked: now,
            look: None,
            listen: None,
            report: None,
            check: None,
        }
    }

    /// The same, for a credential that may end while the connection lives.
    pub(super) fn checking_every(mut self, every: Duration) -> Self {
        self.check = Some((every, Instant::now()));
        self
    }

    /// The credential was checked.
    pub(super) fn checked(&mut self) {
        if let Some((_, checked)) = &mut self.check {
            *checked = Instant::now();
        }
    }

    /// The other side gave a sign of life.
    pub(super) fn hear(&mut self) {
        self.heard = Instant::now();
        self.asked = (0, self.heard);
    }

    /// Something is new: look soon.
    pub(super) fn look_soon(&mut self) {
        self.look_by(self.looked + LOOK_AFTER);
    }

    /// Something is new that may wait until `at`.
    pub(super) fn look_by(&mut self, at: Instant) {
        self.look = Some(self.look.map_or(at, |soonest| soonest.min(at)));
    }

    /// Signals were taken: those of the next moment are taken together. Each by itself would wake every connection of a
    /// busy site for every message of it.
    pub(super) fn rest(&mut self) {
        self.listen = Some(Instant::now() + LOOK_AFTER);
    }

    /// Whether signals may wait a moment.
    pub(super) fn rests(&self) -> bool {
        self.listen.is_some()
    }

    /// Whether a look is due already.
    pub(super) fn is_to_look(&self) -> bool {
        self.look.is_some()
    }

    /// A look was taken.
    pub(super) fn looked(&mut self) {
        self.looked = Instant::now();
        self.look = None;
    }

    /// Something was handed over: report it soon.
    pub(super) fn report_soon(&mut self) {
        self.report.get_or_insert_with(|| Instant::now() + REPORT_AFTER);
    }

    /// Waits for what is due next. Cancel safe.
    pub(super) async fn due(&mut self) -> Due {
        let (at, due) = self.next();
        tokio::time::sleep_until(at).await;
        match due {
            Due::Ask => self.asked = (1, Instant::now()),
            Due::Probe => self.asked = (2, Instant::now()),
            Due::Report => self.report = None,
            Due::Listen => self.listen = None,
            Due::GiveUp | Due::Look | Due::LookAnyway | Due::Check => {}
        }
        due
    }

    fn next(&self) -> (Instant, Due) {
        let step = self.give_up_after.saturating_sub(self.ask_after) / 2;
        let life = match self.asked {
            (0, _) => (self.heard + self.ask_after, Due::Ask),
            (1, at) => (at + step, Due::Probe),
            (_, at) => (at + step, Due::GiveUp),
        };
        let looks = [
            self.listen.map(|at| (at, Due::Listen)),
            self.look.map(|at| (at, Due::Look)),
            self.report.map(|at| (at, Due::Report)),
            self.check.map(|(every, checked)| (checked + every, Due::Check)),
            Some((self.looked + self.look_every, Due::LookAnyway)),
        ];
        looks
            .into_iter()
            .flatten()
            .fold(life, |first, other| if other.0 < first.0 { other } else { first })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[tokio::test(start_paused = true)]
    async fn silence_is_asked_about_twice_and_then_given_up() {
        let mut config = Config::defaults().unwrap().socket;
        config.look_again_s = 3_600;
        let mut pulse = Pulse::new(&config);
        let start = Instant::now();
        let mut seen = Vec::new();
        for _ in 0..3 {
            let due = pulse.due().await;
            seen.push((due, start.elapsed().as_secs()));
        }
        assert_eq!(seen, [(Due::Ask, 5), (Due::Probe, 9), (Due::GiveUp, 13)]);
        pulse.hear();
        assert_eq!(pulse.due().await, Due::Ask);
        assert_eq!(start.elapsed().as_secs(), 18);
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_of_signals_is_one_look() {
        let mut pulse = Pulse::new(&Config::defaults().unwrap().socket);
        tokio::time::advance(Duration::from_secs(1)).await;
        pulse.look_soon();
        pulse.look_soon();
        let before = Instant::now();
        assert_eq!(pulse.due().await, Due::Look);
        assert_eq!(
            before.elapsed(),
            Duration::ZERO,
            "the first look waits for nothing"
        );
        pulse.looked();
        pulse.look_soon();
        assert_eq!(pulse.due().await, Due::Look);
        assert_eq!(before.elapsed(), LOOK_AFTER);
        pulse.looked();
        assert_eq!(pulse.due().await, Due::Ask);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_new_does_not_wait_for_a_look_that_may_come_later() {
        let mut pulse = Pulse::new(&Config::defaults().unwrap().socket);
        let before = Instant::now();
        pulse.looked();
        pulse.look_by(before + Duration::from_secs(1));
        pulse.look_soon();
        assert_eq!(pulse.due().await, Due::Look);
        assert_eq!(before.elapsed(), LOOK_AFTER);
    }
}
