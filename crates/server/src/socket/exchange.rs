//! A talk over requests, for networks that let no WebSocket through: one request waits for frames, others bring some.
//!
//! A client names its exchange with an id that only it knows. Nothing is sent twice here: whoever loses an answer begins
//! a new exchange and resumes, as after a broken socket.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio::time::timeout;

use super::wire::{Incoming, Wire};
use super::{Ended, participant};
use crate::http::state::AppState;

/// Frames that wait for a request to take them, and for the loop to read them; whoever brings more waits.
const QUEUE: usize = 16;
/// How long one who brings frames waits for room.
const ROOM_WITHIN: Duration = Duration::from_secs(10);
/// How long the last frames of an ended talk wait for a request.
const LAST_FRAMES: Duration = Duration::from_secs(10);

/// All open exchanges, by id.
#[derive(Debug, Default)]
pub(crate) struct Exchanges(Mutex<HashMap<String, Arc<Exchange>>>);

/// One of them, as requests see it.
#[derive(Debug)]
pub(crate) struct Exchange {
    brought: mpsc::Sender<Incoming>,
    waiting: tokio::sync::Mutex<mpsc::Receiver<String>>,
    /// A newer request wants to wait in the place of the one that does.
    relieved: Notify,
}

/// The other end, as the loop sees it.
struct ExchangeWire {
    brought: mpsc::Receiver<Incoming>,
    given: mpsc::Sender<String>,
}

/// What a waiting request is given.
#[derive(Debug)]
pub(crate) enum Taken {
    /// Frames in their order; none when nothing came in time.
    Frames(Vec<String>),
    /// The talk is over and everything was given.
    Over,
}

impl Exchanges {
    /// The open exchange of that id.
    pub(crate) fn get(&self, id: &str) -> Option<Arc<Exchange>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
            .cloned()
    }

    /// Opens one, and lets the loop of participants talk over it. An id that is taken gets the open one.
    pub(crate) fn open(&self, state: &AppState, id: String, address: IpAddr) -> Arc<Exchange> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = all.get(&id) {
            return Arc::clone(open);
        }
        let (bring, brought) = mpsc::channel(QUEUE);
        let (given, waiting) = mpsc::channel(QUEUE);
        let exchange = Arc::new(Exchange {
            brought: bring,
            waiting: tokio::sync::Mutex::new(waiting),
            relieved: Notify::new(),
        });
        all.insert(id.clone(), Arc::clone(&exchange));
        drop(all);
        let state = state.clone();
        state.tasks().clone().spawn(async move {
            let wire = ExchangeWire { brought, given };
            participant::talk(state.clone(), wire, address).await;
            tokio::select! {
                () = tokio::time::sleep(LAST_FRAMES) => {}
                () = state.stopping().cancelled() => {}
            }
            state.exchanges().forget(&id);
        });
        exchange
    }

    fn forget(&self, id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}

impl Exchange {
    /// Hands frames to the loop; `false` when it does not take them.
    pub(crate) async fn bring(&self, frames: Vec<String>) -> bool {
        for frame in frames {
            let sent = timeout(ROOM_WITHIN, self.brought.send(Incoming::Text(frame))).await;
            if !matches!(sent, Ok(Ok(()))) {
                return false;
            }
        }
        true
    }

    /// Waits for frames. A request that waited before is sent away with nothing.
    pub(crate) async fn take(&self, within: Duration) -> Taken {
        // A full queue is sign of life enough.
        let _heard = self.brought.try_send(Incoming::Alive);
        self.relieved.notify_waiters();
        let mut waiting = self.waiting.lock().await;
        let first = tokio::select! {
            first = timeout(within, waiting.recv()) => first,
            () = self.relieved.notified() => return Taken::Frames(Vec::new()),
        };
        let mut frames = match first {
            Ok(Some(frame)) => vec![frame],
            Ok(None) => return Taken::Over,
            Err(_nothing_came) => return Taken::Frames(Vec::new()),
        };
        while let Ok(frame) = waiting.try_recv() {
            frames.push(frame);
        }
        Taken::Frames(frames)
    }
}

impl Wire for ExchangeWire {
    async fn receive(&mut self) -> Incoming {
        self.brought.recv().await.unwrap_or(Incoming::Gone)
    }

    async fn feed(&mut self, text: String) -> Result<(), Ended> {
        self.given.send(text).await.map_err(|_gone| Ended)
    }

    /// What was fed is as good as gone: the next request takes it, and no further than the queue can anything gather.
    async fn flush(&mut self) -> Result<(), Ended> {
        Ok(())
    }

    /// There is no level below the frames.
    async fn probe(&mut self) -> Result<(), Ended> {
        Ok(())
    }

    /// The end of the queue says it.
    async fn close(self, _code: u16) {}
}
