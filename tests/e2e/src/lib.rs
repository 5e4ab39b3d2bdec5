//! What the journeys in `tests/` are made of: the release binary on a port of its own, a proxy in front of it that can
//! hold an answer back, browsers, and the two people who use them.
//!
//! Nothing waits for time to pass. [`until`] asks for a condition again and again; its deadline is only there so that a
//! journey that will never arrive says so. Start reading at [`journey`].

mod api;
mod browser;
mod engine;
mod hosts;
mod journey;
mod locate;
mod program;
mod proxy;
mod staff;
mod until;
mod visitor;

pub use api::{Answer, Api};
pub use browser::{Browser, Fitting};
pub use engine::Engine;
pub use hosts::Hosts;
pub use journey::{OWNER, PASSWORD, World, journey};
pub use program::{Example, Server};
pub use proxy::Proxy;
pub use staff::{Card, Staff};
pub use until::until;
pub use visitor::{Shown, Visitor};
