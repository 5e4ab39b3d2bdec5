use shopbell_inbox::state::draft::Mode;
use shopbell_protocol::ShownContent;
use wasm_bindgen::UnwrapThrowExt;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

use crate::stage::{Stage, message, note, press, settle};

/// WCAG 2.2, 2.5.8.
const TARGET_PX: f64 = 24.0;

fn name(stage: &Stage, el: &HtmlElement) -> String {
    let label = el.get_attribute("aria-label").or_else(|| {
        let id = el.id();
        (!id.is_empty()).then(|| stage.texts(&format!("label[for='{id}']")).concat())
    });
    label
        .filter(|label| !label.is_empty())
        .or_else(|| el.text_content())
        .unwrap_or_default()
        .trim()
        .to_owned()
}

pub(crate) fn check(stage: &Stage, view: &str) {
    let controls = stage.all("button, input:not([hidden]), textarea, select, a[href]");
    assert!(!controls.is_empty(), "{view}");
    for control in controls {
        // Out of reach; and a link in a line of text, which the rule leaves out.
        let inert = control.closest("[inert], .bubble__text").unwrap_throw().is_some();
        if control.offset_parent().is_none() || inert {
            continue;
        }
        let what = format!(
            "{view}: {}",
            control.outer_html().chars().take(120).collect::<String>()
        );
        assert!(!name(stage, &control).is_empty(), "no name: {what}");
        let size = control.get_bounding_client_rect();
        assert!(
            size.width() >= TARGET_PX && size.height() >= TARGET_PX,
            "{}x{}: {what}",
            size.width(),
            size.height()
        );
    }
}

#[wasm_bindgen_test]
async fn everything_that_can_be_pressed_or_filled_in_has_a_name_and_room_for_a_finger() {
    let stage = Stage::signed_out().await;
    check(&stage, "sign-in");
    drop(stage);

    let stage = Stage::with_thread(vec![
        message(1, false, ShownContent::text("See https://example.com")),
        note(2, "Hm"),
    ])
    .await;
    check(&stage, "thread");
    for mode in Mode::ALL {
        stage.actions.set_mode(mode);
        stage.actions.edit(|draft| {
            if mode == Mode::Template {
                draft.card.add_line();
                draft.card.add_button();
            }
        });
        settle().await;
        check(&stage, mode.name());
    }
    press(&stage.one("[role=log]"), "?", true, false).await;
    check(&stage, "help");
    assert_eq!(stage.all("dialog[open]").len(), 1);
}

#[wasm_bindgen_test]
async fn the_page_has_its_landmarks_and_one_heading_of_the_first_order() {
    let stage = Stage::with_thread(Vec::new()).await;
    assert_eq!(stage.all("h1").len(), 1);
    assert_eq!(
        stage.one("nav").get_attribute("aria-label").as_deref(),
        Some("Conversations")
    );
    assert_eq!(
        stage.one("main").get_attribute("aria-label").as_deref(),
        Some("Conversation with Amy Shoemaker")
    );
    assert_eq!(stage.all("[role=search]").len(), 1);
    assert_eq!(
        stage.one("[role=log]").get_attribute("aria-label").as_deref(),
        Some("Messages")
    );
}
