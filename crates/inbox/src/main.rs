//! Starts the inbox.

use any_spawner::Executor;
use leptos::prelude::Owner;

fn main() {
    // An executor that is there already is as good.
    let _set = Executor::init_wasm_bindgen();
    let owner = Owner::new();
    owner.with(shopbell_inbox::app::start);
    // The inbox lives as long as its page.
    std::mem::forget(owner);
}
