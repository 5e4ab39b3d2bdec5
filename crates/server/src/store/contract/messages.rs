//! Messages: sequences, idempotency, audiences, preconditions.

use std::collections::BTreeSet;
use std::sync::Arc;

use shopbell_protocol::message::NewMessage;
use shopbell_protocol::{Direction, MessageContent, Sequence, SiteId, Visibility};

use super::fixture::{Fixture, NOW, app, fixture, staff, to_participant, unexpected};
use crate::store::{Appended, Audience, ChangesQuery, Slice, Store, StoredMessage, Writer};

/// Rule 3.
pub async fn sequences_rise_while_the_clock_stands_or_steps_back(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    assert_eq!(fixture.question("one").await.sequence, Sequence(NOW));
    assert_eq!(fixture.question("two").await.sequence, Sequence(NOW + 1));
    let mut early = fixture.append(staff(), to_participant(MessageContent::text("three")));
    early.now_micros = NOW - 5_000_000;
    assert_eq!(fixture.stored(early).await.sequence, Sequence(NOW + 2));
    let mut late = fixture.append(staff(), to_participant(MessageContent::text("four")));
    late.now_micros = NOW + 50;
    assert_eq!(fixture.stored(late).await.sequence, Sequence(NOW + 50));
}

/// Rules 1, 3 and 4.
pub async fn concurrent_messages_are_all_there_and_rise(store: Arc<dyn Store>) {
    const MESSAGES: u32 = 100;
    let fixture = Arc::new(fixture(store).await);
    let mut tasks = Vec::new();
    for number in 0..MESSAGES {
        let fixture = Arc::clone(&fixture);
        tasks.push(tokio::spawn(async move {
            fixture.question(&number.to_string()).await.sequence
        }));
    }
    let mut answered = BTreeSet::new();
    for task in tasks {
        assert!(
            answered.insert(task.await.expect("no panic")),
            "two messages got one sequence"
        );
    }
    let history = fixture
        .store
        .history(
            fixture.conversation.clone(),
            Audience::Business,
            Slice::Oldest { limit: MESSAGES },
        )
        .await
        .expect("an answer")
        .expect("a conversation");
    let stored: Vec<_> = history.messages.iter().map(|message| message.sequence).collect();
    assert_eq!(stored, answered.into_iter().collect::<Vec<_>>());
    assert!(!history.newer && !history.older);
    assert_eq!(history.conversation.unread_count, MESSAGES);
}

/// Rule 5.
pub async fn the_same_client_id_stores_one_message(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    let send = |scope: &str, digest| {
        let message = NewMessage::chat(MessageContent::text("hello"), Direction::ParticipantToBusiness);
        let mut append = fixture.append(Writer::Visitor(fixture.visitor.clone()), message);
        append.client = Some(Fixture::key(scope, "client-1", digest));
        fixture.store.append_message(append)
    };
    let Appended::Stored(first) = send("participant", 1).await.expect("an answer") else {
        return unexpected(&"not stored");
    };
    let again = send("participant", 1).await.expect("an answer");
    assert_eq!(again, Appended::Repeated(Box::new(first.message.clone())));
    assert_eq!(
        send("participant", 2).await.expect("an answer"),
        Appended::KeyReused
    );
    assert!(matches!(
        send("app:1", 2).await.expect("an answer"),
        Appended::Stored(_)
    ));
    let log = fixture
        .store
        .events_after(fixture.site.clone(), 0, 10)
        .await
        .expect("a log");
    assert_eq!(log.len(), 2, "a repetition was told");
    let row = fixture
        .store
        .conversation(fixture.conversation.clone())
        .await
        .expect("an answer")
        .expect("a row");
    assert_eq!(row.unread_count, 2, "a repetition was counted");
}

/// Rule 6.
pub async fn a_page_is_filtered_before_it_is_counted(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    let mut visible = vec![fixture.question("one").await.sequence];
    for number in 0..5 {
        fixture.note(&format!("note {number}")).await;
    }
    visible.push(fixture.answer("two").await.sequence);
    visible.push(fixture.answer("three").await.sequence);
    let hidden = fixture.note("last").await.sequence;
    let read = |slice| {
        let history = fixture
            .store
            .history(fixture.conversation.clone(), Audience::Participant, slice);
        async { history.await.expect("an answer").expect("a conversation") }
    };
    let newest = read(Slice::Newest { limit: 2 }).await;
    assert_eq!(sequences(&newest.messages), visible[1..].to_vec());
    assert!(
        newest.older && !newest.newer,
        "a full page, with one visible message before it"
    );
    assert_eq!(
        newest.last_sequence, visible[2],
        "a hidden message shows as the last sequence"
    );
    let rest = read(Slice::Before {
        sequence: visible[1],
        limit: 2,
    })
    .await;
    assert_eq!(sequences(&rest.messages), visible[..1].to_vec());
    assert!(!rest.older && rest.newer);
    let up = read(Slice::After {
        sequence: visible[0],
        limit: 9,
    })
    .await;
    assert_eq!(sequences(&up.messages), visible[1..].to_vec());
    assert!(up.older && !up.newer, "a hidden message counts as newer");
    assert!(
        read(Slice::After {
            sequence: visible[2],
            limit: 9
        })
        .await
        .messages
        .is_empty()
    );
    let all = fixture.store.history(
        fixture.conversation.clone(),
        Audience::Business,
        Slice::Newest { limit: 99 },
    );
    let all = all.await.expect("an answer").expect("a conversation");
    assert_eq!((all.messages.len(), all.last_sequence), (9, hidden));
}

/// Loss detection of live readers.
pub async fn a_reader_is_told_the_message_before_the_first_one(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    let first = fixture.question("one").await.sequence;
    let note = fixture.note("hidden").await.sequence;
    let second = fixture.answer("two").await.sequence;
    let look = |audience, after| {
        let (conversation_id, revision) = (fixture.conversation.clone(), 0);
        let query = ChangesQuery {
            conversation_id,
            audience,
            after,
            revision,
            limit: 1,
        };
        let changes = fixture.store.changes(query);
        async { changes.await.expect("an answer").expect("a conversation") }
    };
    let start = look(Audience::Participant, Sequence(0)).await;
    assert_eq!(
        (sequences(&start.messages), start.previous, start.more),
        (vec![first], Sequence(0), true)
    );
    let next = look(Audience::Participant, first).await;
    assert_eq!(
        (sequences(&next.messages), next.previous, next.more),
        (vec![second], first, false)
    );
    let staff = look(Audience::Business, note).await;
    assert_eq!((sequences(&staff.messages), staff.previous), (vec![second], note));
    assert!(look(Audience::Participant, second).await.messages.is_empty());
    assert!(
        look(Audience::Participant, Sequence(u64::MAX))
            .await
            .messages
            .is_empty()
    );
}

/// Rule 15.
pub async fn a_send_is_refused_where_somebody_else_wrote_since(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    let seen = fixture.question("one").await.sequence;
    let own = fixture.answer("mine, not seen yet by this page").await.sequence;
    let send = |last_seen| {
        let mut append = fixture.append(staff(), to_participant(MessageContent::text("answer")));
        append.last_seen_sequence = Some(last_seen);
        fixture.store.append_message(append)
    };
    let Appended::Stored(accepted) = send(seen).await.expect("an answer") else {
        return unexpected(&"refused");
    };
    let accepted = accepted.message;
    assert!(accepted.sequence > own);
    let question = fixture.question("wait!").await;
    assert_eq!(
        send(accepted.sequence).await.expect("an answer"),
        Appended::MovedOn(vec![question.clone()])
    );
    assert!(matches!(
        send(question.sequence).await.expect("an answer"),
        Appended::Stored(_)
    ));
}

/// Rule 12.
pub async fn a_channel_begins_with_the_first_message_through_the_widget(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    let send = || {
        let mut append = fixture.append(app(), to_participant(MessageContent::text("hello")));
        append.needs_channel = true;
        fixture.store.append_message(append)
    };
    assert_eq!(send().await.expect("an answer"), Appended::ConversationNotFound);
    let wanted = crate::store::GetOrCreate {
        site_id: fixture.site.clone(),
        participant: fixture.visitor.clone(),
        id: fixture.conversation.clone(),
        now_micros: NOW,
    };
    fixture
        .store
        .get_or_create_conversation(wanted)
        .await
        .expect("a conversation");
    assert_eq!(send().await.expect("an answer"), Appended::ChannelMissing);
    fixture.question("hello").await;
    assert!(matches!(send().await.expect("an answer"), Appended::Stored(_)));
}

/// Everything stored belongs to a site.
pub async fn another_sites_conversation_is_not_written_to(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    fixture.question("hello").await;
    let message = NewMessage {
        visibility: Visibility::Business,
        ..to_participant(MessageContent::text("hello"))
    };
    let mut append = fixture.append(app(), message);
    append.site_id = SiteId::from("another");
    assert_eq!(
        fixture.store.append_message(append).await.expect("an answer"),
        Appended::OtherSite
    );
}

fn sequences(messages: &[StoredMessage]) -> Vec<Sequence> {
    messages.iter().map(|message| message.sequence).collect()
}
