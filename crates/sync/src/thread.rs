//! [`Thread`]: one conversation on one screen, for either audience.
//!
//! It knows nothing of sockets: the owner hands in [`ThreadFrame`]s and answers, tells whether there is a way to the
//! server, and carries out the [`Effect`]s. The widget's owner is [`crate::client::Client`]; the inbox holds one thread
//! per opened conversation on one [`crate::link::Link`].

use std::collections::HashSet;

use shopbell_protocol::paging::HistoryPage;
use shopbell_protocol::shown::{Marks, Side};
use shopbell_protocol::widget::ButtonStateChange;
use shopbell_protocol::{ClientId, ErrorBody, IndicationType, MessageId, Sequence, ShownAction};

use crate::item::{Item, LocalId, Reason, Status};
use crate::message::{TimelineMessage, own_seen};
use crate::outbox::Outbox;
use crate::presses::Presses;
pub use crate::resume::PageRequest;
use crate::resume::Resume;
use crate::timeline::{Change, Merged, Timeline};
use crate::typing::Typing;
pub use crate::typing::Typist;

/// "It is now", and a fresh random number; the engine has neither of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// Milliseconds of any clock that does not run backwards.
    pub now_ms: u64,
    /// 0.0 to 1.0.
    pub unit: f64,
}

/// What a server tells of one conversation, the same for both audiences.
#[derive(Debug, Clone, PartialEq)]
pub enum ThreadFrame<M> {
    /// `welcome`, or `opened`.
    Opened {
        /// The newest message that this reader may see.
        last_sequence: Sequence,
        /// How far each side has got.
        marks: Marks,
    },
    /// A message.
    Message {
        /// The message.
        message: M,
        /// The one before it for this reader.
        previous_sequence: Sequence,
    },
    /// Stored.
    Ack {
        /// Of the send.
        client_id: ClientId,
        /// As stored.
        message: M,
    },
    /// Refused: a send or a press.
    Reject {
        /// Of the send or press.
        client_id: ClientId,
        /// Why.
        error: ErrorBody,
    },
    /// A button's state.
    ButtonState {
        /// Of the press that it answers.
        client_id: Option<ClientId>,
        /// Which, and how it is.
        change: ButtonStateChange,
    },
    /// One side has got as far as `sequence`.
    Indication {
        /// `DELIVERED` or `SEEN`.
        indication: IndicationType,
        /// Which side.
        performed_by: Side,
        /// Up to here.
        sequence: Sequence,
    },
    /// The other side is typing, or stopped.
    Typing {
        /// Display name.
        who: Option<String>,
        /// Typing now.
        on: bool,
    },
    /// Start over from a page of history.
    Resync,
}

/// What the server is to be told of one conversation, the same for both audiences.
#[derive(Debug, Clone, PartialEq)]
pub enum Command<D> {
    /// Send a message.
    Send {
        /// The same on each resend.
        client_id: ClientId,
        /// What it says.
        draft: D,
        /// The newest message that its sender had seen, what they sent since included (rule 15).
        last_seen: Sequence,
    },
    /// Press a button.
    Press {
        /// The same on each resend.
        client_id: ClientId,
        /// The message with the button.
        message_id: MessageId,
        /// The button.
        button_id: String,
    },
    /// Everything up to here was looked at.
    Seen(Sequence),
    /// We are typing, or stopped.
    Typing(bool),
}

/// What has to be done or shown. To be carried out in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect<M: TimelineMessage> {
    /// Tell the server. Comes only while there is a way to it.
    Send(Command<M::Draft>),
    /// Ask for a page; hand the answer to [`Thread::page`] or [`Thread::page_failed`] with the same request.
    Load(PageRequest),
    /// The timeline is now another.
    Timeline(Change<M>),
    /// A message came while the screen was open, from the other side or another screen of one's own.
    Arrived(Item<M>),
    /// A message of this screen is stored.
    Accepted(Item<M>),
    /// A message of this screen was refused, and is not sent again by itself.
    Refused {
        /// Its row.
        id: LocalId,
        /// Why.
        reason: Reason,
    },
    /// The other side is typing, or nobody is.
    Typing(Option<Typist>),
    /// Messages of the other side that were not looked at.
    Unread(u32),
    /// Older messages.
    History(HistoryState),
}

/// Older messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HistoryState {
    /// The conversation has not been opened.
    #[default]
    Unknown,
    /// There are more.
    More,
    /// A page is on its way.
    Loading,
    /// A page did not come; asking again may help.
    Failed,
    /// The first message is here.
    Complete,
}

/// One conversation on one screen.
#[derive(Debug)]
pub struct Thread<M: TimelineMessage> {
    timeline: Timeline<M>,
    outbox: Outbox<M::Draft>,
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
    /// Stored messages that this screen has sent.
    sent_here: HashSet<Sequence>,
    effects: Vec<Effect<M>>,
}

impl<M: TimelineMessage> Default for Thread<M> {
    fn default() -> Self {
        Self {
            timeline: Timeline::default(),
            outbox: Outbox::default(),
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
            sent_here: HashSet::new(),
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
        let sending = if self.ready { self.outbox.wake_at() } else { None };
        let loading = if self.ready { self.resume.wake_at() } else { None };
        [sending, loading, self.presses.wake_at(), self.typing.wake_at()]
            .into_iter()
            .flatten()
            .min()
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

    /// The server has told something.
    pub fn receive(&mut self, frame: ThreadFrame<M>, at: Moment) {
        match frame {
            ThreadFrame::Opened { last_sequence, marks } => self.opened(last_sequence, &marks, at),
            ThreadFrame::Message {
                message,
                previous_sequence,
            } => {
                if let Some(message) = self.resume.receive(previous_sequence, message, at.now_ms) {
                    self.arrive(message);
                }
                self.settle(at);
            }
            ThreadFrame::Ack { client_id, message } => self.acked(&client_id, message, at),
            ThreadFrame::Reject { client_id, error } => self.rejected(&client_id, &error, at),
            ThreadFrame::ButtonState { client_id, change } => {
                self.button_state(client_id.as_ref(), &change);
            }
            ThreadFrame::Indication {
                indication,
                performed_by,
                sequence,
            } => {
                self.timeline.raise_mark(performed_by, indication, sequence);
                self.follow_marks();
            }
            ThreadFrame::Typing { who, on } => {
                if self.typing.heard(who, on, at.now_ms) {
                    self.tell_typing();
                }
            }
            ThreadFrame::Resync => {
                self.resume.resync();
                self.settle(at);
            }
        }
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
        self.settle(at);
    }

    /// Sends a message. `created_date` is this machine's, shown until the server has given its own.
    pub fn send(
        &mut self,
        client_id: ClientId,
        draft: M::Draft,
        created_date: String,
        at: Moment,
    ) -> LocalId {
        let message = M::from_draft(&draft, client_id.clone(), created_date);
        let id = self.timeline.push_waiting(&client_id, message);
        self.outbox.push(id.clone(), client_id, draft, self.newest());
        self.typing.sent();
        self.settle(at);
        id
    }

    /// Sends a failed message again, now.
    pub fn retry(&mut self, id: &LocalId, at: Moment) {
        if self.outbox.retry(id, self.newest()) {
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
        if can_press(item, button_id) && self.presses.press(client_id, message_id, button_id, at.now_ms) {
            self.show_presses(message_id);
            self.settle(at);
        }
    }

    /// Asks for the page before the oldest message; no effect while one is on its way or none is left.
    pub fn load_earlier(&mut self) {
        if matches!(self.history, HistoryState::More | HistoryState::Failed) {
            self.set_history(HistoryState::Loading);
            self.effects.push(Effect::Load(PageRequest::Before(self.oldest)));
        }
    }

    /// Asks for what came since, as an owner without a socket does.
    pub fn poll(&mut self) -> bool {
        match self.resume.poll() {
            Some(request) => {
                self.effects.push(Effect::Load(request));
                true
            }
            None => false,
        }
    }

    /// The answer to a [`Effect::Load`]; a late one that is not awaited any more has no effect.
    pub fn page(&mut self, request: PageRequest, page: HistoryPage<M>, at: Moment) {
        match request {
            PageRequest::Before(_) => {
                if self.awaits(request) {
                    self.timeline.raise_marks(&page.marks);
                    self.page_before(page);
                }
            }
            PageRequest::After(_) => {
                if self.resume.take_answer(request) {
                    self.timeline.raise_marks(&page.marks);
                    let newest = page.messages.iter().map(TimelineMessage::sequence).max();
                    for message in page.messages {
                        self.arrive(message);
                    }
                    self.resume.filled(newest, page.last_sequence, at.now_ms, at.unit);
                }
            }
            PageRequest::Newest => {
                if self.resume.take_answer(request) {
                    self.start_over(page, at);
                }
            }
        }
        self.follow_marks();
        self.settle(at);
    }

    /// A page did not come.
    pub fn page_failed(&mut self, request: PageRequest, at: Moment) {
        if self.awaits(request) {
            self.set_history(HistoryState::Failed);
        } else if self.resume.take_answer(request) {
            self.resume.failed(at.now_ms, at.unit);
        }
    }

    /// A send got no answer; it is repeated after a while.
    pub fn send_failed(&mut self, client_id: &ClientId, at: Moment) {
        self.outbox.delay(client_id, at.now_ms, at.unit);
    }

    /// A press got no answer; it may be pressed again.
    pub fn press_failed(&mut self, client_id: &ClientId) {
        if let Some(message) = self.presses.lose(client_id) {
            self.show_presses(message);
        }
    }

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

    /// The composer's text is now another; `has_text` is false once it is empty.
    pub fn typed(&mut self, has_text: bool, at: Moment) {
        let say = self.typing.typed(has_text, at.now_ms);
        self.say_typing(say);
    }

    /// Changes a stored message in place (an interaction that staff are told of).
    pub fn update(&mut self, id: MessageId, change: impl FnOnce(&mut M)) {
        self.timeline.update(id, change);
    }

    fn opened(&mut self, last_sequence: Sequence, marks: &Marks, at: Moment) {
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

    fn acked(&mut self, client_id: &ClientId, message: M, at: Moment) {
        let sequence = message.sequence();
        self.timeline.merge(message);
        self.resume.expect(sequence, at.now_ms);
        self.stored(client_id, sequence);
        self.settle(at);
    }

    /// A message that stood in the outbox is in the timeline now, by ack or by echo.
    fn stored(&mut self, client_id: &ClientId, sequence: Sequence) {
        let sent_here = self.outbox.acknowledge(client_id).is_some();
        if sent_here {
            self.sent_here.insert(sequence);
        }
        if sent_here && let Some(item) = self.timeline.find(sequence.into()) {
            self.effects.push(Effect::Accepted(item.clone()));
        }
    }

    fn rejected(&mut self, client_id: &ClientId, error: &ErrorBody, at: Moment) {
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
    fn button_state(&mut self, client_id: Option<&ClientId>, change: &ButtonStateChange) {
        self.timeline
            .set_button_state(change.message_id, &change.button_id, change.state);
        if self
            .presses
            .settle(client_id, change.message_id, &change.button_id, change.state)
        {
            self.show_presses(change.message_id);
        }
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

    fn page_before(&mut self, page: HistoryPage<M>) {
        let first = page.messages.first().map(TimelineMessage::sequence);
        let done = !page.has_older || first.is_none_or(|first| first >= self.oldest);
        self.oldest = first.map_or(self.oldest, |first| first.min(self.oldest));
        self.timeline.merge_page(page.messages);
        self.set_history(if done {
            HistoryState::Complete
        } else {
            HistoryState::More
        });
    }

    fn start_over(&mut self, page: HistoryPage<M>, at: Moment) {
        let newest = page
            .messages
            .last()
            .map_or(page.last_sequence, TimelineMessage::sequence);
        self.timeline.raise_marks(&page.marks);
        if self.resume.touches(&page) {
            for message in page.messages {
                self.arrive(message);
            }
        } else {
            self.timeline.clear_stored();
            self.oldest = page
                .messages
                .first()
                .map_or(Sequence(0), TimelineMessage::sequence);
            self.timeline.merge_page(page.messages);
            self.set_history(if page.has_older {
                HistoryState::More
            } else {
                HistoryState::Complete
            });
            self.count_unread();
        }
        self.resume.resynced(newest, at.now_ms);
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
        if let Some(entry) = self.outbox.next_to_send(at.now_ms) {
            let (id, client_id, draft, seen) = (
                entry.id.clone(),
                entry.client_id.clone(),
                entry.draft.clone(),
                entry.seen,
            );
            let last_seen = self.seen_with_own(seen);
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

    /// `seen`, and the messages right after it that this side's own screen has sent: they hide nothing from it.
    fn seen_with_own(&self, seen: Sequence) -> Sequence {
        let stored = self.timeline.stored();
        let after = stored.partition_point(|item| item.message.sequence() <= seen);
        let own = stored.iter().skip(after).map(|item| item.message.sequence());
        own.take_while(|sequence| self.sent_here.contains(sequence))
            .last()
            .unwrap_or(seen)
    }

    fn newest(&self) -> Sequence {
        self.timeline
            .stored()
            .last()
            .map_or(self.resume.cursor().unwrap_or_default(), |item| {
                item.message.sequence()
            })
    }

    fn awaits(&self, request: PageRequest) -> bool {
        self.history == HistoryState::Loading && request == PageRequest::Before(self.oldest)
    }

    fn follow_marks(&mut self) {
        let told = own_seen(self.timeline.marks(), M::SIDE);
        self.seen = self.seen.max(told);
        self.seen_told = self.seen_told.max(told);
        self.count_unread();
    }

    fn count_unread(&mut self) {
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

    fn set_history(&mut self, history: HistoryState) {
        if self.history != history {
            self.history = history;
            self.effects.push(Effect::History(history));
        }
    }

    fn show_presses(&mut self, message: MessageId) {
        self.timeline.set_presses(message, self.presses.of(message));
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
