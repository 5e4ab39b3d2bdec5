//! What the inbox knows, as signals, and the verbs that its views may call.
//!
//! Start at [`store::InboxState`], which is what a view reads; [`actions::Actions`] is what it calls. [`desk`] is the
//! half of all conversations without I/O, [`connection`] joins it with socket, requests and timer. The rest is pure:
//! [`roster`] the list, [`draft`] what is being written, [`field`] what is wrong with it, [`lines`] days and groups,
//! [`person`] names and colors, [`settings`] and [`admin`] what the owner fills in.

pub mod actions;
pub mod admin;
pub mod connection;
pub mod desk;
pub mod draft;
pub mod field;
pub mod kept;
pub mod lines;
pub mod person;
pub mod roster;
pub mod settings;
pub mod store;
pub mod uploads;
