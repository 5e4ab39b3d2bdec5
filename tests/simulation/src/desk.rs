//! A page of the inbox: one link, one thread per conversation, as the inbox's own desk has them.

use std::collections::BTreeMap;

use shopbell_protocol::frame::{StaffClientFrame, StaffServerFrame};
use shopbell_protocol::message::MessageDraft;
use shopbell_protocol::staff::StaffMessage;
use shopbell_protocol::{ClientId, ConversationId, Sequence, Visibility};
use shopbell_sync::staff::{self, Delivery};
use shopbell_sync::{
    Command, Effect, Link, LinkAction, LocalId, Moment, PageRequest, Reason, Thread, ThreadFrame,
};

/// What a desk wants done.
#[derive(Debug)]
pub(crate) enum Wish {
    Connect,
    Close,
    Frame(StaffClientFrame),
    Page(ConversationId, PageRequest),
    List,
    Refused(ConversationId, LocalId, Reason),
}

#[derive(Debug, Default)]
pub(crate) struct Desk {
    pub(crate) link: Link,
    pub(crate) threads: BTreeMap<ConversationId, Thread<StaffMessage>>,
    wishes: Vec<Wish>,
}

impl Desk {
    pub(crate) fn start(&mut self, at: Moment) -> Vec<Wish> {
        let action = self.link.start(at.now_ms);
        self.act(action);
        self.flush()
    }

    pub(crate) fn wake_at(&self) -> Option<u64> {
        let threads = self.threads.values().filter_map(Thread::wake_at);
        threads.chain(self.link.wake_at()).min()
    }

    pub(crate) fn tick(&mut self, at: Moment) -> Vec<Wish> {
        let action = self.link.tick(at.now_ms, at.unit);
        self.act(action);
        self.threads.values_mut().for_each(|thread| thread.tick(at));
        self.flush()
    }

    pub(crate) fn wake(&mut self, at: Moment) -> Vec<Wish> {
        let action = self.link.wake(at.now_ms);
        self.act(action);
        self.flush()
    }

    pub(crate) fn opened(&mut self, at: Moment) -> Vec<Wish> {
        let action = self.link.opened(at.now_ms);
        self.act(action);
        self.flush()
    }

    pub(crate) fn closed(&mut self, at: Moment) -> Vec<Wish> {
        self.link.closed(at.now_ms, at.unit);
        self.unplug();
        self.flush()
    }

    /// A conversation that the list shows is opened.
    pub(crate) fn show(&mut self, id: ConversationId, last: Sequence) -> Vec<Wish> {
        if !self.threads.contains_key(&id) {
            let thread = self.threads.entry(id.clone()).or_default();
            thread.begin(last, 0);
            thread.load_earlier();
            if self.link.is_live() {
                self.wishes.push(Wish::Frame(staff::open(id, Some(last))));
            }
        }
        self.flush()
    }

    /// Does something with one thread.
    pub(crate) fn with(
        &mut self,
        id: &ConversationId,
        work: impl FnOnce(&mut Thread<StaffMessage>),
    ) -> Vec<Wish> {
        if let Some(thread) = self.threads.get_mut(id) {
            work(thread);
        }
        self.flush()
    }

    pub(crate) fn receive(&mut self, frame: StaffServerFrame, at: Moment) -> Vec<Wish> {
        self.link.heard(at.now_ms);
        let mut shown = None;
        match staff::deliver(frame) {
            Delivery::Thread(id, frame) => {
                if let Some(thread) = self.threads.get_mut(&id) {
                    thread.receive(frame, at);
                }
            }
            Delivery::Interaction(id, interaction) => {
                if let Some(thread) = self.threads.get_mut(&id) {
                    thread.update(interaction.message_id, |message| {
                        staff::record(message, interaction);
                    });
                }
            }
            Delivery::ResyncAll => {
                for thread in self.threads.values_mut() {
                    thread.receive(ThreadFrame::Resync, at);
                }
                self.wishes.push(Wish::List);
            }
            Delivery::Page(StaffServerFrame::Welcome { .. }) => {
                self.link.welcomed(at.now_ms);
                self.wishes.push(Wish::List);
                let opens = self.threads.iter();
                self.wishes
                    .extend(opens.map(|(id, thread)| Wish::Frame(staff::open(id.clone(), thread.cursor()))));
            }
            Delivery::Page(StaffServerFrame::Conversation { conversation }) => {
                shown = Some((conversation.conversation.id, conversation.last_sequence));
            }
            Delivery::Page(StaffServerFrame::Ping { n }) => {
                self.wishes.push(Wish::Frame(StaffClientFrame::Ping { n }));
            }
            Delivery::Page(StaffServerFrame::Goodbye { retry_after_ms }) => {
                let action = self.link.goodbye(retry_after_ms, at.now_ms, at.unit);
                self.act(action);
            }
            Delivery::Page(StaffServerFrame::Error { error }) => {
                let action = match error.retry_after_ms() {
                    Some(after) => self.link.goodbye(after, at.now_ms, at.unit),
                    None => self.link.drop_socket(at.now_ms, at.unit),
                };
                self.act(action);
            }
            Delivery::Page(_) => {}
        }
        let mut wishes = self.flush();
        if let Some((id, last)) = shown {
            wishes.extend(self.show(id, last));
        }
        wishes
    }

    fn act(&mut self, action: Option<LinkAction>) {
        match action {
            None | Some(LinkAction::TrySocket) => {}
            Some(LinkAction::Connect) => self.wishes.push(Wish::Connect),
            Some(LinkAction::Close) => {
                self.wishes.push(Wish::Close);
                self.unplug();
            }
            Some(LinkAction::Greet) => self.wishes.push(Wish::Frame(StaffClientFrame::Hello {})),
            Some(LinkAction::Ping(n)) => self.wishes.push(Wish::Frame(StaffClientFrame::Ping { n })),
        }
    }

    fn unplug(&mut self) {
        self.threads.values_mut().for_each(Thread::disconnected);
    }

    fn flush(&mut self) -> Vec<Wish> {
        let is_live = self.link.is_live();
        for (id, thread) in &mut self.threads {
            for effect in thread.take_effects() {
                match effect {
                    Effect::Send(command) if is_live => {
                        let careful = is_careful(&command);
                        let frame = staff::command(id.clone(), command, careful);
                        self.wishes.extend(frame.map(Wish::Frame));
                    }
                    Effect::Load(request) => self.wishes.push(Wish::Page(id.clone(), request)),
                    Effect::Refused { id: item, reason } => {
                        self.wishes.push(Wish::Refused(id.clone(), item, reason));
                    }
                    _ => {}
                }
            }
        }
        std::mem::take(&mut self.wishes)
    }
}

/// A note talks over nobody; an answer might talk over what somebody has just written.
fn is_careful(command: &Command<MessageDraft>) -> bool {
    matches!(command, Command::Send { draft, .. } if draft.visibility != Some(Visibility::Business))
}

/// What a careful answer knew when it was written.
#[derive(Debug, Clone)]
pub(crate) struct Knowledge {
    pub(crate) client_id: ClientId,
    pub(crate) conversation: ConversationId,
    /// The newest message that stood on the screen.
    pub(crate) seen: Sequence,
}
