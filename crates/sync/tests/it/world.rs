//! A client, the model server and what lies between them, on a clock that is moved.

use std::collections::VecDeque;

use shopbell_protocol::{
    ClientFrame, ClientId, MessageContent, MessageId, Sequence, ServerFrame, ShownMessage,
};
use shopbell_sync::client::{Client, Connection, Failure, Input, Output, Request};
use shopbell_sync::{Change, Effect, Item, Kept, LocalId, Moment, PageRequest, Store, Way};

use super::model::Server;

/// Small, so that several pages are needed.
const PAGE: usize = 3;

#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) client: Client,
    pub(crate) now_ms: u64,
    /// What the page shows, kept only by following the client's steps.
    pub(crate) shown: Vec<Item<ShownMessage>>,
    pub(crate) unread: u32,
    pub(crate) outputs: Vec<Output>,
    /// Whether sockets can be opened and requests are answered.
    pub(crate) network: bool,
    /// Whether sockets are blocked, and requests are not.
    pub(crate) sockets_blocked: bool,
    socket: Option<Socket>,
    /// A socket is opened beside the requests that carry the frames.
    tried_socket: bool,
    requests: VecDeque<Request>,
    /// Rows of this screen's own sends, as they were first shown.
    pub(crate) sent: Vec<LocalId>,
    /// What was typed, shown or not.
    typed: Vec<LocalId>,
    /// What outlives the page.
    pub(crate) storage: Vec<Kept<MessageContent>>,
    /// On its way into the storage.
    writes: VecDeque<Store<MessageContent>>,
    /// How often it was told that the storage fails.
    pub(crate) memory_only: u32,
}

#[derive(Debug, Default)]
struct Socket {
    way: Way,
    opened: bool,
    greeted: bool,
    /// Everything up to here is in `down`.
    told: Sequence,
    up: VecDeque<ClientFrame>,
    down: VecDeque<ServerFrame>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            network: true,
            ..Self::default()
        }
    }

    /// With a storage; what is in it is handed over by [`Self::restore`].
    pub(crate) fn keeping() -> Self {
        Self {
            client: Client::keeping(),
            ..Self::new()
        }
    }

    /// The storage does the oldest thing that it was told.
    pub(crate) fn write(&mut self) -> bool {
        match self.writes.pop_front() {
            None => false,
            Some(Store::Put(kept)) => {
                let id = kept.client_id.clone();
                match self.storage.iter_mut().find(|old| old.client_id == id) {
                    Some(old) => *old = kept,
                    None => self.storage.push(kept),
                }
                self.input(Input::Written(id, true));
                true
            }
            Some(Store::Remove(id)) => {
                self.storage.retain(|kept| kept.client_id != id);
                true
            }
            Some(Store::Clear) => {
                self.storage.clear();
                true
            }
        }
    }

    /// The storage refuses the oldest thing that it was told to keep.
    pub(crate) fn refuse_write(&mut self) {
        let place = self
            .writes
            .iter()
            .position(|store| matches!(store, Store::Put(_)));
        if let Some(Store::Put(kept)) = place.and_then(|at| self.writes.remove(at)) {
            self.input(Input::Written(kept.client_id, false));
        }
    }

    /// The visitor signs out; the answers under way are dropped.
    pub(crate) fn sign_out(&mut self) {
        self.requests.clear();
        self.sent.clear();
        self.typed.clear();
        self.input(Input::SignOut);
    }

    /// The page hears what an earlier one has left.
    pub(crate) fn restore(&mut self) {
        self.input(Input::Restored(self.storage.clone()));
    }

    /// The page is killed, with everything that was only in its memory, and opened again.
    pub(crate) fn reload(&mut self) {
        self.writes.clear();
        self.requests.clear();
        self.socket = None;
        self.shown.clear();
        self.unread = 0;
        self.client = Client::keeping();
        let (storage, log) = (&self.storage, &self.server.log);
        let survives = |id: &LocalId| {
            let of = |client_id: &ClientId| client_id.as_str() == id.as_str();
            storage.iter().any(|kept| of(&kept.client_id))
                || log
                    .iter()
                    .any(|message| message.client_id.as_ref().is_some_and(of))
        };
        if self.memory_only == 0 {
            for id in &self.sent {
                assert!(survives(id), "{id:?} was shown and is lost");
            }
        }
        self.typed.retain(survives);
        self.sent.clear();
        self.memory_only = 0;
        self.input(Input::Network(self.network));
        self.start();
    }

    pub(crate) fn input(&mut self, input: Input) {
        let at = Moment {
            now_ms: self.now_ms,
            unit: 0.5,
        };
        for output in self.client.step(input, at) {
            self.carry_out(output);
        }
        for item in &self.shown {
            if item.sequence().is_none() && self.typed.contains(&item.id) && !self.sent.contains(&item.id) {
                self.sent.push(item.id.clone());
            }
        }
        self.assert_sane();
    }

    pub(crate) fn start(&mut self) {
        self.input(Input::Start { token: None });
    }

    pub(crate) fn send(&mut self, client_id: &str) {
        self.input(Input::Send {
            client_id: ClientId::from(client_id),
            content: MessageContent::text(client_id),
            ready: true,
            created_date: "local".into(),
        });
        self.typed.push(LocalId::from(client_id));
    }

    pub(crate) fn press(&mut self, client_id: &str, message_id: MessageId) {
        self.input(Input::Press {
            client_id: ClientId::from(client_id),
            message_id,
            button_id: "b0".into(),
        });
    }

    pub(crate) fn look(&mut self) {
        let newest = self.shown.iter().rev().find_map(Item::sequence);
        if let Some(newest) = newest {
            self.input(Input::Look(newest));
        }
    }

    /// Moves the clock, ringing each timer on its way.
    pub(crate) fn pass(&mut self, ms: u64) {
        let until = self.now_ms + ms;
        let mut rounds = 0;
        while let Some(at) = self.client.wake_at().filter(|at| *at <= until) {
            self.now_ms = at.max(self.now_ms);
            self.input(Input::Tick);
            rounds += 1;
            assert!(
                rounds < 10_000,
                "timers ring without end at {}: {:?}",
                self.now_ms,
                self.client
            );
        }
        self.now_ms = until;
    }

    /// One exchange on the socket: it opens, the server reads a frame, or the client reads one.
    pub(crate) fn exchange(&mut self) -> bool {
        if std::mem::take(&mut self.tried_socket) && self.network && !self.sockets_blocked {
            self.input(Input::SocketWorks);
            return true;
        }
        let Some(socket) = &mut self.socket else {
            return false;
        };
        let reachable = self.network && (!self.sockets_blocked || socket.way == Way::Requests);
        if !reachable {
            return false;
        }
        if !socket.opened {
            socket.opened = true;
            self.input(Input::SocketOpened);
            return true;
        }
        if let Some(frame) = socket.up.pop_front() {
            self.serve(frame);
            return true;
        }
        self.tell_news();
        let next = self.socket.as_mut().and_then(|socket| socket.down.pop_front());
        match next {
            Some(frame) => {
                self.input(Input::Frame(frame));
                true
            }
            None => false,
        }
    }

    /// Answers the oldest request.
    pub(crate) fn answer_request(&mut self) -> bool {
        let Some(request) = self.requests.pop_front() else {
            return false;
        };
        let input = if self.network {
            self.answer(request)
        } else {
            lost(request)
        };
        self.input(input);
        true
    }

    /// The oldest request's answer never comes.
    pub(crate) fn lose_request(&mut self) {
        if let Some(input) = self.requests.pop_front().map(lost) {
            self.input(input);
        }
    }

    /// A frame on its way to the client is lost, though the socket lives (a server that drops one).
    pub(crate) fn lose_frame(&mut self) {
        self.tell_news();
        if let Some(socket) = &mut self.socket
            && let Some(at) = socket.down.iter().position(is_losable)
        {
            socket.down.remove(at);
        }
    }

    /// A frame comes twice.
    pub(crate) fn repeat_frame(&mut self) {
        self.tell_news();
        if let Some(socket) = &mut self.socket
            && let Some(frame) = socket.down.iter().find(|frame| is_repeatable(frame)).cloned()
        {
            socket.down.push_back(frame);
        }
    }

    /// Two frames change places.
    pub(crate) fn reorder_frames(&mut self) {
        self.tell_news();
        if let Some(socket) = &mut self.socket
            && socket.down.len() > 1
            && socket.down.iter().all(is_repeatable)
        {
            socket.down.swap(0, 1);
        }
    }

    /// The socket breaks; what was on its way is gone, in both directions.
    pub(crate) fn cut(&mut self) {
        if self.socket.take().is_some() {
            self.input(Input::SocketClosed);
        }
    }

    /// The server asks for a start from a page of history.
    pub(crate) fn resync(&mut self) {
        if let Some(socket) = self.socket.as_mut().filter(|socket| socket.greeted) {
            socket
                .down
                .retain(|frame| !matches!(frame, ServerFrame::Message { .. }));
            socket.down.push_back(ServerFrame::Resync {});
            socket.told = self.server.last();
        }
    }

    /// Lets everything reach its end: network and sockets work, time passes.
    pub(crate) fn calm(&mut self) {
        self.network = true;
        self.sockets_blocked = false;
        self.input(Input::Network(true));
        for _ in 0..40 {
            self.exchange_all();
            self.pass(2_000);
            self.exchange_all();
        }
        assert_eq!(self.client.connection(), Connection::Online, "{:?}", self.client);
    }

    /// Exchanges until nothing is under way.
    pub(crate) fn exchange_all(&mut self) {
        for round in 0.. {
            let wrote = self.write();
            let exchanged = self.exchange();
            if !self.answer_request() && !exchanged && !wrote {
                break;
            }
            assert!(round < 20_000, "exchange without end: {:?}", self.client);
        }
    }

    /// Loads history to its beginning.
    pub(crate) fn load_all(&mut self) {
        for _ in 0..=self.server.log.len() {
            self.input(Input::LoadEarlier);
            self.exchange_all();
        }
    }

    pub(crate) fn sequences(&self) -> Vec<Sequence> {
        self.shown.iter().filter_map(Item::sequence).collect()
    }

    /// The timeline is the log, in order, each message once and as stored; nothing waits.
    pub(crate) fn assert_converged(&mut self) {
        self.load_all();
        let shown: Vec<ShownMessage> = self.shown.iter().map(|item| (*item.message).clone()).collect();
        assert_eq!(shown, self.server.log, "{:?}", self.client);
        assert!(self.client.thread().is_outbox_empty());
        assert_eq!(self.storage, [], "something is kept that is settled");
        for id in &self.typed {
            let rows = self.shown.iter().filter(|item| item.id == *id).count();
            assert_eq!(rows, 1, "{id:?} is not one row");
        }
        assert_eq!(self.unread as usize, self.server.unread(), "{:?}", self.client);
    }

    fn assert_sane(&self) {
        assert_eq!(
            self.shown,
            self.client.thread().timeline().items(),
            "the steps do not lead to the timeline"
        );
        let stored = self.client.thread().timeline().stored();
        assert!(
            stored
                .windows(2)
                .all(|pair| pair[0].sequence() < pair[1].sequence()),
            "out of order"
        );
        let mut ids: Vec<_> = self.shown.iter().map(|item| &item.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), self.shown.len(), "an id twice");
        for id in &self.sent {
            // A start from the newest page leaves out what is stored further back.
            let stored = |id: &LocalId| {
                let ids = self
                    .server
                    .log
                    .iter()
                    .filter_map(|message| message.client_id.as_ref());
                ids.into_iter().any(|stored| stored.as_str() == id.as_str())
            };
            assert!(
                stored(id) || self.shown.iter().any(|item| item.id == *id),
                "{id:?} has vanished"
            );
        }
    }

    fn carry_out(&mut self, output: Output) {
        match &output {
            Output::Connect(way) => {
                self.socket = Some(Socket {
                    way: *way,
                    ..Socket::default()
                });
            }
            Output::TrySocket => self.tried_socket = true,
            Output::Close => self.socket = None,
            Output::Frame(frame) => {
                if let Some(socket) = &mut self.socket {
                    socket.up.push_back(frame.clone());
                }
            }
            Output::Request(request) => self.requests.push_back(request.clone()),
            Output::Store(store) => self.writes.push_back(store.clone()),
            Output::MemoryOnly => self.memory_only += 1,
            Output::Show(Effect::Timeline(change)) => follow(&mut self.shown, change.clone()),
            Output::Show(Effect::Unread(count)) => self.unread = *count,
            _ => {}
        }
        self.outputs.push(output);
    }

    /// What carries the frames now.
    pub(crate) fn way(&self) -> Option<Way> {
        self.socket.as_ref().map(|socket| socket.way)
    }

    fn tell_news(&mut self) {
        if let Some(socket) = self.socket.as_mut().filter(|socket| socket.greeted) {
            socket.down.extend(self.server.frames_after(socket.told));
            socket.told = self.server.last();
        }
    }

    fn serve(&mut self, frame: ClientFrame) {
        let Some(socket) = &mut self.socket else { return };
        match frame {
            ClientFrame::Hello { resume, .. } => {
                socket.greeted = true;
                socket.down.push_back(self.server.welcome());
                socket.told = resume.map_or(self.server.last(), |resume| resume.after);
                // As the server does: every button that was pressed is told again.
                let pressed = self.server.pressed();
                let told = pressed.into_iter().map(|change| ServerFrame::ButtonState {
                    client_id: None,
                    change,
                });
                socket.down.extend(told);
            }
            ClientFrame::Send { client_id, content } => {
                let message = self.server.accept(&client_id, content);
                socket.down.push_back(ServerFrame::Ack { client_id, message });
            }
            ClientFrame::Postback {
                client_id,
                message_id,
                ..
            } => {
                let change = self.server.press(message_id);
                socket.down.push_back(ServerFrame::ButtonState {
                    client_id: Some(client_id),
                    change,
                });
            }
            ClientFrame::Seen { sequence } => self.server.see(sequence),
            ClientFrame::Ping { n } => socket.down.push_back(ServerFrame::Pong { n }),
            ClientFrame::Typing { .. } | ClientFrame::Unknown => {}
        }
    }

    fn answer(&mut self, request: Request) -> Input {
        match request {
            Request::Session { .. } => Input::Session(Ok(Box::new(self.server.session()))),
            Request::Page(page) => {
                let answer = match page {
                    PageRequest::Before(before) => self.server.before(before, PAGE),
                    PageRequest::After(after) => self.server.after(after, PAGE),
                    PageRequest::Newest => self.server.before(Sequence(u64::MAX), PAGE),
                };
                Input::Page(page, Ok(answer))
            }
        }
    }
}

fn lost(request: Request) -> Input {
    match request {
        Request::Session { .. } => Input::Session(Err(Failure::Lost)),
        Request::Page(page) => Input::Page(page, Err(Failure::Lost)),
    }
}

/// Frames whose loss is noticed while the socket lives; that of a button's state only after a reconnect.
fn is_losable(frame: &ServerFrame) -> bool {
    matches!(frame, ServerFrame::Message { .. } | ServerFrame::Ack { .. })
}

/// Frames that may come again or in another order without making the server a liar.
fn is_repeatable(frame: &ServerFrame) -> bool {
    matches!(
        frame,
        ServerFrame::Message { .. } | ServerFrame::Ack { .. } | ServerFrame::ButtonState { .. }
    )
}

fn follow(shown: &mut Vec<Item<ShownMessage>>, change: Change<ShownMessage>) {
    match change {
        Change::Inserted { at, items } => drop(shown.splice(at..at, items)),
        Change::Changed { at, item } => {
            assert_eq!(shown[at].id, item.id, "a change renames a row");
            shown[at] = item;
        }
        Change::Moved { from, to, item } => {
            assert_eq!(shown.remove(from).id, item.id, "a move renames a row");
            shown.insert(to, item);
        }
        Change::Removed { at, count } => drop(shown.drain(at..at + count)),
    }
}
