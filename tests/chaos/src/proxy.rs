//! A proxy that does to connections what networks do: it delays, throttles, cuts in mid-frame, resets, swallows one
//! direction or both for good, and delivers what was sent on an old connection after a new one has been opened.
//!
//! It never invents or repeats bytes: TCP does not either. A connection whose direction is swallowed stays open on both
//! sides, as one whose way has gone away without a word does.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use anyhow::Result;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::time::sleep;

/// Bytes read at once: few, so that a cut falls into the middle of a frame.
const CHUNK: usize = 2_048;

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Client to server.
    Up,
    /// Server to client.
    Down,
}

/// What can happen to a chunk.
const FAULTS: [&str; 8] = [
    "delayed",
    "throttled",
    "cut in mid-frame",
    "reset",
    "delivered after the reconnect",
    "upward direction swallowed",
    "downward direction swallowed",
    "both directions swallowed",
];

/// How often each of [`FAULTS`] happens, per 100,000 chunks.
pub(crate) type Odds = [u32; 8];

/// A rough network: something happens to every fiftieth chunk, and it is swallowed for good now and then.
pub(crate) const ROUGH: Odds = [900, 400, 180, 180, 120, 2, 2, 2];
/// Nothing happens by itself.
pub(crate) const CALM: Odds = [0; 8];

/// One proxy before one server.
#[derive(Debug, Clone)]
pub(crate) struct Proxy {
    pub(crate) addr: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    odds: [AtomicU32; 8],
    counts: [AtomicU64; 8],
    lanes: Mutex<Vec<Weak<Lane>>>,
}

/// One connection.
#[derive(Debug, Default)]
struct Lane {
    up_dead: AtomicBool,
    down_dead: AtomicBool,
    /// The client is let go; what is on its way to the server still arrives.
    client_over: Notify,
}

impl Proxy {
    /// Opens one before `target`.
    pub(crate) async fn start(target: SocketAddr, odds: Odds) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let proxy = Self {
            addr: listener.local_addr()?,
            shared: Arc::new(Shared {
                odds: odds.map(AtomicU32::new),
                counts: Default::default(),
                lanes: Mutex::default(),
            }),
        };
        let shared = Arc::clone(&proxy.shared);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(Arc::clone(&shared), client, target));
            }
        });
        Ok(proxy)
    }

    /// Other odds from now on.
    pub(crate) fn set_odds(&self, odds: Odds) {
        for (old, new) in self.shared.odds.iter().zip(odds) {
            old.store(new, Ordering::Relaxed);
        }
    }

    /// Swallows one direction of every connection that is open now. New ones come through.
    pub(crate) fn swallow(&self, way: Way) {
        for lane in self.lanes() {
            match way {
                Way::Up => lane.up_dead.store(true, Ordering::Relaxed),
                Way::Down => lane.down_dead.store(true, Ordering::Relaxed),
            }
        }
    }

    /// What has happened, by name.
    pub(crate) fn faults(&self) -> Vec<(&'static str, u64)> {
        let counts = self
            .shared
            .counts
            .iter()
            .map(|count| count.load(Ordering::Relaxed));
        FAULTS.into_iter().zip(counts).collect()
    }

    fn lanes(&self) -> Vec<Arc<Lane>> {
        let mut lanes = self.shared.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.retain(|lane| lane.strong_count() > 0);
        lanes.iter().filter_map(Weak::upgrade).collect()
    }
}

async fn carry(shared: Arc<Shared>, client: TcpStream, target: SocketAddr) {
    // A server that is away refuses; so does the proxy, by letting go.
    let Ok(server) = TcpStream::connect(target).await else {
        return;
    };
    let _best_effort = (client.set_nodelay(true), server.set_nodelay(true));
    let lane = Arc::new(Lane::default());
    shared
        .lanes
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(Arc::downgrade(&lane));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let up = pump(&shared, &lane, Way::Up, from_client, to_server);
    let down = pump(&shared, &lane, Way::Down, from_server, to_client);
    tokio::pin!(up, down);
    tokio::select! {
        // Dropping both halves of a socket closes it, whatever the other pump is at.
        () = &mut up => {}
        () = &mut down => {}
        () = lane.client_over.notified() => {
            // `down` holds the client's writing half and is dropped below; `up` still has its chunk to deliver, late.
            late(up).await;
        }
    }
}

async fn late(up: impl Future<Output = ()>) {
    up.await;
}

async fn pump(shared: &Shared, lane: &Lane, way: Way, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
    let dead = match way {
        Way::Up => &lane.up_dead,
        Way::Down => &lane.down_dead,
    };
    let mut buffer = [0; CHUNK];
    loop {
        let read = match from.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(read) => read,
        };
        let Some(chunk) = buffer.get(..read) else { return };
        if dead.load(Ordering::Relaxed) {
            continue;
        }
        let fault = shared.draw();
        if let Some(count) = fault.and_then(|fault| shared.counts.get(fault)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        let carried = match fault {
            None => to.write_all(chunk).await,
            Some(0) => {
                sleep(Duration::from_millis(fastrand::u64(5..250))).await;
                to.write_all(chunk).await
            }
            Some(1) => trickle(&mut to, chunk).await,
            Some(2) => {
                let kept = chunk.get(..fastrand::usize(0..read)).unwrap_or_default();
                let _cut_anyway = to.write_all(kept).await;
                return;
            }
            Some(4) if way == Way::Up => {
                lane.client_over.notify_one();
                sleep(Duration::from_millis(fastrand::u64(300..2_500))).await;
                let _late = to.write_all(chunk).await;
                return;
            }
            Some(3 | 4) => return,
            Some(swallowed) => {
                lane.up_dead.fetch_or(swallowed != 6, Ordering::Relaxed);
                lane.down_dead.fetch_or(swallowed != 5, Ordering::Relaxed);
                Ok(())
            }
        };
        if carried.is_err() {
            return;
        }
    }
}

/// A few bytes at a time.
async fn trickle(to: &mut OwnedWriteHalf, chunk: &[u8]) -> std::io::Result<()> {
    for part in chunk.chunks(64) {
        to.write_all(part).await?;
        sleep(Duration::from_millis(2)).await;
    }
    Ok(())
}

impl Shared {
    fn draw(&self) -> Option<usize> {
        let mut drawn = fastrand::u32(0..100_000);
        for (fault, odds) in self.odds.iter().enumerate() {
            let odds = odds.load(Ordering::Relaxed);
            if drawn < odds {
                return Some(fault);
            }
            drawn -= odds;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that sends back what it gets, and says how much that was.
    async fn echo() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut from, mut to) = stream.split();
                    tokio::io::copy(&mut from, &mut to).await
                });
            }
        });
        addr
    }

    #[tokio::test]
    async fn a_calm_proxy_changes_nothing() {
        let proxy = Proxy::start(echo().await, CALM).await.unwrap();
        let mut stream = TcpStream::connect(proxy.addr).await.unwrap();
        let sent: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
        let (mut from, mut to) = stream.split();
        let writing = async { to.write_all(&sent).await.unwrap() };
        let mut got = vec![0; sent.len()];
        let reading = async { from.read_exact(&mut got).await.unwrap() };
        tokio::join!(writing, reading);
        assert_eq!(got, sent);
    }

    #[tokio::test]
    async fn a_swallowed_direction_loses_what_is_sent_and_leaves_the_connection_open() {
        let proxy = Proxy::start(echo().await, CALM).await.unwrap();
        let mut stream = TcpStream::connect(proxy.addr).await.unwrap();
        let mut byte = [0];
        stream.write_all(b"a").await.unwrap();
        stream.read_exact(&mut byte).await.unwrap();
        proxy.swallow(Way::Down);
        stream.write_all(b"b").await.unwrap();
        let silence = tokio::time::timeout(Duration::from_millis(100), stream.read_exact(&mut byte)).await;
        assert!(
            silence.is_err(),
            "something came through, or the connection ended"
        );
        let mut fresh = TcpStream::connect(proxy.addr).await.unwrap();
        fresh.write_all(b"c").await.unwrap();
        fresh.read_exact(&mut byte).await.unwrap();
        assert_eq!(&byte, b"c");
    }

    #[tokio::test]
    async fn a_cut_delivers_a_part_and_ends_the_connection() {
        let proxy = Proxy::start(echo().await, [0, 0, 100_000, 0, 0, 0, 0, 0])
            .await
            .unwrap();
        let mut stream = TcpStream::connect(proxy.addr).await.unwrap();
        stream.write_all(&[7; 1_000]).await.unwrap();
        let mut got = Vec::new();
        let _reset = stream.read_to_end(&mut got).await;
        assert!(got.len() < 1_000);
        assert!(
            proxy.faults().contains(&("cut in mid-frame", 1)),
            "{:?}",
            proxy.faults()
        );
    }
}
