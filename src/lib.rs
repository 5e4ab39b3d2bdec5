//! The Shopbell chat widget: a page that lives in a frame on the chat origin.

pub mod app;
pub mod codec;
pub mod host;
pub mod platform;
pub mod state;
pub mod i18n;
pub mod dom;
pub mod message;
pub mod view;
