//! The Shopbell server: the edges (`http`, `socket`), the rules (`service`), the `store` and the `broker`.
//!
//! A request enters at an edge, is turned into one call of [`service::Service`], and leaves as a type of
//! `shopbell-protocol`. The service is the only caller of store and broker. The store is the truth; the broker only
//! says "look again", so losing its messages costs latency, never data. Clock and randomness are parts that are
//! handed in ([`clock`], [`ids`]).
//!
//! Reading order: [`service`], [`store`], [`broker`], then the edges.
#![forbid(unsafe_code)]

pub mod app;
pub mod assets;
pub mod broker;
pub mod clock;
pub mod config;
pub mod hosts;
pub mod http;
pub mod ids;
pub mod media;
pub mod serve;
pub mod service;
pub mod socket;
pub mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod webhook;
