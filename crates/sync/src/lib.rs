//! The client's half of a conversation as a state machine: no I/O, no clock, no randomness.
//!
//! Inputs are what a person does, frames, answers and "it is now"; outputs are frames, requests, and changes to show.
//! Nothing here fails on odd input: what cannot be used is left out.
//!
//! Reading order: [`item`] and [`timeline`] are what is shown.

#![forbid(unsafe_code)]

pub mod item;
pub mod message;
pub mod timeline;

pub use item::{ButtonFace, Item, LocalId, Press, Reason, Status};
pub use message::TimelineMessage;
pub use timeline::{Change, Timeline};
