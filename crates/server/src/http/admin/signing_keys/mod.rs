//! The keys that sign webhook tokens.

pub(crate) mod list;
pub(crate) mod rotate;
