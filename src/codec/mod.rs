//! The participant's part of the wire, read and written without serde.
//!
//! serde's derived code for these types is a third of the whole program, and every visitor would load it. The types and
//! the wire are still the protocol's: the tests read the protocol's golden fixtures with both and compare, and what is
//! written here is read back by serde. The server and the inbox use serde. The JSON itself is the browser's, so that this
//! module runs in a browser only, and so do its tests.
//!
//! Reading is lenient as everywhere: unknown members are left out, an unreadable message of a page is left out, a frame
//! that cannot be read is `Unknown`.

#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod browser_tests;
mod json;
mod read;
mod write;

pub use read::{error_body, history_page, read_kept, server_frame, session_answer, upload_answer};
pub use write::{client_frame, contact_request, kept, session_request};
