//! The widget's half against a small model of the server, over a network that loses, repeats and reorders.

mod convergence;
mod journeys;
mod model;
mod world;
