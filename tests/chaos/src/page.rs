//! A page without a browser: one of the product's own state machines, and the hands that open its sockets, ask its
//! requests and keep its timer. Start at [`Page`]; [`visitor`] and [`staff`] are its two kinds.

pub(crate) mod rows;
pub(crate) mod staff;
pub(crate) mod visitor;

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use shopbell_sync::Moment;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

use crate::socket::{Socket, SocketEvent};

/// What a page is made of.
pub(crate) trait Half: Send + Sized + 'static {
    /// What happens to its machine.
    type Input: Send + 'static;

    /// Where its socket is.
    const SOCKET: &'static str;

    /// Something happens.
    fn take(&mut self, input: Self::Input, at: Moment, hands: &mut Hands<Self::Input>);

    /// When to hand in [`Self::tick`].
    fn wake_at(&self) -> Option<u64>;

    /// Time has passed.
    fn tick() -> Self::Input;

    /// The socket says something; `None` for a frame that cannot be read, which is one of a newer peer.
    fn heard(event: SocketEvent) -> Option<Self::Input>;
}

/// What a page's machine wants done.
pub(crate) struct Hands<I> {
    addr: SocketAddr,
    path: &'static str,
    cookie: Option<String>,
    socket: Option<Socket>,
    number: u64,
    /// When the socket was opened whose frames come in now, or the request sent whose answer does.
    pub(crate) since: Instant,
    events: mpsc::UnboundedSender<(u64, SocketEvent)>,
    answers: mpsc::UnboundedSender<(Instant, I)>,
}

impl<I: Send + 'static> Hands<I> {
    pub(crate) fn connect(&mut self) {
        self.number += 1;
        self.since = Instant::now();
        let (path, cookie) = (self.path, self.cookie.clone());
        self.socket = Some(Socket::open(
            self.number,
            self.addr,
            path,
            cookie,
            self.events.clone(),
        ));
    }

    pub(crate) fn close(&mut self) {
        self.socket = None;
    }

    pub(crate) fn frame(&self, frame: &impl serde::Serialize) {
        if let Some(socket) = &self.socket {
            socket.send(frame);
        }
    }

    /// Asks, and hands the answer in when it comes.
    pub(crate) fn ask(&self, answer: impl Future<Output = I> + Send + 'static) {
        let (answers, since) = (self.answers.clone(), Instant::now());
        tokio::spawn(async move {
            let input = answer.await;
            // The page may be closed by now.
            let _closed = answers.send((since, input));
        });
    }
}

type Deed<H> = Box<dyn FnOnce(&mut H) + Send>;

enum Ask<H: Half> {
    Input(H::Input),
    Look(Deed<H>),
}

/// A page that is open. Dropped, it is closed without a word, as a killed tab is.
pub(crate) struct Page<H: Half> {
    asks: mpsc::UnboundedSender<Ask<H>>,
    task: tokio::task::JoinHandle<()>,
}

impl<H: Half> Page<H> {
    /// Opens a page that reaches its server at `addr`.
    pub(crate) fn open(half: H, addr: SocketAddr, cookie: Option<String>) -> Self {
        let (asks, queue) = mpsc::unbounded_channel();
        let task = tokio::spawn(run(half, addr, cookie, queue));
        Self { asks, task }
    }

    /// The person does something.
    pub(crate) fn input(&self, input: H::Input) {
        let _closed = self.asks.send(Ask::Input(input));
    }

    /// Looks at the page, or changes what its person is up to.
    ///
    /// # Errors
    /// The page's task is gone.
    pub(crate) async fn with<T: Send + 'static>(
        &self,
        look: impl FnOnce(&mut H) -> T + Send + 'static,
    ) -> Result<T> {
        let (tx, rx) = oneshot::channel();
        let deed: Deed<H> = Box::new(move |half| {
            let _nobody = tx.send(look(half));
        });
        let _closed = self.asks.send(Ask::Look(deed));
        rx.await.context("a page has ended")
    }
}

impl<H: Half> Drop for Page<H> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn run<H: Half>(
    mut half: H,
    addr: SocketAddr,
    cookie: Option<String>,
    mut asks: mpsc::UnboundedReceiver<Ask<H>>,
) {
    let (events, mut heard) = mpsc::unbounded_channel();
    let (answers, mut answered) = mpsc::unbounded_channel();
    let start = Instant::now();
    let mut hands = Hands {
        addr,
        path: H::SOCKET,
        cookie,
        socket: None,
        number: 0,
        since: start,
        events,
        answers,
    };
    loop {
        let wake = half.wake_at().map(|ms| start + Duration::from_millis(ms));
        let input = tokio::select! {
            ask = asks.recv() => match ask {
                None => return,
                Some(Ask::Input(input)) => Some(input),
                Some(Ask::Look(deed)) => {
                    deed(&mut half);
                    // What its person is up to may be something else now.
                    Some(H::tick())
                }
            },
            Some((number, event)) = heard.recv() => {
                // What an older socket had still to say is nobody's.
                if number == hands.number && hands.socket.is_some() { H::heard(event) } else { None }
            }
            Some((since, input)) = answered.recv() => {
                hands.since = hands.since.max(since);
                Some(input)
            }
            () = sleep_until(wake.unwrap_or(start)), if wake.is_some() => Some(H::tick()),
        };
        if let Some(input) = input {
            let at = Moment {
                now_ms: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
                unit: fastrand::f64(),
            };
            half.take(input, at, &mut hands);
        }
    }
}
