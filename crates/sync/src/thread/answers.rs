//! What became of what this screen has sent and pressed.

use shopbell_protocol::widget::ButtonStateChange;
use shopbell_protocol::{ClientId, ErrorBody, MessageId, Sequence};

use super::{Effect, Moment, Thread};
use crate::item::Status;
use crate::message::TimelineMessage;

impl<M: TimelineMessage> Thread<M> {
    /// A send got no answer; it is repeated after a while.
    pub fn send_failed(&mut self, client_id: &ClientId, at: Moment) {
        self.outbox.delay(client_id, at.now_ms, at.unit);
    }

    /// A send is stored.
    pub fn acked(&mut self, client_id: &ClientId, message: M, at: Moment) {
        let sequence = message.sequence();
        if self.is_history(sequence) {
            // Nobody but this page is told so of an entry of another tab, so this one is this page's.
            if self.outbox.acknowledge(client_id).is_some() {
                let item = self.timeline.take_stored(client_id, message);
                self.effects.extend(item.map(Effect::Accepted));
            }
            return self.settle(at);
        }
        self.timeline.merge(message);
        self.resume.expect(sequence, at.now_ms);
        self.stored(client_id, sequence);
        self.settle(at);
    }

    /// A message that stood in the outbox is in the timeline now, by ack or by echo.
    pub(super) fn stored(&mut self, client_id: &ClientId, sequence: Sequence) {
        let sent_here = self
            .outbox
            .acknowledge(client_id)
            .is_some_and(|entry| entry.is_of_this_page());
        if sent_here && let Some(item) = self.timeline.find(sequence.into()) {
            self.effects.push(Effect::Accepted(item.clone()));
        }
    }

    /// A send or a press is refused.
    pub fn rejected(&mut self, client_id: &ClientId, error: &ErrorBody, at: Moment) {
        if let Some((id, status)) = self.outbox.refuse(client_id, error, at.now_ms, at.unit) {
            if let Status::Failed {
                reason,
                retry_at_ms: None,
                ..
            } = &status
            {
                self.effects.push(Effect::Refused {
                    id: id.clone(),
                    reason: reason.clone(),
                });
            }
            self.timeline.set_status(&id, status);
        }
        if let Some(message) = self.presses.refuse(client_id, error) {
            self.show_presses(message);
        }
        self.settle(at);
    }

    /// The answer to a press, or news of another screen's press.
    pub fn button_state(&mut self, client_id: Option<&ClientId>, change: &ButtonStateChange) {
        self.timeline
            .set_button_state(change.message_id, &change.button_id, change.state);
        if self
            .presses
            .settle(client_id, change.message_id, &change.button_id, change.state)
        {
            self.show_presses(change.message_id);
        }
    }

    pub(super) fn show_presses(&mut self, message: MessageId) {
        self.timeline.set_presses(message, self.presses.of(message));
    }
}
