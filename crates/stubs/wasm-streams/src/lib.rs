//! What `server_fn` (a part of Leptos) calls of the crate `wasm-streams`, and nothing else.
//!
//! The real crate exports JavaScript classes. Exports cannot be removed by the linker, so they cost every page about 6 KB
//! although streaming server functions, their only use, do not exist here: the pages talk to the server through
//! `platform`. Wired in by `[patch.crates-io]` in the workspace's Cargo.toml; remove it there to have the real crate back.

use std::future::ready;

use futures_util::Stream;
use futures_util::stream::once;
use wasm_bindgen::{JsCast, JsValue};

/// A browser's stream, which this build cannot read or write.
#[derive(Debug)]
pub struct ReadableStream {
    raw: web_sys::ReadableStream,
}

impl ReadableStream {
    /// Wraps the browser's stream.
    pub fn from_raw(raw: web_sys::ReadableStream) -> Self {
        Self { raw }
    }

    /// Gives the browser's stream back.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.raw
    }

    /// Takes a stream to send; a browser refuses the `undefined` that comes out of it.
    pub fn from_stream<S>(_stream: S) -> Self
    where
        S: Stream<Item = Result<JsValue, JsValue>> + 'static,
    {
        Self {
            raw: JsValue::UNDEFINED.unchecked_into(),
        }
    }

    /// A stream of one error, which says why there is no more.
    pub fn into_stream(self) -> impl Stream<Item = Result<JsValue, JsValue>> {
        once(ready(Err(JsValue::from_str(
            "streaming server functions are not part of this build",
        ))))
    }
}
