//! [`Client`]: the widget's whole half. One session, one link, one thread.
//!
//! [`Client::step`] takes one [`Input`] and answers what to do, in order. The owner keeps one timer, at
//! [`Client::wake_at`], and hands in [`Input::Tick`] when it fires.

mod exchange;
mod session;

use shopbell_protocol::paging::HistoryPage;
use shopbell_protocol::participant::ParticipantId;
use shopbell_protocol::{
    ClientFrame, ClientId, ConversationId, ErrorBody, MessageContent, ServerFrame, ShownMessage,
    frame::Resume,
};

pub use self::exchange::{Connection, Failure, Input, Output, Request};
use crate::link::{Link, LinkAction};
use crate::outbox;
use crate::thread::{Command, Effect, Moment, PageRequest, Thread};

/// The widget's half of a conversation.
#[derive(Debug)]
pub struct Client {
    link: Link,
    thread: Thread<ShownMessage>,
    token: Option<String>,
    /// What the page has handed over and the server has not answered yet.
    identity: Option<String>,
    /// Whether the session was asked for with it.
    proving: bool,
    /// A member's proof has run out, and the page was asked for a fresh one: until then nobody is anybody.
    lapsed: bool,
    session: Session,
    participant: Option<ParticipantId>,
    conversation: Option<ConversationId>,
    /// The socket waits for the session's token to be greeted with.
    greeting_due: bool,
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

impl Default for Client {
    fn default() -> Self {
        Self {
            link: Link::falling_back(),
            thread: Thread::default(),
            token: None,
            session: Session::default(),
            participant: None,
            conversation: None,
            greeting_due: false,
            identity: None,
            lapsed: false,
            proving: false,
            connection: Connection::default(),
            outputs: Vec::new(),
        }
    }
}

impl Client {
    /// A client whose outbox outlives the page: it puts out [`Output::Store`], and awaits [`Input::Restored`].
    pub fn keeping() -> Self {
        let mut client = Self::default();
        client.thread.keep();
        client
    }

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
        [session, self.link.wake_at(), self.thread.wake_at()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Takes one input; answers what to do, in order.
    pub fn step(&mut self, input: Input, at: Moment) -> Vec<Output> {
        self.take(input, at);
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
            Input::SocketWorks => {
                if self.link.socket_works(at.now_ms) {
                    self.act(Some(LinkAction::Close));
                    self.act(Some(LinkAction::Connect));
                }
            }
            Input::Frame(frame) => {
                self.link.heard(at.now_ms);
                self.receive(frame, at);
            }
            Input::Session(answer) => self.session_answered(answer, at),
            Input::Page(request, answer) => self.page_answered(request, answer, at),
            Input::Network(online) => {
                let action = self.link.network(online, at.now_ms);
                self.act(action);
                if online {
                    self.hurry();
                }
            }
            Input::Wake => {
                let action = self.link.wake(at.now_ms);
                self.act(action);
                self.hurry();
            }
            Input::Tick => self.tick(at),
            Input::Send {
                client_id,
                content,
                ready,
                created_date,
            } => {
                self.thread
                    .send_with_files(client_id, content, ready, created_date, at);
            }
            Input::Complete { client_id, content } => self.thread.complete(&client_id, content, at),
            Input::FilesRefused(client_id, error) => self.rejected(&client_id, &error, at),
            Input::Written(client_id, well) => self.thread.written(&client_id, well, at),
            Input::Restored(entries) => self.thread.restored(entries, at),
            Input::Elsewhere(kept) => self.thread.elsewhere(kept, at),
            Input::Gone(client_id) => self.thread.gone(&client_id),
            Input::Identify(identity) => self.prove(identity),
            Input::TokenFound(token) => self.token = Some(token),
            Input::SignOut => self.sign_out(at),
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
        match frame {
            ServerFrame::Welcome {
                participant,
                conversation_id,
                last_sequence,
                marks,
                settings,
                ..
            } => {
                self.link.welcomed(at.now_ms);
                self.identify(participant, conversation_id);
                self.outputs.push(Output::Settings(settings));
                self.thread.opened(last_sequence, &marks, at);
            }
            ServerFrame::Ack { client_id, message } => self.thread.acked(&client_id, message, at),
            ServerFrame::Reject { client_id, error } => self.rejected(&client_id, &error, at),
            ServerFrame::Message {
                message,
                previous_sequence,
            } => {
                self.thread.message(previous_sequence, message, at);
            }
            ServerFrame::ButtonState { client_id, change } => {
                self.thread.button_state(client_id.as_ref(), &change);
            }
            ServerFrame::Indication {
                indication,
                performed_by,
                sequence,
            } => {
                self.thread.indicated(performed_by, indication, sequence);
            }
            ServerFrame::Typing { who, on } => self.thread.heard_typing(who, on, at),
            ServerFrame::Resync {} => self.thread.resync(at),
            ServerFrame::Presence { online } => self.outputs.push(Output::Presence(online)),
            // Any frame answers the server's question; this one costs the least.
            ServerFrame::Ping { n } => self.outputs.push(Output::Frame(ClientFrame::Ping { n })),
            ServerFrame::Goodbye { retry_after_ms } => {
                let action = self.link.goodbye(retry_after_ms, at.now_ms, at.unit);
                self.act(action);
            }
            ServerFrame::Error { error } => self.turned_away(&error, at),
            ServerFrame::Pong { .. } | ServerFrame::Unknown => {}
        }
    }

    fn turned_away(&mut self, error: &ErrorBody, at: Moment) {
        let action = match error.retry_after_ms() {
            Some(after) => self.link.goodbye(after, at.now_ms, at.unit),
            None => self.link.drop_socket(at.now_ms, at.unit),
        };
        self.act(action);
        if session::is_over(error) {
            self.renew(at);
        } else {
            self.outputs.push(Output::Denied(outbox::reason(error)));
        }
    }

    fn rejected(&mut self, client_id: &ClientId, error: &ErrorBody, at: Moment) {
        if session::is_over(error) {
            self.renew(at);
        }
        self.thread.rejected(client_id, error, at);
    }

    fn page_answered(
        &mut self,
        request: PageRequest,
        answer: Result<HistoryPage<ShownMessage>, Failure>,
        at: Moment,
    ) {
        match answer {
            Ok(page) => self.thread.page(request, page, at),
            Err(failure) => {
                self.thread.page_failed(request, at);
                if let Failure::Refused(error) = failure
                    && session::is_over(&error)
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

    /// There is reason to hope again: no waiting.
    fn hurry(&mut self) {
        if let Session::Waiting(..) = self.session {
            self.ask_session(0);
        }
    }

    fn act(&mut self, action: Option<LinkAction>) {
        match action {
            None => {}
            Some(LinkAction::Connect) => self.outputs.push(Output::Connect(self.link.way())),
            Some(LinkAction::TrySocket) => self.outputs.push(Output::TrySocket),
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
        self.thread.disconnected();
    }

    fn flush(&mut self, at: Moment) {
        let mut wants_id = false;
        for effect in self.thread.take_effects() {
            let output = match effect {
                Effect::Send(command) => Output::Frame(frame_of(command)),
                Effect::Load(request) => Output::Request(Request::Page(request)),
                Effect::Store(store) => Output::Store(store),
                Effect::MemoryOnly => Output::MemoryOnly,
                shown @ (Effect::Timeline(_)
                | Effect::Arrived(_)
                | Effect::Accepted(_)
                | Effect::Refused { .. }
                | Effect::Typing(_)
                | Effect::Unread(_)
                | Effect::History(_)) => {
                    wants_id |= matches!(shown, Effect::Accepted(_)) && self.conversation.is_none();
                    Output::Show(shown)
                }
            };
            self.outputs.push(output);
        }
        if wants_id {
            self.renew(at);
        }
    }

    fn tell_connection(&mut self) {
        let connection = if self.session == Session::Idle {
            Connection::Idle
        } else if self.link.is_live() {
            Connection::Online
        } else if !self.link.is_online() {
            Connection::Offline
        } else if self.link.is_blocked() {
            Connection::Unreachable
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

fn frame_of(command: Command<MessageContent>) -> ClientFrame {
    match command {
        Command::Send {
            client_id,
            draft: content,
            ..
        } => ClientFrame::Send { client_id, content },
        Command::Press {
            client_id,
            message_id,
            button_id,
        } => ClientFrame::Postback {
            client_id,
            message_id,
            button_id,
        },
        Command::Seen(sequence) => ClientFrame::Seen { sequence },
        Command::Typing(on) => ClientFrame::Typing { on },
    }
}
