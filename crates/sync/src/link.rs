//! [`Link`]: when to open the socket, whether the other side is still there, and when to try again.
//!
//! The same for both audiences. After [`LinkAction::Close`] the owner lets go of the socket and hands in nothing more of
//! it.

use crate::backoff;
use crate::heartbeat::{Heartbeat, Pulse};

/// How long opening and greeting may take.
const OPEN_MS: u64 = 10_000;
/// From this many tries in a row without success on, the way counts as blocked.
const BLOCKED_AFTER: u32 = 2;
/// While frames go by requests: how long until a socket is tried beside them, and at most, as tries stay without success.
const TRY_SOCKET_MS: (u64, u64) = (30_000, 600_000);

/// What carries the frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Way {
    /// A WebSocket.
    #[default]
    Socket,
    /// Requests, of which one waits: for networks that let no WebSocket through.
    Requests,
}

/// What the owner has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkAction {
    /// Open a connection, on [`Link::way`].
    Connect,
    /// Frames go by requests: open a socket beside them, to see whether it comes through; that it does is told by
    /// [`Link::socket_works`].
    TrySocket,
    /// Let go of the connection.
    Close,
    /// Send the first frame.
    Greet,
    /// Send a ping with this number.
    Ping(u64),
}

/// Where the link stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LinkState {
    /// Not wanted.
    #[default]
    Stopped,
    /// Waits to try again at this time.
    Waiting(u64),
    /// The socket is being opened since.
    Opening(u64),
    /// The first frame has left at this time.
    Greeting(u64),
    /// Frames flow.
    Live,
}

/// The life of a connection over all its sockets.
#[derive(Debug, Default)]
pub struct Link {
    state: LinkState,
    heartbeat: Heartbeat,
    /// Tries without success since the last welcome.
    failures: u32,
    online: Online,
    was_live: bool,
    /// Whether requests may carry the frames where sockets do not come through.
    may_request: bool,
    way: Way,
    /// What carried frames last.
    worked: Way,
    /// When a socket is tried beside requests, and how often it was.
    try_socket: (Option<u64>, u32),
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Online {
    #[default]
    Yes,
    No,
}

impl Link {
    /// One that falls back on requests where sockets do not come through.
    pub fn falling_back() -> Self {
        Self {
            may_request: true,
            ..Self::default()
        }
    }

    /// What carries the frames, or is to.
    pub fn way(&self) -> Way {
        self.way
    }

    /// A socket that was tried beside the requests came through: they end, and a socket takes their place.
    pub fn socket_works(&mut self, now_ms: u64) -> bool {
        let moves = self.is_live() && self.way == Way::Requests;
        if moves {
            self.worked = Way::Socket;
            self.open(now_ms);
        }
        moves
    }

    /// Where it stands.
    pub fn state(&self) -> LinkState {
        self.state
    }

    /// Whether frames flow.
    pub fn is_live(&self) -> bool {
        self.state == LinkState::Live
    }

    /// Whether frames flowed before.
    pub fn was_live(&self) -> bool {
        self.was_live
    }

    /// Whether sockets do not come through: another way may.
    pub fn is_blocked(&self) -> bool {
        self.failures >= BLOCKED_AFTER
    }

    /// Whether the machine has a network, as far as it says.
    pub fn is_online(&self) -> bool {
        self.online == Online::Yes
    }

    /// It is wanted from now on.
    pub fn start(&mut self, now_ms: u64) -> Option<LinkAction> {
        (self.state == LinkState::Stopped).then(|| self.open(now_ms))
    }

    /// It is not wanted any more.
    pub fn stop(&mut self) -> Option<LinkAction> {
        let close = self.close();
        self.state = LinkState::Stopped;
        close
    }

    /// The socket is open.
    pub fn opened(&mut self, now_ms: u64) -> Option<LinkAction> {
        if !matches!(self.state, LinkState::Opening(_)) {
            return None;
        }
        self.state = LinkState::Greeting(now_ms);
        Some(LinkAction::Greet)
    }

    /// The server has answered the first frame.
    pub fn welcomed(&mut self, now_ms: u64) {
        if self.state != LinkState::Stopped {
            self.state = LinkState::Live;
            self.failures = 0;
            self.was_live = true;
            self.worked = self.way;
            self.heartbeat.start(now_ms);
            match self.way {
                Way::Socket => self.try_socket = (None, 0),
                Way::Requests => self.try_socket_later(now_ms),
            }
        }
    }

    /// Any frame has come: the other side is there.
    pub fn heard(&mut self, now_ms: u64) {
        self.heartbeat.heard(now_ms);
    }

    /// The socket is gone by itself.
    pub fn closed(&mut self, now_ms: u64, unit: f64) {
        if matches!(
            self.state,
            LinkState::Opening(_) | LinkState::Greeting(_) | LinkState::Live
        ) {
            self.fail(now_ms, unit);
        }
    }

    /// The server goes and asks not to be called before a while.
    pub fn goodbye(&mut self, retry_after_ms: u64, now_ms: u64, unit: f64) -> Option<LinkAction> {
        let close = self.close();
        // Spread out beyond the server's own time: it says the same to everybody.
        let after = retry_after_ms.saturating_add(backoff::delay_ms(0, unit));
        self.wait_until(now_ms.saturating_add(after));
        close
    }

    /// Gives the socket up and tries again after a delay (it was refused).
    pub fn drop_socket(&mut self, now_ms: u64, unit: f64) -> Option<LinkAction> {
        let close = self.close();
        if self.state != LinkState::Stopped {
            self.fail(now_ms, unit);
        }
        close
    }

    /// The browser says whether there is a network. Back online it does not wait any longer.
    pub fn network(&mut self, online: bool, now_ms: u64) -> Option<LinkAction> {
        self.online = if online { Online::Yes } else { Online::No };
        self.try_socket_soon(now_ms);
        match self.state {
            LinkState::Waiting(_) if online => {
                self.failures = 0;
                Some(self.open(now_ms))
            }
            // It may have been another network that went: the next ping tells.
            LinkState::Live => self.heartbeat.doubt(now_ms).map(LinkAction::Ping),
            LinkState::Stopped | LinkState::Waiting(_) | LinkState::Opening(_) | LinkState::Greeting(_) => {
                None
            }
        }
    }

    /// The page is looked at again, perhaps after a long sleep: find out at once whether the socket still lives.
    pub fn wake(&mut self, now_ms: u64) -> Option<LinkAction> {
        self.try_socket_soon(now_ms);
        match self.state {
            LinkState::Live => self.heartbeat.doubt(now_ms).map(LinkAction::Ping),
            LinkState::Waiting(_) => Some(self.open(now_ms)),
            LinkState::Stopped | LinkState::Opening(_) | LinkState::Greeting(_) => None,
        }
    }

    /// Time has passed.
    pub fn tick(&mut self, now_ms: u64, unit: f64) -> Option<LinkAction> {
        match self.state {
            LinkState::Stopped => None,
            LinkState::Waiting(until) => (now_ms >= until).then(|| self.open(now_ms)),
            LinkState::Opening(since) | LinkState::Greeting(since) => {
                if now_ms < since.saturating_add(OPEN_MS) {
                    return None;
                }
                self.drop_socket(now_ms, unit)
            }
            LinkState::Live => match self.heartbeat.tick(now_ms) {
                Pulse::Steady => {
                    let due = self.try_socket.0.is_some_and(|at| now_ms >= at);
                    due.then(|| {
                        self.try_socket_later(now_ms);
                        LinkAction::TrySocket
                    })
                }
                Pulse::Ask(n) => Some(LinkAction::Ping(n)),
                Pulse::Dead => {
                    let close = self.close();
                    // The silence was the wait: the first try is made at once.
                    self.wait_until(now_ms);
                    close
                }
            },
        }
    }

    /// When [`Self::tick`] has something to do.
    pub fn wake_at(&self) -> Option<u64> {
        match self.state {
            LinkState::Stopped => None,
            LinkState::Waiting(until) => Some(until),
            LinkState::Opening(since) | LinkState::Greeting(since) => Some(since.saturating_add(OPEN_MS)),
            LinkState::Live => {
                let beat = self.heartbeat.wake_at();
                Some(self.try_socket.0.map_or(beat, |at| at.min(beat)))
            }
        }
    }

    fn open(&mut self, now_ms: u64) -> LinkAction {
        self.state = LinkState::Opening(now_ms);
        self.way = self.next_way();
        LinkAction::Connect
    }

    /// What worked last comes first. Where a socket does not come through, the two take turns: it may be the server that
    /// is away, or the requests that do not come through any more.
    fn next_way(&self) -> Way {
        let requests_turn = self.failures.is_multiple_of(2);
        let tried = self.worked == Way::Requests || self.failures >= BLOCKED_AFTER;
        if self.may_request && requests_turn && tried {
            Way::Requests
        } else {
            Way::Socket
        }
    }

    fn try_socket_later(&mut self, now_ms: u64) {
        let (first, most) = TRY_SOCKET_MS;
        let (_, tries) = self.try_socket;
        let after = first.saturating_mul(1 << tries.min(10)).min(most);
        self.try_socket = (Some(now_ms.saturating_add(after)), tries.saturating_add(1));
    }

    fn try_socket_soon(&mut self, now_ms: u64) {
        if let (Some(at), _) = &mut self.try_socket {
            *at = now_ms;
        }
    }

    fn close(&mut self) -> Option<LinkAction> {
        let held = matches!(
            self.state,
            LinkState::Opening(_) | LinkState::Greeting(_) | LinkState::Live
        );
        held.then_some(LinkAction::Close)
    }

    fn fail(&mut self, now_ms: u64, unit: f64) {
        let delay = backoff::delay_ms(self.failures, unit);
        self.failures = self.failures.saturating_add(1);
        self.wait_until(now_ms.saturating_add(delay));
    }

    fn wait_until(&mut self, until: u64) {
        if self.state != LinkState::Stopped {
            self.state = LinkState::Waiting(until);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live(now_ms: u64) -> Link {
        let mut link = Link::default();
        assert_eq!(link.start(now_ms), Some(LinkAction::Connect));
        assert_eq!(link.opened(now_ms), Some(LinkAction::Greet));
        link.welcomed(now_ms);
        link
    }

    #[test]
    fn a_half_open_socket_is_replaced_within_fifteen_seconds() {
        let mut link = live(0);
        let mut now_ms = 0;
        while link.is_live() {
            now_ms = link.wake_at().unwrap();
            link.tick(now_ms, 0.5);
        }
        assert!((10_000..=15_000).contains(&now_ms), "{now_ms}");
        assert_eq!(link.tick(now_ms, 0.5), Some(LinkAction::Connect));
    }

    #[test]
    fn tries_come_further_apart_and_at_once_when_the_network_is_back() {
        let mut link = Link::default();
        link.start(0);
        link.closed(0, 1.0);
        assert_eq!(link.state(), LinkState::Waiting(500));
        assert_eq!(link.tick(499, 1.0), None);
        assert_eq!(link.tick(500, 1.0), Some(LinkAction::Connect));
        link.closed(500, 1.0);
        assert_eq!(link.state(), LinkState::Waiting(1_500));
        assert!(link.is_blocked());
        assert_eq!(link.network(false, 600), None);
        assert_eq!(link.network(true, 700), Some(LinkAction::Connect));
    }

    #[test]
    fn where_sockets_do_not_come_through_requests_take_over_until_one_does() {
        let mut link = Link::falling_back();
        link.start(0);
        for _ in 0..2 {
            assert_eq!(link.way(), Way::Socket);
            link.closed(0, 0.0);
            assert_eq!(link.tick(60_000, 0.0), Some(LinkAction::Connect));
        }
        assert_eq!(link.way(), Way::Requests);
        link.opened(60_000);
        link.welcomed(60_000);
        let tried = |link: &mut Link, until: u64| {
            let mut tries = Vec::new();
            while let Some(at) = link.wake_at().filter(|at| *at <= until) {
                if link.tick(at, 0.0) == Some(LinkAction::TrySocket) {
                    tries.push(at);
                }
                link.heard(at);
            }
            tries
        };
        assert_eq!(tried(&mut link, 300_000), [90_000, 150_000, 270_000]);
        // A request that fails is no reason to give them up.
        link.closed(300_000, 0.0);
        assert_eq!(link.tick(360_000, 0.0), Some(LinkAction::Connect));
        assert_eq!(link.way(), Way::Socket, "they take turns");
        link.closed(360_000, 0.0);
        assert_eq!(link.tick(420_000, 0.0), Some(LinkAction::Connect));
        assert_eq!(link.way(), Way::Requests);
        link.opened(420_000);
        link.welcomed(420_000);
        assert!(link.socket_works(430_000));
        assert_eq!(
            (link.way(), link.state()),
            (Way::Socket, LinkState::Opening(430_000))
        );
        link.opened(430_000);
        link.welcomed(430_000);
        assert!(!link.socket_works(430_001));
        assert_eq!(tried(&mut link, 4_000_000), [0; 0]);
    }

    #[test]
    fn goodbye_is_obeyed() {
        let mut link = live(0);
        assert_eq!(link.goodbye(3_000, 100, 0.0), Some(LinkAction::Close));
        assert!(
            matches!(link.state(), LinkState::Waiting(until) if until >= 3_100),
            "{:?}",
            link.state()
        );
        link.closed(110, 0.0);
        assert!(
            matches!(link.state(), LinkState::Waiting(until) if until >= 3_100),
            "a late close changes nothing"
        );
    }

    #[test]
    fn a_server_that_never_answers_the_greeting_is_given_up() {
        let mut link = Link::default();
        link.start(0);
        link.opened(10);
        assert_eq!(link.tick(10_009, 0.0), None);
        assert_eq!(link.tick(10_010, 0.0), Some(LinkAction::Close));
        assert!(matches!(link.state(), LinkState::Waiting(_)));
    }

    #[test]
    fn a_stopped_link_stays_stopped() {
        let mut link = live(0);
        assert_eq!(link.stop(), Some(LinkAction::Close));
        link.closed(1, 0.0);
        link.welcomed(1);
        assert_eq!((link.tick(99_999, 0.0), link.wake_at()), (None, None));
    }
}
