//! A small reverse proxy between browser and server: it remembers what was asked for, holds answers back until they are
//! released, and survives a restart of the server behind it.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

const LONGEST_HEAD_BYTES: usize = 64 * 1_024;

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
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    paths: Vec<String>,
    waiting: usize,
}

impl Proxy {
    pub(crate) async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Shared {
            upstream: watch::Sender::new(0),
            held: watch::Sender::new(None),
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
        // A connection that breaks is the browser's to notice, and the journey's through it.
        tokio::spawn(async move { pass(browser, &shared).await });
    }
}

/// One request per connection: the answer's `Connection: close` makes the browser open another for the next, so only
/// heads have to be understood. Upgraded connections pass through untouched.
async fn pass(mut browser: TcpStream, shared: &Shared) -> Result<()> {
    let (head, rest) = read_head(&mut browser).await?;
    let path = head
        .split(' ')
        .nth(1)
        .context("a request without a path")?
        .to_owned();
    shared.seen().paths.push(path.clone());
    hold(&path, shared).await?;

    let port = *shared.upstream.borrow();
    let mut server = TcpStream::connect(("127.0.0.1", port)).await?;
    server.write_all(one_request(&head).as_bytes()).await?;
    server.write_all(&rest).await?;
    copy_bidirectional(&mut browser, &mut server).await?;
    Ok(())
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

async fn read_head(browser: &mut TcpStream) -> Result<(String, Vec<u8>)> {
    let mut read = Vec::new();
    loop {
        if let Some(end) = read.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            let rest = read.split_off(end + 4);
            return Ok((String::from_utf8(read)?, rest));
        }
        anyhow::ensure!(read.len() < LONGEST_HEAD_BYTES, "a request head without an end");
        anyhow::ensure!(browser.read_buf(&mut read).await? > 0, "closed before a request");
    }
}

fn one_request(head: &str) -> String {
    let is_header = |line: &str, name: &str| {
        line.split_once(':')
            .is_some_and(|(found, _)| found.eq_ignore_ascii_case(name))
    };
    if head.lines().any(|line| is_header(line, "upgrade")) {
        return head.to_owned();
    }
    let mut lines: Vec<&str> = head
        .lines()
        .filter(|line| !line.is_empty() && !is_header(line, "connection"))
        .collect();
    lines.push("Connection: close\r\n\r\n");
    lines.join("\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_request_is_made_the_only_one_of_its_connection() {
        let head = "GET /a HTTP/1.1\r\nHost: h\r\nconnection: keep-alive\r\n\r\n";
        assert_eq!(
            one_request(head),
            "GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
        );
    }

    #[test]
    fn an_upgrade_passes_as_it_is() {
        let head = "GET /s HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
        assert_eq!(one_request(head), head);
    }
}
