//! Presses of postback buttons: pending on this screen until the server has said what became of them.

use shopbell_protocol::{ButtonState, ClientId, ErrorBody, MessageId};

use crate::item::{Press, Reason};
use crate::outbox::{Verdict, reason, verdict};

/// How long an answer may take before the press counts as failed and may be pressed again.
const ANSWER_MS: u64 = 15_000;

/// A press that the server has not confirmed.
#[derive(Debug, Clone)]
pub struct Pressed {
    /// The same when it is sent again, so that the server counts it once.
    pub client_id: ClientId,
    /// The message with the button.
    pub message_id: MessageId,
    /// The button.
    pub button_id: String,
    since_ms: u64,
    sent: bool,
    failed: Option<Reason>,
    /// Whether the server has refused it: pressing again is then a new press.
    refused: bool,
}

/// All presses under way or failed.
#[derive(Debug, Default)]
pub struct Presses {
    presses: Vec<Pressed>,
}

impl Presses {
    /// The visitor presses. False where the same press is under way already.
    pub fn press(
        &mut self,
        client_id: ClientId,
        message_id: MessageId,
        button_id: &str,
        now_ms: u64,
    ) -> bool {
        let known = self
            .presses
            .iter_mut()
            .find(|press| press.is(message_id, button_id));
        match known {
            Some(press) if press.failed.is_none() => false,
            Some(press) => {
                if press.refused {
                    press.client_id = client_id;
                }
                press.failed = None;
                press.refused = false;
                press.sent = false;
                press.since_ms = now_ms;
                true
            }
            None => {
                self.presses.push(Pressed {
                    client_id,
                    message_id,
                    button_id: button_id.to_owned(),
                    since_ms: now_ms,
                    sent: false,
                    failed: None,
                    refused: false,
                });
                true
            }
        }
    }

    /// The id under which a press would be sent: that of an earlier try where the server may have that one.
    pub(crate) fn id_for(&self, client_id: ClientId, message_id: MessageId, button_id: &str) -> ClientId {
        let known = self.presses.iter().find(|press| press.is(message_id, button_id));
        known
            .filter(|press| !press.refused)
            .map_or(client_id, |press| press.client_id.clone())
    }

    /// Whether this press waits for its outcome.
    pub(crate) fn is_pending(&self, client_id: &ClientId) -> bool {
        self.presses
            .iter()
            .any(|press| press.client_id == *client_id && press.failed.is_none())
    }

    /// A press that has to be sent now; it counts as sent.
    pub fn next_to_send(&mut self) -> Option<&Pressed> {
        let next = self
            .presses
            .iter_mut()
            .find(|press| !press.sent && press.failed.is_none())?;
        next.sent = true;
        Some(next)
    }

    /// The way to the server is gone: what was under way has to be sent again.
    pub fn interrupt(&mut self) {
        for press in &mut self.presses {
            press.sent = false;
        }
    }

    /// The server says how a button is. Answers whether a press of ours is settled by it.
    pub fn settle(
        &mut self,
        client_id: Option<&ClientId>,
        message_id: MessageId,
        button_id: &str,
        state: ButtonState,
    ) -> bool {
        let closed = matches!(state, ButtonState::Done | ButtonState::Expired);
        let before = self.presses.len();
        self.presses.retain(|press| {
            !(press.is(message_id, button_id) && (closed || client_id == Some(&press.client_id)))
        });
        self.presses.len() != before
    }

    /// The server has refused a press; answers the message whose buttons are now another.
    pub fn refuse(&mut self, client_id: &ClientId, error: &ErrorBody) -> Option<MessageId> {
        let press = self
            .presses
            .iter_mut()
            .find(|press| press.client_id == *client_id)?;
        press.failed = Some(reason(error));
        // What may be repeated keeps its id, so that a press that did arrive is not counted again.
        press.refused = !matches!(verdict(error), Verdict::Later(_) | Verdict::SignIn);
        Some(press.message_id)
    }

    /// Gives up on presses that waited too long; answers their messages.
    pub fn expire(&mut self, now_ms: u64) -> Vec<MessageId> {
        let mut messages = Vec::new();
        for press in &mut self.presses {
            if press.failed.is_none() && now_ms >= press.since_ms.saturating_add(ANSWER_MS) {
                press.failed = Some(Reason::offline());
                messages.push(press.message_id);
            }
        }
        messages
    }

    /// When [`Self::expire`] has something to do.
    pub fn wake_at(&self) -> Option<u64> {
        let pending = self.presses.iter().filter(|press| press.failed.is_none());
        pending
            .map(|press| press.since_ms.saturating_add(ANSWER_MS))
            .min()
    }

    /// What the item of a message has to show.
    pub fn of(&self, message_id: MessageId) -> Vec<Press> {
        let these = self.presses.iter().filter(|press| press.message_id == message_id);
        these
            .map(|press| Press {
                button_id: press.button_id.clone(),
                failed: press.failed.clone(),
            })
            .collect()
    }
}

impl Pressed {
    fn is(&self, message_id: MessageId, button_id: &str) -> bool {
        self.message_id == message_id && self.button_id == button_id
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shopbell_protocol::code;

    const MESSAGE: MessageId = MessageId(5);

    #[test]
    fn a_second_press_while_the_first_is_under_way_does_nothing() {
        let mut presses = Presses::default();
        assert!(presses.press("c1".into(), MESSAGE, "b", 0));
        assert!(!presses.press("c2".into(), MESSAGE, "b", 1));
        assert!(presses.press("c3".into(), MESSAGE, "other", 1));
        assert!(
            presses
                .next_to_send()
                .is_some_and(|press| press.client_id.as_str() == "c1")
        );
    }

    #[test]
    fn an_unanswered_press_fails_and_is_repeated_under_the_same_id() {
        let mut presses = Presses::default();
        presses.press("c1".into(), MESSAGE, "b", 0);
        presses.next_to_send();
        assert_eq!(presses.wake_at(), Some(15_000));
        assert_eq!(presses.expire(15_000), [MESSAGE]);
        assert!(presses.of(MESSAGE).iter().all(|press| press.failed.is_some()));
        assert!(presses.press("c2".into(), MESSAGE, "b", 16_000));
        assert!(
            presses
                .next_to_send()
                .is_some_and(|press| press.client_id.as_str() == "c1")
        );
    }

    #[test]
    fn a_refused_press_may_be_pressed_again_as_a_new_one() {
        let mut presses = Presses::default();
        presses.press("c1".into(), MESSAGE, "b", 0);
        presses.refuse(
            &"c1".into(),
            &ErrorBody::application(code::NOT_FOUND, "no such button"),
        );
        assert!(presses.press("c2".into(), MESSAGE, "b", 1));
        assert!(
            presses
                .next_to_send()
                .is_some_and(|press| press.client_id.as_str() == "c2")
        );
    }

    #[test]
    fn the_state_of_a_repeatable_button_settles_only_the_press_that_it_answers() {
        let mut presses = Presses::default();
        presses.press("c1".into(), MESSAGE, "b", 0);
        assert!(!presses.settle(None, MESSAGE, "b", ButtonState::Idle));
        assert!(presses.settle(Some(&"c1".into()), MESSAGE, "b", ButtonState::Idle));
        assert!(presses.of(MESSAGE).is_empty());
    }
}
