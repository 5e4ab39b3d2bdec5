//! The widget's views in a real browser: what is drawn, by role and label; keyboard; accessibility.
//!
//! Each test gets a [`stage::Stage`]: the panel of `index.html` with its style, adopted by the views, and a state that
//! the test writes as the app would.

#![cfg(target_arch = "wasm32")]

mod accessibility;
mod composer;
mod contrast;
mod fixtures;
mod life;
mod lists;
mod messages;
mod stage;
mod timeline;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
