//! What was looked at, here and on other screens, and what is left unread.

use shopbell_protocol::Sequence;

use super::{Effect, Moment, Thread};
use crate::message::{TimelineMessage, own_seen};

impl<M: TimelineMessage> Thread<M> {
    /// The reader has looked at everything up to here.
    pub fn look(&mut self, up_to: Sequence, at: Moment) {
        let up_to = up_to.min(self.newest());
        if up_to > self.seen {
            self.seen = up_to;
            self.count_unread();
            self.settle(at);
        }
    }

    /// What was told may not have come: it is told again with whatever is said next.
    pub(super) fn seen_untold(&mut self) {
        self.seen_told = own_seen(self.timeline.marks(), M::SIDE);
    }

    pub(super) fn follow_marks(&mut self) {
        let told = own_seen(self.timeline.marks(), M::SIDE);
        self.seen = self.seen.max(told);
        self.seen_told = self.seen_told.max(told);
        self.count_unread();
    }

    pub(super) fn count_unread(&mut self) {
        let new = self.timeline.stored().iter().rev();
        let new = new.take_while(|item| item.message.sequence() > self.seen.max(self.began));
        let new = new.filter(|item| !item.message.is_own()).count();
        let before = if self.seen >= self.began {
            0
        } else {
            self.unread_before
        };
        let unread = before.saturating_add(u32::try_from(new).unwrap_or(u32::MAX));
        if unread != self.unread {
            self.unread = unread;
            self.effects.push(Effect::Unread(unread));
        }
    }

    /// Up to where the screen shows everything. An acknowledged message of one's own may stand behind a hole: what was
    /// said in between has not been seen, whatever stands below it.
    pub(super) fn shown_without_a_hole(&self) -> Sequence {
        self.resume.cursor().unwrap_or_default()
    }

    pub(super) fn newest(&self) -> Sequence {
        self.timeline
            .stored()
            .last()
            .map_or(self.resume.cursor().unwrap_or_default(), |item| {
                item.message.sequence()
            })
    }
}

#[cfg(test)]
mod tests {
    use shopbell_protocol::message::MessageDraft;
    use shopbell_protocol::staff::StaffMessage;
    use shopbell_protocol::{Direction, MessageContent};

    use super::super::{Command, ThreadFrame};
    use super::*;

    const AT: Moment = Moment {
        now_ms: 1_000,
        unit: 0.5,
    };

    fn stored(sequence: u64, direction: Direction) -> StaffMessage {
        let draft = MessageDraft {
            content: Some(MessageContent::text("x")),
            direction: Some(direction),
            ..MessageDraft::default()
        };
        let mut message =
            StaffMessage::from_draft(&draft, format!("c{sequence}").as_str().into(), String::new());
        message.shown.sequence = Sequence(sequence);
        message.shown.id = message.shown.sequence.into();
        message
    }

    /// What a send says of what its writer had seen.
    fn said(thread: &mut Thread<StaffMessage>) -> Option<Sequence> {
        thread.take_effects().into_iter().find_map(|effect| match effect {
            Effect::Send(Command::Send { last_seen, .. }) => Some(last_seen),
            _ => None,
        })
    }

    #[test]
    fn a_note_of_ones_own_does_not_hide_what_was_said_before_it_and_is_not_here_yet() {
        let mut thread = Thread::<StaffMessage>::default();
        let marks = shopbell_protocol::shown::Marks::default();
        thread.opened(Sequence(5), &marks, AT);
        thread.send("c9".into(), MessageDraft::default(), String::new(), AT);
        assert_eq!(said(&mut thread), Some(Sequence(5)));
        // The visitor's 7 was stored before it, and its frame is still on the way.
        let note = stored(9, Direction::BusinessToParticipant);
        thread.acked(&"c9".into(), note.clone(), AT);
        thread.send("c11".into(), MessageDraft::default(), String::new(), AT);
        assert_eq!(said(&mut thread), Some(Sequence(5)));
        for (previous, message) in [(5, stored(7, Direction::ParticipantToBusiness)), (7, note)] {
            let previous_sequence = Sequence(previous);
            thread.receive(
                ThreadFrame::Message {
                    message,
                    previous_sequence,
                },
                AT,
            );
        }
        thread.take_effects();
        let error =
            shopbell_protocol::ErrorBody::application(shopbell_protocol::code::THREAD_MOVED_ON, "moved on");
        thread.rejected(&"c11".into(), &error, AT);
        thread.retry(&"c11".into(), AT);
        assert_eq!(said(&mut thread), Some(Sequence(9)));
    }
}
