use std::collections::HashMap;

use leptos::prelude::*;
use shopbell_inbox::state::draft::Mode;
use shopbell_inbox::state::kept;
use shopbell_inbox::state::store::{Obstacle, Session};
use shopbell_protocol::ConversationId;
use wasm_bindgen::UnwrapThrowExt;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlTextAreaElement;

use crate::stage::{Stage, message, press, row, settle, type_in};

fn text(stage: &Stage) -> String {
    wasm_bindgen::JsCast::unchecked_into::<HtmlTextAreaElement>(stage.one("[data-testid=composer]")).value()
}

/// A conversation that was really opened, so that what is sent goes through the engine.
async fn opened() -> Stage {
    let stage = Stage::with_rows(vec![row("aaaa", "Amy", ""), row("bbbb", "Bruno", "")]).await;
    stage.actions.open(ConversationId::from("aaaa"));
    settle().await;
    stage
}

#[wasm_bindgen_test]
async fn enter_sends_and_the_message_stands_in_the_thread_at_once() {
    let stage = opened().await;
    let input = stage.one("[data-testid=composer]");
    type_in(&input, "Hello Amy").await;
    assert!(
        !press(&input, "Enter", false, false).await,
        "the browser must not begin a new line"
    );
    assert_eq!(text(&stage), "");
    let shown = stage.one("[data-testid=message]");
    assert_eq!(shown.text_content().unwrap_throw(), "Hello Amy");
    assert_eq!(shown.get_attribute("data-status").as_deref(), Some("sending"));
    assert_eq!(
        shown.get_attribute("data-direction").as_deref(),
        Some("BUSINESS_TO_PARTICIPANT")
    );
}

#[wasm_bindgen_test]
async fn shift_enter_and_the_enter_of_an_input_method_do_not_send() {
    let stage = opened().await;
    let input = stage.one("[data-testid=composer]");
    type_in(&input, "こんに").await;
    assert!(press(&input, "Enter", true, false).await);
    assert!(press(&input, "Enter", false, true).await);
    assert_eq!(text(&stage), "こんに");
    assert!(stage.all("[data-testid=message]").is_empty());
}

#[wasm_bindgen_test]
async fn a_note_keeps_its_own_text_and_says_who_sees_it() {
    let stage = opened().await;
    type_in(&stage.one("[data-testid=composer]"), "for Amy").await;
    stage.actions.set_mode(Mode::Note);
    settle().await;
    assert_eq!(text(&stage), "");
    assert_eq!(
        stage.one("[data-testid=send]").text_content().unwrap_throw(),
        "Add note"
    );
    assert!(
        stage
            .one(".reply__hint")
            .text_content()
            .unwrap_throw()
            .contains("Only staff")
    );
    type_in(&stage.one("[data-testid=composer]"), "for the team").await;
    stage.one("[data-testid=send]").click();
    settle().await;
    assert!(
        stage
            .one(".entry--note")
            .text_content()
            .unwrap_throw()
            .contains("for the team")
    );
    stage.actions.set_mode(Mode::Reply);
    settle().await;
    assert_eq!(text(&stage), "for Amy");
}

#[wasm_bindgen_test]
async fn drafts_stay_with_their_conversation() {
    let stage = opened().await;
    type_in(&stage.one("[data-testid=composer]"), "for Amy").await;
    stage.actions.open(ConversationId::from("bbbb"));
    settle().await;
    assert_eq!(text(&stage), "");
    assert_eq!(
        stage.texts(".row__text").into_iter().next().unwrap_or_default(),
        "Draft: for Amy"
    );
    stage.actions.open(ConversationId::from("aaaa"));
    settle().await;
    assert_eq!(text(&stage), "for Amy");
}

#[wasm_bindgen_test]
async fn a_text_that_was_begun_outlives_the_page_and_is_nobody_elses() {
    let stage = opened().await;
    let owner = Owner::new();
    owner.with(|| kept::keep(stage.state));
    type_in(&stage.one("[data-testid=composer]"), "for Amy").await;
    stage.actions.open(ConversationId::from("bbbb"));
    stage.actions.set_mode(Mode::Note);
    settle().await;
    type_in(&stage.one("[data-testid=composer]"), "on Bruno").await;
    let staff = stage.state.session.with_untracked(|session| match session {
        Session::SignedIn(session) => Some(session.staff.id.clone()),
        Session::Checking | Session::SignedOut { .. } => None,
    });
    let staff = staff.unwrap_throw();
    owner.cleanup();
    drop(stage);
    let loaded_anew = opened().await;
    let (anew, drafts) = (loaded_anew.state, loaded_anew.state.drafts);
    kept::restore(anew, &staff);
    let begun = drafts.get_untracked();
    assert_eq!(begun.len(), 2);
    assert_eq!(begun.get(&"aaaa".into()).unwrap_throw().reply, "for Amy");
    assert_eq!(begun.get(&"bbbb".into()).unwrap_throw().note, "on Bruno");
    drafts.set(HashMap::default());
    kept::restore(anew, &"somebody-else".into());
    kept::restore(anew, &staff);
    assert!(
        drafts.with_untracked(HashMap::is_empty),
        "whoever comes next throws them away"
    );
}

#[wasm_bindgen_test]
async fn a_wrong_card_is_not_sent_and_each_field_says_what_is_wrong_with_it() {
    let stage = opened().await;
    stage.actions.set_mode(Mode::Template);
    settle().await;
    type_in(&stage.labelled("Title"), "Spa day").await;
    type_in(&stage.labelled("Picture address"), "javascript:alert(1)").await;
    stage.button("Add a button").click();
    settle().await;
    stage.one("[data-testid=send]").click();
    settle().await;
    assert!(stage.all(".timeline [data-testid=message]").is_empty());
    for (label, expected) in [
        ("Picture address", "https://"),
        ("Label", "Please fill this in."),
        ("Interaction id", "Please fill this in."),
    ] {
        let input = stage.labelled(label);
        assert_eq!(
            input.get_attribute("aria-invalid").as_deref(),
            Some("true"),
            "{label}"
        );
        let described = input.get_attribute("aria-describedby").unwrap_throw();
        let error = stage.one(&format!("[id='{}']", described.split(' ').next().unwrap_throw()));
        assert!(
            error.text_content().unwrap_throw().contains(expected),
            "{label}: {:?}",
            error.text_content()
        );
    }
    assert_eq!(stage.labelled("Title").get_attribute("aria-invalid"), None);
    type_in(&stage.labelled("Picture address"), "").await;
    assert_eq!(
        stage.labelled("Label").get_attribute("aria-invalid"),
        None,
        "they are checked again when sent again"
    );
}

#[wasm_bindgen_test]
async fn the_preview_is_drawn_by_the_widgets_own_card_and_cannot_be_pressed() {
    let stage = opened().await;
    stage.actions.set_mode(Mode::Template);
    settle().await;
    assert!(
        stage
            .one(".editor__preview")
            .text_content()
            .unwrap_throw()
            .contains("appears here")
    );
    type_in(&stage.labelled("Title"), "Spa day").await;
    stage.button("Add a line").click();
    settle().await;
    type_in(&stage.one(".group__line input"), "Tuesday, 10:00").await;
    stage.button("Picture beside").click();
    settle().await;
    stage.button("Add a button").click();
    settle().await;
    assert!(
        stage.all(".editor__preview .button").is_empty(),
        "without words it would be an empty slab"
    );
    type_in(&stage.labelled("Label"), "See more").await;
    assert_eq!(stage.texts(".editor__preview .button"), ["See more"]);
    let card = stage.one(".editor__preview .card");
    assert!(card.class_list().contains("card--landscape"));
    assert!(
        card.text_content().unwrap_throw().contains("Spa day")
            && card.text_content().unwrap_throw().contains("Tuesday, 10:00")
    );
    assert_eq!(stage.all(".editor__preview [inert]").len(), 1);
}

#[wasm_bindgen_test]
async fn lines_come_and_go_without_the_others_losing_what_they_hold() {
    let stage = opened().await;
    stage.actions.set_mode(Mode::Template);
    settle().await;
    for _ in 0..3 {
        stage.button("Add a line").click();
        settle().await;
    }
    for (place, input) in stage.all(".group__line input").iter().enumerate() {
        type_in(input, &format!("line {place}")).await;
    }
    stage.button("Remove line 2").click();
    settle().await;
    let kept = stage.state.draft.with_untracked(|draft| {
        draft
            .card
            .lines
            .iter()
            .map(|line| line.text.clone())
            .collect::<Vec<_>>()
    });
    assert_eq!(kept, ["line 0", "line 2"]);
    assert_eq!(stage.all(".group__line input").len(), 2);
}

#[wasm_bindgen_test]
async fn what_stands_in_the_way_is_said_above_the_text() {
    let stage = Stage::with_thread(vec![message(
        1,
        false,
        shopbell_protocol::ShownContent::text("Hello"),
    )])
    .await;
    stage.state.obstacle.set(Some(Obstacle::MovedOn));
    settle().await;
    assert!(
        stage
            .one(".reply [role=alert]")
            .text_content()
            .unwrap_throw()
            .contains("Nothing was sent")
    );
    assert_eq!(
        stage.one("[data-testid=send]").text_content().unwrap_throw(),
        "Send anyway"
    );
}

#[wasm_bindgen_test]
async fn the_tabs_are_gone_through_with_arrows() {
    let stage = opened().await;
    let tabs = stage.all("[role=tab]");
    assert_eq!(tabs.iter().filter(|tab| tab.tab_index() == 0).count(), 1);
    stage.nth("[role=tab]", 0).focus().unwrap_throw();
    press(&stage.nth("[role=tab]", 0), "ArrowRight", false, false).await;
    assert_eq!(stage.state.draft.with_untracked(|draft| draft.mode), Mode::Note);
    press(&stage.nth("[role=tab]", 1), "ArrowLeft", false, false).await;
    press(&stage.nth("[role=tab]", 0), "ArrowLeft", false, false).await;
    assert_eq!(
        stage.state.draft.with_untracked(|draft| draft.mode),
        Mode::Minimal
    );
}
