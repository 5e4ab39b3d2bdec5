//! The inbox's views in a real browser: what is drawn, by role and label; keyboard; what staff alone see.
//!
//! Each test gets a [`stage::Stage`]: the inbox on the test page, with a state that the test writes as the connection
//! would. Nothing is signed in over the network, so no socket is opened.

#![cfg(target_arch = "wasm32")]

mod accessibility;
mod life;
mod person;
mod reply;
mod settings;
mod sidebar;
mod sign_in;
mod stage;
mod thread;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
