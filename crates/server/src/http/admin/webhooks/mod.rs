//! Webhook endpoints, and what they are owed.

pub(crate) mod change;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod deliveries;
pub(crate) mod list;
pub(crate) mod replay;
pub(crate) mod secret;
pub(crate) mod show;
pub(crate) mod test;
