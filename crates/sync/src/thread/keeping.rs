//! What waits, beyond the page: written before it is shown, restored, taken over from another tab of the same visitor.

use shopbell_protocol::{ClientId, Sequence};

use super::{Effect, Moment, Thread};
use crate::keep::{Deed, Kept, Store};
use crate::message::TimelineMessage;
use crate::outbox::Owner;

impl<M: TimelineMessage> Thread<M> {
    /// From now on what is sent is written down first. The owner carries out [`Effect::Store`], and hands in what an
    /// earlier page has left by [`Self::restored`], also where that is nothing.
    pub fn keep(&mut self) {
        self.keep.start();
    }

    /// The storage has written an entry, or could not.
    pub fn written(&mut self, client_id: &ClientId, well: bool, at: Moment) {
        self.keep.written(client_id);
        if !well {
            self.tell_memory_only();
        }
        self.show_written(at);
    }

    /// What an earlier page has left, or a tab that has ended; from now on it is this page's to send.
    pub fn restored(&mut self, entries: Vec<Kept<M::Draft>>, at: Moment) {
        for kept in entries {
            self.keep.holds(kept.client_id.clone());
            self.admit(kept, Owner::Restored, at);
        }
        self.keep.restored();
        self.show_written(at);
    }

    /// What waits in another tab: shown here, sent there. A press is nothing to show.
    pub fn elsewhere(&mut self, kept: Kept<M::Draft>, at: Moment) {
        if matches!(kept.deed, Deed::Send { .. }) {
            self.admit(kept, Owner::Other, at);
            self.settle(at);
        }
    }

    /// What waited in another tab was given up there.
    pub fn gone(&mut self, client_id: &ClientId) {
        if let Some(id) = self.outbox.remove_of_other(client_id) {
            self.timeline.remove_waiting(&id);
        }
    }

    /// The files of a message are up: it may leave, with this content.
    pub fn complete(&mut self, client_id: &ClientId, draft: M::Draft, at: Moment) {
        let mut put = None;
        if let Some(kept) = self.keep.entry(client_id) {
            if let Deed::Send {
                draft: old, ready, ..
            } = &mut kept.deed
            {
                *old = draft;
                *ready = true;
            }
            put = Some(kept.clone());
        } else if let Some((id, seen)) = self.outbox.complete(client_id, draft.clone()) {
            let created_date = self.timeline.rewrite_waiting(&id, |created_date| {
                M::from_draft(&draft, client_id.clone(), created_date)
            });
            put = created_date.map(|created_date| Kept {
                client_id: client_id.clone(),
                created_date,
                deed: Deed::Send {
                    draft,
                    seen,
                    ready: true,
                },
            });
        }
        if let (Some(kept), true) = (put, self.keep.is_on()) {
            self.effects.push(Effect::Store(Store::Put(kept)));
        }
        self.settle(at);
    }

    /// The reader signs out: everything is forgotten, what waits and what is kept of it included.
    pub fn sign_out(&mut self) {
        self.reset();
        self.timeline.clear();
        self.outbox = crate::outbox::Outbox::default();
        if self.keep.is_on() {
            self.keep.clear();
            self.effects.push(Effect::Store(Store::Clear));
        }
    }

    /// An entry of this page: written down first, where there is storage.
    pub(super) fn enter(&mut self, kept: Kept<M::Draft>, at: Moment) {
        let put = self.keep.is_on().then(|| kept.clone());
        match self.keep.write(kept, at.now_ms) {
            Some(kept) => self.admit(kept, Owner::This, at),
            None => self
                .effects
                .extend(put.map(|kept| Effect::Store(Store::Put(kept)))),
        }
        self.settle(at);
    }

    /// Time has passed while something is being written.
    pub(super) fn tick_keep(&mut self, at: Moment) {
        if self.keep.expire(at.now_ms) {
            self.tell_memory_only();
            self.show_written(at);
        }
    }

    /// Tells the storage what is settled.
    pub(super) fn strike_out(&mut self) {
        let (outbox, presses) = (&self.outbox, &self.presses);
        let settled = self
            .keep
            .settled(|client_id| outbox.has(client_id) || presses.is_pending(client_id));
        self.effects
            .extend(settled.into_iter().map(|id| Effect::Store(Store::Remove(id))));
    }

    /// Its ack says where a message stands, which is before everything on this screen: history will bring it.
    pub(super) fn is_history(&self, sequence: Sequence) -> bool {
        sequence < self.oldest
    }

    /// Whether what an earlier page has left has to wait for a page of history, which may hold it already.
    pub(super) fn awaits_history(&self) -> bool {
        self.history == super::HistoryState::Loading && self.outbox.next_is_restored()
    }

    fn tell_memory_only(&mut self) {
        if self.keep.tell_failure() {
            self.effects.push(Effect::MemoryOnly);
        }
    }

    fn show_written(&mut self, at: Moment) {
        while let Some(kept) = self.keep.next_written() {
            self.admit(kept, Owner::This, at);
        }
        self.settle(at);
    }

    /// Shows an entry and lets it wait for its turn, unless it is here already.
    fn admit(&mut self, kept: Kept<M::Draft>, owner: Owner, at: Moment) {
        let Kept {
            client_id,
            created_date,
            deed,
        } = kept;
        match deed {
            Deed::Send { draft, seen, ready } => {
                if self.outbox.adopt(&client_id, owner)
                    || owner != Owner::This && self.timeline.has(&client_id)
                {
                    return;
                }
                let message = M::from_draft(&draft, client_id.clone(), created_date);
                let id = self.timeline.push_waiting(&client_id, message);
                self.outbox.push_as(owner, ready, id, client_id, draft, seen);
            }
            Deed::Press {
                message_id,
                button_id,
            } => {
                if self.presses.press(client_id, message_id, &button_id, at.now_ms) {
                    self.show_presses(message_id);
                }
            }
        }
    }
}
