//! [`Thread`]: one conversation on one screen, for either audience.
//!
//! It knows nothing of sockets: the owner hands in [`ThreadFrame`]s and answers, tells whether there is a way to the
//! server, and carries out the [`Effect`]s. The widget's owner is [`crate::client::Client`]; the inbox holds one thread
//! per opened conversation on one [`crate::link::Link`].

mod answers;
mod exchange;
mod keeping;
mod pages;
mod seen;

use shopbell_protocol::shown::{Marks, Side};
use shopbell_protocol::{ClientId, IndicationType, MessageId, Sequence, ShownAction};

pub use self::exchange::{Command, Effect, HistoryState, Moment, ThreadFrame};
use crate::item::{Item, LocalId, Status};
use crate::keep::{Deed, Keep, Kept};
use crate::message::TimelineMessage;
use crate::outbox::Outbox;
use crate::presses::Presses;
pub use crate::resume::PageRequest;
use crate::resume::Resume;
use crate::timeline::{Merged, Timeline};
use crate::typing::Typing;
pub use crate::typing::Typist;

/// One conversation on one screen.
#[derive(Debug)]
pub struct Thread<M: TimelineMessage> {
    timeline: Timeline<M>,
    outbox: Outbox<M::Draft>,
    keep: Keep<M::Draft>,
    presses: Presses,
    resume: Resume<M>,
    typing: Typing,
    /// Whether there is a way to the server.
    ready: bool,
    /// Everything from here to the cursor is on this screen.
    oldest: Sequence,
    history: HistoryState,
    /// Looked at by this side, here or on another screen.
    seen: Sequence,
    /// What the server has been told of that.
    seen_told: Sequence,
    /// Unread messages that lie before the place where this screen began to follow.
    unread_before: u32,
    began: Sequence,
    unread: u32,
    effects: Vec<Effect<M>>,
}

impl<M: TimelineMessage> Default for Thread<M> {
    fn default() -> Self {
        Self {
            timeline: Timeline::default(),
            outbox: Outbox::default(),
            keep: Keep::default(),
            presses: Presses::default(),
            resume: Resume::default(),
            typing: Typing::default(),
            ready: false,
            oldest: Sequence(0),
            history: HistoryState::Unknown,
            seen: Sequence(0),
            seen_told: Sequence(0),
            unread_before: 0,
            began: Sequence(0),
            unread: 0,
            effects: Vec::new(),
        }
    }
}

impl<M: TimelineMessage> Thread<M> {
    /// What is shown.
    pub fn timeline(&self) -> &Timeline<M> {
        &self.timeline
    }

    /// What to resume after; `None` before the conversation was opened.
    pub fn cursor(&self) -> Option<Sequence> {
        self.resume.cursor()
    }

    /// Whether there are older messages.
    pub fn history(&self) -> HistoryState {
        self.history
    }

    /// Whether everything sent from here is stored.
    pub fn is_outbox_empty(&self) -> bool {
        self.outbox.is_empty()
    }

    /// The draft of a message that was refused, to be written anew.
    pub fn draft(&self, id: &LocalId) -> Option<&M::Draft> {
        self.outbox.draft(id)
    }

    /// The steps and deeds since the last call, the timeline's first.
    pub fn take_effects(&mut self) -> Vec<Effect<M>> {
        self.strike_out();
        let mut effects: Vec<_> = self
            .timeline
            .take_changes()
            .into_iter()
            .map(Effect::Timeline)
            .collect();
        effects.append(&mut self.effects);
        effects
    }

    /// When [`Self::tick`] has something to do.
    pub fn wake_at(&self) -> Option<u64> {
        let sends = self.ready && !self.awaits_history();
        let sending = if sends { self.outbox.wake_at() } else { None };
        let loading = if self.ready { self.resume.wake_at() } else { None };
        let waiting = [self.presses.wake_at(), self.typing.wake_at(), self.keep.wake_at()];
        [sending, loading].into_iter().chain(waiting).flatten().min()
    }

    /// Begins to follow the conversation at its newest message; what is older is history. No effect later on.
    pub fn begin(&mut self, last_sequence: Sequence, unread: u32) {
        if self.resume.cursor().is_none() {
            self.resume.anchor(last_sequence);
            self.oldest = Sequence(last_sequence.0.saturating_add(1));
            self.began = last_sequence;
            self.unread_before = unread;
            let nothing_older = last_sequence == Sequence(0);
            self.set_history(if nothing_older {
                HistoryState::Complete
            } else {
                HistoryState::More
            });
            self.count_unread();
        }
    }

    /// Another conversation now (another participant): forgets what is stored; what waits in the outbox goes there.
    pub fn reset(&mut self) {
        self.timeline.clear_stored();
        self.timeline.reset_marks();
        self.outbox.interrupt();
        self.presses = Presses::default();
        self.resume = Resume::default();
        self.oldest = Sequence(0);
        self.seen = Sequence(0);
        self.seen_told = Sequence(0);
        self.unread_before = 0;
        self.began = Sequence(0);
        self.set_history(HistoryState::Unknown);
        self.count_unread();
    }

    /// The server has told something. An owner that has the parts at hand calls the part's own function instead.
    pub fn receive(&mut self, frame: ThreadFrame<M>, at: Moment) {
        match frame {
            ThreadFrame::Opened { last_sequence, marks } => self.opened(last_sequence, &marks, at),
            ThreadFrame::Message {
                message,
                previous_sequence,
            } => self.message(previous_sequence, message, at),
            ThreadFrame::Ack { client_id, message } => self.acked(&client_id, message, at),
            ThreadFrame::Reject { client_id, error } => self.rejected(&client_id, &error, at),
            ThreadFrame::ButtonState { client_id, change } => self.button_state(client_id.as_ref(), &change),
            ThreadFrame::Indication {
                indication,
                performed_by,
                sequence,
            } => {
                self.indicated(performed_by, indication, sequence);
            }
            ThreadFrame::Typing { who, on } => self.heard_typing(who, on, at),
            ThreadFrame::Resync => self.resync(at),
        }
    }

    /// A live message, and the one before it for this reader.
    pub fn message(&mut self, previous: Sequence, message: M, at: Moment) {
        if let Some(message) = self.resume.receive(previous, message, at.now_ms) {
            self.arrive(message);
        }
        self.settle(at);
    }

    /// One side has got as far as `sequence`.
    pub fn indicated(&mut self, side: Side, indication: IndicationType, sequence: Sequence) {
        self.timeline.raise_mark(side, indication, sequence);
        self.follow_marks();
    }

    /// The other side is typing, or stopped.
    pub fn heard_typing(&mut self, who: Option<String>, on: bool, at: Moment) {
        if self.typing.heard(who, on, at.now_ms) {
            self.tell_typing();
        }
    }

    /// The place is lost: start over from a page of history.
    pub fn resync(&mut self, at: Moment) {
        self.resume.resync();
        self.settle(at);
    }

    /// There is a way to the server: what waits leaves.
    pub fn connected(&mut self, at: Moment) {
        self.ready = true;
        self.settle(at);
    }

    /// There is no way to the server for now.
    pub fn disconnected(&mut self) {
        self.ready = false;
        self.outbox.interrupt();
        self.presses.interrupt();
        self.typing.stop();
        self.seen_untold();
        if self.typing.forget_other() {
            self.tell_typing();
        }
    }

    /// Time has passed.
    pub fn tick(&mut self, at: Moment) {
        let (say, drawn) = self.typing.tick(at.now_ms);
        self.say_typing(say);
        if drawn {
            self.tell_typing();
        }
        for message in self.presses.expire(at.now_ms) {
            self.show_presses(message);
        }
        self.tick_keep(at);
        self.settle(at);
    }

    /// Sends a message. `created_date` is this machine's, shown until the server has given its own.
    pub fn send(&mut self, client_id: ClientId, draft: M::Draft, created_date: String, at: Moment) {
        self.send_with_files(client_id, draft, true, created_date, at);
    }

    /// The same for a message whose files may still be on their way up: unless it is `ready`, it waits for
    /// [`Self::complete`], and what is sent after it waits too.
    pub fn send_with_files(
        &mut self,
        client_id: ClientId,
        draft: M::Draft,
        ready: bool,
        created_date: String,
        at: Moment,
    ) {
        self.typing.sent();
        let seen = self.shown_without_a_hole();
        let deed = Deed::Send { draft, seen, ready };
        self.enter(
            Kept {
                client_id,
                created_date,
                deed,
            },
            at,
        );
    }

    /// Sends a failed message again, now.
    pub fn retry(&mut self, id: &LocalId, at: Moment) {
        if self.outbox.retry(id, self.shown_without_a_hole()) {
            self.timeline.set_status(id, Status::Sending);
            self.settle(at);
        }
    }

    /// Gives a failed message up.
    pub fn discard(&mut self, id: &LocalId) {
        if self.outbox.discard(id) {
            self.timeline.remove_waiting(id);
        }
    }

    /// Presses a postback button; no effect where it cannot be pressed.
    pub fn press(&mut self, client_id: ClientId, message_id: MessageId, button_id: &str, at: Moment) {
        let Some(item) = self.timeline.find(message_id) else {
            return;
        };
        if can_press(item, button_id) && !self.keep.presses(message_id, button_id) {
            let client_id = self.presses.id_for(client_id, message_id, button_id);
            let deed = Deed::Press {
                message_id,
                button_id: button_id.to_owned(),
            };
            self.enter(
                Kept {
                    client_id,
                    created_date: String::new(),
                    deed,
                },
                at,
            );
        }
    }

    /// The composer's text is now another; `has_text` is false once it is empty.
    pub fn typed(&mut self, has_text: bool, at: Moment) {
        let say = self.typing.typed(has_text, at.now_ms);
        self.say_typing(say);
    }

    /// Changes a stored message in place (an interaction that staff are told of).
    pub fn update(&mut self, id: MessageId, change: impl FnOnce(&mut M)) {
        self.timeline.update(id, change);
    }

    /// The server has opened the conversation: its newest message, and how far each side has got.
    pub fn opened(&mut self, last_sequence: Sequence, marks: &Marks, at: Moment) {
        self.begin(last_sequence, 0);
        if self.resume.cursor().is_some_and(|cursor| last_sequence < cursor) {
            // The server's log ends before ours: it was restored from a backup.
            self.resume.resync();
        } else {
            self.resume.expect(last_sequence, at.now_ms);
        }
        self.timeline.raise_marks(marks);
        self.follow_marks();
        self.connected(at);
    }

    /// A message that belongs at the live end.
    fn arrive(&mut self, message: M) {
        let sequence = message.sequence();
        if sequence < self.oldest {
            return;
        }
        let client_id = message.shown().client_id.clone();
        let is_own = message.is_own();
        let merged = self.timeline.merge(message);
        if let Some(client_id) = &client_id {
            self.stored(client_id, sequence);
        }
        if merged == Merged::New
            && let Some(item) = self.timeline.find(sequence.into())
        {
            self.effects.push(Effect::Arrived(item.clone()));
            if !is_own && self.typing.forget_other() {
                self.tell_typing();
            }
        }
        self.count_unread();
    }

    /// Does what has become possible: shows what waited for a hole to be filled, asks, sends.
    fn settle(&mut self, at: Moment) {
        while let Some(message) = self.resume.next_ahead(at.now_ms) {
            self.arrive(message);
        }
        if !self.ready {
            return;
        }
        if let Some(request) = self.resume.next_request(at.now_ms) {
            self.effects.push(Effect::Load(request));
        }
        if !self.awaits_history()
            && let Some(entry) = self.outbox.next_to_send(at.now_ms)
        {
            let (id, client_id, draft, last_seen) = (
                entry.id.clone(),
                entry.client_id.clone(),
                entry.draft.clone(),
                entry.seen,
            );
            self.timeline.set_status(&id, Status::Sending);
            self.effects.push(Effect::Send(Command::Send {
                client_id,
                draft,
                last_seen,
            }));
        }
        while let Some(press) = self.presses.next_to_send() {
            self.effects.push(Effect::Send(Command::Press {
                client_id: press.client_id.clone(),
                message_id: press.message_id,
                button_id: press.button_id.clone(),
            }));
        }
        if self.seen > self.seen_told {
            self.seen_told = self.seen;
            self.effects.push(Effect::Send(Command::Seen(self.seen)));
        }
    }

    fn tell_typing(&mut self) {
        self.effects.push(Effect::Typing(self.typing.other().cloned()));
    }

    fn say_typing(&mut self, say: Option<bool>) {
        if let (Some(on), true) = (say, self.ready) {
            self.effects.push(Effect::Send(Command::Typing(on)));
        }
    }
}

fn can_press<M: TimelineMessage>(item: &Item<M>, wanted: &str) -> bool {
    item.message
        .shown()
        .content
        .buttons()
        .iter()
        .any(|button| match &button.action {
            ShownAction::Postback { button_id, state } => {
                button_id == wanted && item.button_face(button_id, *state).can_press()
            }
            ShownAction::Link(_) | ShownAction::Unsupported => false,
        })
}
