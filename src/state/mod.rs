//! The sync engine's values made reactive, and the verbs that views may call.
//!
//! Start at [`store::WidgetState`], which is what a view reads; [`actions::Actions`] is what it calls.
//! [`connection`] is the one loop that joins the engine with socket, requests, timer and storage; [`rows`] makes the
//! engine's changes of the timeline into signals; [`attachments`] are files on their way into messages, [`tray`] the door to them, [`uploads`] their requests; [`outbox`] joins the engine with the
//! database; [`calls`] serves the host page.

pub mod actions;
pub mod attachments;
pub mod calls;
pub mod connection;
pub mod rows;
pub mod store;

mod outbox;
mod routes;
mod tray;
mod uploads;
