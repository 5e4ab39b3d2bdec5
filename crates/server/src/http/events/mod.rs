//! The event log, for programs that ask instead of being called: page by page, or as one long answer.

pub(crate) mod list;
pub(crate) mod query;
pub(crate) mod stream;
