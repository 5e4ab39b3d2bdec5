//! [`Desk`]: the inbox's half of all conversations. One link, a thread for each conversation that was opened lately,
//! and, where sockets do not come through, requests instead of frames.
//!
//! Without I/O, clock or randomness, like the threads it holds: [`Desk::step`] takes one [`Input`] and answers what to
//! do, in order. The owner keeps one timer, at [`Desk::wake_at`].

use std::collections::HashMap;

use shopbell_protocol::frame::{StaffClientFrame, StaffServerFrame};
use shopbell_protocol::message::MessageDraft;
use shopbell_protocol::paging::HistoryPage;
use shopbell_protocol::staff::{ConversationSummary, StaffMessage};
use shopbell_protocol::{ClientId, ConversationId, ErrorBody, Sequence, Visibility, code};
use shopbell_sync::staff::{self, Delivery};
use shopbell_sync::{
    Change, Command, Effect, HistoryState, Item, Link, LinkAction, LocalId, Moment, PageRequest, Reason,
    Thread, ThreadFrame,
};

use super::store::{Connection, Typist};

/// How often a page without a socket asks for news.
const POLL_MS: u64 = 3_000;
/// A colleague's typing is forgotten after this long without a repeat.
const TYPING_MS: u64 = 7_000;
/// Conversations that are followed live at once; the one left longest ago goes first.
const FOLLOWED_MAX: usize = 8;

/// What happens to the desk.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// Somebody is signed in.
    Start,
    /// Nobody is any more; what waits to be sent stays.
    Stop,
    /// The socket of the last [`Output::Connect`] is open.
    SocketOpened,
    /// It is gone, or could not be opened.
    SocketClosed,
    /// It brought a frame.
    Frame(Box<StaffServerFrame>),
    /// The browser says whether there is a network.
    Network(bool),
    /// The page is looked at again.
    Wake,
    /// Time has passed.
    Tick,
    /// A conversation is opened.
    Open {
        /// Which.
        conversation: ConversationId,
        /// Its newest message, as the list says.
        last_sequence: Sequence,
    },
    /// No conversation is in front any more.
    Leave,
    /// Something happens in a conversation.
    Thread(ConversationId, ThreadInput),
}

/// What happens in one conversation.
#[derive(Debug, Clone, PartialEq)]
pub enum ThreadInput {
    /// Answer to [`Request::Page`].
    Page(PageRequest, Result<HistoryPage<StaffMessage>, Failure>),
    /// Answer to [`Request::Send`].
    Sent(ClientId, Result<Box<StaffMessage>, Failure>),
    /// A message is sent.
    Send {
        /// A fresh id.
        client_id: ClientId,
        /// What it says.
        draft: Box<MessageDraft>,
        /// This machine's date, shown until the server's is known.
        created_date: String,
    },
    /// A failed message is sent again.
    Retry(LocalId),
    /// A failed message is given up.
    Discard(LocalId),
    /// Older messages are wanted.
    LoadEarlier,
    /// Everything up to here was looked at.
    Look(Sequence),
    /// The text is another; false once it is empty.
    Typed(bool),
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// None came, or one that cannot be read.
    Lost,
    /// The server refused.
    Refused(Box<ErrorBody>),
}

/// What to do or to show.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Open a socket.
    Connect,
    /// Let go of the socket; hand in nothing more of it.
    Close,
    /// Send a frame.
    Frame(StaffClientFrame),
    /// Ask over HTTP; the answer comes back as the [`ThreadInput`] of the same name.
    Request(ConversationId, Request),
    /// How the page reaches its server.
    Connection(Connection),
    /// Read the newest page of the conversation list again.
    Relist,
    /// A line of the list.
    Row(Box<ConversationSummary>),
    /// Whether a participant is connected.
    Presence(ConversationId, bool),
    /// Who is typing in a conversation.
    Typing(ConversationId, Option<Typist>),
    /// The session is over.
    SignedOut,
    /// Something to show in one conversation.
    Thread(ConversationId, ThreadOutput),
}

/// What to ask over HTTP about one conversation.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// `GET …/messages`.
    Page(PageRequest),
    /// `POST …/messages`.
    Send {
        /// The same on each resend.
        client_id: ClientId,
        /// What it says.
        draft: Box<MessageDraft>,
        /// Refuse if the thread has moved on.
        last_seen: Option<Sequence>,
    },
    /// `POST …/seen`; its answer is not needed.
    Seen(Sequence),
}

/// Something to show in one conversation.
#[derive(Debug, Clone, PartialEq)]
pub enum ThreadOutput {
    /// The timeline is another.
    Timeline(Change<StaffMessage>),
    /// A message came while it was open.
    Arrived(Item<StaffMessage>),
    /// A message of this page is stored.
    Accepted(Item<StaffMessage>),
    /// A message of this page was refused and is not sent again by itself.
    Refused(LocalId, Reason),
    /// Older messages.
    History(HistoryState),
}

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

    fn receive(&mut self, frame: StaffServerFrame, at: Moment) {
        match staff::deliver(frame) {
            Delivery::Thread(id, frame) => {
                let typing = match &frame {
                    ThreadFrame::Typing { who, on } => Some((who.clone(), *on)),
                    _ => None,
                };
                match self.threads.get_mut(&id) {
                    Some(followed) => followed.thread.receive(frame, at),
                    None => {
                        if let Some((name, on)) = typing {
                            self.heard_typing(
                                id,
                                Typist {
                                    participant: true,
                                    name,
                                },
                                on,
                                at,
                            );
                        }
                    }
                }
            }
            Delivery::Interaction(id, interaction) => {
                if let Some(followed) = self.threads.get_mut(&id) {
                    followed.thread.update(interaction.message_id, |message| {
                        staff::record(message, interaction);
                    });
                }
            }
            Delivery::ResyncAll => {
                self.threads
                    .values_mut()
                    .for_each(|followed| followed.thread.receive(ThreadFrame::Resync, at));
                self.outputs.push(Output::Relist);
            }
            Delivery::Page(frame) => self.receive_for_page(frame, at),
        }
    }

    fn receive_for_page(&mut self, frame: StaffServerFrame, at: Moment) {
        match frame {
            StaffServerFrame::Welcome { .. } => {
                self.link.welcomed(at.now_ms);
                self.poll_at = None;
                self.poll_works = false;
                self.outputs.push(Output::Relist);
                for (id, followed) in &self.threads {
                    self.outputs
                        .push(Output::Frame(staff::open(id.clone(), followed.thread.cursor())));
                }
            }
            StaffServerFrame::Conversation { conversation } => self.outputs.push(Output::Row(conversation)),
            StaffServerFrame::Presence {
                conversation_id,
                online,
            } => {
                self.outputs.push(Output::Presence(conversation_id, online));
            }
            StaffServerFrame::Typing {
                conversation_id,
                who,
                on,
                ..
            } => {
                self.heard_typing(
                    conversation_id,
                    Typist {
                        participant: false,
                        name: who,
                    },
                    on,
                    at,
                );
            }
            StaffServerFrame::Ping { n } => self.outputs.push(Output::Frame(StaffClientFrame::Ping { n })),
            StaffServerFrame::Goodbye { retry_after_ms } => {
                let action = self.link.goodbye(retry_after_ms, at.now_ms, at.unit);
                self.act(action);
            }
            StaffServerFrame::Error { error } => self.turned_away(&error, at),
            // Those that belong to a thread were delivered there.
            StaffServerFrame::Pong { .. }
            | StaffServerFrame::Opened { .. }
            | StaffServerFrame::Ack { .. }
            | StaffServerFrame::Reject { .. }
            | StaffServerFrame::Message { .. }
            | StaffServerFrame::ButtonState { .. }
            | StaffServerFrame::Interaction { .. }
            | StaffServerFrame::Indication { .. }
            | StaffServerFrame::Resync { .. }
            | StaffServerFrame::Unknown => {}
        }
    }

    fn turned_away(&mut self, error: &ErrorBody, at: Moment) {
        if error.code() == code::UNAUTHENTICATED {
            self.outputs.push(Output::SignedOut);
        }
        let action = match error.retry_after_ms() {
            Some(after) => self.link.goodbye(after, at.now_ms, at.unit),
            None => self.link.drop_socket(at.now_ms, at.unit),
        };
        self.act(action);
    }

    fn heard_typing(&mut self, id: ConversationId, typist: Typist, on: bool, at: Moment) {
        let before = self.typing.get(&id).map(|(typist, _)| typist.clone());
        if on {
            self.typing
                .insert(id.clone(), (typist.clone(), at.now_ms.saturating_add(TYPING_MS)));
        } else {
            self.typing.remove(&id);
        }
        let now = on.then_some(typist);
        if before != now {
            self.outputs.push(Output::Typing(id, now));
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
            None => {}
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
                    Effect::Unread(_) => continue,
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

#[cfg(test)]
mod tests {
    use shopbell_protocol::shown::Marks;
    use shopbell_protocol::{Direction, MessageContent};

    use super::*;

    const AT: Moment = Moment {
        now_ms: 1_000,
        unit: 0.5,
    };

    fn live() -> Desk {
        let mut desk = Desk::default();
        assert_eq!(desk.step(Input::Start, AT), [Output::Connect]);
        assert!(
            desk.step(Input::SocketOpened, AT)
                .contains(&Output::Frame(StaffClientFrame::Hello {}))
        );
        let welcome =
            r#"{"type":"welcome","staff":{"id":"s","email":"e","name":"n","owner":true},"serverTime":""}"#;
        let outputs = desk.step(frame(welcome), AT);
        assert!(
            outputs.contains(&Output::Relist) && outputs.contains(&Output::Connection(Connection::Online))
        );
        desk
    }

    fn frame(json: &str) -> Input {
        Input::Frame(Box::new(serde_json::from_str(json).unwrap()))
    }

    fn open(desk: &mut Desk, id: &str, last: u64) -> Vec<Output> {
        desk.step(
            Input::Open {
                conversation: id.into(),
                last_sequence: Sequence(last),
            },
            AT,
        )
    }

    fn send(desk: &mut Desk, id: &str, visibility: Visibility) -> Vec<Output> {
        let draft = MessageDraft {
            content: Some(MessageContent::text("hello")),
            visibility: Some(visibility),
            direction: Some(Direction::BusinessToParticipant),
            ..MessageDraft::default()
        };
        let input = ThreadInput::Send {
            client_id: "c1".into(),
            draft: Box::new(draft),
            created_date: String::new(),
        };
        desk.step(Input::Thread(id.into(), input), AT)
    }

    fn opened(desk: &mut Desk, id: &str, last: u64) {
        let frame = StaffServerFrame::Opened {
            conversation_id: id.into(),
            last_sequence: Sequence(last),
            marks: Marks::default(),
        };
        desk.step(Input::Frame(Box::new(frame)), AT);
    }

    #[test]
    fn opening_reads_the_newest_page_and_resumes_after_what_the_list_knew() {
        let mut desk = live();
        let outputs = open(&mut desk, "a", 7);
        assert!(outputs.contains(&Output::Frame(staff::open("a".into(), Some(Sequence(7))))));
        assert!(outputs.contains(&Output::Request(
            "a".into(),
            Request::Page(PageRequest::Before(Sequence(8)))
        )));
        assert!(open(&mut desk, "a", 9).is_empty(), "it is followed already");
    }

    #[test]
    fn an_answer_says_what_its_writer_had_seen_and_a_note_does_not() {
        for (visibility, expected) in [
            (Visibility::BusinessAndParticipant, Some(Sequence(7))),
            (Visibility::Business, None),
        ] {
            let mut desk = live();
            open(&mut desk, "a", 7);
            opened(&mut desk, "a", 7);
            let sent = send(&mut desk, "a", visibility)
                .into_iter()
                .find_map(|output| match output {
                    Output::Frame(StaffClientFrame::Send {
                        last_seen_sequence, ..
                    }) => Some(last_seen_sequence),
                    _ => None,
                });
            assert_eq!(sent, Some(expected));
        }
    }

    #[test]
    fn a_refused_answer_tells_why_and_its_draft_is_still_there() {
        let mut desk = live();
        open(&mut desk, "a", 7);
        opened(&mut desk, "a", 7);
        send(&mut desk, "a", Visibility::BusinessAndParticipant);
        let error = ErrorBody::application(code::THREAD_MOVED_ON, "the thread has moved on");
        let frame = StaffServerFrame::Reject {
            conversation_id: "a".into(),
            client_id: "c1".into(),
            error,
        };
        let outputs = desk.step(Input::Frame(Box::new(frame)), AT);
        let refused = outputs.iter().find_map(|output| match output {
            Output::Thread(_, ThreadOutput::Refused(id, reason)) => Some((id.clone(), reason.code.clone())),
            _ => None,
        });
        let (id, why) = refused.unwrap();
        assert_eq!(why, code::THREAD_MOVED_ON);
        assert!(desk.thread(&"a".into()).unwrap().draft(&id).is_some());
    }

    #[test]
    fn a_new_socket_opens_again_what_was_open() {
        let mut desk = live();
        open(&mut desk, "a", 7);
        opened(&mut desk, "a", 7);
        assert!(
            desk.step(Input::SocketClosed, AT)
                .contains(&Output::Connection(Connection::Reconnecting))
        );
        let later = Moment {
            now_ms: 60_000,
            unit: 0.5,
        };
        assert!(desk.step(Input::Tick, later).contains(&Output::Connect));
        desk.step(Input::SocketOpened, later);
        let welcome =
            r#"{"type":"welcome","staff":{"id":"s","email":"e","name":"n","owner":true},"serverTime":""}"#;
        let outputs = desk.step(frame(welcome), later);
        assert!(outputs.contains(&Output::Frame(staff::open("a".into(), Some(Sequence(7))))));
    }

    #[test]
    fn only_the_conversations_opened_last_are_followed() {
        let mut desk = live();
        for n in 0..FOLLOWED_MAX {
            open(&mut desk, &format!("c{n}"), 1);
        }
        let outputs = open(&mut desk, "one more", 1);
        assert!(outputs.contains(&Output::Frame(StaffClientFrame::Close {
            conversation_id: "c0".into()
        })));
        assert!(desk.thread(&"c0".into()).is_none() && desk.thread(&"c1".into()).is_some());
    }

    #[test]
    fn a_colleagues_typing_ends_by_itself() {
        let mut desk = live();
        let typing =
            r#"{"type":"typing","conversationId":"a","performedBy":"BUSINESS","who":"Ann","on":true}"#;
        let typist = Typist {
            participant: false,
            name: Some("Ann".to_owned()),
        };
        assert!(
            desk.step(frame(typing), AT)
                .contains(&Output::Typing("a".into(), Some(typist)))
        );
        let later = Moment {
            now_ms: AT.now_ms + TYPING_MS,
            unit: 0.5,
        };
        assert!(
            desk.step(Input::Tick, later)
                .contains(&Output::Typing("a".into(), None))
        );
    }

    #[test]
    fn a_session_that_is_over_is_told() {
        let mut desk = live();
        let error = ErrorBody::application(code::UNAUTHENTICATED, "sign in");
        assert!(
            desk.step(Input::Frame(Box::new(StaffServerFrame::Error { error })), AT)
                .contains(&Output::SignedOut)
        );
    }

    #[test]
    fn without_sockets_the_list_is_read_now_and_then_and_messages_go_by_request() {
        let mut desk = live();
        open(&mut desk, "a", 7);
        opened(&mut desk, "a", 7);
        let mut now_ms = AT.now_ms;
        let mut outputs = desk.step(Input::SocketClosed, AT);
        while !desk.wants_polling() {
            now_ms = desk.wake_at().unwrap();
            desk.step(Input::Tick, Moment { now_ms, unit: 0.5 });
            outputs = desk.step(Input::SocketClosed, Moment { now_ms, unit: 0.5 });
        }
        assert!(outputs.contains(&Output::Relist));
        let request = outputs.iter().find_map(|output| match output {
            Output::Request(_, Request::Page(request)) => Some(*request),
            _ => None,
        });
        let page = HistoryPage {
            messages: Vec::new(),
            has_older: false,
            last_sequence: Sequence(7),
            marks: Marks::default(),
        };
        let answer = ThreadInput::Page(request.unwrap(), Ok(page));
        let outputs = desk.step(Input::Thread("a".into(), answer), Moment { now_ms, unit: 0.5 });
        assert!(outputs.contains(&Output::Connection(Connection::Online)));
        let outputs = send(&mut desk, "a", Visibility::BusinessAndParticipant);
        assert!(
            outputs
                .iter()
                .any(|output| matches!(output, Output::Request(_, Request::Send { .. })))
        );
    }
}
