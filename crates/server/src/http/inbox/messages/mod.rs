//! Messages of the Inbox API.

pub(crate) mod list;
pub(crate) mod send;
