//! Names, roles, order of the focus, sizes, and the other direction of reading, over all kinds at once.

use shopbell_sync::{Reason, Status};
use shopbell_widget::i18n::{I18n, Language};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

use crate::fixtures;
use crate::stage::{Stage, settle, text_of, window};

async fn full(tag: &str) -> Stage {
    let stage = Stage::in_language(tag).await;
    for message in fixtures::all() {
        stage.push(message, Status::Received);
    }
    let failed = Status::Failed {
        reason: Reason::offline(),
        can_retry: true,
        retry_at_ms: None,
    };
    stage.push(fixtures::text(1, "Hello", true), failed);
    settle().await;
    stage
}

fn name_of(element: &HtmlElement) -> String {
    let label = element.get_attribute("aria-label");
    label.unwrap_or_else(|| text_of(element)).trim().to_owned()
}

fn is_drawn(element: &HtmlElement) -> bool {
    element.offset_width() > 0 && element.offset_height() > 0
}

#[wasm_bindgen_test]
async fn everything_that_can_be_pressed_has_a_name() {
    let stage = full("en").await;
    let pressable = stage.all("button, a, textarea, [tabindex]");
    assert!(pressable.len() > 12, "{}", pressable.len());
    for element in pressable {
        assert!(!name_of(&element).is_empty(), "{}", element.outer_html());
    }
}

#[wasm_bindgen_test]
async fn every_picture_has_a_text_or_says_that_it_is_decoration() {
    let stage = full("en").await;
    for image in stage.all("img") {
        assert!(image.has_attribute("alt"), "{}", image.outer_html());
    }
    for drawing in stage.all("svg") {
        assert_eq!(drawing.get_attribute("aria-hidden").as_deref(), Some("true"));
    }
}

#[wasm_bindgen_test]
async fn ids_are_not_used_twice_and_roles_are_known() {
    let stage = full("en").await;
    let mut ids: Vec<_> = stage.all("[id]").iter().map(|element| element.id()).collect();
    ids.sort();
    let all = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), all);
    for element in stage.all("[role]") {
        let role = element.get_attribute("role").unwrap_or_default();
        assert!(
            ["region", "status", "log", "group"].contains(&role.as_str()),
            "{role}"
        );
    }
}

#[wasm_bindgen_test]
async fn every_entry_names_its_sender_and_its_time() {
    let stage = full("en").await;
    for entry in stage.all(".entry") {
        let sender = entry.query_selector(".entry__sender").unwrap_throw();
        assert!(sender.is_some_and(|sender| !text_of(&sender).is_empty()));
        let time = entry.query_selector("time[datetime]").unwrap_throw();
        assert!(time.is_some_and(|time| !text_of(&time).is_empty()));
    }
}

#[wasm_bindgen_test]
async fn the_focus_goes_from_the_header_through_the_messages_to_the_composer() {
    let stage = full("en").await;
    let order: Vec<_> = stage
        .all("button, a[href], textarea, [tabindex='0']")
        .iter()
        .filter_map(|element| element.get_attribute("data-part"))
        .collect();
    assert_eq!(order, ["minimize", "timeline", "attach", "input", "send"]);
    for element in stage.all("[tabindex]") {
        assert_eq!(
            element.get_attribute("tabindex").as_deref(),
            Some("0"),
            "the order of the page is the order"
        );
    }
}

#[wasm_bindgen_test]
async fn what_one_presses_is_at_least_24_pixels_in_both_directions() {
    let stage = full("en").await;
    for element in stage.all("button, .button, .note[href], .file, textarea") {
        if is_drawn(&element) {
            let (width, height) = (element.offset_width(), element.offset_height());
            assert!(
                width >= 24 && height >= 24,
                "{width} by {height}: {}",
                element.outer_html()
            );
        }
    }
}

#[wasm_bindgen_test]
async fn text_that_is_typed_is_large_enough_that_no_phone_zooms() {
    let stage = full("en").await;
    let style = window()
        .get_computed_style(&stage.input())
        .unwrap_throw()
        .unwrap_throw();
    assert_eq!(style.get_property_value("font-size").as_deref(), Ok("16px"));
}

#[wasm_bindgen_test]
async fn nothing_is_wider_than_the_panel_in_any_language() {
    for language in Language::ALL {
        let stage = full(language.tag()).await;
        let timeline = stage.one("[data-part=timeline]");
        assert!(timeline.scroll_width() <= timeline.client_width(), "{language:?}");
        let panel = stage.one("[data-testid=panel]");
        assert!(panel.scroll_width() <= panel.client_width(), "{language:?}");
    }
}

#[wasm_bindgen_test]
async fn in_arabic_and_hebrew_own_messages_stand_on_the_left() {
    for (tag, sends) in [("ar", "إرسال"), ("he", "שליחה"), ("de", "Senden")] {
        let stage = full(tag).await;
        let middle = |selector: &str| {
            let bounds = stage.all(selector).remove(0).get_bounding_client_rect();
            bounds.left() + bounds.width() / 2.0
        };
        let panel = middle("[data-testid=panel]");
        let own_is_left = middle(".entry--own .bubble") < panel;
        let other_is_left = middle(".entry--other .bubble") < panel;
        assert_eq!((own_is_left, other_is_left), (tag != "de", tag == "de"), "{tag}");
        assert_eq!(name_of(&stage.one("[data-testid=send]")), sends);
    }
}

/// Every text that the views themselves write must come from the tables: nothing English is left in another language.
#[wasm_bindgen_test]
async fn no_view_writes_a_text_of_its_own() {
    let english: Vec<String> = words(&full("en").await);
    let arabic: Vec<String> = words(&full("ar").await);
    let same: Vec<_> = arabic.iter().filter(|word| english.contains(word)).collect();
    assert!(same.is_empty(), "{same:?}");
}

/// Labels, and texts that no message carries.
fn words(stage: &Stage) -> Vec<String> {
    let mut words = Vec::new();
    for element in stage.all(
        "[data-part=minimize], [data-part=timeline], [data-part=attach], [data-part=input], [data-part=send]",
    ) {
        for attribute in ["aria-label", "title", "placeholder"] {
            words.extend(element.get_attribute(attribute));
        }
    }
    for selector in [
        "[data-part=state]",
        ".entry__meta button",
        ".button__note:not(:empty)",
        ".timeline__day",
    ] {
        words.extend(stage.all(selector).iter().map(|element| text_of(element)));
    }
    assert!(words.len() > 8, "{words:?}");
    words
}

#[wasm_bindgen_test]
async fn at_twice_the_size_in_a_narrow_frame_nothing_is_cut_off() {
    let stage = full("de").await;
    let panel = stage.one("[data-testid=panel]");
    panel.style().set_property("inline-size", "200px").unwrap_throw();
    settle().await;
    let edge = panel.get_bounding_client_rect().right();
    for element in stage.all("button, .bubble, .card, textarea, .entry__meta > *") {
        let right = element.get_bounding_client_rect().right();
        assert!(
            right <= edge + 0.5,
            "{right} beyond {edge}: {}",
            element.outer_html()
        );
    }
}

#[wasm_bindgen_test]
async fn times_are_written_as_the_readers_region_writes_them() {
    let written = |tags: [&str; 2]| I18n::new(tags).time("2026-11-20T12:00:00.000Z");
    let (british, american) = (written(["en", "en-GB"]), written(["en", "en-US"]));
    assert!(
        !british.contains('M') && american.ends_with('M'),
        "{british} {american}"
    );
    assert_eq!(I18n::new(["not a tag", "de"]).language, Language::German);
    assert!(
        !written(["en-x-y-z-!", ""]).is_empty(),
        "a tag that the browser refuses"
    );
}
