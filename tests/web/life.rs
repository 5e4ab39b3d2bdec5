//! What starts with the panel ends with it.

use shopbell_sync::Status;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fixtures;
use crate::stage::{Stage, settle};

/// Counts listeners by their additions and removals.
fn count_listeners() -> js_sys::Function {
    js_sys::Function::new_no_args(
        "let open = 0;
         const { addEventListener, removeEventListener } = EventTarget.prototype;
         EventTarget.prototype.addEventListener = function (...given) { open += 1; return addEventListener.apply(this, given); };
         EventTarget.prototype.removeEventListener = function (...given) { open -= 1; return removeEventListener.apply(this, given); };
         return () => open;",
    )
    .call0(&JsValue::NULL)
    .unwrap_throw()
    .unchecked_into()
}

#[wasm_bindgen_test]
async fn attached_and_removed_fifty_times_no_listener_is_left() {
    let open = count_listeners();
    let count = || open.call0(&JsValue::NULL).unwrap_throw().as_f64();
    for _ in 0..50 {
        let stage = Stage::new().await;
        for message in fixtures::all() {
            stage.push(message, Status::Received);
        }
        settle().await;
        assert!(count() > Some(10.0));
        drop(stage);
        settle().await;
        assert_eq!(count(), Some(0.0));
    }
}

#[wasm_bindgen_test]
async fn a_page_of_another_build_is_refused_and_left_as_it_was() {
    let stage = Stage::plain("en");
    stage.one("[data-part=tray]").remove();
    let props = stage.props_for_test();
    let refused = shopbell_widget::view::attach(&stage.root, &props);
    assert_eq!(
        refused.err().map(|error| error.to_string()).as_deref(),
        Some("the page has no element with data-part=\"tray\"")
    );
    assert_eq!(
        stage.input().get_attribute("placeholder").as_deref(),
        Some("Write a message…")
    );
}
