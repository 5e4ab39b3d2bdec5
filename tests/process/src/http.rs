//! Plain requests, each on a connection of its own: whatever the proxy does to one, it does to that one only.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use shopbell_protocol::ErrorBody;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// As long as the pages wait for an answer.
const WITHIN: Duration = Duration::from_secs(20);

/// An answer, whatever its status.
#[derive(Debug)]
pub struct Answer {
    /// Of HTTP.
    pub status: u16,
    /// The cookie that it sets, without its attributes.
    pub cookie: Option<String>,
    /// As it came.
    pub body: String,
}

impl Answer {
    /// The body of a 200.
    ///
    /// # Errors
    /// Everything else; it says what came.
    pub fn ok<T: DeserializeOwned>(&self) -> Result<T> {
        if self.status != 200 {
            return Err(anyhow!("status {}: {}", self.status, self.body));
        }
        serde_json::from_str(&self.body).with_context(|| format!("cannot read {}", self.body))
    }

    /// The server's refusal; `None` where the body is none.
    pub fn refusal(&self) -> Option<ErrorBody> {
        serde_json::from_str(&self.body).ok()
    }
}

/// Who asks.
#[derive(Debug, Clone)]
pub struct Http {
    addr: SocketAddr,
    headers: Vec<(&'static str, String)>,
}

impl Http {
    /// Somebody without credentials.
    pub fn new(addr: SocketAddr) -> Self {
        Self {
            addr,
            headers: Vec::new(),
        }
    }

    /// With one header more.
    #[must_use]
    pub fn with(&self, name: &'static str, value: impl Into<String>) -> Self {
        let mut with = self.clone();
        with.headers.push((name, value.into()));
        with
    }

    /// Reads.
    ///
    /// # Errors
    /// No answer in time.
    pub async fn get(&self, path: &str) -> Result<Answer> {
        self.ask(Method::GET, path, None).await
    }

    /// Sends JSON.
    ///
    /// # Errors
    /// No answer in time.
    pub async fn post(&self, path: &str, body: &impl serde::Serialize) -> Result<Answer> {
        let body = serde_json::to_string(body)?;
        self.ask(Method::POST, path, Some(body)).await
    }

    async fn ask(&self, method: Method, path: &str, body: Option<String>) -> Result<Answer> {
        timeout(WITHIN, self.exchange(method, path, body))
            .await
            .with_context(|| format!("{path}: no answer within {} s", WITHIN.as_secs()))?
    }

    async fn exchange(&self, method: Method, path: &str, body: Option<String>) -> Result<Answer> {
        let stream = TcpStream::connect(self.addr).await?;
        stream.set_nodelay(true)?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", self.addr.to_string())
            .header("connection", "close");
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let request = request.body(Full::new(Bytes::from(body.unwrap_or_default())))?;
        let exchange = async {
            let response = sender.send_request(request).await?;
            let status = response.status().as_u16();
            let cookie = response
                .headers()
                .get("set-cookie")
                .and_then(|value| value.to_str().ok())
                .and_then(|value| value.split(';').next())
                .map(str::to_owned);
            let body = response.into_body().collect().await?.to_bytes();
            anyhow::Ok(Answer {
                status,
                cookie,
                body: String::from_utf8(body.to_vec())?,
            })
        };
        tokio::pin!(exchange);
        tokio::select! {
            answer = &mut exchange => answer,
            // The connection is over when the answer has come, or when there will be none.
            over = connection => {
                over?;
                exchange.await
            }
        }
    }
}
