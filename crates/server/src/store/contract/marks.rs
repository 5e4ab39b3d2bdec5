//! How far each side has got.

use std::sync::Arc;

use shopbell_protocol::message::NewMessage;
use shopbell_protocol::shown::{Marks, Side};
use shopbell_protocol::{Direction, MessageContent, Sequence};

use super::fixture::{Fixture, app, fixture, to_participant};
use crate::store::{Audience, MarkMove, Overview, Store};

/// Forward only; what was seen was delivered; never at a message that the side may not see.
pub async fn a_mark_moves_forward_only_and_not_beyond_what_its_side_may_see(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    assert!(
        fixture
            .store
            .move_mark(mark(&fixture, Side::Participant, 5))
            .await
            .expect("an answer")
            .is_none()
    );
    let question = fixture.question("one").await.sequence;
    let answer = fixture.answer("two").await.sequence;
    let note = fixture.note("hidden").await.sequence;
    let (overview, moved) = advance(&fixture, Side::Participant, u64::MAX).await;
    assert!(moved);
    assert_eq!(
        (
            overview.marks.participant_seen,
            overview.marks.participant_delivered
        ),
        (answer, answer)
    );
    let (overview, moved) = advance(&fixture, Side::Participant, question.0).await;
    assert!(!moved, "a mark moved back");
    assert_eq!(overview.marks.participant_seen, answer);
    let (overview, _) = advance(&fixture, Side::Business, u64::MAX).await;
    assert_eq!(overview.marks.business_seen, note);
    let delivered = MarkMove {
        seen: false,
        ..mark(&fixture, Side::Business, u64::MAX)
    };
    let (_, moved) = fixture
        .store
        .move_mark(delivered)
        .await
        .expect("an answer")
        .expect("a conversation");
    assert!(!moved, "what was seen was not taken for delivered");
}

/// Rule 6: not even as a number.
pub async fn a_participant_is_not_told_of_marks_at_hidden_messages(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    let question = fixture.question("one").await.sequence;
    fixture.note("hidden").await;
    advance(&fixture, Side::Business, u64::MAX).await;
    let overview = fixture
        .store
        .overview(fixture.conversation.clone(), Audience::Participant)
        .await;
    let overview = overview.expect("an answer").expect("a conversation");
    let expected = Marks {
        business_seen: question,
        business_delivered: question,
        ..Marks::default()
    };
    assert_eq!((overview.marks, overview.last_sequence), (expected, question));
}

/// The unread count of each side.
pub async fn what_is_silent_or_seen_is_not_counted_as_unread(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    let first = fixture.question("one").await.sequence;
    fixture.question("two").await;
    let silent = |direction| NewMessage {
        silent: true,
        ..NewMessage::chat(MessageContent::text("psst"), direction)
    };
    fixture
        .stored(fixture.append(app(), silent(Direction::ParticipantToBusiness)))
        .await;
    fixture
        .stored(fixture.append(app(), silent(Direction::BusinessToParticipant)))
        .await;
    fixture.answer("three").await;
    fixture.note("hidden").await;
    let row = fixture
        .store
        .conversation(fixture.conversation.clone())
        .await
        .expect("an answer")
        .expect("a row");
    assert_eq!(row.unread_count, 2);
    let (overview, _) = advance(&fixture, Side::Business, first.0).await;
    assert_eq!(overview.unread_count, 1);
    let unread = || async {
        let overview = fixture
            .store
            .overview(fixture.conversation.clone(), Audience::Participant)
            .await;
        overview.expect("an answer").expect("a conversation").unread_count
    };
    assert_eq!(unread().await, 1);
    advance(&fixture, Side::Participant, u64::MAX).await;
    assert_eq!(unread().await, 0);
    fixture
        .stored(fixture.append(app(), to_participant(MessageContent::text("four"))))
        .await;
    assert_eq!(unread().await, 1);
}

async fn advance(fixture: &Fixture, side: Side, sequence: u64) -> (Overview, bool) {
    fixture
        .store
        .move_mark(mark(fixture, side, sequence))
        .await
        .expect("an answer")
        .expect("a conversation")
}

fn mark(fixture: &Fixture, side: Side, sequence: u64) -> MarkMove {
    MarkMove {
        conversation: fixture.conversation.clone(),
        side,
        seen: true,
        sequence: Sequence(sequence),
    }
}
