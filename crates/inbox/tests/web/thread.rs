use leptos::prelude::*;
use shopbell_inbox::state::store::UnreadMark;
use shopbell_protocol::staff::Interaction;
use shopbell_protocol::{
    ButtonState, ContentKind, FormContent, FormField, MessageContent, MessageId, Orientation, Sequence,
    ShownAction, ShownButton, ShownContent, TemplateContent,
};
use shopbell_sync::staff::record;
use wasm_bindgen::UnwrapThrowExt;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stage::{Stage, message, note, press, settle};

fn card(state: ButtonState) -> ShownContent {
    let button = ShownButton {
        label: "Change My Appointment".to_owned(),
        action: ShownAction::Postback {
            button_id: "b1".to_owned(),
            state,
        },
    };
    MessageContent {
        preview_text: None,
        title: None,
        kind: ContentKind::Template(TemplateContent {
            title: Some("Spa day".to_owned()),
            buttons: vec![button],
            orientation: Orientation::Portrait,
            text_lines: vec!["Tuesday".to_owned()],
            image_url: None,
        }),
    }
}

#[wasm_bindgen_test]
async fn a_note_is_told_from_an_answer_by_words_and_not_by_color_alone() {
    let stage = Stage::with_thread(vec![
        message(1, true, ShownContent::text("Hello")),
        note(2, "Asks often, buys rarely"),
    ])
    .await;
    let entries = stage.all(".entry");
    assert_eq!(entries.len(), 2);
    assert!(
        !stage
            .nth(".entry", 0)
            .text_content()
            .unwrap_throw()
            .contains("Only staff see this")
    );
    assert!(
        stage
            .nth(".entry", 1)
            .text_content()
            .unwrap_throw()
            .contains("Only staff see this")
    );
    assert!(stage.nth(".entry", 1).class_list().contains("entry--note"));
    let paper = |el: &web_sys::HtmlElement| {
        let bubble = el.query_selector(".bubble").unwrap_throw().unwrap_throw();
        let style = crate::stage::window()
            .get_computed_style(&bubble)
            .unwrap_throw()
            .unwrap_throw();
        style.get_property_value("background-color").unwrap_throw()
    };
    assert_ne!(paper(&stage.nth(".entry", 0)), paper(&stage.nth(".entry", 1)));
}

#[wasm_bindgen_test]
async fn a_form_that_only_the_business_sees_is_drawn_with_its_fields() {
    let form = MessageContent {
        preview_text: None,
        title: None,
        kind: ContentKind::Form(FormContent {
            title: "New Contact".to_owned(),
            description: None,
            fields: vec![FormField {
                name: "Email".to_owned(),
                value: "amy@example.com".to_owned(),
            }],
            media: Vec::new(),
        }),
    };
    let mut hidden = message(1, true, form);
    hidden.visibility = shopbell_protocol::Visibility::Business;
    let stage = Stage::with_thread(vec![hidden]).await;
    let text = stage.one(".entry--note").text_content().unwrap_throw();
    assert!(
        text.contains("New Contact") && text.contains("amy@example.com") && text.contains("Only staff"),
        "{text}"
    );
    assert_eq!(
        stage
            .one("[data-testid=message]")
            .get_attribute("data-kind")
            .as_deref(),
        Some("form")
    );
}

#[wasm_bindgen_test]
async fn a_press_appears_under_its_card_with_label_and_interaction_id() {
    let stage = Stage::with_thread(Vec::new()).await;
    let row = stage.push(message(1, true, card(ButtonState::Idle)));
    settle().await;
    assert!(stage.all("[data-testid=interaction]").is_empty());
    let press = Interaction {
        message_id: MessageId(1),
        button_id: "b1".to_owned(),
        label: "Change My Appointment".to_owned(),
        interaction_id: "appointment-change".to_owned(),
        created_date: "2026-11-20T17:30:00.000Z".to_owned(),
    };
    row.item
        .update(|item| record(std::sync::Arc::make_mut(&mut item.message), press));
    settle().await;
    let shown = stage
        .one("[data-testid=interaction]")
        .text_content()
        .unwrap_throw();
    assert!(
        shown.contains("Pressed ‘Change My Appointment’") && shown.contains("appointment-change"),
        "{shown}"
    );
    row.item
        .update(|item| std::sync::Arc::make_mut(&mut item.message).shown.content = card(ButtonState::Done));
    settle().await;
    assert_eq!(
        stage
            .one("[data-testid=postback]")
            .get_attribute("data-state")
            .as_deref(),
        Some("done")
    );
    assert_eq!(
        stage
            .one("[data-testid=postback]")
            .get_attribute("aria-disabled")
            .as_deref(),
        Some("true")
    );
}

#[wasm_bindgen_test]
async fn own_messages_carry_their_writer_once_a_group_and_stand_apart_from_the_participants() {
    let texts = ["Hello", "How can I help?"].map(ShownContent::text);
    let [one, two] = texts;
    let stage = Stage::with_thread(vec![
        message(1, true, one),
        message(2, true, two),
        message(3, false, ShownContent::text("Hi")),
    ])
    .await;
    assert_eq!(stage.all(".entry--own").len(), 2);
    assert_eq!(stage.all(".entry--other").len(), 1);
    assert!(stage.nth(".entry", 1).class_list().contains("entry--continued"));
    assert_eq!(
        stage
            .texts(".entry__label")
            .into_iter()
            .next()
            .unwrap_or_default(),
        "Ann"
    );
    assert!(
        stage
            .one(".entry--other")
            .text_content()
            .unwrap_throw()
            .contains("Amy Shoemaker")
    );
}

#[wasm_bindgen_test]
async fn what_was_unread_is_marked_once() {
    let stage = Stage::with_thread(Vec::new()).await;
    stage.state.unread.set(Some(UnreadMark {
        last_sequence: Sequence(3),
        count: 1,
    }));
    for sequence in 1..=4 {
        stage.push(message(sequence, false, ShownContent::text("…")));
    }
    settle().await;
    let lines = stage.all(".timeline__list > *");
    let marks: Vec<usize> = lines
        .iter()
        .enumerate()
        .filter(|(_, el)| el.class_list().contains("timeline__unread"))
        .map(|(at, _)| at)
        .collect();
    // The heading of the day, two messages, the mark.
    assert_eq!(marks, [3]);
}

#[wasm_bindgen_test]
async fn a_message_that_comes_live_is_said_once_with_its_sender() {
    let stage = Stage::with_thread(vec![message(1, false, ShownContent::text("Old"))]).await;
    let live = stage.one(".timeline__frame > [role=status]");
    assert_eq!(live.text_content().unwrap_throw(), "");
    let row = stage.push(message(2, false, ShownContent::text("Is anybody there?")));
    stage.state.arrived.set(Some(row));
    settle().await;
    assert_eq!(
        live.text_content().unwrap_throw(),
        "Amy Shoemaker: Is anybody there?"
    );
    assert_eq!(
        stage.one("[role=log]").get_attribute("aria-live").as_deref(),
        Some("off")
    );
}

#[wasm_bindgen_test]
async fn escape_goes_from_the_text_to_the_messages_and_from_there_to_the_list() {
    let stage = Stage::with_thread(vec![message(1, false, ShownContent::text("Hello"))]).await;
    press(&stage.root, "r", false, false).await;
    assert_eq!(
        stage
            .focused()
            .and_then(|el| el.get_attribute("data-testid"))
            .as_deref(),
        Some("composer")
    );
    press(&stage.one("[data-testid=composer]"), "Escape", false, false).await;
    assert_eq!(
        stage.focused().and_then(|el| el.get_attribute("role")).as_deref(),
        Some("log")
    );
    press(&stage.one("[role=log]"), "n", false, false).await;
    assert_eq!(
        stage.one(".reply").get_attribute("data-mode").as_deref(),
        Some("note")
    );
    assert_eq!(
        stage
            .focused()
            .and_then(|el| el.get_attribute("aria-label"))
            .as_deref(),
        Some("Note, seen by staff only")
    );
    stage.one("[role=log]").focus().unwrap_throw();
    press(&stage.one("[role=log]"), "Escape", false, false).await;
    assert_eq!(
        stage.one(".inbox").get_attribute("data-pane").as_deref(),
        Some("list")
    );
    assert_eq!(
        stage
            .focused()
            .and_then(|el| el.get_attribute("data-conversation"))
            .as_deref(),
        Some("aaaa")
    );
}
