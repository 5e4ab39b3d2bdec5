//! The Shopbell chat widget: a page that lives in a frame on the chat origin.

pub mod dom;
pub mod host;
pub mod i18n;
pub mod state;
pub mod message;
pub mod view;
