//! What starts with the panel ends with it.

use leptos::prelude::*;
use shopbell_sync::Status;
use shopbell_widget::host::bridge::Host;
use shopbell_widget::state::actions::{Actions, connect};
use shopbell_widget::state::store::WidgetState;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fixtures;
use crate::stage::{Stage, settle, window};

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

fn kept_draft() -> Option<String> {
    let storage = window().session_storage().unwrap_throw().unwrap_throw();
    storage.get_item("shopbell.draft").unwrap_throw()
}

/// Loads the program with a plain composer of that text; answers with the draft that it starts with.
fn load(typed: &str, then: impl FnOnce(&WidgetState, &Actions)) -> String {
    let owner = Owner::new();
    let found = owner.with(|| {
        let state = WidgetState::new();
        state.draft.set(typed.to_owned());
        let (actions, _page) = connect(state, Host::connect());
        let first = state.draft.get_untracked();
        then(&state, &actions);
        first
    });
    owner.cleanup();
    found
}

#[wasm_bindgen_test]
fn a_half_typed_draft_is_there_after_a_reload_until_it_is_sent() {
    load("", |state, _| state.draft.set("From the page".to_owned()));
    assert_eq!(kept_draft(), None, "nothing before the visitor typed");

    load("", |state, actions| {
        state.draft.set("Do you ha".to_owned());
        actions.typed();
    });
    assert_eq!(kept_draft().as_deref(), Some("Do you ha"));
    let found = load("", |_, _| {});
    assert_eq!(found, "Do you ha");

    let found = load("Something new", |_, _| {});
    assert_eq!(found, "Something new", "typed before the program came");
    assert_eq!(kept_draft().as_deref(), Some("Something new"));
}

#[wasm_bindgen_test]
async fn a_sent_draft_is_forgotten() {
    let owner = Owner::new();
    let state = owner.with(|| {
        let state = WidgetState::new();
        state.draft.set("Hello".to_owned());
        connect(state, Host::connect());
        state
    });
    assert_eq!(kept_draft().as_deref(), Some("Hello"));
    state.draft.set(String::new());
    settle().await;
    assert_eq!(kept_draft(), None);
    owner.cleanup();
}

#[wasm_bindgen_test]
async fn the_page_around_is_told_that_something_sent_is_on_its_way() {
    let told = js_sys::Array::new();
    let bridge = js_sys::Function::new_with_args("told", "return { state: {}, busy: (is) => told.push(is) }")
        .call1(&JsValue::NULL, &told)
        .unwrap_throw();
    let place = JsValue::from_str("shopbellBridge");
    js_sys::Reflect::set(&window(), &place, &bridge).unwrap_throw();
    load("", |_, actions| {
        assert!(actions.send("One".to_owned()));
        assert!(actions.send("Two".to_owned()));
    });
    js_sys::Reflect::delete_property(&window(), &place).unwrap_throw();
    assert_eq!(told.to_vec(), [JsValue::TRUE]);
    // What the sends began lets go of its listeners.
    settle().await;
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
