//! The event log.

use std::sync::Arc;

use super::fixture::fixture;
use crate::store::{LoggedFact, Store};

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
