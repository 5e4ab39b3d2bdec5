//! Two conversations of one person become one: nothing lost, nothing twice, once.

use std::collections::BTreeSet;
use std::sync::Arc;

use shopbell_protocol::message::NewMessage;
use shopbell_protocol::{ConversationId, Direction, MessageContent, ParticipantId, Sequence};

use super::fixture::{Fixture, NOW, fixture, unexpected, visitor};
use crate::ids::conversation_id;
use crate::store::{
    Append, Appended, Audience, GetOrCreate, Profile, Prove, Proved, Slice, Store, StoredMessage, Writer,
};

fn member() -> ParticipantId {
    ParticipantId::Member("00000000-0000-4000-8000-00000000cafe".to_owned())
}

fn members(fixture: &Fixture) -> ConversationId {
    conversation_id(&fixture.site, &member())
}

fn line(fixture: &Fixture, who: &ParticipantId, text: &str) -> Append {
    let message = NewMessage::chat(MessageContent::text(text), Direction::ParticipantToBusiness);
    Append {
        conversation_id: conversation_id(&fixture.site, who),
        ..fixture.append(Writer::Visitor(who.clone()), message)
    }
}

/// The member is proven, and comes from the conversation of this visitor.
async fn prove(fixture: &Fixture, from: &ParticipantId) -> Proved {
    let prove = Prove {
        member: GetOrCreate {
            site_id: fixture.site.clone(),
            participant: member(),
            id: members(fixture),
            now_micros: NOW + 1_000,
        },
        profile: Profile {
            name: Some("Ines".to_owned()),
            ..Profile::default()
        },
        key_id: "key-1".to_owned(),
        from: Some(conversation_id(&fixture.site, from)),
        event_id: fixture.event_id(),
    };
    fixture.store.prove_member(prove).await.expect("an answer")
}

async fn all(fixture: &Fixture, id: ConversationId) -> Vec<StoredMessage> {
    let slice = Slice::Oldest { limit: 1_000 };
    let history = fixture.store.history(id, Audience::Business, slice).await;
    history.expect("an answer").expect("a conversation").messages
}

/// Rule 13: messages of both in the order of time, with the ids that they had; the old conversation leads to the new one.
pub async fn two_conversations_become_one_in_order_of_time_with_one_event(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    let (visitor, member) = (fixture.visitor.clone(), member());
    let mut written = Vec::new();
    for (who, text) in [(&visitor, "one"), (&member, "two"), (&visitor, "three")] {
        written.push(fixture.stored(line(&fixture, who, text)).await.sequence);
    }
    let (old, new) = (fixture.conversation.clone(), members(&fixture));
    let merged = Proved::Merged {
        from: old.clone(),
        into: new.clone(),
    };
    assert_eq!(prove(&fixture, &visitor).await, merged);

    let messages = all(&fixture, new.clone()).await;
    let sequences: Vec<Sequence> = messages.iter().map(|message| message.sequence).collect();
    assert_eq!(sequences, written, "in order, and with the ids that they had");
    let row = fixture.store.conversation(old.clone()).await.expect("an answer");
    let row = row.expect("the old conversation");
    assert_eq!((row.merged_into, row.unread_count), (Some(new.clone()), 0));
    let row = fixture.store.conversation(new.clone()).await.expect("an answer");
    let row = row.expect("the new conversation");
    assert_eq!(row.unread_count, 3);
    assert!(
        row.joined_sequence >= written[2],
        "everything stands before the merge"
    );

    let late = fixture
        .store
        .append_message(line(&fixture, &visitor, "late"))
        .await;
    assert_eq!(late.expect("an answer"), Appended::Merged(new.clone()));
    let steps = fixture.store.merges(new.clone()).await.expect("merges");
    assert_eq!(steps.len(), 1);
    assert_eq!(
        (&steps[0].merged_id, &steps[0].participant, steps[0].messages),
        (&old, &visitor, 2)
    );
    let log = fixture.store.events_after(fixture.site.clone(), 0, 100).await;
    assert_eq!(log.expect("a log").len(), 4, "three messages and one merge");
}

/// A proof that comes again, from another tab or after a broken answer, changes nothing more.
pub async fn a_merge_happens_once(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    let visitor = fixture.visitor.clone();
    fixture.question("one").await;
    assert!(matches!(prove(&fixture, &visitor).await, Proved::Merged { .. }));
    assert_eq!(prove(&fixture, &visitor).await, Proved::Known);
    assert_eq!(all(&fixture, members(&fixture)).await.len(), 1);
    let merges = fixture.store.merges(members(&fixture)).await.expect("merges");
    assert_eq!(merges.len(), 1);
    let log = fixture.store.events_after(fixture.site.clone(), 0, 100).await;
    assert_eq!(log.expect("a log").len(), 2);
}

/// Whoever comes first: what was accepted on either side is there, once.
pub async fn concurrent_merges_and_sends_keep_every_message(store: Arc<dyn Store>) {
    const VISITORS: u64 = 10;
    const MESSAGES: u64 = 8;
    let fixture = Arc::new(fixture(store).await);
    let mut tasks = Vec::new();
    for number in 1..=VISITORS {
        let fixture = Arc::clone(&fixture);
        tasks.push(tokio::spawn(async move {
            let who = visitor(number);
            let mut accepted = Vec::new();
            for place in 0..MESSAGES {
                let append = line(&fixture, &who, &format!("{number}/{place}"));
                match fixture.store.append_message(append).await.expect("an answer") {
                    Appended::Stored(arrival) => accepted.push(arrival.message.sequence),
                    Appended::Merged(_) => {
                        let mine = line(&fixture, &member(), &format!("{number}/{place}"));
                        accepted.push(fixture.stored(mine).await.sequence);
                    }
                    other => return unexpected(&other),
                }
                if place == MESSAGES / 2 {
                    prove(&fixture, &who).await;
                }
            }
            accepted
        }));
    }
    let mut accepted = BTreeSet::new();
    for task in tasks {
        for sequence in task.await.expect("no panic") {
            assert!(accepted.insert(sequence), "two messages got one sequence");
        }
    }
    let messages = all(&fixture, members(&fixture)).await;
    let stored: Vec<Sequence> = messages.iter().map(|message| message.sequence).collect();
    assert_eq!(stored, accepted.into_iter().collect::<Vec<_>>());
    let merges = fixture.store.merges(members(&fixture)).await.expect("merges");
    assert_eq!(u64::try_from(merges.len()), Ok(VISITORS));
}
