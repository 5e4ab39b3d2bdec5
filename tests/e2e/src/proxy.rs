//! A small reverse proxy between browser and server: it remembers what was asked for, holds answers back until they are
//! released, lets only so much of an upload through, and survives a restart of the server behind it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinHandle};

const LONGEST_HEAD_BYTES: usize = 64 * 1_024;
/// Where visitors' files go.
const UPLOADS: &str = "/widget/v1/uploads";
/// How much of an upload is passed on at once.
const STEP_BYTES: u64 = 64 * 1_024;

/// The address browsers use for as long as a journey lasts.
pub struct Proxy {
    address: String,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

struct Shared {
    upstream: watch::Sender<u16>,
    /// The ending of paths whose requests wait; `None` lets everything through.
    held: watch::Sender<Option<String>>,
    /// How many bytes of uploads may pass in all.
    upload_limit: watch::Sender<u64>,
    /// Whether nothing of what the server says on sockets comes through.
    muted: watch::Sender<bool>,
    /// Whether sockets are refused, as by a company's proxy that does not know them.
    without_sockets: AtomicBool,
    connections: Mutex<Vec<AbortHandle>>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    paths: Vec<String>,
    waiting: usize,
    uploaded: u64,
}

impl Proxy {
    pub(crate) async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Shared {
            upstream: watch::Sender::new(0),
            held: watch::Sender::new(None),
            upload_limit: watch::Sender::new(u64::MAX),
            muted: watch::Sender::new(false),
            without_sockets: AtomicBool::new(false),
            connections: Mutex::default(),
            seen: Mutex::default(),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self {
            address,
            shared,
            accepting,
        })
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn lead_to(&self, port: u16) {
        self.shared.upstream.send_replace(port);
    }

    /// Holds back every request from now on whose path ends so.
    pub fn hold(&self, ending: &str) {
        self.shared.held.send_replace(Some(ending.to_owned()));
    }

    /// Lets go what is held.
    pub fn release(&self) {
        self.shared.held.send_replace(None);
    }

    /// Lets so many bytes of uploads pass in all, counted from the beginning; the rest waits.
    pub fn limit_uploads(&self, bytes: u64) {
        self.shared.upload_limit.send_replace(bytes);
    }

    /// How many bytes of uploads have been passed to the server.
    pub fn uploaded(&self) -> u64 {
        self.shared.seen().uploaded
    }

    /// Keeps what the server says on sockets from the browsers, or not any more; the other direction is open.
    pub fn mute(&self, on: bool) {
        self.shared.muted.send_replace(on);
    }

    /// Refuses every socket from now on, or not any more; requests go through.
    pub fn refuse_sockets(&self, on: bool) {
        self.shared.without_sockets.store(on, Ordering::Relaxed);
    }

    /// Breaks every connection, with what is on its way.
    pub fn sever(&self) {
        let mut connections = self
            .shared
            .connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for connection in connections.drain(..) {
            connection.abort();
        }
    }

    /// How many requests are being held back.
    pub fn waiting(&self) -> usize {
        self.shared.seen().waiting
    }

    /// Every path asked for so far, in order.
    pub fn paths(&self) -> Vec<String> {
        self.shared.seen().paths.clone()
    }

    /// Forgets the paths seen so far.
    pub fn forget(&self) {
        self.shared.seen().paths.clear();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Shared {
    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((browser, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        let mut connections = shared.connections.lock().unwrap_or_else(PoisonError::into_inner);
        // A connection that breaks is the browser's to notice, and the journey's through it.
        let passing = Arc::clone(&shared);
        let task = tokio::spawn(async move { pass(browser, &passing).await });
        connections.push(task.abort_handle());
    }
}

/// Requests are read one by one, because each may have to wait; answers flow back as they come.
async fn pass(browser: TcpStream, shared: &Arc<Shared>) -> Result<()> {
    let (mut from_browser, mut to_browser) = browser.into_split();
    let mut read = Vec::new();
    let Some(first) = next_head(&mut from_browser, &mut read).await? else {
        return Ok(());
    };
    see(&first, shared).await?;

    let port = *shared.upstream.borrow();
    let (mut from_server, mut to_server) = TcpStream::connect(("127.0.0.1", port)).await?.into_split();
    let is_socket = Arc::new(AtomicBool::new(false));
    let (told, mut muted) = (Arc::clone(&is_socket), shared.muted.subscribe());
    let answers = tokio::spawn(async move {
        let mut bytes = vec![0; 16 * 1_024];
        loop {
            let read = from_server.read(&mut bytes).await?;
            if told.load(Ordering::Relaxed) {
                muted.wait_for(|muted| !muted).await?;
            }
            let Some(answer) = bytes.get(..read).filter(|answer| !answer.is_empty()) else {
                // The server's end of the connection is the browser's too.
                break anyhow::Ok(to_browser.shutdown().await?);
            };
            to_browser.write_all(answer).await?;
        }
    });
    let asked = async {
        let mut head = first;
        loop {
            if is_upgrade(&head) && shared.without_sockets.load(Ordering::Relaxed) {
                // The connection ends, which refuses as well as an answer does.
                break;
            }
            to_server.write_all(head.as_bytes()).await?;
            if is_upgrade(&head) {
                is_socket.store(true, Ordering::Relaxed);
                to_server.write_all(&read).await?;
                copy(&mut from_browser, &mut to_server).await?;
                break;
            }
            let length = body_length(&head)?;
            if head
                .split(' ')
                .nth(1)
                .is_some_and(|path| path.starts_with(UPLOADS))
            {
                pass_upload(length, &mut from_browser, &mut read, &mut to_server, shared).await?;
            } else {
                pass_body(length, &mut from_browser, &mut read, &mut to_server).await?;
            }
            match next_head(&mut from_browser, &mut read).await? {
                Some(next) => head = next,
                None => break,
            }
            see(&head, shared).await?;
        }
        anyhow::Ok(())
    }
    .await;
    to_server.shutdown().await.ok();
    answers.await??;
    asked
}

/// Notes a request, and lets it wait if it has to.
async fn see(head: &str, shared: &Shared) -> Result<()> {
    let path = head.split(' ').nth(1).context("a request without a path")?;
    shared.seen().paths.push(path.to_owned());
    hold(path, shared).await
}

async fn hold(path: &str, shared: &Shared) -> Result<()> {
    let holds = |held: &Option<String>| {
        held.as_ref()
            .is_some_and(|ending| path.ends_with(ending.as_str()))
    };
    let mut held = shared.held.subscribe();
    if !holds(&held.borrow()) {
        return Ok(());
    }
    shared.seen().waiting += 1;
    held.wait_for(|held| !holds(held)).await?;
    shared.seen().waiting -= 1;
    Ok(())
}

/// The next request's head, or `None` at the end of the connection; what was read beyond it stays in `read`.
async fn next_head(browser: &mut OwnedReadHalf, read: &mut Vec<u8>) -> Result<Option<String>> {
    loop {
        if let Some(end) = read.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            let rest = read.split_off(end + 4);
            return Ok(Some(String::from_utf8(std::mem::replace(read, rest))?));
        }
        anyhow::ensure!(read.len() < LONGEST_HEAD_BYTES, "a request head without an end");
        if browser.read_buf(read).await? == 0 {
            return Ok(None);
        }
    }
}

async fn pass_body(
    length: u64,
    browser: &mut OwnedReadHalf,
    read: &mut Vec<u8>,
    server: &mut OwnedWriteHalf,
) -> Result<()> {
    let there = read.len().min(usize::try_from(length)?);
    let rest = read.split_off(there);
    server.write_all(&std::mem::replace(read, rest)).await?;
    let missing = length - u64::try_from(there)?;
    anyhow::ensure!(
        copy(&mut browser.take(missing), server).await? == missing,
        "a request broken off"
    );
    Ok(())
}

/// The same for an upload, in steps as far as its limit goes.
async fn pass_upload(
    length: u64,
    browser: &mut OwnedReadHalf,
    read: &mut Vec<u8>,
    server: &mut OwnedWriteHalf,
    shared: &Shared,
) -> Result<()> {
    let mut limit = shared.upload_limit.subscribe();
    let mut missing = length;
    while missing > 0 {
        let step = missing.min(STEP_BYTES);
        limit
            .wait_for(|limit| shared.seen().uploaded + step <= *limit)
            .await?;
        pass_body(step, browser, read, server).await?;
        shared.seen().uploaded += step;
        missing -= step;
    }
    Ok(())
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut headers = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    headers
        .find(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

fn is_upgrade(head: &str) -> bool {
    header(head, "upgrade").is_some()
}

fn body_length(head: &str) -> Result<u64> {
    anyhow::ensure!(
        header(head, "transfer-encoding").is_none(),
        "no browser sends a body without a length here"
    );
    header(head, "content-length").map_or(Ok(0), |length| Ok(length.parse()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_tells_how_long_its_body_is() {
        let head = "POST /a HTTP/1.1\r\nHost: h\r\ncontent-length: 12\r\n\r\n";
        assert_eq!(body_length(head).unwrap(), 12);
        assert_eq!(body_length("GET / HTTP/1.1\r\nHost: h\r\n\r\n").unwrap(), 0);
        assert!(body_length("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n").is_err());
    }

    #[test]
    fn a_socket_is_known_by_its_upgrade() {
        assert!(is_upgrade(
            "GET /s HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        ));
        assert!(!is_upgrade("GET /upgrade: HTTP/1.1\r\nHost: h\r\n\r\n"));
    }
}
