//! What all parts of a run share: chance, time, the network, the order of events, and what went to participants.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use shopbell_server::clock::Clock;
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

use crate::rng::Rng;
use crate::server::{Answer, Call};
use crate::totals::Totals;
use shopbell_server::socket::{Ended, Incoming, Wire};

/// What no byte to a participant may hold.
pub(crate) const SECRETS: [&str; 3] = ["ZZhidden", "ZZmetadata", "ZZinteraction"];

/// Who takes part, besides the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    Tab(usize),
    Desk(usize),
    Program,
}

/// What happens at a time.
#[derive(Debug)]
pub(crate) enum Event {
    /// A connection reaches the server, or finds none.
    Arrive(u64),
    /// It is open, as the client is told.
    Opened(u64),
    Up(u64, String),
    Down(u64, String),
    /// The client hears that it is gone.
    ClosedDown(u64),
    /// The server hears that it is gone.
    ClosedUp(u64),
    /// The reader takes frames again.
    Flow(u64),
    /// A request reaches the server. With the life of whoever asks.
    Ask(Who, u64, Box<Call>),
    Answered(Who, u64, Box<Answer>),
    /// A tab's storage does what it was told.
    Stored(usize, u64),
    Act,
    Fault,
    ServerUp,
    ServerDown,
    TabUp(usize),
    DiskWell,
    /// A socket that a tab tried beside its requests comes through.
    SocketWorks(usize, u64),
    NetworkBack(usize),
    ProgramAgain(u64),
}

/// A connection on its way between a client and the server.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fault of its own, in any combination"
)]
pub(crate) struct Conn {
    pub(crate) who: Who,
    pub(crate) to_server: Option<mpsc::UnboundedSender<Incoming>>,
    pub(crate) up_dead: bool,
    pub(crate) down_dead: bool,
    pub(crate) stalled: bool,
    /// Something of it was lost, which no transport does: it ends when things calm down.
    pub(crate) broken: bool,
    pub(crate) flow: Arc<Notify>,
    last_up: u64,
    last_down: u64,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) rng: Rng,
    events: BinaryHeap<Reverse<(u64, u64)>>,
    waiting: BTreeMap<u64, Event>,
    next: u64,
    pub(crate) conns: BTreeMap<u64, Conn>,
    pub(crate) totals: Totals,
    pub(crate) hash: u64,
    /// Permille of frames and requests that are lost or come twice; 0 in calm.
    pub(crate) lossy: u64,
    pub(crate) latency: (u64, u64),
    pub(crate) leaks: Vec<String>,
    /// Numbers of the size of a sequence that went to participants.
    pub(crate) told: BTreeSet<u64>,
    pub(crate) commit_fails: bool,
    pub(crate) disk_full: bool,
    pub(crate) log: Option<VecDeque<String>>,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Hub {
    inner: Mutex<Inner>,
    pub(crate) news: Notify,
    start: Instant,
    wall: AtomicI64,
}

/// When runs begin: the instant of the first sample message.
const START_MICROS: i64 = 1_701_103_918_040_190;

impl Hub {
    pub(crate) fn new(seed: u64, logging: bool) -> Arc<Self> {
        let inner = Inner {
            rng: Rng::new(seed),
            events: BinaryHeap::new(),
            waiting: BTreeMap::new(),
            next: 0,
            conns: BTreeMap::new(),
            totals: Totals::default(),
            hash: 0xcbf2_9ce4_8422_2325,
            lossy: 0,
            latency: (1, 30),
            leaks: Vec::new(),
            told: BTreeSet::new(),
            commit_fails: false,
            disk_full: false,
            log: logging.then(VecDeque::new),
        };
        Arc::new(Self {
            inner: Mutex::new(inner),
            news: Notify::new(),
            start: Instant::now(),
            wall: AtomicI64::new(START_MICROS),
        })
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(crate) fn instant(&self, at_ms: u64) -> Instant {
        self.start + Duration::from_millis(at_ms)
    }

    pub(crate) fn jump_wall(&self, micros: i64) {
        self.wall.fetch_add(micros, Ordering::Relaxed);
    }

    pub(crate) fn at(&self, at_ms: u64, event: Event) {
        let mut inner = self.lock();
        let number = inner.next;
        inner.next += 1;
        inner.events.push(Reverse((at_ms, number)));
        inner.waiting.insert(number, event);
        drop(inner);
        self.news.notify_one();
    }

    pub(crate) fn after(&self, ms: u64, event: Event) {
        self.at(self.now() + ms, event);
    }

    /// After the time that something takes on the network.
    pub(crate) fn travel(&self, event: Event) {
        let ms = self.lock().delay();
        self.after(ms, event);
    }

    pub(crate) fn next_at(&self) -> Option<u64> {
        self.lock().events.peek().map(|Reverse((at, _))| *at)
    }

    pub(crate) fn due(&self, now: u64) -> Option<Event> {
        let mut inner = self.lock();
        let Reverse((at, number)) = *inner.events.peek()?;
        if at > now {
            return None;
        }
        inner.events.pop();
        inner.waiting.remove(&number)
    }

    pub(crate) fn note(&self, text: impl FnOnce() -> String) {
        let now = self.now();
        let mut inner = self.lock();
        inner.mix(now);
        if let Some(log) = &mut inner.log {
            log.push_back(format!("{now:>8}  {}", text()));
            if log.len() > 50_000 {
                log.pop_front();
            }
        }
    }

    pub(crate) fn who(&self, id: u64) -> Option<Who> {
        self.lock().conns.get(&id).map(|conn| conn.who)
    }

    /// What goes to a participant is looked through.
    pub(crate) fn inspect(&self, text: &str) {
        let mut inner = self.lock();
        if let Some(secret) = SECRETS.iter().find(|secret| text.contains(*secret)) {
            inner.leaks.push(format!("{secret} in {text}"));
        }
        let mut digits = 0_u32;
        let mut number = 0_u64;
        for byte in text.bytes().chain([b' ']) {
            if byte.is_ascii_digit() {
                digits += 1;
                number = number.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
            } else {
                if digits == 16 {
                    inner.told.insert(number);
                }
                (digits, number) = (0, 0);
            }
        }
    }

    /// A client opens a connection.
    pub(crate) fn connect(&self, who: Who) -> u64 {
        let mut inner = self.lock();
        inner.totals.connections += 1;
        let id = inner.totals.connections;
        let conn = Conn {
            who,
            to_server: None,
            up_dead: false,
            down_dead: false,
            stalled: false,
            broken: false,
            flow: Arc::new(Notify::new()),
            last_up: 0,
            last_down: 0,
        };
        inner.conns.insert(id, conn);
        drop(inner);
        self.travel(Event::Arrive(id));
        id
    }

    /// A client's frame leaves.
    pub(crate) fn up(&self, id: u64, text: String) {
        let now = self.now();
        let mut inner = self.lock();
        let at = now + inner.delay();
        let lost = text.starts_with(r#"{"type":"send""#) && inner.is_lost();
        let again = text.starts_with(r#"{"type":"send""#) && inner.is_repeated();
        let Some(conn) = inner.conns.get_mut(&id) else {
            return;
        };
        conn.broken |= lost;
        if conn.up_dead || lost {
            inner.totals.dropped += 1;
            return;
        }
        let at = at.max(conn.last_up);
        conn.last_up = at;
        drop(inner);
        if again {
            self.at(at, Event::Up(id, text.clone()));
        }
        self.at(at, Event::Up(id, text));
    }

    /// The client lets go.
    pub(crate) fn hang_up(&self, id: u64) {
        let last = match self.lock().conns.get(&id) {
            Some(conn) if !conn.up_dead => conn.last_up,
            _ => return,
        };
        self.at(self.now().max(last) + 1, Event::ClosedUp(id));
    }

    /// A frame of the server leaves.
    fn down(&self, id: u64, event: impl Fn() -> Event, losable: bool) {
        let now = self.now();
        let mut inner = self.lock();
        let at = now + inner.delay();
        let lost = losable && inner.is_lost();
        let again = losable && inner.is_repeated();
        let Some(conn) = inner.conns.get_mut(&id) else {
            return;
        };
        conn.broken |= lost;
        if conn.down_dead || lost {
            inner.totals.dropped += 1;
            return;
        }
        let at = at.max(conn.last_down);
        conn.last_down = at;
        drop(inner);
        if again {
            self.at(at, event());
        }
        self.at(at, event());
    }
}

impl Inner {
    pub(crate) fn delay(&mut self) -> u64 {
        let (from, to) = self.latency;
        self.rng.between(from, to)
    }

    pub(crate) fn is_lost(&mut self) -> bool {
        self.lossy > 0 && self.rng.permille(self.lossy)
    }

    pub(crate) fn is_repeated(&mut self) -> bool {
        let repeated = self.lossy > 0 && self.rng.permille(self.lossy);
        self.totals.repeated += u64::from(repeated);
        repeated
    }

    pub(crate) fn mix(&mut self, value: u64) {
        self.hash = (self.hash ^ value).wrapping_mul(0x0100_0000_01b3).rotate_left(23);
    }
}

/// The server's wall clock.
#[derive(Debug)]
pub(crate) struct WallClock(pub(crate) Arc<Hub>);

impl Clock for WallClock {
    fn now_micros(&self) -> u64 {
        let passed = i64::try_from(self.0.start.elapsed().as_micros()).unwrap_or(i64::MAX);
        u64::try_from(self.0.wall.load(Ordering::Relaxed) + passed).unwrap_or(0)
    }
}

/// The server's end of a connection.
#[derive(Debug)]
pub(crate) struct SimWire {
    pub(crate) hub: Arc<Hub>,
    pub(crate) id: u64,
    pub(crate) to_participant: bool,
    pub(crate) frames: mpsc::UnboundedReceiver<Incoming>,
    pub(crate) fed: Vec<String>,
}

impl Wire for SimWire {
    async fn receive(&mut self) -> Incoming {
        self.frames.recv().await.unwrap_or(Incoming::Gone)
    }

    async fn feed(&mut self, text: String) -> Result<(), Ended> {
        if self.to_participant {
            self.hub.inspect(&text);
        }
        self.fed.push(text);
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), Ended> {
        loop {
            let flow = {
                let inner = self.hub.lock();
                match inner.conns.get(&self.id) {
                    Some(conn) if conn.stalled => Arc::clone(&conn.flow),
                    _ => break,
                }
            };
            flow.notified().await;
        }
        for text in std::mem::take(&mut self.fed) {
            // Losses that a reader has to notice while the socket lives; TCP loses nothing, a server's mistake might.
            let losable = text.starts_with(r#"{"type":"message""#) || text.starts_with(r#"{"type":"ack""#);
            self.hub
                .down(self.id, || Event::Down(self.id, text.clone()), losable);
        }
        Ok(())
    }

    async fn probe(&mut self) -> Result<(), Ended> {
        // Every client's library answers by itself, where the way is there in both directions.
        let inner = self.hub.lock();
        if let Some(conn) = inner.conns.get(&self.id)
            && !conn.up_dead
            && !conn.down_dead
            && let Some(to_server) = &conn.to_server
        {
            let _gone = to_server.send(Incoming::Alive);
        }
        Ok(())
    }

    async fn close(self, _code: u16) {}
}

impl Drop for SimWire {
    fn drop(&mut self) {
        self.hub.down(self.id, || Event::ClosedDown(self.id), false);
    }
}
