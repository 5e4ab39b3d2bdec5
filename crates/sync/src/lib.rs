//! The client's half of a conversation as a state machine: no I/O, no clock, no randomness.
//!
//! Inputs are what a person does, frames, answers and "it is now" ([`thread::Moment`]); outputs are frames, requests,
//! and changes to show. Each part says by `wake_at` when it wants to be told the time again; the owner keeps one timer.
//! Nothing here fails on odd input: what cannot be used is left out.
//!
//! Reading order: [`item`] and [`timeline`] are what is shown; [`outbox`] and [`presses`] what waits for an answer, and
//! [`keep`] what of it outlives the page;
//! [`resume`] the cursor and the refill of holes; [`thread`] joins these for one conversation of either audience.
//! [`heartbeat`] and [`link`] are the life of a socket. [`client`] is the widget: one link, one thread, one session;
//! [`staff`] translates between a thread and the frames of the inbox.

pub mod backoff;
pub mod change;
pub mod client;
pub mod heartbeat;
pub mod item;
pub mod keep;
pub mod link;
pub mod message;
pub mod outbox;
pub mod presses;
pub mod resume;
pub mod staff;
pub mod thread;
pub mod timeline;
pub mod typing;
pub mod upload;

pub use client::{Client, Connection, Failure, Input, Output, Request};
pub use item::{ButtonFace, Item, LocalId, Press, Reason, Status};
pub use keep::{Deed, Kept, Store};
pub use link::{Link, LinkAction, Way};
pub use message::TimelineMessage;
pub use thread::{Command, Effect, HistoryState, Moment, PageRequest, Thread, ThreadFrame};
pub use timeline::{Change, Timeline};
pub use typing::Typist;
pub use upload::{Upload, UploadProgress, UploadStep};
