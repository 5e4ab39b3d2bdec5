//! Typing, both ways: ephemeral, so everything here ends by itself.

/// Said again this often while somebody goes on typing.
const REPEAT_MS: u64 = 3_000;
/// Nothing typed for this long: stopped.
const IDLE_MS: u64 = 5_000;
/// The other side's typing is forgotten after this long without a repeat.
const EXPIRY_MS: u64 = 7_000;

/// Who of the other side is typing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typist {
    /// Display name, where the frame says one.
    pub name: Option<String>,
}

/// Typing of both sides.
#[derive(Debug, Default)]
pub struct Typing {
    other: Option<(Typist, u64)>,
    /// Last keystroke, and when it was last said.
    own: Option<(u64, u64)>,
}

impl Typing {
    /// Who of the other side is typing.
    pub fn other(&self) -> Option<&Typist> {
        self.other.as_ref().map(|(typist, _)| typist)
    }

    /// The other side said so. Answers whether something is to be drawn anew.
    pub fn heard(&mut self, name: Option<String>, on: bool, now_ms: u64) -> bool {
        let next = on.then(|| (Typist { name }, now_ms.saturating_add(EXPIRY_MS)));
        let changed = next.as_ref().map(|(typist, _)| typist) != self.other();
        self.other = next;
        changed
    }

    /// The other side's message has come, or the connection is gone.
    pub fn forget_other(&mut self) -> bool {
        self.other.take().is_some()
    }

    /// A keystroke of our own; `false` for an emptied composer. Answers what to say, if anything.
    pub fn typed(&mut self, has_text: bool, now_ms: u64) -> Option<bool> {
        if !has_text {
            return self.stop();
        }
        match &mut self.own {
            Some((last, said)) => {
                *last = now_ms;
                if now_ms < said.saturating_add(REPEAT_MS) {
                    return None;
                }
                *said = now_ms;
            }
            None => self.own = Some((now_ms, now_ms)),
        }
        Some(true)
    }

    /// The message was sent, or the composer emptied.
    pub fn stop(&mut self) -> Option<bool> {
        self.own.take().map(|_| false)
    }

    /// A message that was sent says more than "stopped": nothing needs to be said.
    pub fn sent(&mut self) {
        self.own = None;
    }

    /// Time has passed: what to say, and whether the other side is to be drawn anew.
    pub fn tick(&mut self, now_ms: u64) -> (Option<bool>, bool) {
        let idle = self
            .own
            .is_some_and(|(last, _)| now_ms >= last.saturating_add(IDLE_MS));
        let say = if idle { self.stop() } else { None };
        let expired = self.other.as_ref().is_some_and(|(_, until)| now_ms >= *until);
        (say, expired && self.forget_other())
    }

    /// When [`Self::tick`] has something to do.
    pub fn wake_at(&self) -> Option<u64> {
        let own = self.own.map(|(last, _)| last.saturating_add(IDLE_MS));
        let other = self.other.as_ref().map(|(_, until)| *until);
        own.into_iter().chain(other).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_is_said_once_then_every_three_seconds_then_ended_by_silence() {
        let mut typing = Typing::default();
        assert_eq!(typing.typed(true, 0), Some(true));
        assert_eq!(typing.typed(true, 2_999), None);
        assert_eq!(typing.typed(true, 3_000), Some(true));
        assert_eq!(typing.wake_at(), Some(8_000));
        assert_eq!(typing.tick(8_000), (Some(false), false));
        assert_eq!(typing.wake_at(), None);
    }

    #[test]
    fn the_other_sides_typing_ends_without_a_repeat() {
        let mut typing = Typing::default();
        assert!(typing.heard(Some("Ann".into()), true, 0));
        assert!(
            !typing.heard(Some("Ann".into()), true, 5_000),
            "a repeat draws nothing anew"
        );
        assert_eq!(typing.tick(11_999), (None, false));
        assert_eq!(typing.tick(12_000), (None, true));
        assert_eq!(typing.other(), None);
    }

    #[test]
    fn emptying_the_composer_says_stopped_once() {
        let mut typing = Typing::default();
        assert_eq!(typing.typed(false, 0), None);
        typing.typed(true, 1);
        assert_eq!(typing.typed(false, 2), Some(false));
        assert_eq!(typing.typed(false, 3), None);
    }
}
