//! Token grants (`inbox-api.md` section 1.5): what the official SDK asks for before its first call, and again later.

pub(crate) mod token;
