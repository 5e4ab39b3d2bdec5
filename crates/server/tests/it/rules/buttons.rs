//! Rule 10: postback buttons.

use std::time::Duration;

use serde_json::json;
use shopbell_protocol::event::EventBody;
use shopbell_protocol::widget::{ButtonStateChange, PostbackAnswer, PostbackRequest};
use shopbell_protocol::{ButtonAction, ButtonState, Message, MessageId, PostbackUse};
use shopbell_server::clock::to_wire_date;
use shopbell_server::service::{HistoryQuery, ParticipantCaller, ServiceError, ServiceResult};
use shopbell_server::testing::{START_MICROS, TestApp};

use super::{SECOND, card, postback, states};

struct Scene {
    app: TestApp,
    visitor: ParticipantCaller,
    sent: Message,
}

async fn scene(uses: &[PostbackUse], expires: Option<u64>) -> Scene {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    app.visitor_says(&visitor, "1", "Hello").await;
    let buttons = uses.iter().enumerate().map(|(index, uses)| {
        let mut button = postback(&format!("button {index}"), *uses);
        if let ButtonAction::Postback(properties) = &mut button.action {
            properties.expiration_date = expires.map(to_wire_date);
        }
        button
    });
    let content = card(buttons.collect());
    let sent = app.app_says(&visitor.conversation_id, content).await;
    Scene { app, visitor, sent }
}

impl Scene {
    async fn press(&self, button: &str, client: &str) -> ServiceResult<PostbackAnswer> {
        let request = PostbackRequest {
            client_id: client.into(),
            message_id: self.sent.id,
            button_id: button.to_owned(),
        };
        self.app.service.press_postback(&self.visitor, request).await
    }

    fn states(&self, states: &[(&str, ButtonState)]) -> PostbackAnswer {
        let change = |(button_id, state): &(&str, ButtonState)| ButtonStateChange {
            message_id: self.sent.id,
            button_id: (*button_id).to_owned(),
            state: *state,
        };
        PostbackAnswer {
            buttons: states.iter().map(change).collect(),
        }
    }

    async fn interactions(&self) -> Vec<String> {
        let log = self
            .app
            .service
            .events_after(&self.app.app().await, None, None, Duration::ZERO)
            .await
            .unwrap();
        let pressed = log.events.into_iter().filter_map(|event| match event.body {
            EventBody::ButtonInteracted(pressed) => Some(pressed),
            EventBody::MessageSentToBusiness(_)
            | EventBody::MessageSentToParticipant(_)
            | EventBody::ConversationsMerged(_) => None,
        });
        pressed.map(|pressed| pressed.interaction_id).collect()
    }
}

#[tokio::test]
async fn rule_10_a_button_pressed_twice_quickly_is_one_interaction() {
    let scene = scene(&[PostbackUse::Once, PostbackUse::Once], None).await;
    let (one, two) = tokio::join!(scene.press("b0", "p1"), scene.press("b0", "p2"));
    let done = scene.states(&[("b0", ButtonState::Done)]);
    assert_eq!((one.unwrap(), two.unwrap()), (done.clone(), done.clone()));
    assert_eq!(scene.press("b0", "p1").await.unwrap(), done);
    assert_eq!(scene.interactions().await, ["id-of-button 0"]);
    // The other button of the message is still free.
    let both = scene.states(&[("b1", ButtonState::Done), ("b0", ButtonState::Done)]);
    assert_eq!(scene.press("b1", "p3").await.unwrap(), both);
}

#[tokio::test]
async fn rule_10_one_press_of_a_group_settles_all_its_buttons() {
    let scene = scene(&[PostbackUse::OncePerGroup; 3], None).await;
    let done = [
        ("b1", ButtonState::Done),
        ("b0", ButtonState::Done),
        ("b2", ButtonState::Done),
    ];
    assert_eq!(scene.press("b1", "p1").await.unwrap(), scene.states(&done));
    let later = [
        ("b2", ButtonState::Done),
        ("b0", ButtonState::Done),
        ("b1", ButtonState::Done),
    ];
    assert_eq!(scene.press("b2", "p2").await.unwrap(), scene.states(&later));
    assert_eq!(scene.interactions().await, ["id-of-button 1"]);
}

#[tokio::test]
async fn rule_10_a_repeatable_button_reports_each_press_once() {
    let scene = scene(&[PostbackUse::Repeatable], None).await;
    let idle = scene.states(&[("b0", ButtonState::Idle)]);
    for client in ["p1", "p1", "p2"] {
        assert_eq!(scene.press("b0", client).await.unwrap(), idle);
    }
    assert_eq!(scene.interactions().await.len(), 2);
}

#[tokio::test]
async fn rule_10_an_expired_button_is_refused_and_shown_so_and_a_done_one_stays_done() {
    let scene = scene(
        &[PostbackUse::Once, PostbackUse::Once],
        Some(START_MICROS + 1_000_000),
    )
    .await;
    scene.press("b0", "p1").await.unwrap();
    scene.app.clock.advance(SECOND);
    let refused = scene.press("b1", "p2").await;
    assert!(
        matches!(
            refused,
            Err(ServiceError::ButtonExpired {
                state: ButtonState::Expired
            })
        ),
        "{refused:?}"
    );
    let page = scene
        .app
        .service
        .participant_history(&scene.visitor, HistoryQuery::default())
        .await
        .unwrap();
    let shown = states(&page.messages[1].content);
    assert_eq!(
        shown,
        [
            ("b0".to_owned(), ButtonState::Done),
            ("b1".to_owned(), ButtonState::Expired)
        ]
    );
    // The press that was in time still gets its first answer.
    assert!(scene.press("b0", "p1").await.is_ok());
    assert_eq!(scene.interactions().await.len(), 1);
}

#[tokio::test]
async fn rule_10_all_tabs_and_the_inbox_see_the_state() {
    let scene = scene(&[PostbackUse::Once], None).await;
    let owner = scene.app.owner().await;
    scene.press("b0", "p1").await.unwrap();
    let expected = [("b0".to_owned(), ButtonState::Done)];
    let service = &scene.app.service;
    let page = service
        .participant_history(&scene.visitor, HistoryQuery::default())
        .await
        .unwrap();
    assert_eq!(states(&page.messages[1].content), expected);
    let id = &scene.visitor.conversation_id;
    let staff = service
        .staff_history(&owner, id, HistoryQuery::default())
        .await
        .unwrap();
    assert_eq!(states(&staff.messages[1].shown.content), expected);
    let pressed = &staff.messages[1].interactions;
    assert_eq!((pressed.len(), pressed[0].label.as_str()), (1, "button 0"));
}

#[tokio::test]
async fn rule_10_another_participant_cannot_press_it() {
    let scene = scene(&[PostbackUse::Once], None).await;
    let stranger = scene.app.visitor().await;
    scene.app.visitor_says(&stranger, "1", "Hello").await;
    let request = PostbackRequest {
        client_id: "p".into(),
        message_id: scene.sent.id,
        button_id: "b0".to_owned(),
    };
    let refused = scene.app.service.press_postback(&stranger, request).await;
    assert!(
        matches!(refused, Err(ServiceError::NotFound { what: "Message" })),
        "{refused:?}"
    );
    let refused = scene.press("b9", "p").await;
    assert!(
        matches!(refused, Err(ServiceError::NotFound { what: "Button" })),
        "{refused:?}"
    );
    assert_eq!(scene.interactions().await, Vec::<String>::new());
}

#[tokio::test]
async fn rule_10_the_interaction_says_conversation_app_id_and_who_and_not_which_message() {
    let scene = scene(&[PostbackUse::Once], None).await;
    scene.press("b0", "p1").await.unwrap();
    let caller = scene.app.app().await;
    let log = scene
        .app
        .service
        .events_after(&caller, None, None, Duration::ZERO)
        .await
        .unwrap();
    let event = serde_json::to_value(log.events.last().unwrap()).unwrap();
    assert_eq!(event["type"], "wix.crm.inbox.v2.message_button_interacted");
    let expected = json!({
        "conversationId": scene.visitor.conversation_id,
        "appId": caller.app_id,
        "interactionId": "id-of-button 0",
        "interactedBy": {"anonymousVisitorId": scene.visitor.participant.guid()}
    });
    assert_eq!(event["data"], expected);
    assert_ne!(scene.sent.id, MessageId(0));
}
