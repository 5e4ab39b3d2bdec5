//! Pages of somebody else's, on another site than the chat's, each with the headers it was given.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A small server of pages. They live on `localhost`, which is another site than the chat's `127.0.0.1`: browsers treat
/// the frame as one of a third party, as on a customer's page.
pub struct Hosts {
    address: String,
    pages: Arc<Mutex<HashMap<String, Page>>>,
    accepting: JoinHandle<()>,
}

struct Page {
    headers: Vec<(HeaderName, HeaderValue)>,
    html: Bytes,
}

impl Hosts {
    /// Starts it on a free port.
    ///
    /// # Errors
    /// When there is none.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://localhost:{}", listener.local_addr()?.port());
        let pages: Arc<Mutex<HashMap<String, Page>>> = Arc::default();
        let accepting = tokio::spawn(accept(listener, Arc::clone(&pages)));
        Ok(Self {
            address,
            pages,
            accepting,
        })
    }

    /// Puts a page at a path and answers with its whole address.
    ///
    /// # Errors
    /// When a header is none.
    pub fn put(&self, path: &str, headers: &[(String, String)], html: &str) -> Result<String> {
        let headers = headers
            .iter()
            .map(|(name, value)| Ok((name.parse()?, value.parse()?)))
            .collect::<Result<_>>()
            .context("a header that HTTP does not know")?;
        let page = Page {
            headers,
            html: Bytes::from(html.to_owned()),
        };
        self.pages
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(path.to_owned(), page);
        Ok(format!("{}{path}", self.address))
    }
}

impl Drop for Hosts {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, pages: Arc<Mutex<HashMap<String, Page>>>) {
    while let Ok((browser, _)) = listener.accept().await {
        let pages = Arc::clone(&pages);
        let service = service_fn(move |request: Request<Incoming>| {
            let answer = answer(request.uri().path(), &pages);
            async move { Ok::<_, Infallible>(answer) }
        });
        // A connection that breaks is the browser's to notice.
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(browser), service));
    }
}

fn answer(path: &str, pages: &Mutex<HashMap<String, Page>>) -> Response<Full<Bytes>> {
    let pages = pages.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(page) = pages.get(path) else {
        let mut missing = Response::new(Full::default());
        // Browsers ask for an icon of their own accord, and complain where they are told that there is none.
        *missing.status_mut() = StatusCode::NO_CONTENT;
        return missing;
    };
    let mut response = Response::new(Full::new(page.html.clone()));
    response.headers_mut().insert(
        hyper::header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    for (name, value) in &page.headers {
        response.headers_mut().append(name, value.clone());
    }
    response
}
