//! The Shopbell chat widget: a page that lives in a frame on the chat origin.

pub mod host;
