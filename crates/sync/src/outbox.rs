//! The outbox: what was typed and sent and is not yet acknowledged, in order.
//!
//! One message is under way at a time, so that the order of typing is the order of the conversation whatever is lost,
//! refused or sent again; a resend carries the same client id, and the server stores it once.

use std::collections::VecDeque;

use shopbell_protocol::{ClientId, ErrorBody, Sequence, code};

use crate::backoff;
use crate::item::{LocalId, Reason, Status};

/// How long an answer may take before the same is sent again.
const ANSWER_MS: u64 = 10_000;

/// A message that the server has not acknowledged.
#[derive(Debug, Clone)]
pub struct Entry<D> {
    /// Its row.
    pub id: LocalId,
    /// The same on each resend.
    pub client_id: ClientId,
    /// What it says.
    pub draft: D,
    /// The newest message on screen when it was sent (rule 15).
    pub seen: Sequence,
    state: State,
    attempts: u32,
    owner: Owner,
    /// Whether its content is whole; until then those behind it wait too.
    ready: bool,
}

/// Whose an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// This page's.
    This,
    /// This page's, left by another; the server may have it already.
    Restored,
    /// Another tab's, which sends it. Those behind it pass.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    /// Sent at.
    Sent(u64),
    /// Not before; those behind it wait too.
    Held(u64),
    /// Until the sender decides; those behind it pass.
    Failed,
}

/// What a refusal means for the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The server will take it later: sent again by itself, after this many milliseconds where it says so.
    Later(Option<u64>),
    /// The credential is not good any more; sent again with a new one.
    SignIn,
    /// The sender may press retry.
    Retry,
    /// The same again would be refused again.
    Never,
}

/// The messages waiting, oldest first.
#[derive(Debug)]
pub struct Outbox<D> {
    entries: VecDeque<Entry<D>>,
}

impl<D> Default for Outbox<D> {
    fn default() -> Self {
        Self {
            entries: VecDeque::new(),
        }
    }
}

impl<D: Clone> Outbox<D> {
    /// Adds a message at the end.
    pub fn push(&mut self, id: LocalId, client_id: ClientId, draft: D, seen: Sequence) {
        self.push_as(Owner::This, true, id, client_id, draft, seen);
    }

    pub(crate) fn push_as(
        &mut self,
        owner: Owner,
        ready: bool,
        id: LocalId,
        client_id: ClientId,
        draft: D,
        seen: Sequence,
    ) {
        self.entries.push_back(Entry {
            id,
            client_id,
            draft,
            seen,
            state: State::Waiting,
            attempts: 0,
            owner,
            ready,
        });
    }

    /// Whether nothing waits that this page has to send.
    pub fn is_empty(&self) -> bool {
        !self.entries.iter().any(Entry::is_of_this_page)
    }

    /// Whether this waits here.
    pub(crate) fn has(&self, client_id: &ClientId) -> bool {
        self.place(client_id).is_some()
    }

    /// True where the entry is here; what was another tab's may become this page's.
    pub(crate) fn adopt(&mut self, client_id: &ClientId, owner: Owner) -> bool {
        let Some(entry) = self.find(client_id) else {
            return false;
        };
        if entry.owner == Owner::Other {
            entry.owner = owner;
        }
        true
    }

    /// Another tab's entry is no more; answers its row.
    pub(crate) fn remove_of_other(&mut self, client_id: &ClientId) -> Option<LocalId> {
        let at = self.place(client_id)?;
        let is_of_other = !self.entries.get(at)?.is_of_this_page();
        let entry = if is_of_other {
            self.entries.remove(at)
        } else {
            None
        };
        entry.map(|entry| entry.id)
    }

    /// The content is whole now; answers the row and what its sender had seen.
    pub(crate) fn complete(&mut self, client_id: &ClientId, draft: D) -> Option<(LocalId, Sequence)> {
        let entry = self.find(client_id).filter(|entry| !entry.ready)?;
        entry.ready = true;
        entry.draft = draft;
        Some((entry.id.clone(), entry.seen))
    }

    /// Whether the next in turn was left by another page.
    pub(crate) fn next_is_restored(&self) -> bool {
        let next = self.entries.iter().find(|entry| entry.is_in_turn());
        next.is_some_and(|entry| entry.owner == Owner::Restored)
    }

    /// The message to send now, if there is one; it counts as sent.
    pub fn next_to_send(&mut self, now_ms: u64) -> Option<&Entry<D>> {
        let next = self
            .entries
            .iter_mut()
            .find(|entry| entry.is_in_turn())
            .filter(|entry| entry.ready)?;
        let due = match next.state {
            State::Waiting => true,
            State::Sent(at) => now_ms >= at.saturating_add(ANSWER_MS),
            State::Held(until) => now_ms >= until,
            State::Failed => false,
        };
        if !due {
            return None;
        }
        next.state = State::Sent(now_ms);
        Some(next)
    }

    /// When [`Self::next_to_send`] has to be asked again.
    pub fn wake_at(&self) -> Option<u64> {
        match self
            .entries
            .iter()
            .find(|entry| entry.is_in_turn())
            .filter(|entry| entry.ready)?
            .state
        {
            State::Waiting => Some(0),
            State::Sent(at) => Some(at.saturating_add(ANSWER_MS)),
            State::Held(until) => Some(until),
            State::Failed => None,
        }
    }

    /// The way to the server is gone: what was under way has to be sent again.
    pub fn interrupt(&mut self) {
        for entry in &mut self.entries {
            if matches!(entry.state, State::Sent(_)) {
                entry.state = State::Waiting;
            }
        }
    }

    /// The server has stored it; it is done. `None` where it is not (or no longer) here.
    pub fn acknowledge(&mut self, client_id: &ClientId) -> Option<Entry<D>> {
        let at = self.place(client_id)?;
        self.entries.remove(at)
    }

    /// The server has refused it; answers the row with its new status.
    pub fn refuse(
        &mut self,
        client_id: &ClientId,
        error: &ErrorBody,
        now_ms: u64,
        unit: f64,
    ) -> Option<(LocalId, Status)> {
        let at = self.place(client_id)?;
        let entry = self.entries.get_mut(at)?;
        let reason = reason(error);
        let status = match verdict(error) {
            Verdict::Later(after_ms) => {
                let delay =
                    after_ms.unwrap_or_else(|| backoff::delay_ms(entry.attempts.saturating_add(1), unit));
                let until = now_ms.saturating_add(delay);
                entry.attempts = entry.attempts.saturating_add(1);
                entry.state = State::Held(until);
                Status::Failed {
                    reason,
                    can_retry: true,
                    retry_at_ms: Some(until),
                }
            }
            Verdict::SignIn => {
                entry.state = State::Held(now_ms.saturating_add(backoff::delay_ms(entry.attempts, unit)));
                entry.attempts = entry.attempts.saturating_add(1);
                Status::Sending
            }
            Verdict::Retry => {
                entry.state = State::Failed;
                Status::Failed {
                    reason,
                    can_retry: true,
                    retry_at_ms: None,
                }
            }
            Verdict::Never => {
                entry.state = State::Failed;
                Status::Failed {
                    reason,
                    can_retry: false,
                    retry_at_ms: None,
                }
            }
        };
        Some((entry.id.clone(), status))
    }

    /// The request did not arrive or its answer did not: sent again after a while.
    pub fn delay(&mut self, client_id: &ClientId, now_ms: u64, unit: f64) {
        if let Some(entry) = self.place(client_id).and_then(|at| self.entries.get_mut(at))
            && matches!(entry.state, State::Sent(_))
        {
            entry.state = State::Held(now_ms.saturating_add(backoff::delay_ms(entry.attempts, unit)));
            entry.attempts = entry.attempts.saturating_add(1);
        }
    }

    /// The sender asks to send it (again) now. False where it is under way already, or not here.
    pub fn retry(&mut self, id: &LocalId, seen: Sequence) -> bool {
        match self.entries.iter_mut().find(|entry| entry.id == *id) {
            Some(entry) if matches!(entry.state, State::Failed | State::Held(_)) => {
                entry.state = State::Waiting;
                entry.seen = seen;
                true
            }
            Some(_) | None => false,
        }
    }

    /// The sender gives it up. False where it may be under way, because the server may store it yet, or is not here.
    pub fn discard(&mut self, id: &LocalId) -> bool {
        let place = self
            .entries
            .iter()
            .position(|entry| entry.id == *id && entry.may_go());
        place.and_then(|at| self.entries.remove(at)).is_some()
    }

    /// The draft of a waiting message, for a sender who wants to write it anew.
    pub fn draft(&self, id: &LocalId) -> Option<&D> {
        self.entries
            .iter()
            .find(|entry| entry.id == *id)
            .map(|entry| &entry.draft)
    }

    fn find(&mut self, client_id: &ClientId) -> Option<&mut Entry<D>> {
        self.entries
            .iter_mut()
            .find(|entry| entry.client_id == *client_id)
    }

    fn place(&self, client_id: &ClientId) -> Option<usize> {
        self.entries
            .iter()
            .position(|entry| entry.client_id == *client_id)
    }
}

impl<D> Entry<D> {
    pub(crate) fn is_of_this_page(&self) -> bool {
        self.owner != Owner::Other
    }

    /// Whether those behind it wait for it.
    fn is_in_turn(&self) -> bool {
        self.state != State::Failed && self.is_of_this_page()
    }

    /// Whether its sender may give it up: the server cannot have it, or has refused it.
    fn may_go(&self) -> bool {
        let untold = matches!(self.state, State::Failed | State::Held(_)) || !self.ready;
        untold && self.is_of_this_page()
    }
}

/// What a refusal means for what was refused.
pub fn verdict(error: &ErrorBody) -> Verdict {
    match error.code() {
        code::RESOURCE_EXHAUSTED | code::UNAVAILABLE | code::INTERNAL => {
            Verdict::Later(error.retry_after_ms())
        }
        code::UNAUTHENTICATED => Verdict::SignIn,
        code::THREAD_MOVED_ON | code::PERMISSION_DENIED | code::CONVERSATION_NOT_FOUND => Verdict::Retry,
        _ => Verdict::Never,
    }
}

/// The refusal as a page draws it.
pub fn reason(error: &ErrorBody) -> Reason {
    Reason {
        code: error.code().to_owned(),
        message: error.message.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outbox(texts: &[&str]) -> Outbox<String> {
        let mut outbox = Outbox::default();
        for text in texts {
            outbox.push(
                LocalId::from(*text),
                ClientId::from(*text),
                (*text).to_owned(),
                Sequence(0),
            );
        }
        outbox
    }

    fn sent(outbox: &mut Outbox<String>, now_ms: u64) -> Option<String> {
        outbox.next_to_send(now_ms).map(|entry| entry.draft.clone())
    }

    #[test]
    fn the_second_leaves_when_the_first_is_acknowledged() {
        let mut outbox = outbox(&["a", "b"]);
        assert_eq!(sent(&mut outbox, 0), Some("a".into()));
        assert_eq!(sent(&mut outbox, 1), None);
        assert!(outbox.acknowledge(&"a".into()).is_some());
        assert!(
            outbox.acknowledge(&"a".into()).is_none(),
            "the second ack finds nothing to do"
        );
        assert_eq!(sent(&mut outbox, 2), Some("b".into()));
    }

    #[test]
    fn a_message_without_an_answer_is_sent_again_and_at_once_after_an_interruption() {
        let mut outbox = outbox(&["a"]);
        assert!(sent(&mut outbox, 0).is_some());
        assert_eq!(outbox.wake_at(), Some(10_000));
        assert!(sent(&mut outbox, 10_000).is_some());
        outbox.interrupt();
        assert!(sent(&mut outbox, 10_001).is_some());
    }

    #[test]
    fn a_rate_limit_holds_the_queue_until_the_time_the_server_names() {
        let mut outbox = outbox(&["a", "b"]);
        assert!(sent(&mut outbox, 0).is_some());
        let error =
            ErrorBody::application(code::RESOURCE_EXHAUSTED, "slow down").with_data("retryAfterMs", 700);
        let (_, status) = outbox.refuse(&"a".into(), &error, 100, 0.0).unwrap();
        assert!(
            matches!(
                status,
                Status::Failed {
                    can_retry: true,
                    retry_at_ms: Some(800),
                    ..
                }
            ),
            "{status:?}"
        );
        assert_eq!(sent(&mut outbox, 799), None);
        assert_eq!(sent(&mut outbox, 800), Some("a".into()));
    }

    #[test]
    fn a_message_refused_for_good_lets_the_others_pass_and_can_be_discarded() {
        let mut outbox = outbox(&["a", "b"]);
        assert!(sent(&mut outbox, 0).is_some());
        let error = ErrorBody::validation(shopbell_protocol::Violations::default());
        let (id, status) = outbox.refuse(&"a".into(), &error, 0, 0.0).unwrap();
        assert!(
            matches!(
                status,
                Status::Failed {
                    can_retry: false,
                    retry_at_ms: None,
                    ..
                }
            ),
            "{status:?}"
        );
        assert_eq!(sent(&mut outbox, 1), Some("b".into()));
        assert!(outbox.discard(&id));
        assert!(
            !outbox.discard(&"b".into()),
            "what is under way may be stored yet"
        );
    }

    #[test]
    fn a_retry_brings_a_failed_message_back_with_its_place_and_its_client_id() {
        let mut outbox = outbox(&["a", "b"]);
        assert!(sent(&mut outbox, 0).is_some());
        outbox.refuse(
            &"a".into(),
            &ErrorBody::application(code::THREAD_MOVED_ON, "moved on"),
            0,
            0.0,
        );
        assert!(outbox.retry(&"a".into(), Sequence(9)));
        let entry = outbox.next_to_send(1).unwrap();
        assert_eq!((entry.client_id.as_str(), entry.seen), ("a", Sequence(9)));
    }
}
