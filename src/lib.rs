//! The Shopbell chat widget: a page that lives in a frame on the chat origin.
//!
//! Start at [`app`]. [`host`] is the page around us, [`platform`] the browser, [`codec`] the wire; [`state`] joins them to
//! the sync engine and makes its values reactive; [`view`] takes the page's elements over with [`dom`] and draws messages
//! with [`message`], which the inbox uses too; [`i18n`] has every visible word; [`lazy`] keeps what only some
//! visitors need out of the first program.

pub mod app;
pub mod codec;
pub mod dom;
pub mod host;
pub mod i18n;
mod lazy;
pub mod message;
pub mod platform;
pub mod state;
pub mod view;
