//! One run: everybody who takes part, and the loop that lets them meet.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use shopbell_protocol::frame::{ServerFrame, StaffServerFrame};
use shopbell_protocol::{ClientId, ConversationId, MessageContent, MessageId, ParticipantId, Sequence};
use shopbell_server::socket::Incoming;
use shopbell_sync::client::{Client, Failure, Input, Output};
use shopbell_sync::{Kept, LocalId, Moment, Store};

use crate::desk::{Desk, Knowledge, Wish};
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

    /// Something happens to a tab; closed ones hear nothing.
    pub(crate) fn tab(&mut self, index: usize, input: Input) {
        let at = self.moment(self.tabs[index].ahead_ms);
        let Some(client) = &mut self.tabs[index].client else {
            return;
        };
        let outputs = client.step(input, at);
        for output in outputs {
            self.carry_out(index, output);
        }
        self.remember_shown(index);
    }

    fn remember_shown(&mut self, index: usize) {
        let tab = &self.tabs[index];
        let Some(client) = &tab.client else { return };
        let waiting = client.thread().timeline().items().iter().rev();
        let waiting = waiting.take_while(|item| item.sequence().is_none());
        let shown = &mut self.storages[tab.visitor].shown;
        for item in waiting {
            if let Some(id) = &item.message.client_id
                && !shown.contains(id)
            {
                shown.insert(id.clone());
            }
        }
    }

    fn carry_out(&mut self, index: usize, output: Output) {
        let tab = &mut self.tabs[index];
        match output {
            // Requests that carry the frames are a network like any other.
            Output::Connect(_) => tab.socket = Some(self.hub.connect(Who::Tab(index))),
            Output::Close => {
                if let Some(id) = tab.socket.take() {
                    self.hub.hang_up(id);
                }
            }
            Output::Frame(frame) => {
                if let Some(id) = tab.socket {
                    self.hub
                        .up(id, serde_json::to_string(&frame).expect("a frame is JSON"));
                }
            }
            Output::Request(request) => {
                let token = tab.client.as_ref().and_then(Client::token).map(str::to_owned);
                let asks = tab.asks;
                self.ask(Who::Tab(index), asks, Call::Widget(token, request));
            }
            Output::StoreToken(token) => self.storages[tab.visitor].token = token,
            Output::Session { participant, .. } => tab.participant = Some(participant),
            Output::Store(store) => {
                tab.writes.push_back(store);
                let ms = self.hub.lock().rng.between(0, 20);
                self.hub.after(ms, Event::Stored(index, tab.life));
            }
            Output::MemoryOnly => tab.memory_only = true,
            Output::TrySocket => {
                let life = tab.life;
                self.hub.travel(Event::SocketWorks(index, life));
            }
            Output::Connection(_)
            | Output::Settings(_)
            | Output::Presence(_)
            | Output::Identified
            | Output::IdentityWanted(_)
            | Output::Denied(_)
            | Output::Show(_) => {}
        }
    }

    /// The storage of a tab's browser does the oldest thing that the tab told it.
    fn store(&mut self, index: usize) {
        let visitor = self.tabs[index].visitor;
        let Some(store) = self.tabs[index].writes.pop_front() else {
            return;
        };
        let entries = &mut self.storages[visitor].entries;
        match store {
            Store::Put(kept) => {
                let fails = {
                    let mut inner = self.hub.lock();
                    let fails = inner.lossy > 0 && inner.rng.permille(5);
                    inner.totals.storage_failures += u64::from(fails);
                    fails
                };
                let id = kept.client_id.clone();
                if fails {
                    return self.tab(index, Input::Written(id, false));
                }
                match entries.iter_mut().find(|(_, old)| old.client_id == id) {
                    Some(old) => *old = (index, kept.clone()),
                    None => entries.push((index, kept.clone())),
                }
                self.tab(index, Input::Written(id, true));
                for other in 0..self.tabs.len() {
                    if other != index && self.tabs[other].visitor == visitor {
                        self.tab(other, Input::Elsewhere(kept.clone()));
                    }
                }
            }
            Store::Remove(id) => entries.retain(|(_, kept)| kept.client_id != id),
            Store::Clear => entries.clear(),
        }
    }

    /// Something happens at a seat.
    pub(crate) fn seat(&mut self, index: usize, work: impl FnOnce(&mut Desk, Moment) -> Vec<Wish>) {
        let at = self.moment(self.seats[index].ahead_ms);
        let wishes = work(&mut self.seats[index].desk, at);
        for wish in wishes {
            self.grant(index, wish);
        }
    }

    fn grant(&mut self, index: usize, wish: Wish) {
        let seat = &mut self.seats[index];
        match wish {
            Wish::Connect => seat.socket = Some(self.hub.connect(Who::Desk(index))),
            Wish::Close => {
                if let Some(id) = seat.socket.take() {
                    self.hub.hang_up(id);
                }
            }
            Wish::Frame(frame) => {
                if let Some(id) = seat.socket {
                    self.hub
                        .up(id, serde_json::to_string(&frame).expect("a frame is JSON"));
                }
            }
            Wish::Page(id, page) => {
                let life = seat.life;
                self.ask(Who::Desk(index), life, Call::StaffPage(index, id, page));
            }
            Wish::List => {
                let life = seat.life;
                self.ask(Who::Desk(index), life, Call::List(index));
            }
            Wish::Refused(conversation, item, reason) => {
                self.hub.lock().totals.moved_on += u64::from(reason.code == "THREAD_MOVED_ON");
                // The person reads what they missed, and sends once more.
                self.know(index, &conversation, item.as_str());
                self.seat(index, |desk, at| {
                    desk.with(&conversation, |thread| thread.retry(&item, at))
                });
            }
        }
    }

    /// What stands on the screen now is what the next try of this send knows.
    pub(crate) fn know(&mut self, index: usize, conversation: &ConversationId, client_id: &str) {
        let seat = &mut self.seats[index];
        let Some(thread) = seat.desk.threads.get(conversation) else {
            return;
        };
        let stored = thread.timeline().stored();
        let seen = stored
            .last()
            .map_or(Sequence(0), |item| item.message.shown.sequence);
        seat.knowledge.push(Knowledge {
            client_id: ClientId::from(client_id),
            conversation: conversation.clone(),
            seen: seen.max(thread.cursor().unwrap_or_default()),
        });
    }

    fn witness(&mut self, tab: usize, frame: &ServerFrame) {
        match frame {
            ServerFrame::Ack { client_id, message } => self.acknowledge_tab(tab, client_id, message.sequence),
            ServerFrame::ButtonState {
                client_id: Some(client_id),
                ..
            } => self.accept_press(tab, client_id),
            ServerFrame::Resync {} => self.hub.lock().totals.resyncs += 1,
            _ => {}
        }
    }

    fn witness_staff(&mut self, seat: usize, frame: &StaffServerFrame) {
        match frame {
            StaffServerFrame::Ack {
                conversation_id,
                client_id,
                message,
            } => {
                let (_, caller) = &self.beginning.staff[seat % self.beginning.staff.len()];
                let scope = format!("staff:{}", caller.staff_id);
                let sequence = message.shown.sequence;
                self.acknowledge(conversation_id.clone(), &scope, client_id.clone(), sequence);
            }
            StaffServerFrame::Resync { .. } => self.hub.lock().totals.resyncs += 1,
            _ => {}
        }
    }

    pub(crate) fn conversation_of(&self, tab: usize) -> Option<ConversationId> {
        let participant = self.tabs[tab].participant.as_ref()?;
        let (_, caller) = self.beginning.staff.first()?;
        Some(shopbell_server::ids::conversation_id(
            &caller.site_id,
            participant,
        ))
    }

    fn acknowledge_tab(&mut self, tab: usize, client_id: &ClientId, sequence: Sequence) {
        if let Some(conversation) = self.conversation_of(tab) {
            self.acknowledge(conversation, "participant", client_id.clone(), sequence);
        }
    }

    fn acknowledge(&mut self, conversation: ConversationId, scope: &str, client_id: ClientId, at: Sequence) {
        self.hub.lock().totals.acknowledged += 1;
        let key = (conversation, scope.to_owned(), client_id);
        let first = *self.acknowledged.entry(key.clone()).or_insert(at);
        if first != at {
            self.violations
                .push(format!("{key:?} is acknowledged as {first} and as {at}"));
        }
    }

    fn accept_press(&mut self, tab: usize, client_id: &ClientId) {
        let visitor = self.tabs[tab].visitor;
        if let Some(pressed) = self.pressed.get(&(visitor, client_id.clone())) {
            let (message, button) = (pressed.message, pressed.button.clone());
            self.accepted
                .insert((pressed.conversation.clone(), message, button, client_id.clone()));
        }
    }

    /// A tab is opened, with what its browser has kept.
    pub(crate) fn open_tab(&mut self, index: usize) {
        let visitor = self.tabs[index].visitor;
        if self.tabs[index].client.is_some() {
            return;
        }
        let known = self.storages[visitor].token.is_some();
        let waits = (0..self.tabs.len()).any(|other| {
            other != index && self.tabs[other].visitor == visitor && self.tabs[other].client.is_some()
        });
        if waits && !known {
            // Two tabs that both ask for a first token would be two visitors.
            return self.hub.after(300, Event::TabUp(index));
        }
        self.tabs[index].client = Some(Client::keeping());
        self.tabs[index].memory_only = false;
        let token = self.storages[visitor].token.clone();
        self.tab(index, Input::Start { token });
        self.hand_over(index, true);
    }

    /// Entries whose tab has ended become this tab's.
    pub(crate) fn hand_over(&mut self, index: usize, at_start: bool) {
        let visitor = self.tabs[index].visitor;
        let alive: Vec<bool> = self.tabs.iter().map(|tab| tab.client.is_some()).collect();
        let (mut own, mut others) = (Vec::new(), Vec::new());
        for (owner, kept) in &mut self.storages[visitor].entries {
            if *owner == index || !alive[*owner] {
                *owner = index;
                own.push(kept.clone());
            } else {
                others.push(kept.clone());
            }
        }
        if at_start || !own.is_empty() {
            self.tab(index, Input::Restored(own));
        }
        if at_start {
            for kept in others {
                self.tab(index, Input::Elsewhere(kept));
            }
        }
    }

    /// The tab is gone, with everything that was only in its memory.
    pub(crate) fn kill_tab(&mut self, index: usize) {
        let tab = &mut self.tabs[index];
        let Some(client) = tab.client.take() else { return };
        let visitor = tab.visitor;
        tab.life += 1;
        tab.asks += 1;
        tab.writes.clear();
        if let Some(id) = tab.socket.take() {
            self.hub.hang_up(id);
        }
        let memory_only = tab.memory_only;
        let waiting = client.thread().timeline().items().iter();
        for item in waiting.filter(|item| item.sequence().is_none()) {
            let Some(id) = item.message.client_id.clone() else {
                continue;
            };
            let kept = self.storages[visitor]
                .entries
                .iter()
                .any(|(_, kept)| kept.client_id == id);
            if !kept && memory_only {
                self.storages[visitor].shown.remove(&id);
            }
        }
        let heir = (0..self.tabs.len())
            .find(|other| self.tabs[*other].visitor == visitor && self.tabs[*other].client.is_some());
        if let Some(heir) = heir {
            self.hand_over(heir, false);
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
