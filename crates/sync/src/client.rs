//! [`Client`]: the widget's whole half. One session, one link, one thread; where sockets do not come through, requests.
//!
//! [`Client::step`] takes one [`Input`] and answers what to do, in order. The owner keeps one timer, at
//! [`Client::wake_at`], and hands in [`Input::Tick`] when it fires.

use shopbell_protocol::paging::HistoryPage;
use shopbell_protocol::participant::ParticipantId;
use shopbell_protocol::shown::Marks;
use shopbell_protocol::widget::{ButtonStateChange, SessionAnswer, SiteSettings};
use shopbell_protocol::{
    ClientFrame, ClientId, ConversationId, ErrorBody, MessageContent, MessageId, Sequence, ServerFrame,
    ShownMessage, code, frame::Resume,
};

use crate::backoff;
use crate::item::{Item, LocalId, Reason};
use crate::link::{Link, LinkAction};
use crate::outbox;
use crate::thread::{Command, Effect, HistoryState, Moment, PageRequest, Thread, ThreadFrame};
use crate::timeline::Change;
use crate::typing::Typist;

/// How often a page without a socket asks for news.
const POLL_MS: u64 = 3_000;

/// What happens to the client.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The chat is wanted. `token` is what an earlier visit has stored.
    Start {
        /// Of an earlier visit.
        token: Option<String>,
    },
    /// The chat is not wanted any more.
    Stop,
    /// The socket of the last [`Output::Connect`] is open.
    SocketOpened,
    /// It is gone, or could not be opened.
    SocketClosed,
    /// It brought a frame.
    Frame(ServerFrame),
    /// Answer to [`Request::Session`].
    Session(Result<Box<SessionAnswer>, Failure>),
    /// Answer to [`Request::Page`].
    Page(PageRequest, Result<HistoryPage<ShownMessage>, Failure>),
    /// Answer to [`Request::Send`].
    Sent(ClientId, Result<Box<ShownMessage>, Failure>),
    /// Answer to [`Request::Press`].
    Pressed(ClientId, Result<Vec<ButtonStateChange>, Failure>),
    /// Answer to [`Request::Seen`].
    SeenTold(Result<Marks, Failure>),
    /// The browser says whether there is a network.
    Network(bool),
    /// The page is looked at again.
    Wake,
    /// Time has passed.
    Tick,
    /// The visitor sends.
    Send {
        /// A fresh id.
        client_id: ClientId,
        /// What it says.
        content: MessageContent,
        /// This machine's date, shown until the server's is known.
        created_date: String,
    },
    /// The visitor sends a failed message again.
    Retry(LocalId),
    /// The visitor gives a failed message up.
    Discard(LocalId),
    /// The visitor presses a postback button.
    Press {
        /// A fresh id.
        client_id: ClientId,
        /// The message with the button.
        message_id: MessageId,
        /// The button.
        button_id: String,
    },
    /// Older messages are wanted.
    LoadEarlier,
    /// Everything up to here was looked at.
    Look(Sequence),
    /// The composer's text is another; false once it is empty.
    Typed(bool),
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// None came, or one that cannot be read.
    Lost,
    /// The server refused.
    Refused(ErrorBody),
}

/// What to ask over HTTP; each is answered by the input of the same name.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// `POST /widget/v1/session`.
    Session {
        /// To go on with, if there is one.
        token: Option<String>,
    },
    /// `GET /widget/v1/messages`.
    Page(PageRequest),
    /// `POST /widget/v1/messages`.
    Send {
        /// The same on each resend.
        client_id: ClientId,
        /// What it says.
        content: MessageContent,
    },
    /// `POST /widget/v1/postbacks`.
    Press {
        /// The same on each resend.
        client_id: ClientId,
        /// The message with the button.
        message_id: MessageId,
        /// The button.
        button_id: String,
    },
    /// `POST /widget/v1/seen`, answered by [`Input::SeenTold`].
    Seen(Sequence),
}

/// What to do or to show.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Open a socket.
    Connect,
    /// Let go of the socket; hand in nothing more of it.
    Close,
    /// Send a frame.
    Frame(ClientFrame),
    /// Ask over HTTP, with [`Client::token`] where there is one.
    Request(Request),
    /// Keep this token for the next visit, or forget it.
    StoreToken(Option<String>),
    /// How the chat reaches its server.
    Connection(Connection),
    /// Who talks where; the conversation is absent until the first message.
    Session {
        /// The visitor.
        participant: ParticipantId,
        /// Theirs.
        conversation_id: Option<ConversationId>,
    },
    /// How the site wants the chat.
    Settings(SiteSettings),
    /// Whether somebody of the business is there.
    Presence(bool),
    /// The server refuses this visitor or page; it is tried again later.
    Denied(Reason),
    /// The timeline is another.
    Timeline(Change<ShownMessage>),
    /// A message came while the page was open.
    Arrived(Item<ShownMessage>),
    /// A message of this page is stored.
    Accepted(Item<ShownMessage>),
    /// A message of this page was refused and is not sent again by itself.
    Refused(LocalId, Reason),
    /// Who of the business is typing.
    Typing(Option<Typist>),
    /// Messages of the business that were not looked at.
    Unread(u32),
    /// Older messages.
    History(HistoryState),
}

/// How the chat reaches its server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Connection {
    /// Not wanted yet.
    #[default]
    Idle,
    /// On the way for the first time.
    Connecting,
    /// Messages flow.
    Online,
    /// Was online, and is on the way again.
    Reconnecting,
    /// No network, or several tries failed. It goes on trying.
    Offline,
}

/// The widget's half of a conversation.
#[derive(Debug, Default)]
pub struct Client {
    link: Link,
    thread: Thread<ShownMessage>,
    token: Option<String>,
    session: Session,
    participant: Option<ParticipantId>,
    conversation: Option<ConversationId>,
    /// The socket waits for the session's token to be greeted with.
    greeting_due: bool,
    polling: Polling,
    connection: Connection,
    outputs: Vec<Output>,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Session {
    #[default]
    Idle,
    /// Asked; how many tries failed before.
    Asked(u32),
    /// Try number, at.
    Waiting(u32, u64),
    Open,
}

/// The way without a socket.
#[derive(Debug, Default)]
struct Polling {
    /// When to ask next; `None` while sockets come through.
    next_ms: Option<u64>,
    /// Whether the last question was answered.
    works: bool,
    failures: u32,
}

impl Client {
    /// The visitor token, for requests.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The conversation as it is shown.
    pub fn thread(&self) -> &Thread<ShownMessage> {
        &self.thread
    }

    /// How the chat reaches its server.
    pub fn connection(&self) -> Connection {
        self.connection
    }

    /// When to hand in [`Input::Tick`].
    pub fn wake_at(&self) -> Option<u64> {
        let session = match self.session {
            Session::Waiting(_, at) => Some(at),
            Session::Idle | Session::Asked(_) | Session::Open => None,
        };
        let polling = if self.wants_polling() {
            self.polling.next_ms
        } else {
            None
        };
        [session, self.link.wake_at(), self.thread.wake_at(), polling]
            .into_iter()
            .flatten()
            .min()
    }

    /// Takes one input; answers what to do, in order.
    pub fn step(&mut self, input: Input, at: Moment) -> Vec<Output> {
        self.take(input, at);
        self.poll(at);
        self.flush(at);
        self.tell_connection();
        std::mem::take(&mut self.outputs)
    }

    fn take(&mut self, input: Input, at: Moment) {
        match input {
            Input::Start { token } => {
                if self.session == Session::Idle {
                    self.token = token;
                    self.ask_session(0);
                    let action = self.link.start(at.now_ms);
                    self.act(action);
                }
            }
            Input::Stop => {
                self.polling = Polling::default();
                self.session = Session::Idle;
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
                self.receive(frame, at);
            }
            Input::Session(answer) => self.session_answered(answer, at),
            Input::Page(request, answer) => self.page_answered(request, answer, at),
            Input::Sent(client_id, answer) => match answer {
                Ok(message) => self.thread.receive(
                    ThreadFrame::Ack {
                        client_id,
                        message: *message,
                    },
                    at,
                ),
                Err(Failure::Lost) => self.thread.send_failed(&client_id, at),
                Err(Failure::Refused(error)) => self.rejected(client_id, error, at),
            },
            Input::Pressed(client_id, answer) => match answer {
                Ok(changes) => {
                    for change in changes {
                        let client_id = Some(client_id.clone());
                        self.thread
                            .receive(ThreadFrame::ButtonState { client_id, change }, at);
                    }
                }
                Err(Failure::Lost) => self.thread.press_failed(&client_id),
                Err(Failure::Refused(error)) => self.rejected(client_id, error, at),
            },
            Input::SeenTold(Ok(marks)) => self.thread.seen_told(&marks),
            Input::SeenTold(Err(_)) => self.thread.seen_untold(),
            Input::Network(online) => {
                let action = self.link.network(online, at.now_ms);
                self.act(action);
                if online {
                    self.hurry(at);
                }
            }
            Input::Wake => {
                let action = self.link.wake(at.now_ms);
                self.act(action);
                self.hurry(at);
            }
            Input::Tick => self.tick(at),
            Input::Send {
                client_id,
                content,
                created_date,
            } => {
                self.thread.send(client_id, content, created_date, at);
            }
            Input::Retry(id) => self.thread.retry(&id, at),
            Input::Discard(id) => self.thread.discard(&id),
            Input::Press {
                client_id,
                message_id,
                button_id,
            } => {
                self.thread.press(client_id, message_id, &button_id, at);
            }
            Input::LoadEarlier => self.thread.load_earlier(),
            Input::Look(up_to) => self.thread.look(up_to, at),
            Input::Typed(has_text) => self.thread.typed(has_text, at),
        }
    }

    fn receive(&mut self, frame: ServerFrame, at: Moment) {
        let frame = match frame {
            ServerFrame::Welcome {
                participant,
                conversation_id,
                last_sequence,
                marks,
                settings,
                ..
            } => {
                self.link.welcomed(at.now_ms);
                self.polling = Polling::default();
                self.identify(participant, conversation_id);
                self.outputs.push(Output::Settings(settings));
                ThreadFrame::Opened { last_sequence, marks }
            }
            ServerFrame::Ack { client_id, message } => ThreadFrame::Ack { client_id, message },
            ServerFrame::Reject { client_id, error } => return self.rejected(client_id, error, at),
            ServerFrame::Message {
                message,
                previous_sequence,
            } => ThreadFrame::Message {
                message,
                previous_sequence,
            },
            ServerFrame::ButtonState { client_id, change } => ThreadFrame::ButtonState { client_id, change },
            ServerFrame::Indication {
                indication,
                performed_by,
                sequence,
            } => ThreadFrame::Indication {
                indication,
                performed_by,
                sequence,
            },
            ServerFrame::Typing { who, on } => ThreadFrame::Typing { who, on },
            ServerFrame::Resync {} => ThreadFrame::Resync,
            ServerFrame::Presence { online } => return self.outputs.push(Output::Presence(online)),
            // Any frame answers the server's question; this one costs the least.
            ServerFrame::Ping { n } => return self.outputs.push(Output::Frame(ClientFrame::Ping { n })),
            ServerFrame::Goodbye { retry_after_ms } => {
                let action = self.link.goodbye(retry_after_ms, at.now_ms, at.unit);
                return self.act(action);
            }
            ServerFrame::Error { error } => return self.turned_away(&error, at),
            ServerFrame::Pong { .. } | ServerFrame::Unknown => return,
        };
        self.thread.receive(frame, at);
    }

    fn turned_away(&mut self, error: &ErrorBody, at: Moment) {
        let action = match error.retry_after_ms() {
            Some(after) => self.link.goodbye(after, at.now_ms, at.unit),
            None => self.link.drop_socket(at.now_ms, at.unit),
        };
        self.act(action);
        if error.code() == code::UNAUTHENTICATED {
            self.renew(at);
        } else {
            self.outputs.push(Output::Denied(outbox::reason(error)));
        }
    }

    fn rejected(&mut self, client_id: ClientId, error: ErrorBody, at: Moment) {
        if error.code() == code::UNAUTHENTICATED {
            self.renew(at);
        }
        self.thread.receive(ThreadFrame::Reject { client_id, error }, at);
    }

    fn session_answered(&mut self, answer: Result<Box<SessionAnswer>, Failure>, at: Moment) {
        let Session::Asked(failures) = self.session else {
            return;
        };
        match answer {
            Ok(answer) => {
                self.session = Session::Open;
                self.token = Some(answer.token.clone());
                self.outputs.push(Output::StoreToken(Some(answer.token)));
                let is_other = self.identify(answer.participant, answer.conversation_id);
                self.outputs.push(Output::Settings(answer.settings));
                self.thread.begin(answer.last_sequence, answer.unread_count);
                if self.thread.timeline().stored().is_empty() {
                    self.thread.load_earlier();
                }
                if self.greeting_due {
                    self.greet();
                } else if is_other && self.link.is_live() {
                    let action = self.link.drop_socket(at.now_ms, at.unit);
                    self.act(action);
                }
            }
            Err(Failure::Refused(error)) if error.code() == code::UNAUTHENTICATED && self.token.is_some() => {
                self.token = None;
                self.outputs.push(Output::StoreToken(None));
                self.ask_session(failures);
            }
            Err(failure) => {
                let mut delay = backoff::delay_ms(failures, at.unit);
                if let Failure::Refused(error) = &failure {
                    delay = error.retry_after_ms().unwrap_or(delay);
                    self.outputs.push(Output::Denied(outbox::reason(error)));
                }
                self.session = Session::Waiting(failures.saturating_add(1), at.now_ms.saturating_add(delay));
            }
        }
    }

    fn page_answered(
        &mut self,
        request: PageRequest,
        answer: Result<HistoryPage<ShownMessage>, Failure>,
        at: Moment,
    ) {
        if self.polling.next_ms.is_some() && !matches!(request, PageRequest::Before(_)) {
            self.polled(answer.is_ok(), at);
        }
        match answer {
            Ok(page) => self.thread.page(request, page, at),
            Err(failure) => {
                self.thread.page_failed(request, at);
                if let Failure::Refused(error) = failure
                    && error.code() == code::UNAUTHENTICATED
                {
                    self.renew(at);
                }
            }
        }
    }

    fn tick(&mut self, at: Moment) {
        self.tick_session(at);
        let action = self.link.tick(at.now_ms, at.unit);
        self.act(action);
        self.thread.tick(at);
    }

    /// Who we are, as the server says. True where that is somebody else than before.
    fn identify(&mut self, participant: ParticipantId, conversation: Option<ConversationId>) -> bool {
        let is_other = self
            .participant
            .as_ref()
            .is_some_and(|before| *before != participant)
            || (self.conversation.is_some() && conversation.is_some() && self.conversation != conversation);
        if is_other {
            self.thread.reset();
            self.conversation = None;
        }
        let conversation = conversation.or_else(|| self.conversation.take());
        if self.participant.as_ref() != Some(&participant) || self.conversation != conversation {
            self.outputs.push(Output::Session {
                participant: participant.clone(),
                conversation_id: conversation.clone(),
            });
        }
        self.participant = Some(participant);
        self.conversation = conversation;
        is_other
    }

    /// The token is not good any more, or the conversation's id is wanted: ask, unless that is under way.
    fn renew(&mut self, at: Moment) {
        if self.session == Session::Open {
            self.session = Session::Waiting(0, at.now_ms);
            self.tick_session(at);
        }
    }

    fn tick_session(&mut self, at: Moment) {
        if let Session::Waiting(failures, due) = self.session
            && at.now_ms >= due
        {
            self.ask_session(failures);
        }
    }

    /// There is reason to hope again: no waiting.
    fn hurry(&mut self, at: Moment) {
        if let Session::Waiting(..) = self.session {
            self.ask_session(0);
        }
        if self.polling.next_ms.is_some() {
            self.polling.next_ms = Some(at.now_ms);
        }
    }

    fn ask_session(&mut self, failures: u32) {
        self.session = Session::Asked(failures);
        self.outputs.push(Output::Request(Request::Session {
            token: self.token.clone(),
        }));
    }

    fn act(&mut self, action: Option<LinkAction>) {
        match action {
            None => {}
            Some(LinkAction::Connect) => self.outputs.push(Output::Connect),
            Some(LinkAction::Close) => {
                self.outputs.push(Output::Close);
                self.unplug();
            }
            Some(LinkAction::Greet) => {
                self.greeting_due = true;
                if self.session == Session::Open {
                    self.greet();
                }
            }
            Some(LinkAction::Ping(n)) => self.outputs.push(Output::Frame(ClientFrame::Ping { n })),
        }
    }

    fn greet(&mut self) {
        self.greeting_due = false;
        if let Some(token) = self.token.clone() {
            let resume = self.thread.cursor().map(|after| Resume { after });
            self.outputs
                .push(Output::Frame(ClientFrame::Hello { token, resume }));
        }
    }

    fn unplug(&mut self) {
        self.greeting_due = false;
        if !self.polling.works {
            self.thread.disconnected();
        }
    }

    fn wants_polling(&self) -> bool {
        self.session == Session::Open && self.link.is_blocked() && !self.link.is_live()
    }

    /// Where sockets do not come through, asks for news now and then.
    fn poll(&mut self, at: Moment) {
        if !self.wants_polling() {
            return;
        }
        if at.now_ms >= self.polling.next_ms.unwrap_or(0) {
            self.polling.next_ms = Some(at.now_ms.saturating_add(POLL_MS));
            self.thread.poll();
        }
    }

    fn polled(&mut self, answered: bool, at: Moment) {
        let failures = if answered {
            0
        } else {
            self.polling.failures.saturating_add(1)
        };
        let delay = if answered {
            POLL_MS
        } else {
            POLL_MS.max(backoff::delay_ms(failures, at.unit))
        };
        let did_work = std::mem::replace(
            &mut self.polling,
            Polling {
                next_ms: Some(at.now_ms.saturating_add(delay)),
                works: answered,
                failures,
            },
        );
        if answered && !did_work.works {
            self.thread.connected(at);
        } else if !answered && did_work.works {
            self.thread.disconnected();
        }
    }

    fn flush(&mut self, at: Moment) {
        let mut wants_id = false;
        for effect in self.thread.take_effects() {
            let output = match effect {
                Effect::Send(command) => match self.way_of(command) {
                    Some(output) => output,
                    None => continue,
                },
                Effect::Load(request) => Output::Request(Request::Page(request)),
                Effect::Timeline(change) => Output::Timeline(change),
                Effect::Arrived(item) => Output::Arrived(item),
                Effect::Accepted(item) => {
                    wants_id = self.conversation.is_none();
                    Output::Accepted(item)
                }
                Effect::Refused { id, reason } => Output::Refused(id, reason),
                Effect::Typing(typist) => Output::Typing(typist),
                Effect::Unread(count) => Output::Unread(count),
                Effect::History(history) => Output::History(history),
            };
            self.outputs.push(output);
        }
        if wants_id {
            self.renew(at);
        }
    }

    /// A command as a frame, or as a request where there is no socket. Typing is not worth a request.
    fn way_of(&self, command: Command<MessageContent>) -> Option<Output> {
        let is_live = self.link.is_live();
        Some(match command {
            Command::Send {
                client_id,
                draft: content,
                ..
            } if is_live => Output::Frame(ClientFrame::Send { client_id, content }),
            Command::Send {
                client_id,
                draft: content,
                ..
            } => Output::Request(Request::Send { client_id, content }),
            Command::Press {
                client_id,
                message_id,
                button_id,
            } if is_live => Output::Frame(ClientFrame::Postback {
                client_id,
                message_id,
                button_id,
            }),
            Command::Press {
                client_id,
                message_id,
                button_id,
            } => Output::Request(Request::Press {
                client_id,
                message_id,
                button_id,
            }),
            Command::Seen(sequence) if is_live => Output::Frame(ClientFrame::Seen { sequence }),
            Command::Seen(sequence) => Output::Request(Request::Seen(sequence)),
            Command::Typing(on) if is_live => Output::Frame(ClientFrame::Typing { on }),
            Command::Typing(_) => return None,
        })
    }

    fn tell_connection(&mut self) {
        let connection = if self.session == Session::Idle {
            Connection::Idle
        } else if self.link.is_live() || self.polling.works {
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
