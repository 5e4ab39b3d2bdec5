//! Every browser call but those of the bridge (`crate::host`) and of elements (`crate::dom`).
//!
//! Each wrapper has the shape `thing(options) -> Thing`: it starts now and ends when what it returned is dropped. What a
//! browser lacks or forbids is reported as absence, never as a panic. The inbox page uses the same wrappers.
//!
//! The codec of bodies and frames is serde's; the browser's `fetch` is not used, because `XMLHttpRequest` does all that
//! is needed here (upload progress too) without promises, streams and their glue.

pub mod clock;
pub mod database;
pub mod fetch;
pub mod files;
pub mod listen;
pub mod page;
pub mod random;
pub mod requests;
pub mod socket;
pub mod storage;
pub mod timer;

#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod browser_tests;

use web_sys::Window;

/// The page's window; `None` outside of a page.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place of platform/ where the window is asked for"
)]
pub(crate) fn window() -> Option<Window> {
    web_sys::window()
}
