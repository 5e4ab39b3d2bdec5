//! What was looked at, here and on other screens, and what is left unread.

use shopbell_protocol::Sequence;
use shopbell_protocol::shown::Marks;

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

    /// The server has taken note of what was looked at.
    pub fn seen_told(&mut self, marks: &Marks) {
        self.timeline.raise_marks(marks);
        self.follow_marks();
    }

    /// It has not: it is told again with whatever is said next.
    pub fn seen_untold(&mut self) {
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

    /// `seen`, and the messages right after it that this side's own screen has sent: they hide nothing from it.
    pub(super) fn seen_with_own(&self, seen: Sequence) -> Sequence {
        let stored = self.timeline.stored();
        let after = stored.partition_point(|item| item.message.sequence() <= seen);
        let own = stored.iter().skip(after).map(|item| item.message.sequence());
        own.take_while(|sequence| self.sent_here.contains(sequence))
            .last()
            .unwrap_or(seen)
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
