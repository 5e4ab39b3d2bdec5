//! The sync engine's values made reactive, and the verbs that views may call.
//!
//! Start at [`store::WidgetState`], which is what a view reads; [`actions::Actions`] is what it calls.
//! [`connection`] is the one loop that joins the engine with socket, requests, timer and storage; [`rows`] makes the
//! engine's changes of the timeline into signals; [`attachments`] are files on their way into messages, [`tray`] the door to them, [`uploads`] their requests; [`outbox`] joins the engine with the
//! database; [`page`] tells the host page and takes its calls, which [`calls`] serves.

pub mod actions;
pub mod attachments;
pub mod connection;
pub mod rows;
pub mod store;

mod calls;
mod outbox;
mod page;
mod routes;
mod tray;
mod uploads;

pub(crate) use calls::PageCalls;
