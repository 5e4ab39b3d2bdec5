//! Conversations: made once, listed newest first.

use std::sync::Arc;

use shopbell_protocol::ContentType;

use super::fixture::{NOW, app, fixture, template, to_participant, visitor};
use crate::ids::conversation_id;
use crate::store::{Audience, GetOrCreate, PressButton, Pressed, Slice, Store};

/// Rule 1.
pub async fn of_many_first_calls_exactly_one_makes_the_conversation(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    let mut tasks = Vec::new();
    for _ in 0..100 {
        let wanted = GetOrCreate {
            site_id: fixture.site.clone(),
            participant: fixture.visitor.clone(),
            id: fixture.conversation.clone(),
            now_micros: NOW,
        };
        let store = Arc::clone(&fixture.store);
        tasks.push(tokio::spawn(async move {
            store.get_or_create_conversation(wanted).await
        }));
    }
    let mut made = 0;
    for task in tasks {
        let (row, new) = task.await.expect("no panic").expect("a conversation");
        assert_eq!(row.id, fixture.conversation);
        made += u32::from(new);
    }
    assert_eq!(made, 1);
}

/// Newest first; the cursor holds its place while the list moves.
pub async fn a_page_of_the_list_goes_on_where_the_last_one_ended(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    let mut made = Vec::new();
    for number in 1..=5 {
        let participant = visitor(number);
        let id = conversation_id(&fixture.site, &participant);
        // Two of the same instant must not be one place.
        let now_micros = NOW + number / 2;
        let wanted = GetOrCreate {
            site_id: fixture.site.clone(),
            participant,
            id: id.clone(),
            now_micros,
        };
        fixture
            .store
            .get_or_create_conversation(wanted)
            .await
            .expect("a conversation");
        made.push(id);
    }
    made.reverse();
    let mut listed = Vec::new();
    let mut before = None;
    loop {
        let page = fixture
            .store
            .conversations(fixture.site.clone(), before, 2)
            .await
            .expect("a page");
        let Some(last) = page.last() else { break };
        before = Some(last.place);
        listed.extend(page.into_iter().map(|row| row.id));
    }
    assert_eq!(listed, made);
}

/// What the inbox's list shows, and hears of.
pub async fn the_list_tells_what_changed_once(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    fixture.question("Do you have boots?").await;
    let revision = fixture
        .store
        .revision(fixture.site.clone())
        .await
        .expect("a revision");
    let nothing = fixture
        .store
        .conversations_changed(fixture.site.clone(), revision, 10)
        .await
        .expect("a list");
    assert_eq!(nothing, []);
    let answer = fixture.answer("We do").await;
    let changed = fixture
        .store
        .conversations_changed(fixture.site.clone(), revision, 10)
        .await
        .expect("a list");
    let row = changed.first().expect("a line");
    assert_eq!(
        (changed.len(), row.last_sequence, row.updated),
        (1, answer.sequence, answer.sequence.0)
    );
    assert_eq!((row.unread_count, row.preview_from_business), (1, true));
    assert_eq!(row.preview_type, ContentType::Basic);
    assert!(row.channel_exists && row.revision > revision);
}

/// Messages, presses and events go with it, and only its own site may do it.
pub async fn a_deleted_conversation_leaves_nothing_and_begins_anew(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    fixture.question("Do you have boots?").await;
    let card = fixture
        .stored(fixture.append(app(), to_participant(template())))
        .await;
    let press = PressButton {
        conversation_id: fixture.conversation.clone(),
        message_id: card.sequence.into(),
        button_id: "b0".to_owned(),
        client_id: "press".into(),
        event_id: fixture.event_id(),
        now_micros: NOW,
    };
    let pressed = fixture.store.press_button(press).await.expect("an answer");
    assert!(matches!(pressed, Pressed::Accepted(_)));
    let delete = async |site: &str| {
        let deleted = fixture
            .store
            .delete_conversation(site.into(), fixture.conversation.clone());
        deleted.await.expect("an answer")
    };
    assert!(!delete("another").await);
    assert!(delete(fixture.site.as_str()).await);
    assert!(!delete(fixture.site.as_str()).await);
    let found = fixture.store.conversation(fixture.conversation.clone()).await;
    assert_eq!(found.expect("an answer"), None);
    let log = fixture.store.events_after(fixture.site.clone(), 0, 10).await;
    assert_eq!(log.expect("a log"), []);
    let again = fixture.question("Anybody there?").await;
    let slice = Slice::Oldest { limit: 10 };
    let history = fixture
        .store
        .history(fixture.conversation.clone(), Audience::Business, slice)
        .await
        .expect("an answer")
        .expect("a conversation");
    assert_eq!(history.messages, [again]);
    assert_eq!(history.conversation.unread_count, 1);
}
