//! The conversation as a whole: grouping, days, statuses, older history, the newest line, what is announced and seen.

use shopbell_protocol::{MessageId, Sequence};
use shopbell_sync::{Reason, Status};
use shopbell_widget::dom::ArcField;
use shopbell_widget::state::store::{Attachment, History, Row, Typist, Upload};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

use crate::fixtures::{self, text};
use crate::stage::{Stage, frame, settle, text_of};

fn many(from: u32, to: u32) -> Vec<Row> {
    (from..to)
        .map(|n| {
            let item = fixtures::item(text(n, &format!("Message {n}"), n % 3 == 0), Status::Received);
            Row {
                id: item.id.clone(),
                item: ArcField::new(item),
            }
        })
        .collect()
}

fn top(element: &HtmlElement) -> f64 {
    element.get_bounding_client_rect().top()
}

async fn scroll(stage: &Stage, to: i32) {
    let timeline = stage.one("[data-part=timeline]");
    timeline.set_scroll_top(to);
    // The event comes with the next frame.
    frame().await;
    settle().await;
}

#[wasm_bindgen_test]
async fn before_the_conversation_is_known_a_skeleton_stands_and_then_the_welcome() {
    let mut stage = Stage::plain("en");
    assert_eq!(stage.all(".skeleton").len(), 1);
    assert!(stage.one("[data-part=timeline]").has_attribute("aria-busy"));
    stage.take_over().await;
    assert!(stage.one(".skeleton").offset_height() > 0, "still not known");
    stage
        .state
        .settings
        .update(|settings| settings.welcome_text = Some("Ask about sizes.".to_owned()));
    stage
        .state
        .conversation
        .update(|conversation| conversation.known = true);
    settle().await;
    assert_eq!(stage.one(".skeleton").offset_height(), 0);
    assert!(!stage.one("[data-part=timeline]").has_attribute("aria-busy"));
    assert_eq!(text_of(&stage.one(".empty__text")), "Ask about sizes.");
    stage.push(text(1, "Hi", true), Status::Sending);
    settle().await;
    assert_eq!(stage.all(".empty").len(), 0);
}

#[wasm_bindgen_test]
async fn messages_of_one_sender_stand_together_and_each_day_has_a_heading() {
    let stage = Stage::new().await;
    let mut yesterday = text(1, "Earlier", false);
    "2026-11-19T12:00:00.000Z".clone_into(&mut yesterday.created_date);
    yesterday.sequence = Sequence(1);
    stage.push(yesterday, Status::Received);
    stage.push(text(1, "One", false), Status::Received);
    stage.push(text(2, "Two", false), Status::Received);
    stage.push(text(3, "Three", true), Status::Sent);
    stage.push(text(4, "Four", false), Status::Received);
    stage.push(text(4 + 6 * 60, "Later", false), Status::Received);
    settle().await;
    let days: Vec<_> = stage
        .all(".timeline__day")
        .iter()
        .map(|day| text_of(day))
        .collect();
    assert_eq!(days, ["Yesterday", "Today"]);
    let continued: Vec<_> = stage
        .all(".entry")
        .iter()
        .map(|entry| entry.class_list().contains("entry--continued"))
        .collect();
    assert_eq!(continued, [false, false, true, false, false, false]);
}

#[wasm_bindgen_test]
async fn an_own_message_tells_how_far_it_has_got_in_the_same_node() {
    let stage = Stage::new().await;
    let mut waiting = text(1, "Hello", true);
    (waiting.id, waiting.sequence) = (MessageId(0), Sequence(0));
    let row = stage.push(waiting, Status::Sending);
    settle().await;
    let node = stage.one("[data-testid=message]");
    assert_eq!(text_of(&stage.one(".entry__status")), "Sending…");
    row.item
        .update(|item| item.message = text(1, "Hello", true).into());
    for (status, words) in [
        (Status::Sent, "Sent"),
        (Status::Delivered, "Delivered"),
        (Status::Seen, "Seen"),
    ] {
        let name = status.as_str();
        row.item.update(|item| item.status = status);
        settle().await;
        assert_eq!(text_of(&stage.one(".entry__status")), words);
        assert_eq!(
            stage
                .one("[data-testid=message]")
                .get_attribute("data-status")
                .as_deref(),
            Some(name)
        );
    }
    assert_eq!(
        stage.one("[data-testid=message]"),
        node,
        "an acknowledgement redraws nothing"
    );
    assert_eq!(node.get_attribute("data-sequence").as_deref(), Some("1001"));
}

#[wasm_bindgen_test]
async fn a_failed_message_can_be_sent_again_or_given_up() {
    let stage = Stage::new().await;
    let failed = |can_retry| Status::Failed {
        reason: Reason::offline(),
        can_retry,
        retry_at_ms: None,
    };
    let row = stage.push(text(1, "Hello", true), failed(true));
    settle().await;
    let buttons = stage.all(".entry__meta button");
    let labels: Vec<_> = buttons.iter().map(|button| text_of(button)).collect();
    assert_eq!(labels, ["Try again", "Delete"]);
    buttons.iter().for_each(HtmlElement::click);
    assert_eq!(stage.log.take(), ["retry 1001", "discard 1001"]);
    row.item.update(|item| item.status = failed(false));
    settle().await;
    let labels: Vec<_> = stage
        .all(".entry__meta button")
        .iter()
        .map(|button| text_of(button))
        .collect();
    assert_eq!(labels, ["Delete"]);
}

#[wasm_bindgen_test]
async fn a_message_shows_how_far_its_file_is_and_can_be_given_up_meanwhile() {
    let stage = Stage::new().await;
    let mut message = text(1, "With a file", true);
    message.sequence = Sequence(0);
    let row = stage.push(message, Status::Sending);
    let upload = ArcField::new(Upload::Uploading(0.25));
    stage.state.uploads.set(vec![Attachment {
        id: row.id.clone(),
        name: "film.mp4".to_owned(),
        size_bytes: 20_000_000,
        preview_url: None,
        upload: upload.clone(),
    }]);
    settle().await;
    let bar = stage.one("progress[aria-label='Uploading film.mp4']");
    assert_eq!(bar.get_attribute("value").as_deref(), Some("25"));
    upload.set(Upload::Uploading(0.5));
    settle().await;
    assert_eq!(bar.get_attribute("value").as_deref(), Some("50"), "the same bar");
    stage.one(".entry__uploads button").click();
    assert_eq!(stage.log.take(), [format!("discard {}", row.id.as_str())]);
    stage.state.uploads.set(Vec::new());
    settle().await;
    assert_eq!(stage.all(".entry__uploads").len(), 0);
}

#[wasm_bindgen_test]
async fn each_new_message_is_announced_once_with_its_sender() {
    let stage = Stage::new().await;
    stage.push(text(1, "History is not news", false), Status::Received);
    settle().await;
    let live = stage.one("[role=log][aria-live=polite]");
    assert_eq!(text_of(&live), "");
    let row = stage.arrive(text(2, "Here you are", false)).await;
    row.item.update(|item| item.status = Status::Seen);
    stage.state.arrived.set(Some(row));
    settle().await;
    stage.arrive(fixtures::template()).await;
    let said: Vec<_> = stage
        .all("[role=log] p")
        .iter()
        .map(|line| text_of(line))
        .collect();
    assert_eq!(said, ["Amy: Here you are", "Amy's Shoes: Your spa day"]);
}

#[wasm_bindgen_test]
async fn only_a_window_of_a_long_conversation_is_on_the_page() {
    let stage = Stage::new().await;
    stage.state.rows.set(many(0, 3_000));
    settle().await;
    assert_eq!(stage.all(".entry").len(), 40);
    assert!(stage.all("*").len() <= 1_500, "{} elements", stage.all("*").len());
    assert!(
        text_of(&stage.all(".bubble").pop().unwrap_or_else(|| stage.root.clone())).contains("Message 2999")
    );
}

/// Numbers of the first and the last message on the page.
fn drawn(stage: &Stage) -> (u32, u32) {
    let bubbles = stage.all(".bubble");
    let number = |el: Option<&HtmlElement>| {
        let words = el.map(|el| text_of(el)).unwrap_or_default();
        words.trim_start_matches("Message ").parse().unwrap_or_default()
    };
    (number(bubbles.first()), number(bubbles.last()))
}

#[wasm_bindgen_test]
async fn the_window_follows_the_reader_up_and_down_and_never_grows() {
    let stage = Stage::new().await;
    stage.state.rows.set(many(0, 10_000));
    settle().await;
    let timeline = stage.one("[data-part=timeline]");
    let in_sight = || {
        let edge = top(&timeline);
        let entries = stage.all(".entry");
        entries.into_iter().find(|entry| top(entry) > edge)
    };
    let mut last = drawn(&stage).0;
    for step in 0..12 {
        let reading = in_sight();
        scroll(&stage, timeline.scroll_top() - 500).await;
        let (first, newest) = drawn(&stage);
        assert!(first <= last, "step {step}: {first} after {last}");
        assert!(
            newest - first < 70 && stage.all("*").len() <= 1_500,
            "{}",
            stage.all("*").len()
        );
        assert!(
            reading.is_some_and(|reading| reading.is_connected()),
            "step {step}"
        );
        last = first;
    }
    assert!(last < 9_900, "{last}");
    for _ in 0..40 {
        scroll(&stage, timeline.scroll_top() + 500).await;
        assert!(stage.all(".entry").len() <= 70);
    }
    assert_eq!(drawn(&stage).1, 9_999, "back at the newest");
    assert_eq!(timeline.scroll_top(), 0);
    assert_eq!(stage.all(".timeline__latest").len(), 0);
}

#[wasm_bindgen_test]
async fn at_the_top_older_history_is_asked_for_and_nothing_jumps_when_it_comes() {
    let stage = Stage::new().await;
    stage.state.history.set(History::More);
    stage.state.rows.set(many(1_000, 1_080));
    settle().await;
    stage.log.take();
    for _ in 0..6 {
        scroll(&stage, -100_000).await;
    }
    assert_eq!(drawn(&stage).0, 1_000, "the oldest that is loaded");
    assert!(stage.log.take().contains(&"earlier".to_owned()));

    let reading = stage.all(".entry").remove(2);
    let before = top(&reading);
    let mut rows = many(920, 1_000);
    rows.extend(stage.state.rows.get_untracked());
    stage.state.rows.set(rows);
    settle().await;
    assert!(drawn(&stage).0 < 1_000, "{:?}", drawn(&stage));
    assert!(
        (top(&reading) - before).abs() < 1.0,
        "moved by {}",
        top(&reading) - before
    );
}

#[wasm_bindgen_test]
async fn a_new_message_does_not_move_what_one_reads_further_up() {
    let stage = Stage::new().await;
    stage.state.rows.set(many(0, 50));
    settle().await;
    scroll(&stage, -400).await;
    let reading = stage.all(".entry").remove(40);
    let before = top(&reading);
    stage.arrive(text(51, "News", false)).await;
    stage.arrive(text(52, "More news", false)).await;
    assert!(
        (top(&reading) - before).abs() < 1.0,
        "moved by {}",
        top(&reading) - before
    );
    let button = stage.one(".timeline__latest");
    assert_eq!(text_of(&button), "2");
    assert_eq!(
        button.get_attribute("aria-label").as_deref(),
        Some("Go to the newest message (2 new messages)")
    );
    button.click();
    settle().await;
    assert_eq!(stage.one("[data-part=timeline]").scroll_top(), 0);
    assert_eq!(stage.all(".timeline__latest").len(), 0);
}

#[wasm_bindgen_test]
async fn the_newest_message_stays_in_sight_while_one_stands_there() {
    let stage = Stage::new().await;
    stage.state.rows.set(many(0, 50));
    settle().await;
    stage.arrive(text(51, "News", false)).await;
    let bottom = stage
        .all(".entry")
        .pop()
        .map(|entry| entry.get_bounding_client_rect().bottom());
    let edge = stage
        .one("[data-part=timeline]")
        .get_bounding_client_rect()
        .bottom();
    assert!(
        bottom.is_some_and(|bottom| bottom <= edge),
        "{bottom:?} under {edge}"
    );
}

#[wasm_bindgen_test]
async fn only_what_was_in_sight_is_reported_as_seen() {
    let stage = Stage::new().await;
    stage.visible.set(false);
    stage.arrive(text(1, "Hello", false)).await;
    assert!(stage.log.take().is_empty(), "nobody looks");
    stage.visible.set(true);
    settle().await;
    assert_eq!(stage.log.take(), ["seen 1001"]);
    stage.state.rows.set(many(0, 50));
    settle().await;
    stage.log.take();
    scroll(&stage, -400).await;
    stage.arrive(text(52, "Below the edge", false)).await;
    assert!(stage.log.take().is_empty(), "scrolled away");
    scroll(&stage, 0).await;
    assert_eq!(stage.log.take(), ["seen 1052"]);
}

#[wasm_bindgen_test]
async fn typing_of_the_other_side_shows_and_goes() {
    let stage = Stage::new().await;
    stage.state.typing.set(Some(Typist {
        name: Some("Amy".to_owned()),
    }));
    settle().await;
    assert!(text_of(&stage.one("[data-testid=typing]")).contains("Amy is typing…"));
    stage.state.typing.set(None);
    settle().await;
    assert_eq!(stage.all("[data-testid=typing]").len(), 0);
}

#[wasm_bindgen_test]
async fn a_page_of_history_that_does_not_fill_the_screen_asks_for_the_next() {
    let stage = Stage::new().await;
    stage.state.history.set(History::More);
    stage.state.rows.set(many(10, 12));
    settle().await;
    assert!(stage.log.take().contains(&"earlier".to_owned()));
    assert_eq!(
        stage.all(".timeline__more").len(),
        1,
        "and there is a button for those who do not scroll"
    );
    stage.state.history.set(History::Complete);
    settle().await;
    assert_eq!(stage.all(".timeline__more").len(), 0);
}
