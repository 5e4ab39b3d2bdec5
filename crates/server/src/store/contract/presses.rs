//! Postback buttons (rule 10).

use std::sync::Arc;

use shopbell_protocol::event::{ButtonInteracted, EventBody};
use shopbell_protocol::message::NewMessage;
use shopbell_protocol::{ClientId, MessageId, Sender, Visibility};

use super::fixture::{Fixture, NOW, app, fixture, template, to_participant, unexpected};
use crate::store::{Audience, ChangesQuery, LoggedFact, PressButton, Pressed, Store, StoredMessage};

/// Once, with its event, and told once to those who look.
pub async fn a_press_is_accepted_once_and_told_to_those_who_look(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    fixture.question("one").await;
    let card = fixture
        .stored(fixture.append(app(), to_participant(template())))
        .await;
    let before = look(&fixture, 0).await;
    assert_eq!(before.0, []);
    let Pressed::Accepted(pressed) = press(&fixture, &card, "b0", "press-1").await else {
        return unexpected(&"not accepted");
    };
    assert_eq!(pressed.presses.len(), 1);
    for client in ["press-1", "press-2"] {
        let again = press(&fixture, &card, "b0", client).await;
        assert_eq!(again, Pressed::Before(pressed.clone()), "{client}");
    }
    // Once per group: another button of the message was pressed.
    assert!(matches!(
        press(&fixture, &card, "b1", "press-3").await,
        Pressed::Before(_)
    ));
    let after = look(&fixture, before.1).await;
    assert_eq!(after.0, [*pressed]);
    assert_eq!(look(&fixture, after.1).await.0, []);
    let log = fixture
        .store
        .events_after(fixture.site.clone(), 0, 10)
        .await
        .expect("a log");
    let expected = EventBody::ButtonInteracted(ButtonInteracted {
        conversation_id: fixture.conversation.clone(),
        app_id: None,
        interaction_id: "id of once".to_owned(),
        interacted_by: Option::<Sender>::from(&fixture.visitor).expect("a sender"),
    });
    assert_eq!(log.len(), 3);
    assert_eq!(
        log.last().map(|event| event.fact.clone()),
        Some(LoggedFact::Other(Box::new(expected)))
    );
}

/// Rule 6 and 10.
pub async fn a_press_on_what_the_participant_cannot_see_finds_nothing(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    fixture.question("one").await;
    let hidden = NewMessage {
        visibility: Visibility::Business,
        ..to_participant(template())
    };
    let hidden = fixture.stored(fixture.append(app(), hidden)).await;
    assert_eq!(
        press(&fixture, &hidden, "b0", "press-1").await,
        Pressed::MessageNotFound
    );
    let shown = fixture
        .stored(fixture.append(app(), to_participant(template())))
        .await;
    for button in ["b3", "b4", "x", ""] {
        assert_eq!(
            press(&fixture, &shown, button, "press-1").await,
            Pressed::ButtonNotFound,
            "{button:?}"
        );
    }
    let log = fixture
        .store
        .events_after(fixture.site.clone(), 0, 10)
        .await
        .expect("a log");
    assert_eq!(log.len(), 2, "a refused press was told");
}

/// Rule 5, for presses.
pub async fn the_same_press_is_one_interaction_also_of_a_repeatable_button(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    fixture.question("one").await;
    let card = fixture
        .stored(fixture.append(app(), to_participant(template())))
        .await;
    assert!(matches!(
        press(&fixture, &card, "b2", "press-1").await,
        Pressed::Accepted(_)
    ));
    assert!(matches!(
        press(&fixture, &card, "b2", "press-1").await,
        Pressed::Before(_)
    ));
    assert_eq!(press(&fixture, &card, "b0", "press-1").await, Pressed::KeyReused);
    let Pressed::Accepted(pressed) = press(&fixture, &card, "b2", "press-2").await else {
        return unexpected(&"not accepted");
    };
    assert_eq!(pressed.presses.len(), 2);
}

async fn press(fixture: &Fixture, message: &StoredMessage, button: &str, client: &str) -> Pressed {
    let press = PressButton {
        conversation_id: fixture.conversation.clone(),
        message_id: MessageId::from(message.sequence),
        button_id: button.to_owned(),
        client_id: ClientId::from(client),
        event_id: fixture.event_id(),
        now_micros: NOW,
    };
    fixture.store.press_button(press).await.expect("an answer")
}

async fn look(fixture: &Fixture, revision: u64) -> (Vec<StoredMessage>, u64) {
    let query = ChangesQuery {
        conversation_id: fixture.conversation.clone(),
        audience: Audience::Participant,
        after: shopbell_protocol::Sequence(u64::MAX),
        revision,
        limit: 1,
    };
    let changes = fixture
        .store
        .changes(query)
        .await
        .expect("an answer")
        .expect("a conversation");
    (changes.pressed, changes.revision)
}
