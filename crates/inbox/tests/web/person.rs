//! Who somebody is: the mark of the proven, mail and picture, and where two conversations became one.

use leptos::prelude::*;
use shopbell_protocol::staff::{ConversationSummary, Person, StaffMessage};
use shopbell_protocol::{ParticipantId, Sequence, ShownContent};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stage::{Stage, message, row, settle};

fn verified(sequence: u64) -> StaffMessage {
    StaffMessage {
        verified: true,
        ..message(sequence, false, ShownContent::text("It is me"))
    }
}

/// The line of the open conversation, once the shop has said who it is.
fn proven(joined: u64) -> ConversationSummary {
    let mut summary = row("aaaa", "Amy Shoemaker", "Hello");
    summary.conversation.participant = ParticipantId::Member("m".to_owned());
    summary.conversation.participant_display_data.image_url =
        Some("https://shop.example.com/amy.png".to_owned());
    summary.person = Person {
        email: Some("amy@example.com".to_owned()),
        subject: Some("customer-7".to_owned()),
        verified: true,
    };
    summary.last_sequence = Sequence(9);
    summary.joined_sequence = Sequence(joined);
    summary
}

#[wasm_bindgen_test]
async fn a_proven_message_is_marked_and_never_stands_in_a_group_with_one_that_is_not() {
    let stage = Stage::with_thread(vec![
        message(1, false, ShownContent::text("Hello")),
        verified(2),
        verified(3),
    ])
    .await;
    let marks = |place| {
        let entry = stage.nth(".entry", place);
        entry
            .query_selector_all(".entry__sender [role=img]")
            .map(|found| found.length())
    };
    assert_eq!(marks(0), Ok(0));
    assert_eq!(marks(1), Ok(1));
    let continued: Vec<bool> = stage
        .all(".entry")
        .iter()
        .map(|entry| entry.class_list().contains("entry--continued"))
        .collect();
    assert_eq!(continued, [false, false, true]);
    assert_eq!(
        stage
            .nth("[data-testid=verified]", 0)
            .get_attribute("aria-label")
            .as_deref(),
        Some("Verified")
    );
}

#[wasm_bindgen_test]
async fn head_details_and_list_follow_when_somebody_turns_out_to_be_a_member() {
    let stage = Stage::with_thread(vec![message(1, false, ShownContent::text("Hello"))]).await;
    stage.button("Details").click();
    settle().await;
    assert!(stage.all(".proof").is_empty());
    assert_eq!(stage.texts(".details__trust").len(), 1, "a name alone is a claim");

    stage.state.roster.update(|roster| roster.take(proven(0)));
    settle().await;
    for place in [
        ".thread__name .proof",
        ".row__name .proof",
        ".details__name .proof",
    ] {
        assert_eq!(stage.all(place).len(), 1, "{place}");
    }
    assert_eq!(stage.texts(".details__trust"), ["Verified by the shop"]);
    assert_eq!(
        stage.texts(".details a[href='mailto:amy@example.com']"),
        ["amy@example.com"]
    );
    assert!(stage.texts(".details dd").contains(&"customer-7".to_owned()));
    assert!(
        stage
            .texts(".thread__state")
            .concat()
            .ends_with("amy@example.com")
    );
    for place in [".thread__head img", ".row__avatar img", ".details__who img"] {
        assert_eq!(
            stage.one(place).get_attribute("src").as_deref(),
            Some("https://shop.example.com/amy.png"),
            "{place}"
        );
    }
}

#[wasm_bindgen_test]
async fn a_line_stands_where_two_conversations_became_one() {
    let stage = Stage::with_thread(vec![
        message(1, false, ShownContent::text("Hello")),
        message(2, false, ShownContent::text("Anybody there?")),
    ])
    .await;
    assert!(stage.all(".timeline__joined").is_empty());
    stage.state.roster.update(|roster| roster.take(proven(5)));
    settle().await;
    let lines = || {
        let lines = stage.all(".timeline__list > li");
        lines
            .iter()
            .map(|line| line.class_list().contains("timeline__joined"))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        lines(),
        [false, false, false, true],
        "below everything: nothing was written since"
    );
    stage.push(verified(6));
    settle().await;
    assert_eq!(lines(), [false, false, false, true, false]);
    assert!(!stage.nth(".entry", 2).class_list().contains("entry--continued"));
}
