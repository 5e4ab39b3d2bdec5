//! The loop of one connection, the same for participants and for the staff: a frame that came in, an answer that is
//! ready, a signal, a time that is due. What differs is a [`Dialect`].

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use futures_util::FutureExt as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shopbell_protocol::ErrorBody;
use tokio::time::{error::Elapsed, timeout};
use tokio_util::sync::CancellationToken;

use super::answers::Answers;
use super::complaint::{self, Complaint};
use super::connection::{Connection, unacceptable};
use super::pulse::{Due, Pulse};
use super::reporting::Reporting;
use super::wire::{Incoming, Wire, close};
use super::{Ended, Ending};
use crate::broker::{Heard, Signal, Subscription};
use crate::http::rates::Caller;
use crate::http::state::AppState;

/// How long a server that stops waits for answers that are under way.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// What is said on a connection, and what its reader is handed.
pub(super) trait Dialect: Send + 'static {
    /// Frames that come in.
    type In: DeserializeOwned + Send;
    /// Frames that go out.
    type Out: Serialize + Send + Sync + 'static;

    /// Its name, for saying what is wrong with a frame.
    const NAME: complaint::Dialect;
    /// Signals taken together before one look.
    const SIGNALS_AT_ONCE: usize;

    /// Who is counted for what comes in.
    fn caller(&self) -> Caller<'_>;
    /// The connection or a frame is refused.
    fn error(error: ErrorBody) -> Self::Out;
    /// The answer to a frame that cannot be read.
    fn complaint(complaint: Complaint) -> Self::Out;
    /// Is the other side there?
    fn ping() -> Self::Out;
    /// The server is going.
    fn goodbye(retry_after_ms: u64) -> Self::Out;

    /// What is said and handed over first.
    fn begin<W: Wire>(&mut self, line: &mut Line<W, Self::Out>) -> impl Turn;
    /// A frame of so many bytes.
    fn frame<W: Wire>(&mut self, line: &mut Line<W, Self::Out>, frame: Self::In, bytes: usize) -> impl Turn;
    /// Something is new.
    fn signal<W: Wire>(&mut self, line: &mut Line<W, Self::Out>, signal: Signal) -> impl Turn;
    /// Signals were lost: anything may be new.
    fn missed<W: Wire>(&mut self, line: &mut Line<W, Self::Out>) -> impl Turn;
    /// Hands over what is new in the store: where something was signalled, or everywhere.
    fn look<W: Wire>(&mut self, line: &mut Line<W, Self::Out>, everywhere: bool) -> impl Turn;
    /// Whether the credential still holds.
    fn check<W: Wire>(&mut self, line: &mut Line<W, Self::Out>) -> impl Turn;
    /// Marks what was handed over as delivered.
    fn report<W: Wire>(&mut self, line: &mut Line<W, Self::Out>);
}

/// One turn of the loop.
pub(super) trait Turn: Future<Output = Result<(), Ending>> + Send {}

impl<F: Future<Output = Result<(), Ending>> + Send> Turn for F {}

/// What a dialect works with.
pub(super) struct Line<W, F> {
    pub(super) state: AppState,
    pub(super) stopping: CancellationToken,
    pub(super) connection: Connection<W>,
    pub(super) pulse: Pulse,
    pub(super) reporting: Reporting,
    pub(super) answers: Answers<F>,
}

impl<W: Wire, F: Serialize + Send + Sync + 'static> Line<W, F> {
    pub(super) fn new(state: AppState, connection: Connection<W>, pulse: Pulse) -> Self {
        Self {
            stopping: state.stopping().clone(),
            state,
            connection,
            pulse,
            reporting: Reporting::default(),
            answers: Answers::default(),
        }
    }

    pub(super) async fn feed(&mut self, frame: &F) -> Result<(), Ended> {
        self.connection.feed(frame).await
    }

    /// The most messages of one look.
    pub(super) fn page(&self) -> u32 {
        u32::try_from(self.state.config().socket.queue_frames).unwrap_or(u32::MAX)
    }

    /// Gives an answer now, behind those that are under way.
    pub(super) fn answer(&mut self, frame: F) {
        self.answers.push(std::future::ready(vec![frame]));
    }
}

/// The first frame of a connection, which must come in time.
///
/// # Errors
/// Nothing came in time.
pub(super) async fn first_frame<W: Wire>(
    connection: &mut Connection<W>,
    within: Duration,
) -> Result<Incoming, Elapsed> {
    let first = async {
        loop {
            match connection.receive().await {
                Incoming::Alive => {}
                other => return other,
            }
        }
    };
    timeout(within, first).await
}

/// One connection after its `hello`.
pub(super) struct Talk<D: Dialect, W> {
    dialect: D,
    line: Line<W, D::Out>,
    /// Whose turn is first in the next round.
    first: u8,
}

/// What a loop goes on with.
enum Next<F> {
    Incoming(Incoming),
    Answer(Vec<F>),
    Heard(Heard),
    Due(Due),
    Stopping,
}

/// Kinds of [`Next`].
const KINDS: u8 = 5;

impl<D: Dialect, W: Wire> Talk<D, W> {
    pub(super) fn new(dialect: D, line: Line<W, D::Out>) -> Self {
        Self {
            dialect,
            line,
            first: 0,
        }
    }

    /// From the first thing said to the last.
    pub(super) async fn run(mut self, subscription: Subscription) {
        let begun = match Box::pin(self.dialect.begin(&mut self.line)).await {
            Ok(()) => Ok(self.line.connection.flush().await),
            Err(ending) => Err(ending),
        };
        let ending = match begun {
            Ok(Ok(())) => self.live(subscription).await,
            Ok(Err(ended)) => ended.into(),
            Err(ending) => ending,
        };
        match ending {
            Ending::Gone => {}
            Ending::Stopping => Box::pin(self.stop()).await,
            Ending::Refused(error, code) => {
                let frame = D::error(error.into_body());
                Box::pin(self.line.connection.part(&frame, code)).await;
            }
        }
    }

    /// What a turn does is boxed: an idle connection holds only what it waits with, and most of them are idle.
    async fn live(&mut self, mut subscription: Subscription) -> Ending {
        loop {
            let turn = match self.next(&mut subscription).await {
                Next::Incoming(incoming) => Box::pin(self.incoming(incoming)).await,
                Next::Answer(frames) => Box::pin(self.give(frames)).await.map_err(Ending::from),
                Next::Heard(heard) => Box::pin(self.heard(heard, &mut subscription)).await,
                Next::Due(due) => Box::pin(self.due(due)).await,
                Next::Stopping => Err(Ending::Stopping),
            };
            if let Err(ending) = turn {
                return ending;
            }
        }
    }

    /// Waits for whatever comes first. Each round begins with another kind, so that none keeps the others waiting, and
    /// not by chance, so that a simulated run can be repeated.
    async fn next(&mut self, subscription: &mut Subscription) -> Next<D::Out> {
        let Line {
            connection,
            answers,
            pulse,
            stopping,
            ..
        } = &mut self.line;
        let has_room = answers.has_room();
        let rests = pulse.rests();
        let mut incoming = pin!(connection.receive());
        let mut answer = pin!(answers.next());
        let mut heard = pin!(subscription.heard());
        let mut due = pin!(pulse.due());
        let mut stopping = pin!(stopping.cancelled());
        self.first = (self.first + 1) % KINDS;
        let first = self.first;
        poll_fn(|context| {
            for kind in 0..KINDS {
                let next = match (first + kind) % KINDS {
                    // With too much under way nothing more is read, and the sender waits.
                    0 if !has_room => Poll::Pending,
                    0 => incoming.as_mut().poll(context).map(Next::Incoming),
                    1 => answer.as_mut().poll(context).map(Next::Answer),
                    2 if rests => Poll::Pending,
                    2 => heard.as_mut().poll(context).map(Next::Heard),
                    3 => due.as_mut().poll(context).map(Next::Due),
                    _ => stopping.as_mut().poll(context).map(|()| Next::Stopping),
                };
                if next.is_ready() {
                    return next;
                }
            }
            Poll::Pending
        })
        .await
    }

    async fn incoming(&mut self, incoming: Incoming) -> Result<(), Ending> {
        self.line.pulse.hear();
        if let Some((error, code)) = unacceptable(&incoming) {
            return Err(Ending::Refused(error, code));
        }
        let text = match incoming {
            Incoming::Text(text) => text,
            Incoming::Alive => return Ok(()),
            Incoming::Gone | Incoming::Binary | Incoming::TooLarge => {
                // Also what a reader that leaves has just received.
                self.dialect.report(&mut self.line);
                return Err(Ending::Gone);
            }
        };
        match serde_json::from_str(&text) {
            Ok(frame) => {
                self.dialect.frame(&mut self.line, frame, text.len()).await?;
            }
            Err(_unreadable) => {
                // No page of ours sends this, so whoever goes on with it is cut off instead of being answered without end.
                if let Err(too_fast) = self.line.state.rates().take(self.dialect.caller()) {
                    return Err(Ending::Refused(too_fast, close::TRY_LATER));
                }
                let frame = D::complaint(complaint::about(&text, D::NAME));
                self.line.answer(frame);
            }
        }
        self.line.connection.flush().await?;
        Ok(())
    }

    /// Hands over an answer, and those right behind it that are ready too.
    async fn give(&mut self, frames: Vec<D::Out>) -> Result<(), Ended> {
        let mut next = Some(frames);
        while let Some(frames) = next {
            for frame in &frames {
                self.line.feed(frame).await?;
            }
            next = self.line.answers.ready();
        }
        self.line.connection.flush().await
    }

    async fn heard(&mut self, first: Heard, subscription: &mut Subscription) -> Result<(), Ending> {
        let (mut next, mut taken) = (Some(first), 0);
        while let Some(heard) = next {
            match heard {
                Heard::Signal(signal) => self.dialect.signal(&mut self.line, signal).await?,
                Heard::Missed => self.dialect.missed(&mut self.line).await?,
                Heard::Closed => return Err(Ending::Stopping),
            }
            taken += 1;
            next = if taken < D::SIGNALS_AT_ONCE {
                subscription.heard().now_or_never()
            } else {
                None
            };
        }
        self.line.pulse.rest();
        self.line.connection.flush().await?;
        Ok(())
    }

    async fn due(&mut self, due: Due) -> Result<(), Ending> {
        match due {
            Due::Ask => self.line.connection.send(&D::ping()).await?,
            Due::Probe => self.line.connection.probe().await?,
            // Not heard, because not listened to.
            Due::GiveUp if !self.line.answers.has_room() => self.line.pulse.hear(),
            Due::GiveUp => return Err(Ending::Gone),
            Due::Look | Due::LookAnyway => {
                self.dialect.look(&mut self.line, due == Due::LookAnyway).await?;
                self.line.connection.flush().await?;
            }
            Due::Listen => {}
            Due::Check => self.dialect.check(&mut self.line).await?,
            Due::Report if self.line.reporting.is_running() => self.line.pulse.report_soon(),
            Due::Report => self.dialect.report(&mut self.line),
        }
        Ok(())
    }

    /// The last answers, and goodbye.
    async fn stop(mut self) {
        let last = async {
            while !self.line.answers.is_empty() {
                let frames = self.line.answers.next().await;
                self.give(frames).await?;
            }
            Ok::<(), Ended>(())
        };
        if let Ok(Err(Ended)) = timeout(LAST_ANSWERS, last).await {
            return;
        }
        let goodbye = D::goodbye(1_000);
        self.line.connection.part(&goodbye, close::GOING_AWAY).await;
    }
}
