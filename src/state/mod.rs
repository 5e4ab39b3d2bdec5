//! The sync engine's values made reactive, and the verbs that views may call.
//!
//! Start at [`store::WidgetState`], which is what a view reads; [`actions::Actions`] is what it calls;
//! [`connection`] is the one loop that joins engine, socket, requests, storage and the host page.

pub mod store;
