//! What handlers take from a request: credentials, JSON, queries, path parts. Each refuses with the one envelope.

pub(crate) mod auth;
pub(crate) mod body;
pub(crate) mod client;
pub(crate) mod idempotency;
pub(crate) mod json;
pub(crate) mod path;
pub(crate) mod query;
mod strict;
