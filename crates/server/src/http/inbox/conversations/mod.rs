//! Conversations of the Inbox API.

pub(crate) mod channels;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod get_or_create;
pub(crate) mod read;
