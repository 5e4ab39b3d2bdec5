//! The business's own program: plain requests with an API key.

use anyhow::{Context, Result};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Method, Request};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// A client with one key, or with none.
pub struct Api {
    client: Client<HttpConnector, Full<Bytes>>,
    key: String,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body, as text.
    pub body: String,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Errors
    /// When it is none.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.body)
            .with_context(|| format!("status {}, no JSON: {}", self.status, self.body))
    }
}

impl Api {
    /// An empty key sends none.
    pub fn new(key: &str) -> Self {
        Self {
            client: Client::builder(TokioExecutor::new()).build_http(),
            key: key.to_owned(),
        }
    }

    /// Reads an address.
    ///
    /// # Errors
    /// When no answer comes; a refusal is an answer.
    pub async fn get(&self, address: &str) -> Result<Answer> {
        self.send(Method::GET, address, String::new()).await
    }

    /// Posts JSON to an address.
    ///
    /// # Errors
    /// When no answer comes; a refusal is an answer.
    pub async fn post(&self, address: &str, body: &Value) -> Result<Answer> {
        self.send(Method::POST, address, body.to_string()).await
    }

    async fn send(&self, method: Method, address: &str, body: String) -> Result<Answer> {
        let mut request = Request::builder()
            .method(method)
            .uri(address)
            .header("Content-Type", "application/json");
        if !self.key.is_empty() {
            request = request.header("Authorization", &self.key);
        }
        let response = self.client.request(request.body(Full::from(body))?).await?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await?.to_bytes();
        Ok(Answer {
            status,
            body: String::from_utf8(body.to_vec())?,
        })
    }
}
