//! [`requests`]: what looks like a socket and goes by requests. One waits for frames, another brings those that gathered
//! while the last one was under way. A request that fails ends it all, as a broken socket does.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use super::fetch::{Body, Fetch, FetchOptions, fetch};
use super::random;
use super::socket::SocketEvent;

/// How long one may take; the server lets one wait for 25 seconds.
const ANSWER_MS: u32 = 40_000;

/// An exchange of frames; dropping it ends it and nothing more is told.
#[derive(Debug)]
pub struct Requests {
    exchange: Rc<Exchange>,
}

struct Exchange {
    this: Weak<Self>,
    path: &'static str,
    /// Nobody else may know it: whoever does takes part.
    id: String,
    tell: Box<dyn Fn(SocketEvent)>,
    /// Frames that have not left, one to a line.
    gathered: RefCell<String>,
    bringing: RefCell<Option<Fetch>>,
    waiting: RefCell<Option<Fetch>>,
}

impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Exchange")
    }
}

/// Begins an exchange with `path` on the page's own origin, under an id that nobody can guess. It may be sent to at
/// once, and never tells that it has opened.
pub fn requests(path: &'static str, id: String, on_event: impl Fn(SocketEvent) + 'static) -> Requests {
    Requests {
        exchange: Rc::new_cyclic(|this| Exchange {
            this: this.clone(),
            path,
            id,
            tell: Box::new(on_event),
            gathered: RefCell::default(),
            bringing: RefCell::default(),
            waiting: RefCell::default(),
        }),
    }
}

/// Begins an exchange as [`requests`] does and answers with what sends a frame through it; the exchange ends with that.
pub(crate) type StartRequests = fn(&'static str, Box<dyn Fn(SocketEvent)>) -> Box<dyn Fn(&str)>;

/// [`StartRequests`], with an id of two random numbers of 128 bits.
pub(crate) fn start(path: &'static str, on_event: Box<dyn Fn(SocketEvent)>) -> Box<dyn Fn(&str)> {
    let requests = requests(path, random::uuid_v7() + &random::uuid_v7(), on_event);
    Box::new(move |text| requests.send(text))
}

impl Requests {
    /// Sends a text frame; it leaves when the one before it has been taken.
    pub fn send(&self, text: &str) {
        let exchange = &self.exchange;
        let mut gathered = exchange.gathered.borrow_mut();
        if !gathered.is_empty() {
            gathered.push('\n');
        }
        gathered.push_str(text);
        drop(gathered);
        if exchange.bringing.borrow().is_none() {
            exchange.bring();
        }
    }
}

impl Exchange {
    fn bring(&self) {
        let body = self.gathered.take();
        let started = self.ask(&body, |exchange, frames| {
            exchange.bringing.replace(None);
            if !exchange.gathered.borrow().is_empty() {
                exchange.bring();
            }
            // The first one, which brings the greeting, waits for its answer; from then on there is always one that waits.
            if exchange.waiting.borrow().is_none() {
                exchange.wait();
            }
            exchange.hand_over(&frames);
        });
        self.bringing.replace(started);
    }

    fn wait(&self) {
        let started = self.ask("", |exchange, frames| {
            exchange.wait();
            exchange.hand_over(&frames);
        });
        self.waiting.replace(started);
    }

    fn ask(&self, body: &str, on_frames: fn(&Self, String)) -> Option<Fetch> {
        let this = self.this.clone();
        fetch(
            &FetchOptions {
                method: "POST",
                path: self.path,
                headers: &[
                    ("Shopbell-Exchange", &self.id),
                    ("Content-Type", "application/x-ndjson"),
                ],
                body: Body::Text(body),
                timeout_ms: ANSWER_MS,
            },
            None,
            Box::new(move |answer| {
                // Held until the end: what is told may let go of the exchange.
                if let Some(exchange) = this.upgrade() {
                    if answer.is_ok() {
                        on_frames(&exchange, answer.text);
                    } else {
                        (exchange.tell)(SocketEvent::Closed);
                    }
                }
            }),
        )
    }

    fn hand_over(&self, frames: &str) {
        for frame in frames.lines() {
            (self.tell)(SocketEvent::Text(frame.to_owned()));
        }
    }
}
