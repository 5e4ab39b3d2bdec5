//! Conversations of the Staff API.

pub(crate) mod history;
pub(crate) mod list;
pub(crate) mod seen;
pub(crate) mod send;
pub(crate) mod show;
