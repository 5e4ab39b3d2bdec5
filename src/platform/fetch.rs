//! [`fetch`]: one request, its answer, and on the way the progress of its upload.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Blob, ProgressEvent, XmlHttpRequest};

use super::listen::{Listener, listen};

/// What to ask.
#[derive(Debug)]
pub struct FetchOptions<'a> {
    /// `GET`, `POST`, …
    pub method: &'a str,
    /// A path on the page's own origin.
    pub path: &'a str,
    /// Names and values.
    pub headers: &'a [(&'a str, &'a str)],
    /// What is sent.
    pub body: Body<'a>,
    /// Given up after this long; 0 for never (an upload is as slow as the network).
    pub timeout_ms: u32,
}

/// What is sent.
#[derive(Debug)]
pub enum Body<'a> {
    /// Nothing.
    Empty,
    /// Text.
    Text(&'a str),
    /// A file or a part of one.
    Blob(&'a Blob),
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FetchAnswer {
    /// HTTP status; 0 where no answer came.
    pub status: u16,
    /// The body as text.
    pub text: String,
    /// Where to go on with an upload.
    pub location: Option<String>,
    /// How much of an upload the server has.
    pub offset: Option<u64>,
}

/// A request under way; dropping it ends it, and nothing more is told.
#[derive(Debug)]
pub struct Fetch {
    call: Shared,
}

type Shared = Rc<RefCell<Option<Call>>>;

#[derive(Debug)]
struct Call {
    request: XmlHttpRequest,
    _listeners: Vec<Listener>,
}

impl FetchAnswer {
    /// Whether the server did what was asked.
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl Fetch {
    /// Whether the answer has come.
    pub fn is_done(&self) -> bool {
        self.call.borrow().is_none()
    }
}

impl Drop for Fetch {
    fn drop(&mut self) {
        let call = self.call.borrow_mut().take();
        if let Some(Call {
            request,
            _listeners: listeners,
        }) = call
        {
            // First the listeners, so that the end is not told.
            drop(listeners);
            let _ended = request.abort();
        }
    }
}

/// Asks; `on_done` is told once. `on_progress` is told the part of the body that has left, 0.0 to 1.0.
pub fn fetch(
    options: &FetchOptions<'_>,
    on_progress: Option<Box<dyn Fn(f64)>>,
    on_done: Box<dyn Fn(FetchAnswer)>,
) -> Option<Fetch> {
    let request = XmlHttpRequest::new().ok()?;
    request.open_with_async(options.method, options.path, true).ok()?;
    request.set_timeout(options.timeout_ms);
    for (name, value) in options.headers {
        request.set_request_header(name, value).ok()?;
    }
    let call: Shared = Rc::default();
    let mut listeners = vec![listen(&request, "loadend", {
        let (request, call) = (request.clone(), Rc::clone(&call));
        move |_| {
            let ended = call.borrow_mut().take();
            let status = request.status().unwrap_or(0);
            let text = request.response_text().ok().flatten().unwrap_or_default();
            let header = |name| request.get_response_header(name).ok().flatten();
            on_done(FetchAnswer {
                status,
                text,
                location: header("Location"),
                offset: header("Upload-Offset").and_then(|offset| offset.parse().ok()),
            });
            drop(ended);
        }
    })];
    if let (Some(on_progress), Ok(upload)) = (on_progress, request.upload()) {
        listeners.push(listen(&upload, "progress", move |event| {
            let event: &ProgressEvent = event.unchecked_ref();
            if event.length_computable() && event.total() > 0.0 {
                on_progress(event.loaded() / event.total());
            }
        }));
    }
    call.replace(Some(Call {
        request: request.clone(),
        _listeners: listeners,
    }));
    let fetch = Fetch { call };
    let sent = match options.body {
        Body::Empty => request.send(),
        Body::Text(text) => request.send_with_opt_str(Some(text)),
        Body::Blob(blob) => request.send_with_opt_blob(Some(blob)),
    };
    sent.ok()?;
    Some(fetch)
}
