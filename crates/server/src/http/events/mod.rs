//! The event log, for programs that ask instead of being called.

pub(crate) mod list;
