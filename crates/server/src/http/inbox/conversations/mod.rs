//! Conversations of the Inbox API.

pub(crate) mod get;
pub(crate) mod get_or_create;
