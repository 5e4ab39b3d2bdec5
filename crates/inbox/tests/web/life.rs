use leptos::prelude::*;
use shopbell_protocol::ShownContent;
use wasm_bindgen::UnwrapThrowExt;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stage::{Stage, document, message, settle};

fn nodes() -> u32 {
    document().query_selector_all("*").unwrap_throw().length()
}

#[wasm_bindgen_test]
async fn fifty_lives_leave_no_node_behind() {
    drop(Stage::with_thread(vec![message(1, true, ShownContent::text("Hello"))]).await);
    let before = nodes();
    for _ in 0..50 {
        let stage = Stage::with_thread(vec![message(1, true, ShownContent::text("Hello"))]).await;
        drop(stage);
    }
    assert_eq!(nodes(), before);
}

#[wasm_bindgen_test]
async fn markup_in_a_name_or_a_message_stays_text() {
    let evil = "<img src=x onerror=alert(1)>";
    let stage = Stage::with_rows(vec![crate::stage::row("aaaa", evil, evil)]).await;
    stage.state.open.set(Some("aaaa".into()));
    stage.push(message(1, false, ShownContent::text(evil)));
    settle().await;
    assert_eq!(stage.one(".row__name").text_content().unwrap_throw(), evil);
    assert_eq!(stage.one(".bubble__text").text_content().unwrap_throw(), evil);
    assert!(stage.all("img").is_empty());
}
