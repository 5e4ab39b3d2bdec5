//! Is the other side still there? A socket can stay "open" for many minutes after the way is gone.

/// Silence after which a ping is sent, and again after each ping.
const SILENCE_MS: u64 = 5_000;
/// Silence after which the socket counts as dead, if a ping went unanswered.
const DEAD_MS: u64 = 13_000;
/// How long a ping out of doubt may go unanswered.
const DOUBT_MS: u64 = 4_000;

/// What the silence means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pulse {
    /// Nothing to do.
    Steady,
    /// Ask with this number.
    Ask(u64),
    /// The other side is gone.
    Dead,
}

/// When something was heard and asked last.
#[derive(Debug, Default)]
pub struct Heartbeat {
    heard_ms: u64,
    asked_ms: Option<u64>,
    /// Dead at this time unless something is heard.
    deadline_ms: Option<u64>,
    n: u64,
}

impl Heartbeat {
    /// A socket begins to live.
    pub fn start(&mut self, now_ms: u64) {
        self.heard(now_ms);
    }

    /// Something was heard.
    pub fn heard(&mut self, now_ms: u64) {
        self.heard_ms = now_ms;
        self.asked_ms = None;
        self.deadline_ms = None;
    }

    /// There is reason to ask at once. Answers the ping's number unless one is under way.
    pub fn doubt(&mut self, now_ms: u64) -> Option<u64> {
        if self.deadline_ms.is_some() {
            return None;
        }
        self.deadline_ms = Some(now_ms.saturating_add(DOUBT_MS));
        Some(self.ask(now_ms))
    }

    /// Time has passed.
    pub fn tick(&mut self, now_ms: u64) -> Pulse {
        if now_ms < self.wake_at() {
            return Pulse::Steady;
        }
        if self.deadline_ms.is_some_and(|deadline| now_ms >= deadline) {
            return Pulse::Dead;
        }
        // A machine that slept through its timers asks first: the silence was its own.
        self.deadline_ms.get_or_insert(
            self.heard_ms
                .saturating_add(DEAD_MS)
                .max(now_ms.saturating_add(DOUBT_MS)),
        );
        Pulse::Ask(self.ask(now_ms))
    }

    /// When [`Self::tick`] has something to do.
    pub fn wake_at(&self) -> u64 {
        let next_ping = self.asked_ms.unwrap_or(self.heard_ms).saturating_add(SILENCE_MS);
        self.deadline_ms
            .map_or(next_ping, |deadline| deadline.min(next_ping))
    }

    fn ask(&mut self, now_ms: u64) -> u64 {
        self.asked_ms = Some(now_ms);
        self.n = self.n.wrapping_add(1);
        self.n
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_seconds_of_silence_ask_and_any_frame_answers() {
        let mut heart = Heartbeat::default();
        heart.start(1_000);
        assert_eq!(heart.tick(5_999), Pulse::Steady);
        assert_eq!(heart.tick(6_000), Pulse::Ask(1));
        heart.heard(6_050);
        assert_eq!(heart.wake_at(), 11_050);
    }

    #[test]
    fn silence_after_pings_is_death_at_thirteen_seconds() {
        let mut heart = Heartbeat::default();
        heart.start(0);
        assert_eq!(heart.tick(5_000), Pulse::Ask(1));
        assert_eq!(heart.tick(10_000), Pulse::Ask(2));
        assert_eq!(heart.wake_at(), 13_000);
        assert_eq!(heart.tick(13_000), Pulse::Dead);
    }

    #[test]
    fn a_machine_that_slept_asks_before_it_gives_up() {
        let mut heart = Heartbeat::default();
        heart.start(0);
        assert_eq!(heart.tick(3_600_000), Pulse::Ask(1));
        assert_eq!(heart.wake_at(), 3_604_000);
        assert_eq!(heart.tick(3_604_000), Pulse::Dead);
    }

    #[test]
    fn doubt_asks_at_once_and_waits_a_shorter_time() {
        let mut heart = Heartbeat::default();
        heart.start(0);
        assert_eq!(heart.doubt(100), Some(1));
        assert_eq!(heart.doubt(200), None);
        assert_eq!(heart.tick(4_100), Pulse::Dead);
    }
}
