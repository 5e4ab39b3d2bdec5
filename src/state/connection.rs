//! The one loop: whatever happens is an input of the engine, and what the engine answers is carried out here.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use shopbell_protocol::frame::SUBPROTOCOL;
use shopbell_protocol::{ClientFrame, ClientId, MessageContent, ShownMessage};
use shopbell_sync::{Client, Effect, Input, Item, Moment, Output, Request, Way};

use super::attachments::{Attachments, Tray};
use super::page::Calls;
use super::routes;
use super::rows;
use super::store::{Connection as Reach, Conversation, Notice, WidgetState};
use crate::codec;
use crate::host::bridge::Host;
use crate::host::page::ConnectionState;
use crate::lazy;
use crate::platform::database::{Database, database};
use crate::platform::fetch::{Body, Fetch, FetchAnswer, FetchOptions, fetch};
use crate::platform::requests::StartRequests;
use crate::platform::socket::{Socket, SocketEvent, socket};
use crate::platform::storage::{Storage, storage};
use crate::platform::timer::{Timer, after};
use crate::platform::{clock, random};

/// The visitor's token; beside it a draft is kept in the browser, for its tab, and what is sent until it is stored.
pub(super) const TOKEN: &str = "shopbell.token";
/// How long a request may take.
const ANSWER_MS: u32 = 20_000;
/// How long a page without a token waits for the database, which may have one.
const RESTORE_MS: u64 = 1_000;
/// How long it waits for another page that makes a session.
const TURN_MS: u64 = 5_000;

/// The engine with everything it is connected to. Ends with its last [`Rc`].
pub struct Connection {
    /// What views read.
    pub(super) state: WidgetState,
    /// The page around the frame.
    pub(super) host: Host,
    /// Calls of that page that wait for something.
    pub(super) calls: Calls,
    /// The files on their way into messages.
    pub(super) attachments: Attachments,
    pub(super) tray: OnceCell<Tray>,
    pub(super) database: Option<Database>,
    /// Whether the database has told what an earlier page has left.
    pub(super) restored: Cell<bool>,
    /// Whether a session may be made here: pages that begin together must become one visitor, so one makes it, and the
    /// others find its token when their turn comes.
    pub(super) turn: Cell<bool>,
    pub(super) this: Weak<Self>,
    client: RefCell<Client>,
    inputs: RefCell<VecDeque<Input>>,
    running: Cell<bool>,
    busy: Cell<bool>,
    started: Cell<bool>,
    carrier: RefCell<Option<Carrier>>,
    /// What starts an exchange of frames by requests, once its code has come.
    requests: OnceCell<StartRequests>,
    requests_come: Cell<bool>,
    /// Such an exchange is wanted as soon as it has.
    awaits_requests: Cell<bool>,
    /// Opened beside requests that carry the frames, to see whether it comes through.
    tried: RefCell<Option<Socket>>,
    timer: RefCell<Option<Timer>>,
    pub(super) fetches: RefCell<Vec<Fetch>>,
    pub(super) storage: Storage,
    /// What this page last took from the storage or put there: only that is its own to remove.
    held: RefCell<Option<String>>,
    restoring: RefCell<Option<Timer>>,
    now_ms: Cell<u64>,
}

/// Carries frames to the server; dropping it ends what carries them.
pub(crate) type Carrier = Box<dyn Fn(&str)>;

impl Connection {
    /// Nothing happens before [`Self::start`].
    pub fn new(state: WidgetState, host: Host) -> Rc<Self> {
        Rc::new_cyclic(|this: &Weak<Self>| {
            let teller = this.clone();
            let database = database(move |told| {
                if let Some(this) = teller.upgrade() {
                    this.told(told);
                }
            });
            let client = if database.is_some() {
                Client::keeping()
            } else {
                Client::default()
            };
            Self {
                state,
                host,
                calls: Calls::default(),
                attachments: Attachments::default(),
                tray: OnceCell::new(),
                restored: Cell::new(database.is_none()),
                turn: Cell::new(database.is_none()),
                database,
                this: this.clone(),
                client: RefCell::new(client),
                inputs: RefCell::default(),
                running: Cell::new(false),
                busy: Cell::new(false),
                started: Cell::new(false),
                carrier: RefCell::default(),
                requests: OnceCell::new(),
                requests_come: Cell::new(false),
                awaits_requests: Cell::new(false),
                tried: RefCell::default(),
                timer: RefCell::default(),
                fetches: RefCell::default(),
                storage: storage(),
                held: RefCell::default(),
                restoring: RefCell::default(),
                now_ms: Cell::new(0),
            }
        })
    }

    /// The chat is wanted: the panel was opened, or the page sends. Later calls have no effect.
    pub fn start(&self) {
        if !self.started.replace(true) {
            self.resume();
        }
    }

    /// Goes on after [`Self::suspend`]; no effect before [`Self::start`].
    pub(super) fn resume(&self) {
        if !self.started.get() {
            return;
        }
        let token = self.storage.get(TOKEN);
        if token.is_none() && !self.restored.get() {
            return self.wait(RESTORE_MS, |this| &this.restored);
        }
        if let (None, false, Some(database)) = (&token, self.turn.get(), &self.database) {
            database.ask_turn();
            // A page whose session is long in coming must not stand in the way for ever.
            return self.wait(TURN_MS, |this| &this.turn);
        }
        self.held.replace(token.clone());
        self.input(Input::Start { token });
    }

    /// Goes on after a while, if what is waited for has not come.
    fn wait(&self, delay_ms: u64, what: fn(&Self) -> &Cell<bool>) {
        let this = self.this.clone();
        let timer = after(delay_ms, move || {
            if let Some(this) = this.upgrade()
                && !what(&this).replace(true)
            {
                this.resume();
            }
        });
        drop(self.restoring.replace(Some(timer)));
    }

    /// The token is there for other pages too.
    pub(super) fn end_turn(&self) {
        if let Some(database) = &self.database {
            database.end_turn();
        }
    }

    /// Lets go of the socket until [`Self::resume`], because the page is put aside.
    pub(super) fn suspend(&self) {
        self.input(Input::Stop);
    }

    /// Sends a message as the visitor.
    pub(super) fn send(&self, content: MessageContent) -> ClientId {
        let client_id = ClientId(random::uuid_v7());
        self.send_as(client_id.clone(), content, true);
        client_id
    }

    /// The same under a given id; if it is not `ready`, files of it are on their way up.
    pub(super) fn send_as(&self, client_id: ClientId, content: MessageContent, ready: bool) {
        self.start();
        self.input(Input::Send {
            client_id,
            content,
            ready,
            created_date: clock::now_iso(),
        });
    }

    /// The visitor's token; absent before the session has answered.
    pub(super) fn token(&self) -> Option<String> {
        self.client.borrow().token().map(str::to_owned)
    }

    /// Hands an input to the engine and carries out what it answers. An input that comes meanwhile is next.
    pub(super) fn input(&self, input: Input) {
        self.inputs.borrow_mut().push_back(input);
        if self.running.replace(true) {
            return;
        }
        loop {
            let Some(input) = self.inputs.borrow_mut().pop_front() else {
                break;
            };
            let outputs = self.client.borrow_mut().step(input, self.moment());
            for output in outputs {
                self.carry_out(output);
            }
        }
        self.running.set(false);
        self.set_timer();
        let busy = !self.client.borrow().thread().is_outbox_empty();
        if self.busy.replace(busy) != busy {
            self.host.busy(busy);
        }
    }

    fn carry_out(&self, output: Output) {
        let state = self.state;
        match output {
            Output::Connect(way) => self.connect(way),
            Output::TrySocket => self.try_socket(),
            Output::Close => {
                self.awaits_requests.set(false);
                drop(self.carrier.take());
                drop(self.tried.take());
            }
            Output::Frame(frame) => self.send_frame(&frame),
            Output::Request(request) => self.ask(request),
            Output::StoreToken(Some(token)) => {
                self.storage.set(TOKEN, &token);
                self.held.replace(Some(token));
                self.end_turn();
            }
            Output::StoreToken(None) => {
                // Another tab may have stored a newer one, which is not ours to remove.
                if self.storage.get(TOKEN) == self.held.take() {
                    self.storage.remove(TOKEN);
                }
            }
            Output::Store(store) => self.store(store),
            Output::MemoryOnly => state.notice.set(Some(Notice::MemoryOnly)),
            Output::Connection(reach) => self.show_reach(reach),
            Output::Session {
                participant,
                conversation_id,
            } => {
                state.conversation.set(Conversation {
                    id: conversation_id,
                    participant: Some(participant),
                    known: true,
                });
                self.serve_calls();
            }
            Output::Settings(settings) => {
                if state.settings.with_untracked(|known| *known != settings) {
                    state.settings.set(settings);
                }
            }
            Output::Presence(online) => state.presence.set(Some(online)),
            Output::Identified => self.page_calls(|served| served.identified()),
            Output::IdentityWanted(reason) => {
                self.host.identity_expired(&reason.code, &reason.message);
                self.page_calls(|served| served.unproven(&reason));
            }
            Output::Denied(reason) => {
                self.host.error(&reason.code, &reason.message);
                state.notice.set(Some(Notice::Refused(reason)));
            }
            Output::Show(effect) => self.show(effect),
        }
    }

    fn show(&self, effect: Effect<ShownMessage>) {
        let state = self.state;
        match effect {
            // The client has made a frame or a request of these.
            Effect::Send(_) | Effect::Load(_) | Effect::Store(_) | Effect::MemoryOnly => {}
            Effect::Timeline(change) => rows::apply(state.rows, change),
            Effect::Arrived(item) => self.arrived(&item),
            Effect::Accepted(item) => self.accepted(item),
            Effect::Refused { id, reason } => self.page_calls(|served| served.refused(&id, &reason)),
            Effect::Typing(typist) => state.typing.set(typist),
            Effect::Unread(count) => state.unread.set(count),
            Effect::History(history) => state.history.set(history),
        }
    }

    fn connect(&self, way: Way) {
        self.awaits_requests.set(false);
        match way {
            Way::Socket => {
                let socket = socket(routes::SOCKET, SUBPROTOCOL, self.hears());
                let opens = socket.is_some();
                let carrier = socket.map(|socket| -> Carrier { Box::new(move |text| socket.send(text)) });
                drop(self.carrier.replace(carrier));
                if !opens {
                    self.input(Input::SocketClosed);
                }
            }
            Way::Requests => self.connect_by_requests(),
        }
    }

    /// The code for it comes with the first time: nearly every network lets sockets through.
    fn connect_by_requests(&self) {
        let Some(start) = self.requests.get() else {
            drop(self.carrier.take());
            self.awaits_requests.set(true);
            if !self.requests_come.replace(true) {
                let this = self.this.clone();
                lazy::with(lazy::requests, move |parts| {
                    if let Some(this) = this.upgrade() {
                        let _set = this.requests.set(parts.start);
                        // It may have been given up meanwhile.
                        if this.awaits_requests.replace(false) {
                            this.connect_by_requests();
                        }
                    }
                });
            }
            return;
        };
        drop(
            self.carrier
                .replace(Some(start(routes::FRAMES, Box::new(self.hears())))),
        );
        // Nothing has to be opened: the first request says already who we are.
        self.input(Input::SocketOpened);
    }

    fn hears(&self) -> impl Fn(SocketEvent) + 'static {
        let this = self.this.clone();
        move |event| {
            if let Some(this) = this.upgrade() {
                this.heard(event);
            }
        }
    }

    fn try_socket(&self) {
        let this = self.this.clone();
        let tried = socket(routes::SOCKET, SUBPROTOCOL, move |event| {
            if let Some(this) = this.upgrade()
                && event == SocketEvent::Opened
            {
                this.input(Input::SocketWorks);
            }
        });
        drop(self.tried.replace(tried));
    }

    fn heard(&self, event: SocketEvent) {
        match event {
            SocketEvent::Opened => self.input(Input::SocketOpened),
            SocketEvent::Closed => self.input(Input::SocketClosed),
            SocketEvent::Text(text) => {
                // What cannot be read is of no frame we know; it still shows that the server is there.
                let frame = codec::server_frame(&text);
                self.input(Input::Frame(frame));
            }
        }
    }

    fn send_frame(&self, frame: &ClientFrame) {
        if let Some(carrier) = self.carrier.borrow().as_ref() {
            carrier(&codec::client_frame(frame));
        }
    }

    fn ask(&self, mut request: Request) {
        if let Request::Session {
            token: token @ None, ..
        } = &mut request
            && let Some(found) = self.storage.get(TOKEN)
        {
            // Another tab has become somebody meanwhile: signed in, or out and a stranger again. So have we.
            self.held.replace(Some(found.clone()));
            self.inputs
                .borrow_mut()
                .push_back(Input::TokenFound(found.clone()));
            *token = Some(found);
        }
        let call = routes::call(&request);
        let bearer = self.bearer();
        let headers = [
            ("Authorization", bearer.as_str()),
            ("Content-Type", "application/json"),
        ];
        let wanted = match (&request, &call.body) {
            (Request::Session { .. }, _) => &headers[1..],
            (_, Some(_)) => &headers[..],
            (_, None) => &headers[..1],
        };
        let (this, asked) = (self.this.clone(), request.clone());
        let started = fetch(
            &FetchOptions {
                method: if call.body.is_some() { "POST" } else { "GET" },
                path: &call.path,
                headers: wanted,
                body: call.body.as_deref().map_or(Body::Empty, Body::Text),
                timeout_ms: ANSWER_MS,
            },
            None,
            Box::new(move |answer| {
                if let Some(this) = this.upgrade() {
                    this.input(routes::answered(asked.clone(), &answer));
                }
            }),
        );
        match started {
            Some(fetch) => self.hold(fetch),
            // The browser refuses to ask at all: as good as no answer.
            None => self.input(routes::answered(request, &FetchAnswer::default())),
        }
    }

    pub(super) fn bearer(&self) -> String {
        ["Bearer ", &self.token().unwrap_or_default()].concat()
    }

    /// Keeps a request until its answer has come.
    pub(super) fn hold(&self, fetch: Fetch) {
        let mut fetches = self.fetches.borrow_mut();
        fetches.retain(|fetch| !fetch.is_done());
        fetches.push(fetch);
    }

    /// A call beside the engine's, with the visitor's token.
    pub(super) fn request(
        &self,
        method: &str,
        path: &str,
        body: Option<&str>,
        told: impl Fn(&FetchAnswer) + 'static,
    ) {
        let token = self.token().or_else(|| self.storage.get(TOKEN));
        let bearer = ["Bearer ", &token.unwrap_or_default()].concat();
        let options = FetchOptions {
            method,
            path,
            headers: &[
                ("Authorization", bearer.as_str()),
                ("Content-Type", "application/json"),
            ],
            body: body.map_or(Body::Empty, Body::Text),
            timeout_ms: ANSWER_MS,
        };
        let told = Rc::new(told);
        let hears = Rc::clone(&told);
        let started = fetch(&options, None, Box::new(move |answer| hears(&answer)));
        match started {
            Some(fetch) => self.hold(fetch),
            // The browser refuses to ask at all: as good as no answer.
            None => told(&FetchAnswer::default()),
        }
    }

    /// Ends before the page takes the frame away: no session, and no token that a later one could find.
    pub(super) fn stop_for_good(&self) {
        self.started.set(false);
        self.input(Input::Stop);
        self.storage.remove(TOKEN);
    }

    fn show_reach(&self, reach: Reach) {
        self.state.connection.set(reach);
        self.host.connection(match reach {
            Reach::Idle | Reach::Connecting | Reach::Reconnecting => ConnectionState::Connecting,
            Reach::Online => ConnectionState::Online,
            Reach::Unreachable | Reach::Offline => ConnectionState::Offline,
        });
        if reach == Reach::Online
            && self
                .state
                .notice
                .with_untracked(|notice| matches!(notice, Some(Notice::Refused(_))))
        {
            self.state.notice.set(None);
        }
    }

    fn arrived(&self, item: &Item<ShownMessage>) {
        // One's own from another tab is nothing to announce.
        if matches!(item.status, shopbell_sync::Status::Received) {
            self.state.arrived.set(rows::find(self.state.rows, &item.id));
            self.tell_received(item);
        }
    }

    fn moment(&self) -> Moment {
        let now_ms = clock::monotonic_ms();
        self.now_ms.set(now_ms);
        Moment {
            now_ms,
            unit: random::unit(),
        }
    }

    fn set_timer(&self) {
        let wake_at = self.client.borrow().wake_at();
        let this = self.this.clone();
        let timer = wake_at.map(|at| {
            after(at.saturating_sub(self.now_ms.get()), move || {
                if let Some(this) = this.upgrade() {
                    this.input(Input::Tick);
                }
            })
        });
        drop(self.timer.replace(timer));
    }
}
