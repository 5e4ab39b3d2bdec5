//! [`Desk`]: the inbox's half of all conversations. One link, a thread for each conversation that was opened lately,
//! and, where sockets do not come through, requests instead of frames.
//!
//! Without I/O, clock or randomness, like the threads it holds: [`Desk::step`] takes one [`Input`] and answers what to
//! do, in order. The owner keeps one timer, at [`Desk::wake_at`]. [`exchange`] is what goes in and comes out.

mod exchange;
mod receive;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use shopbell_protocol::frame::StaffClientFrame;
use shopbell_protocol::message::MessageDraft;
use shopbell_protocol::staff::StaffMessage;
use shopbell_protocol::{ConversationId, Sequence, Visibility, code};
use shopbell_sync::staff;
use shopbell_sync::{Command, Effect, Link, LinkAction, Moment, PageRequest, Thread, ThreadFrame};

use super::store::{Connection, Typist};
pub use exchange::{Failure, Input, Output, Request, ThreadInput, ThreadOutput};

/// How often a page without a socket asks for news.
const POLL_MS: u64 = 3_000;
/// A colleague's typing is forgotten after this long without a repeat.
const TYPING_MS: u64 = 7_000;
/// Conversations that are followed live at once; the one left longest ago goes first.
const FOLLOWED_MAX: usize = 8;

/// A conversation that is followed.
#[derive(Debug, Default)]
struct Followed {
    thread: Thread<StaffMessage>,
    /// Rises with each opening: the lowest was left longest ago.
    opened: u64,
}

/// The inbox's half of all conversations.
#[derive(Debug, Default)]
pub struct Desk {
    link: Link,
    started: bool,
    threads: HashMap<ConversationId, Followed>,
    openings: u64,
    front: Option<ConversationId>,
    /// Who types where nothing is followed, and colleagues, each until when.
    typing: HashMap<ConversationId, (Typist, u64)>,
    /// When to ask next without a socket, and whether the last question was answered.
    poll_at: Option<u64>,
    poll_works: bool,
    connection: Connection,
    outputs: Vec<Output>,
}

impl Desk {
    /// The thread of a conversation that is followed.
    pub fn thread(&self, id: &ConversationId) -> Option<&Thread<StaffMessage>> {
        self.threads.get(id).map(|followed| &followed.thread)
    }

    /// Whether something waits to be sent: leaving the page now would lose it.
    pub fn has_unsent(&self) -> bool {
        self.threads
            .values()
            .any(|followed| !followed.thread.is_outbox_empty())
    }

    /// When to hand in [`Input::Tick`].
    pub fn wake_at(&self) -> Option<u64> {
        let threads = self
            .threads
            .values()
            .filter_map(|followed| followed.thread.wake_at());
        let typing = self.typing.values().map(|(_, until)| *until);
        let poll = if self.wants_polling() { self.poll_at } else { None };
        threads.chain(typing).chain(self.link.wake_at()).chain(poll).min()
    }

    /// Takes one input; answers what to do, in order.
    pub fn step(&mut self, input: Input, at: Moment) -> Vec<Output> {
        self.take(input, at);
        self.poll(at);
        self.flush();
        self.tell_connection();
        std::mem::take(&mut self.outputs)
    }

    fn take(&mut self, input: Input, at: Moment) {
        match input {
            Input::Start => {
                self.started = true;
                let action = self.link.start(at.now_ms);
                self.act(action);
            }
            Input::Stop => {
                self.started = false;
                self.poll_at = None;
                self.poll_works = false;
                let action = self.link.stop();
                self.act(action);
                self.unplug();
            }
            Input::SocketOpened => {
                let action = self.link.opened(at.now_ms);
                self.act(action);
            }
            Input::SocketClosed => {
                self.link.closed(at.now_ms, at.unit);
                self.unplug();
            }
            Input::Frame(frame) => {
                self.link.heard(at.now_ms);
                self.receive(*frame, at);
            }
            Input::Network(online) => {
                let action = self.link.network(online, at.now_ms);
                self.act(action);
            }
            Input::Wake => {
                let action = self.link.wake(at.now_ms);
                self.act(action);
                if self.poll_at.is_some() {
                    self.poll_at = Some(at.now_ms);
                }
            }
            Input::Tick => self.tick(at),
            Input::Open {
                conversation,
                last_sequence,
            } => self.open(conversation, last_sequence, at),
            Input::Leave => self.front = None,
            Input::Thread(id, input) => self.take_in_thread(&id, input, at),
        }
    }

    fn take_in_thread(&mut self, id: &ConversationId, input: ThreadInput, at: Moment) {
        if let ThreadInput::Page(request, answer) = &input
            && !matches!(request, PageRequest::Before(_))
        {
            self.polled(answer.is_ok(), at);
        }
        let refused = match &input {
            ThreadInput::Page(_, Err(Failure::Refused(error)))
            | ThreadInput::Sent(_, Err(Failure::Refused(error))) => Some(error.code().to_owned()),
            _ => None,
        };
        if refused.as_deref() == Some(code::UNAUTHENTICATED) {
            self.outputs.push(Output::SignedOut);
        }
        let Some(Followed { thread, .. }) = self.threads.get_mut(id) else {
            return;
        };
        match input {
            ThreadInput::Page(request, Ok(page)) => thread.page(request, page, at),
            ThreadInput::Page(request, Err(_)) => thread.page_failed(request, at),
            ThreadInput::Sent(client_id, Ok(message)) => {
                thread.receive(
                    ThreadFrame::Ack {
                        client_id,
                        message: *message,
                    },
                    at,
                );
            }
            ThreadInput::Sent(client_id, Err(Failure::Lost)) => thread.send_failed(&client_id, at),
            ThreadInput::Sent(client_id, Err(Failure::Refused(error))) => {
                thread.receive(
                    ThreadFrame::Reject {
                        client_id,
                        error: *error,
                    },
                    at,
                );
            }
            ThreadInput::Send {
                client_id,
                draft,
                created_date,
            } => {
                thread.send(client_id, *draft, created_date, at);
            }
            ThreadInput::Retry(id) => thread.retry(&id, at),
            ThreadInput::Discard(id) => thread.discard(&id),
            ThreadInput::LoadEarlier => thread.load_earlier(),
            ThreadInput::Look(sequence) => thread.look(sequence, at),
            ThreadInput::Typed(has_text) => thread.typed(has_text, at),
        }
    }

    fn open(&mut self, id: ConversationId, last_sequence: Sequence, at: Moment) {
        self.openings += 1;
        self.front = Some(id.clone());
        let is_new = !self.threads.contains_key(&id);
        let followed = self.threads.entry(id.clone()).or_default();
        followed.opened = self.openings;
        if is_new {
            // The newest page is read while the server opens the conversation; what comes in between is resumed.
            followed.thread.begin(last_sequence, 0);
            followed.thread.load_earlier();
            if self.link.is_live() {
                self.outputs
                    .push(Output::Frame(staff::open(id, Some(last_sequence))));
            } else if self.poll_works {
                followed.thread.connected(at);
            }
            self.leave_oldest();
        }
    }

    /// Follows no more than [`FOLLOWED_MAX`]; a conversation with something unsent is kept.
    fn leave_oldest(&mut self) {
        while self.threads.len() > FOLLOWED_MAX {
            let idle = self
                .threads
                .iter()
                .filter(|(_, followed)| followed.thread.is_outbox_empty());
            let Some(oldest) = idle
                .min_by_key(|(_, followed)| followed.opened)
                .map(|(id, _)| id.clone())
            else {
                return;
            };
            self.threads.remove(&oldest);
            if self.link.is_live() {
                self.outputs.push(Output::Frame(StaffClientFrame::Close {
                    conversation_id: oldest,
                }));
            }
        }
    }

    fn tick(&mut self, at: Moment) {
        let action = self.link.tick(at.now_ms, at.unit);
        self.act(action);
        self.threads
            .values_mut()
            .for_each(|followed| followed.thread.tick(at));
        let over: Vec<_> = self
            .typing
            .iter()
            .filter(|(_, (_, until))| at.now_ms >= *until)
            .map(|(id, _)| id.clone())
            .collect();
        for id in over {
            self.typing.remove(&id);
            self.outputs.push(Output::Typing(id, None));
        }
    }

    fn act(&mut self, action: Option<LinkAction>) {
        match action {
            // This page knows sockets only: its link never asks for one beside something else.
            None | Some(LinkAction::TrySocket) => {}
            Some(LinkAction::Connect) => self.outputs.push(Output::Connect),
            Some(LinkAction::Close) => {
                self.outputs.push(Output::Close);
                self.unplug();
            }
            Some(LinkAction::Greet) => self.outputs.push(Output::Frame(StaffClientFrame::Hello {})),
            Some(LinkAction::Ping(n)) => self.outputs.push(Output::Frame(StaffClientFrame::Ping { n })),
        }
    }

    fn unplug(&mut self) {
        if !self.poll_works {
            self.threads
                .values_mut()
                .for_each(|followed| followed.thread.disconnected());
        }
    }

    fn wants_polling(&self) -> bool {
        self.started && self.link.is_blocked() && !self.link.is_live()
    }

    /// Where sockets do not come through, asks for news of the list and of the conversation in front now and then.
    fn poll(&mut self, at: Moment) {
        if !self.wants_polling() || at.now_ms < self.poll_at.unwrap_or(0) {
            return;
        }
        self.poll_at = Some(at.now_ms.saturating_add(POLL_MS));
        self.outputs.push(Output::Relist);
        if let Some(followed) = self.front.as_ref().and_then(|id| self.threads.get_mut(id)) {
            followed.thread.poll();
        }
    }

    fn polled(&mut self, answered: bool, at: Moment) {
        if !self.wants_polling() || answered == self.poll_works {
            return;
        }
        self.poll_works = answered;
        for followed in self.threads.values_mut() {
            if answered {
                followed.thread.connected(at);
            } else {
                followed.thread.disconnected();
            }
        }
    }

    fn flush(&mut self) {
        let is_live = self.link.is_live();
        for (id, followed) in &mut self.threads {
            for effect in followed.thread.take_effects() {
                let output = match effect {
                    Effect::Send(command) => match way_of(id, command, is_live) {
                        Some(output) => output,
                        None => continue,
                    },
                    Effect::Load(request) => Output::Request(id.clone(), Request::Page(request)),
                    Effect::Timeline(change) => Output::Thread(id.clone(), ThreadOutput::Timeline(change)),
                    Effect::Arrived(item) => Output::Thread(id.clone(), ThreadOutput::Arrived(item)),
                    Effect::Accepted(item) => Output::Thread(id.clone(), ThreadOutput::Accepted(item)),
                    Effect::Refused { id: item, reason } => {
                        Output::Thread(id.clone(), ThreadOutput::Refused(item, reason))
                    }
                    Effect::Typing(typist) => Output::Typing(
                        id.clone(),
                        typist.map(|typist| Typist {
                            participant: true,
                            name: typist.name,
                        }),
                    ),
                    Effect::History(history) => Output::Thread(id.clone(), ThreadOutput::History(history)),
                    // The list has the server's own count, over all of the staff.
                    Effect::Unread(_) |
                    // Nothing of the staff's is kept beyond the page but drafts.
                    Effect::Store(_) | Effect::MemoryOnly => continue,
                };
                self.outputs.push(output);
            }
        }
    }

    fn tell_connection(&mut self) {
        let connection = if self.link.is_live() || self.poll_works {
            Connection::Online
        } else if !self.link.is_online() || self.link.is_blocked() {
            Connection::Offline
        } else if self.link.was_live() {
            Connection::Reconnecting
        } else {
            Connection::Connecting
        };
        if self.connection != connection {
            self.connection = connection;
            self.outputs.push(Output::Connection(connection));
        }
    }
}

/// A command as a frame, or as a request where there is no socket. Typing is not worth a request.
fn way_of(id: &ConversationId, command: Command<MessageDraft>, is_live: bool) -> Option<Output> {
    // A note talks over nobody; an answer might talk over what the participant or a colleague has just written.
    let careful =
        matches!(&command, Command::Send { draft, .. } if draft.visibility != Some(Visibility::Business));
    if is_live {
        return staff::command(id.clone(), command, careful).map(Output::Frame);
    }
    let request = match command {
        Command::Send {
            client_id,
            draft,
            last_seen,
        } => Request::Send {
            client_id,
            draft: Box::new(draft),
            last_seen: careful.then_some(last_seen),
        },
        Command::Seen(sequence) => Request::Seen(sequence),
        Command::Press { .. } | Command::Typing(_) => return None,
    };
    Some(Output::Request(id.clone(), request))
}
