//! A page's WebSocket: opened in a task of its own, which hands what comes to the page; dropped, it is gone at once.

use std::net::SocketAddr;

use futures_util::{SinkExt as _, StreamExt as _};
use shopbell_protocol::frame::SUBPROTOCOL;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;

/// What the page is told, with the number of the socket that says it.
#[derive(Debug)]
pub(crate) enum SocketEvent {
    Opened,
    Text(String),
    Closed,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Socket {
    frames: mpsc::UnboundedSender<String>,
    task: JoinHandle<()>,
}

impl Socket {
    /// Begins to open one. Its events carry `number`.
    pub(crate) fn open(
        number: u64,
        addr: SocketAddr,
        path: &'static str,
        cookie: Option<String>,
        events: mpsc::UnboundedSender<(u64, SocketEvent)>,
    ) -> Self {
        let (frames, queue) = mpsc::unbounded_channel();
        let task = tokio::spawn(async move {
            // Whoever made the socket may be gone: then nobody needs to hear of its end.
            let _ended = run(number, addr, path, cookie, queue, &events).await;
            let _unheard = events.send((number, SocketEvent::Closed));
        });
        Self { frames, task }
    }

    /// Sends a frame, if the socket still lives.
    pub(crate) fn send(&self, frame: &impl serde::Serialize) {
        if let Ok(text) = serde_json::to_string(frame) {
            let _gone = self.frames.send(text);
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn run(
    number: u64,
    addr: SocketAddr,
    path: &str,
    cookie: Option<String>,
    mut queue: mpsc::UnboundedReceiver<String>,
    events: &mpsc::UnboundedSender<(u64, SocketEvent)>,
) -> anyhow::Result<()> {
    let stream = TcpStream::connect(addr).await?;
    stream.set_nodelay(true)?;
    let mut request = format!("ws://{addr}{path}").into_client_request()?;
    let headers = request.headers_mut();
    headers.insert("sec-websocket-protocol", HeaderValue::from_static(SUBPROTOCOL));
    if let Some(cookie) = cookie {
        headers.insert("cookie", HeaderValue::from_str(&cookie)?);
    }
    let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await?;
    events.send((number, SocketEvent::Opened))?;
    loop {
        tokio::select! {
            came = socket.next() => match came {
                Some(Ok(Message::Text(text))) => {
                    events.send((number, SocketEvent::Text(text.as_str().to_owned())))?;
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Ok(()),
                Some(Ok(_)) => {}
            },
            frame = queue.recv() => match frame {
                Some(text) => socket.send(Message::text(text)).await?,
                None => return Ok(()),
            },
        }
    }
}
