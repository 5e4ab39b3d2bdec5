//! A whole server in a temporary folder, and a client that shows everything of an answer.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use http_body_util::{BodyExt as _, Full};
use hyper::{HeaderMap, Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use shopbell_server::assets::Assets;
use shopbell_server::broker::LocalBroker;
use shopbell_server::clock::SystemClock;
use shopbell_server::config::Config;
use shopbell_server::http::state::AppState;
use shopbell_server::ids::SystemRandom;
use shopbell_server::media::MediaFolder;
use shopbell_server::service::{FirstStart, Parts, Service, ServiceConfig};
use shopbell_server::store::sqlite::SqliteStore;
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

/// The API key of every test server.
pub(crate) const KEY: &str = "key-for-tests-0123456789abcdef0123456789";
/// The owner's password of every test server.
pub(crate) const PASSWORD: &str = "a password for tests";

/// A running server.
pub(crate) struct Server {
    pub(crate) addr: SocketAddr,
    pub(crate) state: AppState,
    pub(crate) serving: JoinHandle<()>,
    pub(crate) data: TempDir,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Server {
    /// With the default settings.
    pub(crate) async fn start() -> Self {
        Self::start_with(|_config| {}).await
    }

    /// With other settings.
    pub(crate) async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), change).await
    }

    /// On the data of an earlier one.
    pub(crate) async fn start_in(data: TempDir, change: impl FnOnce(&mut Config)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut config = Config::defaults().unwrap();
        config.server.addr = listener.local_addr().unwrap();
        config.server.data = data.path().to_owned();
        config.server.demo = true;
        config.server.stop_within_s = 2;
        change(&mut config);
        let addr = config.server.addr;
        let parts = Parts {
            store: Arc::new(SqliteStore::open(&data.path().join("shopbell.db")).unwrap()),
            broker: Arc::new(LocalBroker::default()),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
        };
        let service_config = ServiceConfig {
            password_memory_kib: 64,
            ..shopbell_server::app::service_config(&config)
        };
        let service = Service::new(parts, service_config);
        let first = FirstStart {
            api_key: Some(KEY.to_owned()),
            owner_password: Some(PASSWORD.to_owned()),
            ..FirstStart::default()
        };
        service.first_start(first).await.unwrap();
        let media = MediaFolder::open(data.path().join("media")).unwrap();
        let state = AppState::new(service, config, assets(), media, 7);
        let serving = tokio::spawn(shopbell_server::serve::serve(listener, state.clone()));
        Self {
            addr,
            state,
            serving,
            data,
        }
    }

    /// One request on a connection of its own.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        request(self.addr, method, path, headers, body).await
    }

    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send("GET", path, headers, Bytes::new()).await
    }

    pub(crate) async fn post(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let mut all = vec![("content-type", "application/json")];
        all.extend_from_slice(headers);
        self.send("POST", path, &all, body.to_string()).await
    }

    /// With the API key.
    pub(crate) async fn as_app(&self, path: &str, body: &Value) -> Answer {
        self.post(path, &[("authorization", KEY)], body).await
    }

    /// With the API key.
    pub(crate) async fn read_as_app(&self, path: &str) -> Answer {
        self.get(path, &[("authorization", KEY)]).await
    }

    /// With the API key.
    pub(crate) async fn delete_as_app(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[("authorization", KEY)], Bytes::new())
            .await
    }

    /// A new visitor.
    pub(crate) async fn visitor(&self) -> Visitor<'_> {
        let session = self.post("/widget/v1/session", &[], &json!({})).await.ok();
        Visitor {
            server: self,
            bearer: format!("Bearer {}", session["token"].as_str().unwrap()),
            session,
        }
    }

    /// A visitor who has written something, with the conversation's id.
    pub(crate) async fn visitor_with_conversation(&self) -> (Visitor<'_>, String) {
        let visitor = self.visitor().await;
        visitor.say("Hello").await;
        let page = self
            .staff()
            .await
            .get("/staff/v1/conversations?limit=100")
            .await
            .ok();
        let own = page["conversations"]
            .as_array()
            .unwrap()
            .iter()
            .find(|line| line["conversation"]["participant"] == visitor.session["participant"])
            .unwrap();
        (visitor, own["conversation"]["id"].as_str().unwrap().to_owned())
    }

    /// The owner, signed in.
    pub(crate) async fn staff(&self) -> Staff<'_> {
        self.staff_as("owner@localhost").await
    }

    /// Somebody of the staff with the owner's password, signed in.
    pub(crate) async fn staff_as(&self, email: &str) -> Staff<'_> {
        let body = json!({"email": email, "password": PASSWORD});
        let answer = self.post("/staff/v1/session", &[], &body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let cookie = answer.headers["set-cookie"]
            .to_str()
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        Staff { server: self, cookie }
    }

    /// Stops it and starts it again on the same data, with the default settings.
    pub(crate) async fn restart(self) -> Self {
        self.state.stopping().cancel();
        within(self.serving).await.unwrap();
        self.state.service().close().await;
        Self::start_in(self.data, |_config| {}).await
    }

    /// Tells the server to stop and waits until it has.
    pub(crate) async fn stop(self) {
        self.state.stopping().cancel();
        within(self.serving).await.unwrap();
    }
}

fn assets() -> Assets {
    let file = |path: &str, text: &'static str| (path.to_owned(), Cow::Borrowed(text.as_bytes()));
    Assets::from_files([
        file(
            "widget/en.html",
            "<!doctype html><script>let early;</script><style>p{}</style><p>Chat",
        ),
        file("widget/de.html", "<!doctype html><p>Gespräch"),
        file("widget/en.html.br", "BROTLI"),
        file("widget/en.html.gz", "GZIP"),
        file("widget/widget-0123456789abcdef.js", "export default 1"),
        file("inbox/index.html", "<!doctype html><p>Inbox"),
        file("shop/index.html", "<!doctype html><p>Shop"),
        file("embed.js", "let embed;"),
    ])
}

/// A visitor with a token.
pub(crate) struct Visitor<'s> {
    pub(crate) server: &'s Server,
    pub(crate) bearer: String,
    pub(crate) session: Value,
}

impl Visitor<'_> {
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.server
            .post(path, &[("authorization", &self.bearer)], body)
            .await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.server.get(path, &[("authorization", &self.bearer)]).await
    }

    /// Sends a text; answers with the message as stored.
    pub(crate) async fn say(&self, text: &str) -> Value {
        let answer = self
            .post(
                "/widget/v1/messages",
                &json!({"clientId": client_id(), "content": basic(text)}),
            )
            .await;
        answer.ok()["message"].clone()
    }

    pub(crate) fn token(&self) -> &str {
        self.bearer.strip_prefix("Bearer ").unwrap()
    }

    /// An open socket, welcomed.
    pub(crate) async fn socket(&self, resume: Option<&str>) -> Socket {
        let mut socket = Socket::open(self.server, "/widget/v1/socket", &[]).await;
        let mut hello = json!({"type": "hello", "token": self.token()});
        if let Some(after) = resume {
            hello["resume"] = json!({"after": after});
        }
        socket.send(&hello).await;
        socket.next_of("welcome").await;
        socket
    }

    /// Uploads a file.
    pub(crate) async fn upload(&self, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Answer {
        let mut all = vec![("authorization", self.bearer.as_str())];
        all.extend_from_slice(headers);
        self.server.send("POST", "/widget/v1/uploads", &all, body).await
    }
}

/// A signed-in staff member.
pub(crate) struct Staff<'s> {
    pub(crate) server: &'s Server,
    pub(crate) cookie: String,
}

impl Staff<'_> {
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.server.get(path, &[("cookie", &self.cookie)]).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.server.post(path, &[("cookie", &self.cookie)], body).await
    }

    /// Sends a message; answers with it as stored.
    pub(crate) async fn answer(&self, conversation: &str, message: &Value) -> Value {
        let path = format!("/staff/v1/conversations/{conversation}/messages");
        let answer = self
            .post(&path, &json!({"clientId": client_id(), "message": message}))
            .await;
        answer.ok()["message"].clone()
    }

    /// An open socket, welcomed.
    pub(crate) async fn socket(&self) -> Socket {
        let mut socket = Socket::open(self.server, "/staff/v1/socket", &[("cookie", &self.cookie)]).await;
        socket.send(&json!({"type": "hello"})).await;
        socket.next_of("welcome").await;
        socket
    }
}

impl Answer {
    /// The body of a good answer.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        self.json()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Asserts an application error in its one shape.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) -> Value {
        let body = self.json();
        assert_eq!(self.status.as_u16(), status, "{body}");
        let error = &body["details"]["applicationError"];
        assert_eq!(error["code"], code, "{body}");
        assert_eq!(error["description"], body["message"], "{body}");
        assert!(error["data"].is_object(), "{body}");
        assert!(self.headers.contains_key("x-wix-request-id"));
        error["data"].clone()
    }

    /// Asserts a validation error that names `field` and `rule`.
    #[track_caller]
    pub(crate) fn violates(&self, field: &str, rule: &str) {
        let body = self.json();
        assert_eq!(self.status, 400, "{body}");
        let violations = body["details"]["validationError"]["fieldViolations"]
            .as_array()
            .unwrap();
        let named = violations
            .iter()
            .any(|v| v["field"] == field && v["violatedRule"] == rule);
        assert!(named, "no violation of {rule} by {field}: {body}");
        assert!(self.headers.contains_key("x-wix-request-id"));
    }
}

/// Sends a request and reads the whole answer.
pub(crate) async fn request(
    addr: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> Answer {
    let stream = TcpStream::connect(addr).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    let connection = tokio::spawn(connection);
    let mut request = Request::builder().method(method).uri(path);
    if !headers.iter().any(|(name, _)| *name == "host") {
        request = request.header("host", addr.to_string());
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Full::new(body.into())).unwrap();
    let response = within(sender.send_request(request)).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = within(body.collect()).await.unwrap().to_bytes();
    drop(sender);
    connection.abort();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body,
    }
}

/// An answer that does not end: server-sent events, or a page that grows.
pub(crate) struct EventStream {
    body: hyper::body::Incoming,
    connection: JoinHandle<()>,
    read: String,
    pub(crate) headers: HeaderMap,
}

/// One of them: `id`, `event`, `data`.
#[derive(Debug, PartialEq)]
pub(crate) struct Sent {
    pub(crate) id: String,
    pub(crate) event: String,
    pub(crate) data: Value,
}

impl EventStream {
    pub(crate) async fn open(server: &Server, path: &str, headers: &[(&str, &str)]) -> Self {
        let stream = TcpStream::connect(server.addr).await.unwrap();
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .unwrap();
        let connection = tokio::spawn(async move {
            let _ended = connection.await;
        });
        let mut request = Request::get(path)
            .header("host", "x")
            .header("accept", "text/event-stream");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(Bytes::new())).unwrap();
        let response = within(sender.send_request(request)).await.unwrap();
        assert_eq!(response.status(), 200, "{response:?}");
        let (parts, body) = response.into_parts();
        Self {
            body,
            connection,
            read: String::new(),
            headers: parts.headers,
        }
    }

    /// The next one; comments and hints are let go. `None` once the server has ended the answer.
    pub(crate) async fn next(&mut self) -> Option<Sent> {
        loop {
            if let Some((block, rest)) = self.read.split_once("\n\n") {
                let field = |name: &str| {
                    let line = block.lines().find_map(|line| line.strip_prefix(name));
                    line.map(str::to_owned)
                };
                let sent = field("data: ").map(|data| Sent {
                    id: field("id: ").unwrap(),
                    event: field("event: ").unwrap(),
                    data: serde_json::from_str(&data).unwrap(),
                });
                self.read = rest.to_owned();
                if sent.is_some() {
                    return sent;
                }
                continue;
            }
            self.more().await?;
        }
    }

    /// Everything up to where `text` has come; `None` once the server has ended the answer without it.
    pub(crate) async fn until(&mut self, text: &str) -> Option<String> {
        // All of it within the time: signs of life come for ever.
        within(async {
            while !self.read.contains(text) {
                self.more().await?;
            }
            Some(())
        })
        .await?;
        Some(std::mem::take(&mut self.read))
    }

    async fn more(&mut self) -> Option<()> {
        let frame = within(self.body.frame()).await?.ok()?;
        if let Ok(bytes) = frame.into_data() {
            self.read.push_str(std::str::from_utf8(&bytes).unwrap());
        }
        Some(())
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

/// A WebSocket that speaks JSON.
pub(crate) struct Socket(pub(crate) WebSocketStream<TcpStream>);

impl Socket {
    pub(crate) async fn open(server: &Server, path: &str, headers: &[(&str, &str)]) -> Self {
        Self::try_open(server.addr, path, headers).await.unwrap()
    }

    /// Opens one, or answers with the status that refused it.
    pub(crate) async fn try_open(
        addr: SocketAddr,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<Self, u16> {
        let mut request = format!("ws://{addr}{path}").into_client_request().unwrap();
        request
            .headers_mut()
            .insert("sec-websocket-protocol", "shopbell.v1".parse().unwrap());
        for (name, value) in headers {
            let name = hyper::header::HeaderName::from_bytes(name.as_bytes()).unwrap();
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        let stream = TcpStream::connect(addr).await.unwrap();
        match within(tokio_tungstenite::client_async(request, stream)).await {
            Ok((socket, response)) => {
                assert_eq!(response.headers()["sec-websocket-protocol"], "shopbell.v1");
                Ok(Self(socket))
            }
            Err(tokio_tungstenite::tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    pub(crate) async fn send(&mut self, frame: &Value) {
        self.0.send(Message::text(frame.to_string())).await.unwrap();
    }

    /// The next frame; `None` once the server has closed.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        loop {
            match within(self.0.next()).await {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(other)) => panic!("not a text frame: {other:?}"),
            }
        }
    }

    /// The next frame of that type; others are let go.
    pub(crate) async fn next_of(&mut self, kind: &str) -> Value {
        self.next_that(kind, |frame| frame["type"] == kind).await
    }

    /// The next frame that is meant; others are let go. The server's pings do not keep the wait alive.
    pub(crate) async fn next_that(&mut self, name: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        within(async {
            loop {
                let frame = self.next().await;
                let frame = frame.unwrap_or_else(|| panic!("closed while waiting for {name}"));
                if is_it(&frame) {
                    return frame;
                }
            }
        })
        .await
    }

    /// What a send has brought its sender: the acknowledgement and the live message, which come in either order.
    pub(crate) async fn ack_and_message(&mut self) -> (Value, Value) {
        let (mut ack, mut message) = (Value::Null, Value::Null);
        while ack.is_null() || message.is_null() {
            let either = |frame: &Value| frame["type"] == "ack" || frame["type"] == "message";
            let frame = self.next_that("ack and message", either).await;
            if frame["type"] == "ack" {
                ack = frame;
            } else {
                message = frame;
            }
        }
        (ack, message)
    }

    /// The next `count` messages' texts.
    pub(crate) async fn texts(&mut self, count: usize) -> Vec<String> {
        let mut texts = Vec::new();
        while texts.len() < count {
            texts.push(text_of(&self.next_of("message").await["message"]));
        }
        texts
    }

    /// The close code, once everything before it was read.
    pub(crate) async fn close_code(&mut self) -> Option<u16> {
        loop {
            match within(self.0.next()).await {
                Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }
}

/// The text of a basic message, as a participant or the staff are shown it.
pub(crate) fn text_of(message: &Value) -> String {
    let content = message.pointer("/shown/content").unwrap_or(&message["content"]);
    content["basic"]["items"][0]["text"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// A basic content with one text.
pub(crate) fn basic(text: &str) -> Value {
    json!({"basic": {"items": [{"text": text}]}})
}

/// A message that both sides see, from the business.
pub(crate) fn answer(text: &str) -> Value {
    json!({"content": basic(text), "visibility": "BUSINESS_AND_PARTICIPANT", "direction": "BUSINESS_TO_PARTICIPANT"})
}

/// A fresh client id.
pub(crate) fn client_id() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!(
        "018c1234-5678-7abc-8def-{:012x}",
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

/// The golden JSON of the protocol.
pub(crate) fn fixture(name: &str) -> Value {
    let path = format!("{}/../protocol/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Fails instead of hanging.
pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(20), future)
        .await
        .expect("nothing came within 20 seconds")
}
