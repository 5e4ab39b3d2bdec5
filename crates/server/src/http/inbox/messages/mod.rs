//! Messages of the Inbox API.

pub(crate) mod get;
pub(crate) mod indicate;
pub(crate) mod indications;
pub(crate) mod list;
pub(crate) mod send;
