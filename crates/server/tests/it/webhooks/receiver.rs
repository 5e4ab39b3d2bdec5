//! A program that receives webhooks, well or badly.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::harness::{text_of, within};

/// What it does with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mode {
    /// Accepts, at once.
    Accept,
    /// Accepts after a while.
    AcceptAfter(Duration),
    /// Answers this, with these header lines.
    Answer(u16, String),
    /// Never answers.
    Silent,
    /// Answers what is no HTTP.
    Garbage,
    /// Hangs up after it has read.
    HangUp,
    /// Hangs up before it has read.
    HangUpAtOnce,
}

/// One request.
#[derive(Debug, Clone)]
pub(super) struct Got {
    pub(super) headers: HashMap<String, String>,
    pub(super) body: String,
    pub(super) accepted: bool,
}

impl Got {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

#[derive(Debug, Default)]
struct Shared {
    got: Vec<Got>,
    connections: usize,
}

pub(super) struct Receiver {
    pub(super) addr: SocketAddr,
    mode: Arc<Mutex<Mode>>,
    shared: Arc<Mutex<Shared>>,
    listening: Option<JoinHandle<()>>,
}

impl Receiver {
    pub(super) async fn start(mode: Mode) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut receiver = Self {
            addr: listener.local_addr().unwrap(),
            mode: Arc::new(Mutex::new(mode)),
            shared: Arc::default(),
            listening: None,
        };
        receiver.listen(listener);
        receiver
    }

    fn listen(&mut self, listener: TcpListener) {
        let (mode, shared) = (Arc::clone(&self.mode), Arc::clone(&self.shared));
        self.listening = Some(tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.lock().unwrap().connections += 1;
                let mode = mode.lock().unwrap().clone();
                tokio::spawn(serve(stream, mode, Arc::clone(&shared)));
            }
        }));
    }

    /// Nobody listens there any more.
    pub(super) async fn go_down(&mut self) {
        let listening = self.listening.take().unwrap();
        listening.abort();
        assert!(listening.await.unwrap_err().is_cancelled());
    }

    /// Listens at the same address again.
    pub(super) async fn come_back(&mut self) {
        let listener = TcpListener::bind(self.addr).await.unwrap();
        self.listen(listener);
    }

    pub(super) fn becomes(&self, mode: Mode) {
        *self.mode.lock().unwrap() = mode;
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/hooks?a=b", self.addr)
    }

    pub(super) fn got(&self) -> Vec<Got> {
        self.shared.lock().unwrap().got.clone()
    }

    pub(super) fn connections(&self) -> usize {
        self.shared.lock().unwrap().connections
    }

    /// Waits until somebody has connected.
    pub(super) async fn called(&self) {
        within(async {
            while self.connections() == 0 {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        })
        .await;
    }

    /// Waits until it has accepted that many.
    pub(super) async fn accepted(&self, count: usize) -> Vec<Got> {
        within(async {
            loop {
                let accepted: Vec<Got> = self.got().into_iter().filter(|got| got.accepted).collect();
                if accepted.len() >= count {
                    return accepted;
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        })
        .await
    }
}

/// Texts of accepted messages by conversation, in the order in which they first came.
pub(super) fn told(accepted: &[Got]) -> HashMap<String, Vec<String>> {
    let mut seen = std::collections::HashSet::new();
    let mut told: HashMap<String, Vec<String>> = HashMap::new();
    for got in accepted {
        let event = got.json();
        if seen.insert(event["id"].as_str().unwrap().to_owned()) {
            let conversation = event["data"]["conversationId"].as_str().unwrap();
            let text = text_of(&event["data"]["message"]);
            told.entry(conversation.to_owned()).or_default().push(text);
        }
    }
    told
}

async fn serve(mut stream: TcpStream, mode: Mode, shared: Arc<Mutex<Shared>>) {
    if mode == Mode::HangUpAtOnce {
        return;
    }
    let Some((headers, body)) = read(&mut stream).await else {
        return;
    };
    let note = |accepted| {
        let got = Got {
            headers,
            body,
            accepted,
        };
        shared.lock().unwrap().got.push(got);
    };
    let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    match mode {
        Mode::Accept => {
            note(true);
            let _gone = stream.write_all(ok.as_bytes()).await;
        }
        Mode::AcceptAfter(time) => {
            tokio::time::sleep(time).await;
            note(true);
            let _gone = stream.write_all(ok.as_bytes()).await;
        }
        Mode::Answer(status, lines) => {
            note(false);
            let answer = format!("HTTP/1.1 {status} Sorry\r\n{lines}Content-Length: 0\r\n\r\n");
            let _gone = stream.write_all(answer.as_bytes()).await;
        }
        Mode::Silent => {
            note(false);
            let mut byte = [0];
            let _until_the_other_side_hangs_up = stream.read(&mut byte).await;
        }
        Mode::Garbage => {
            note(false);
            let garbage = "\u{1}\u{2} I am no HTTP at all \r\n\r\n".repeat(100);
            let _gone = stream.write_all(garbage.as_bytes()).await;
        }
        Mode::HangUp => note(false),
        Mode::HangUpAtOnce => {}
    }
}

/// Headers in lower case, and the body.
async fn read(stream: &mut TcpStream) -> Option<(HashMap<String, String>, String)> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8(bytes[..head].to_vec()).ok()?;
    let headers: HashMap<String, String> = text
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers.get("content-length")?.parse().ok()?;
    while bytes.len() < head + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    Some((headers, String::from_utf8(bytes[head..].to_vec()).ok()?))
}
