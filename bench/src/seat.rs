//! One place in a conversation: a visitor's socket or one of the staff's.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use shopbell_process::Http;
use shopbell_protocol::frame::SUBPROTOCOL;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;

use crate::text::{client_id, compose};

/// A conversation, with both credentials.
#[derive(Debug, Clone)]
pub(crate) struct Conversation {
    pub(crate) token: String,
    pub(crate) id: String,
}

/// A visitor's token, without a conversation.
pub(crate) async fn visitor(addr: SocketAddr) -> Result<String> {
    let session: Value = Http::new(addr)
        .post("/widget/v1/session", &json!({}))
        .await?
        .ok()?;
    let token = session.get("token").and_then(Value::as_str);
    Ok(token.context("a session without a token")?.to_owned())
}

impl Conversation {
    /// A new visitor, who has said hello.
    pub(crate) async fn begin(addr: SocketAddr) -> Result<Self> {
        let token = visitor(addr).await?;
        let http = Http::new(addr).with("authorization", format!("Bearer {token}"));
        let hello = json!({"clientId": "hello", "content": {"basic": {"items": [{"text": "hello"}]}}});
        http.post("/widget/v1/messages", &hello).await?.ok::<Value>()?;
        let session: Value = Http::new(addr)
            .post("/widget/v1/session", &json!({ "token": token }))
            .await?
            .ok()?;
        let id = session.get("conversationId").and_then(Value::as_str);
        Ok(Self {
            token,
            id: id.context("no conversation")?.to_owned(),
        })
    }
}

/// See the module.
pub(crate) struct Seat {
    socket: WebSocketStream<TcpStream>,
    /// Odd for the staff.
    pub(crate) number: u32,
    conversation: Option<String>,
}

impl Seat {
    /// A visitor's.
    pub(crate) async fn visitor(addr: SocketAddr, number: u32, token: &str) -> Result<Self> {
        let mut seat = Self::open(addr, "/widget/v1/socket", None, number).await?;
        seat.say(&json!({"type": "hello", "token": token}).to_string())
            .await?;
        seat.wait_for("welcome").await?;
        Ok(seat)
    }

    /// One of the staff's.
    pub(crate) async fn staff(
        addr: SocketAddr,
        number: u32,
        cookie: &str,
        conversation: &str,
    ) -> Result<Self> {
        let mut seat = Self::open(addr, "/staff/v1/socket", Some(cookie), number).await?;
        seat.say(r#"{"type":"hello"}"#).await?;
        seat.say(&json!({"type": "open", "conversationId": conversation}).to_string())
            .await?;
        seat.wait_for("opened").await?;
        seat.conversation = Some(conversation.to_owned());
        Ok(seat)
    }

    async fn open(addr: SocketAddr, path: &str, cookie: Option<&str>, number: u32) -> Result<Self> {
        let stream = TcpStream::connect(addr).await?;
        stream.set_nodelay(true)?;
        let mut request = format!("ws://{addr}{path}").into_client_request()?;
        let headers = request.headers_mut();
        headers.insert("sec-websocket-protocol", HeaderValue::from_static(SUBPROTOCOL));
        if let Some(cookie) = cookie {
            headers.insert("cookie", HeaderValue::from_str(cookie)?);
        }
        let (socket, _) = tokio_tungstenite::client_async(request, stream).await?;
        Ok(Self {
            socket,
            number,
            conversation: None,
        })
    }

    async fn say(&mut self, frame: &str) -> Result<()> {
        Ok(self.socket.send(Message::text(frame)).await?)
    }

    async fn wait_for(&mut self, kind: &str) -> Result<()> {
        let begins = format!(r#"{{"type":"{kind}""#);
        while !self.hear().await?.starts_with(&begins) {}
        Ok(())
    }

    /// Hands over a message; it leaves with the next [`Self::flush`].
    pub(crate) async fn send(&mut self, number: u32, due_ns: u64, bytes: usize) -> Result<()> {
        let (id, text) = (
            client_id(self.number, number),
            compose(self.number, number, due_ns, bytes),
        );
        let content = format!(r#"{{"basic":{{"items":[{{"text":"{text}"}}]}}}}"#);
        let frame = match &self.conversation {
            None => format!(r#"{{"type":"send","clientId":"{id}","content":{content}}}"#),
            Some(conversation) => format!(
                r#"{{"type":"send","conversationId":"{conversation}","clientId":"{id}","message":{{"content":{content},"visibility":"BUSINESS_AND_PARTICIPANT","direction":"BUSINESS_TO_PARTICIPANT"}}}}"#
            ),
        };
        Ok(self.socket.feed(Message::text(frame)).await?)
    }

    pub(crate) async fn flush(&mut self) -> Result<()> {
        Ok(self.socket.flush().await?)
    }

    /// The next frame; pings are answered on the way. Cancel safe but for the answer to a ping, which comes again.
    pub(crate) async fn hear(&mut self) -> Result<String> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => {
                    if text.starts_with(r#"{"type":"ping""#) {
                        self.say(r#"{"type":"ping","n":0}"#).await?;
                        continue;
                    }
                    if text.starts_with(r#"{"type":"error""#) || text.starts_with(r#"{"type":"goodbye""#) {
                        bail!("the server says {text}");
                    }
                    return Ok(text.as_str().to_owned());
                }
                Some(Ok(Message::Close(_))) | None => bail!("the server has closed the socket"),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.into()),
            }
        }
    }
}
