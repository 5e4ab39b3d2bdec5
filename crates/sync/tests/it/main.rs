//! The widget's half against a small model of the server, over a network that loses, repeats and reorders.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod convergence;
mod journeys;
mod keeping;
mod model;
mod world;
