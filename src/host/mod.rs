//! The only code that knows another page frames this one.
//!
//! The host page runs `public/embed.js`, which draws the launcher and owns the frame; this page sits in the
//! frame. Between them lies one `MessagePort`, adopted by `bootstrap.js` (inlined into `index.html`, so that it
//! works before the WASM has arrived). The script checks origin and source of the handshake, applies
//! language, direction, colour scheme and theme tokens to the document, and keeps what arrives, and what is typed
//! into the plain composer, until [`bridge::Host::connect`] takes over.
//!
//! Start reading at [`bridge`]. The app uses it like this:
//!
//! ```ignore
//! let host = Host::connect();                    // once, in the root component; Copy, so hand it on by value
//! let draft = host.take_draft();                 // right before the plain composer is replaced
//! Effect::new(move || host.maximized().get());   // the session opens with the first maximize, not before
//! Effect::new(move || host.focus_requests().get());   // each change: put the focus into the composer
//! host.on_call(move |call, answer| match call {
//!     Call::Prefill(text) => { actions.prefill(text); answer.done(); }
//!     Call::SendMessage(send) => actions.send(send, answer),   // an Answer may be kept and given later
//!     // … one arm per variant …
//! });
//! host.unread(3, "3 new messages");
//! host.message_received(&page_message);
//! host.connection(ConnectionState::Online);
//! host.ready();                                  // the app has drawn itself and serves calls
//! ```
//!
//! Opened as a page of its own there is nobody to talk to: every call here is then a no-op, `maximized` is
//! always true, and drafts are still handed over.

pub mod bridge;
pub mod call;
pub mod names;
pub mod page;
pub mod theme;

pub(crate) mod js;

#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod browser_tests;
