//! The event log.

use std::sync::Arc;

use shopbell_protocol::MessageContent;

use super::fixture::{app, fixture, to_participant};
use crate::store::{Append, LoggedFact, Store};

/// Rule 14: in the order of commits, each once, from any cursor.
pub async fn the_log_is_in_order_and_shows_messages_as_they_were_sent(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    let sent = [
        fixture.question("one").await,
        fixture.answer("two").await,
        fixture.question("three").await,
    ];
    let log = fixture
        .store
        .events_after(fixture.site.clone(), 0, 10)
        .await
        .expect("a log");
    let logged: Vec<_> = log
        .iter()
        .filter_map(|event| match &event.fact {
            LoggedFact::Message(message) => Some((**message).clone()),
            LoggedFact::Other(_) => None,
        })
        .collect();
    assert_eq!(logged, sent);
    assert!(log.is_sorted_by(|one, next| one.number < next.number));
    let first = log.first().expect("an event");
    let rest = fixture
        .store
        .events_after(fixture.site.clone(), first.number, 1)
        .await
        .expect("a log");
    assert_eq!(rest, log[1..2]);
    let other = fixture
        .store
        .events_after("another".into(), 0, 10)
        .await
        .expect("a log");
    assert_eq!(other, []);
}

/// What was not sent to the participant is not told as if it was.
pub async fn a_note_of_the_business_is_told_to_nobody(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    fixture.question("one").await;
    fixture.note("he looks nice").await;
    let log = fixture
        .store
        .events_after(fixture.site.clone(), 0, 10)
        .await
        .expect("a log");
    assert_eq!(log.len(), 1);
}

/// Rule 7: whoever reads the log reads it, whoever reads messages does not.
pub async fn metadata_is_in_the_log_and_in_no_message(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    fixture.question("one").await;
    let content = MessageContent::text("Hi");
    let append = Append {
        metadata: Some(r#"{"order":7}"#.to_owned()),
        ..fixture.append(app(), to_participant(content))
    };
    let stored = fixture.stored(append).await;
    let log = fixture.store.events_after(fixture.site.clone(), 0, 10).await;
    let log = log.expect("a log");
    let metadata: Vec<_> = log.iter().map(|event| event.metadata.as_deref()).collect();
    assert_eq!(metadata, [None, Some(r#"{"order":7}"#)]);
    assert!(!format!("{stored:?}").contains("order"));
}
