//! What happens around every request.

pub(crate) mod compression;
pub(crate) mod cors;
pub(crate) mod origin;
pub(crate) mod outermost;
pub(crate) mod unread;
