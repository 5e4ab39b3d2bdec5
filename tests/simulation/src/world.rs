//! One run: everybody who takes part, and the loop that lets them meet.
//!
//! What happens in a tab stands in `tabs`, at a seat of the staff in `seats`; `witness` notes what was promised to whom.

mod seats;
mod tabs;
mod witness;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use shopbell_protocol::frame::{ServerFrame, StaffServerFrame};
use shopbell_protocol::{ClientId, ConversationId, MessageContent, MessageId, ParticipantId, Sequence};
use shopbell_server::socket::Incoming;
use shopbell_sync::client::{Client, Failure, Input};
use shopbell_sync::{Kept, LocalId, Moment, Store};

use crate::desk::{Desk, Knowledge};
use crate::disk::Disk;
use crate::hub::{Event, Hub, Who};
use crate::server::{Answer, Beginning, Call, ProgramCall, Server, no_answer};

/// A browser tab with the widget.
#[derive(Debug)]
pub(crate) struct Tab {
    pub(crate) visitor: usize,
    pub(crate) life: u64,
    /// Rises when requests under way are dropped.
    pub(crate) asks: u64,
    /// `None` while the tab is closed.
    pub(crate) client: Option<Client>,
    /// How far the machine's clock is ahead of the run's.
    pub(crate) ahead_ms: u64,
    pub(crate) socket: Option<u64>,
    writes: VecDeque<Store<MessageContent>>,
    pub(crate) memory_only: bool,
    pub(crate) participant: Option<ParticipantId>,
}

/// What a visitor's browser keeps.
#[derive(Debug, Default)]
pub(crate) struct Storage {
    pub(crate) token: Option<String>,
    pub(crate) entries: Vec<(usize, Kept<MessageContent>)>,
    pub(crate) typed: u64,
    /// What was shown as waiting or accepted: it has to arrive.
    pub(crate) shown: BTreeSet<ClientId>,
}

/// A member of the staff at work.
#[derive(Debug, Default)]
pub(crate) struct Seat {
    pub(crate) desk: Desk,
    pub(crate) life: u64,
    pub(crate) ahead_ms: u64,
    pub(crate) socket: Option<u64>,
    pub(crate) typed: u64,
    pub(crate) knowledge: Vec<Knowledge>,
    /// Shown as on its way: it has to arrive.
    pub(crate) shown: BTreeSet<(ConversationId, ClientId)>,
}

/// A press that somebody made.
#[derive(Debug, Clone)]
pub(crate) struct Pressed {
    pub(crate) conversation: ConversationId,
    pub(crate) message: MessageId,
    pub(crate) button: String,
}

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) hub: Arc<Hub>,
    pub(crate) disk: Disk,
    pub(crate) beginning: Rc<Beginning>,
    pub(crate) queue_frames: usize,
    pub(crate) server: Option<Server>,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) storages: Vec<Storage>,
    pub(crate) seats: Vec<Seat>,
    /// The program's requests that are not answered.
    pub(crate) program: BTreeMap<u64, ProgramCall>,
    pub(crate) programs_sent: u64,
    pub(crate) calm: bool,
    pub(crate) actions_left: u64,
    /// Acknowledged: conversation, scope, client id; and the sequence that was named.
    pub(crate) acknowledged: BTreeMap<(ConversationId, String, ClientId), Sequence>,
    pub(crate) pressed: BTreeMap<(usize, ClientId), Pressed>,
    pub(crate) accepted: BTreeSet<(ConversationId, MessageId, String, ClientId)>,
    /// What was typed, in order, with the life of the tab in which it was.
    pub(crate) typed: Vec<(usize, u64, ClientId)>,
    pub(crate) violations: Vec<String>,
    /// Nothing gets on any more.
    pub(crate) stands_still: bool,
}

/// Turns of the loop at one instant; a busy one has some hundreds.
const TURNS_OF_AN_INSTANT: u32 = 100_000;

impl World {
    pub(crate) fn new(hub: Arc<Hub>, beginning: Rc<Beginning>) -> Self {
        let disk = Disk::copy_of(&beginning.disk.anchor);
        let (visitors, seats, queue_frames) = {
            let rng = &mut hub.lock().rng;
            (rng.between(1, 3), rng.between(1, 2), [2, 5, 64][rng.index(3)])
        };
        let mut tabs = Vec::new();
        for visitor in 0..usize::try_from(visitors).unwrap_or(1) {
            let count = if hub.lock().rng.permille(400) { 2 } else { 1 };
            tabs.extend((0..count).map(|_| Tab::of(visitor)));
        }
        let storages = (0..visitors).map(|_| Storage::default()).collect();
        let server = Some(Server::start(&hub, &disk, &beginning, queue_frames));
        Self {
            hub,
            disk,
            beginning,
            queue_frames,
            server,
            tabs,
            storages,
            seats: (0..seats).map(|_| Seat::default()).collect(),
            program: BTreeMap::new(),
            programs_sent: 0,
            calm: false,
            actions_left: 0,
            acknowledged: BTreeMap::new(),
            pressed: BTreeMap::new(),
            accepted: BTreeSet::new(),
            typed: Vec::new(),
            violations: Vec::new(),
            stands_still: false,
        }
    }

    /// Lets things happen until `until`. A part that asks to be woken now, does nothing and asks again would keep the clock
    /// where it is for ever: that is found, and ends the run.
    pub(crate) async fn run_until(&mut self, until: u64) {
        let (mut instant, mut turns) = (self.hub.now(), 0_u32);
        loop {
            let now = self.hub.now();
            turns = if now == instant { turns + 1 } else { 0 };
            instant = now;
            if turns > TURNS_OF_AN_INSTANT {
                self.violations.push(format!(
                    "time stands still at {now}: somebody is woken again and again"
                ));
                self.stands_still = true;
            }
            if self.stands_still {
                return;
            }
            while let Some(event) = self.hub.due(now) {
                self.happen(event);
            }
            self.ring(now);
            let next = [Some(until), self.hub.next_at(), self.next_timer()];
            let next = next.into_iter().flatten().min().unwrap_or(until).max(now);
            if now >= until {
                return;
            }
            let at = self.hub.instant(next.max(now));
            tokio::select! {
                biased;
                () = self.hub.news.notified() => {}
                () = tokio::time::sleep_until(at) => {}
            }
        }
    }

    fn next_timer(&self) -> Option<u64> {
        let tabs = self.tabs.iter().filter_map(|tab| {
            let at = tab.client.as_ref()?.wake_at()?;
            Some(at.saturating_sub(tab.ahead_ms))
        });
        let seats = self.seats.iter().filter_map(|seat| {
            let at = seat.desk.wake_at()?;
            Some(at.saturating_sub(seat.ahead_ms))
        });
        tabs.chain(seats).min()
    }

    fn ring(&mut self, now: u64) {
        for index in 0..self.tabs.len() {
            let tab = &self.tabs[index];
            let due = tab.client.as_ref().and_then(Client::wake_at);
            if due.is_some_and(|due| due <= now + tab.ahead_ms) {
                self.tab(index, Input::Tick);
            }
        }
        for index in 0..self.seats.len() {
            let seat = &self.seats[index];
            if seat.desk.wake_at().is_some_and(|due| due <= now + seat.ahead_ms) {
                self.seat(index, Desk::tick);
            }
        }
    }

    fn happen(&mut self, event: Event) {
        let who = match &event {
            Event::Up(id, _) | Event::Down(id, _) => self.hub.who(*id),
            _ => None,
        };
        self.hub.note(|| match &event {
            Event::Up(id, text) => format!("up {id} {who:?} {}", text.chars().take(1600).collect::<String>()),
            Event::Down(id, text) => {
                format!(
                    "down {id} {who:?} {}",
                    text.chars().take(1600).collect::<String>()
                )
            }
            other => format!("{other:?}").chars().take(300).collect(),
        });
        match event {
            Event::Arrive(id) => self.arrive(id),
            Event::Opened(id) => self.at_client(id, |world, who| match who {
                Who::Tab(tab) => world.tab(tab, Input::SocketOpened),
                Who::Desk(seat) => world.seat(seat, Desk::opened),
                Who::Program => {}
            }),
            Event::Up(id, text) => self.at_server(id, Incoming::Text(text)),
            Event::ClosedUp(id) => self.at_server(id, Incoming::Gone),
            Event::Down(id, text) => {
                let mut inner = self.hub.lock();
                inner.totals.frames += 1;
                for chunk in text.as_bytes().chunks(64) {
                    inner.mix(chunk.iter().fold(chunk.len() as u64, |sum, byte| {
                        sum.wrapping_mul(31).wrapping_add(u64::from(*byte))
                    }));
                }
                drop(inner);
                self.at_client(id, |world, who| world.frame(who, &text));
            }
            Event::ClosedDown(id) => {
                self.at_client(id, |world, who| match who {
                    Who::Tab(tab) => {
                        world.tabs[tab].socket = None;
                        world.tab(tab, Input::SocketClosed);
                    }
                    Who::Desk(seat) => {
                        world.seats[seat].socket = None;
                        world.seat(seat, Desk::closed);
                    }
                    Who::Program => {}
                });
                self.hub.lock().conns.remove(&id);
            }
            Event::Flow(id) => {
                if let Some(conn) = self.hub.lock().conns.get_mut(&id) {
                    conn.stalled = false;
                    conn.flow.notify_waiters();
                }
            }
            Event::Ask(who, life, call) => match &mut self.server {
                Some(server) => server.ask(who, life, *call),
                None => self
                    .hub
                    .travel(Event::Answered(who, life, Box::new(no_answer(&call)))),
            },
            Event::Answered(who, life, answer) => self.answered(who, life, *answer),
            Event::Stored(tab, life) if self.tabs[tab].life == life => self.store(tab),
            Event::Act => self.act(),
            Event::Fault => self.fault(),
            Event::ServerUp => self.server_up(),
            Event::ServerDown => {
                self.crash_server();
                self.hub.after(200, Event::ServerUp);
            }
            Event::TabUp(tab) => self.open_tab(tab),
            Event::DiskWell => {
                let mut inner = self.hub.lock();
                (inner.disk_full, inner.commit_fails) = (false, false);
            }
            Event::SocketWorks(tab, life) if self.tabs[tab].life == life && self.server.is_some() => {
                self.tab(tab, Input::SocketWorks);
            }
            Event::Stored(..) | Event::SocketWorks(..) => {}
            Event::NetworkBack(tab) => self.tab(tab, Input::Network(true)),
            Event::ProgramAgain(number) => self.send_program(number),
        }
    }

    fn arrive(&mut self, id: u64) {
        let Some(who) = self.hub.lock().conns.get(&id).map(|conn| conn.who) else {
            return;
        };
        match &mut self.server {
            Some(server) => {
                server.accept(id, who);
                self.hub.travel(Event::Opened(id));
            }
            None => self.hub.travel(Event::ClosedDown(id)),
        }
    }

    fn at_server(&mut self, id: u64, incoming: Incoming) {
        if let Some(conn) = self.hub.lock().conns.get(&id)
            && let Some(to_server) = &conn.to_server
        {
            // Gone, if its loop has ended.
            let _gone = to_server.send(incoming);
        }
    }

    /// Something comes to the client of a connection, if it still holds that one.
    fn at_client(&mut self, id: u64, deliver: impl FnOnce(&mut Self, Who)) {
        let Some(who) = self.hub.lock().conns.get(&id).map(|conn| conn.who) else {
            return;
        };
        let held = match who {
            Who::Tab(tab) => self.tabs[tab].socket,
            Who::Desk(seat) => self.seats[seat].socket,
            Who::Program => None,
        };
        if held == Some(id) {
            deliver(self, who);
        }
    }

    fn frame(&mut self, who: Who, text: &str) {
        match who {
            Who::Tab(tab) => match serde_json::from_str::<ServerFrame>(text) {
                Ok(frame) => {
                    self.witness(tab, &frame);
                    self.tab(tab, Input::Frame(frame));
                }
                Err(error) => self.violations.push(format!("unreadable frame: {error}: {text}")),
            },
            Who::Desk(seat) => match serde_json::from_str::<StaffServerFrame>(text) {
                Ok(frame) => {
                    self.witness_staff(seat, &frame);
                    self.seat(seat, |desk, at| desk.receive(frame, at));
                }
                Err(error) => self.violations.push(format!("unreadable frame: {error}: {text}")),
            },
            Who::Program => {}
        }
    }

    fn answered(&mut self, who: Who, life: u64, answer: Answer) {
        match (who, answer) {
            (Who::Tab(tab), answer) if self.tabs[tab].asks == life => {
                let input = match answer {
                    Answer::Session(answer) => Input::Session(answer),
                    Answer::Page(page, answer) => Input::Page(page, answer),
                    Answer::StaffPage(..) | Answer::List(_) | Answer::Program(..) => return,
                };
                self.tab(tab, input);
            }
            (Who::Desk(seat), answer) if self.seats[seat].life == life => match answer {
                Answer::StaffPage(id, request, Ok(page)) => {
                    self.seat(seat, |desk, at| {
                        desk.with(&id, |thread| thread.page(request, page, at))
                    });
                }
                Answer::StaffPage(id, request, Err(_)) => {
                    self.seat(seat, |desk, at| {
                        desk.with(&id, |thread| thread.page_failed(request, at))
                    });
                }
                Answer::List(lines) => {
                    for (id, last) in lines {
                        self.seat(seat, |desk, _| desk.show(id, last));
                    }
                }
                _ => {}
            },
            (Who::Program, Answer::Program(number, answer)) => self.program_answered(number, answer),
            _ => {}
        }
    }

    fn program_answered(&mut self, number: u64, answer: Result<MessageId, Failure>) {
        match answer {
            Ok(id) => {
                if let Some(call) = self.program.remove(&number) {
                    let conversation = match call {
                        ProgramCall::Send(request) => request.conversation_id,
                        ProgramCall::Chat(request) => request.channel_id,
                    };
                    let conversation = ConversationId(conversation.unwrap_or_default());
                    let client_id = ClientId::from(format!("p{number}").as_str());
                    self.acknowledge(conversation, "app", client_id, id.into());
                }
            }
            Err(Failure::Refused(error)) if !is_for_later(error.code()) => {
                self.violations
                    .push(format!("the program's send {number} is refused: {error:?}"));
                self.program.remove(&number);
            }
            Err(_) => self.hub.after(2_000, Event::ProgramAgain(number)),
        }
    }

    pub(crate) fn send_program(&mut self, number: u64) {
        if let Some(call) = self.program.get(&number) {
            let call = Call::Program(number, call.clone());
            self.ask(Who::Program, 0, call);
        }
    }

    /// A request leaves; it may be lost, or come twice.
    fn ask(&mut self, who: Who, life: u64, call: Call) {
        let (lost, again) = {
            let mut inner = self.hub.lock();
            inner.totals.requests += 1;
            (inner.is_lost(), inner.is_repeated())
        };
        if lost {
            self.hub.lock().totals.dropped += 1;
            self.hub
                .after(5_000, Event::Answered(who, life, Box::new(no_answer(&call))));
            return;
        }
        if again
            && !matches!(
                call,
                Call::Widget(_, shopbell_sync::client::Request::Session { .. })
            )
        {
            // Its answer finds nobody.
            self.hub.travel(Event::Ask(who, u64::MAX, Box::new(call.clone())));
        }
        self.hub.travel(Event::Ask(who, life, Box::new(call)));
    }

    pub(crate) fn moment(&self, ahead_ms: u64) -> Moment {
        Moment {
            now_ms: self.hub.now() + ahead_ms,
            unit: self.hub.lock().rng.unit(),
        }
    }

    pub(crate) fn server_up(&mut self) {
        if self.server.is_none() {
            self.server = Some(Server::start(
                &self.hub,
                &self.disk,
                &self.beginning,
                self.queue_frames,
            ));
        }
    }

    /// The server is gone in the middle of whatever it was doing.
    pub(crate) fn crash_server(&mut self) {
        if let Some(server) = self.server.take() {
            server.crash();
        }
        let mut inner = self.hub.lock();
        let ids: Vec<u64> = inner.conns.keys().copied().collect();
        for id in ids {
            // Some hear of it at once, others only by the silence.
            let silent = inner.rng.permille(300);
            if let Some(conn) = inner.conns.get_mut(&id) {
                conn.to_server = None;
                conn.down_dead |= silent;
                conn.up_dead = true;
            }
        }
    }
}

impl Tab {
    fn of(visitor: usize) -> Self {
        Self {
            visitor,
            life: 0,
            asks: 0,
            client: None,
            ahead_ms: 0,
            socket: None,
            writes: VecDeque::new(),
            memory_only: false,
            participant: None,
        }
    }
}

fn is_for_later(code: &str) -> bool {
    matches!(code, "UNAVAILABLE" | "INTERNAL" | "RESOURCE_EXHAUSTED")
}

/// The row of a send, by its client id.
pub(crate) fn row(client_id: &ClientId) -> LocalId {
    LocalId::from(client_id.as_str())
}
