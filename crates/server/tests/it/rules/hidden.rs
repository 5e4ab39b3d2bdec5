//! Rules 6 and 7: what never reaches a participant.

use std::time::Duration;

use serde_json::json;
use shopbell_protocol::chat::SendChatMessageRequest;
use shopbell_protocol::inbox::{ListMessagesRequest, SendMessageRequest};
use shopbell_protocol::widget::{PostbackRequest, SessionRequest};
use shopbell_protocol::{MessageContent, PostbackUse, Sequence, Visibility};
use shopbell_server::service::{HistoryQuery, ParticipantCaller, Place, ServiceError};
use shopbell_server::testing::TestApp;

use super::{card, postback};

/// Everything that the service tells a participant about their conversation, as text.
async fn everything(app: &TestApp, visitor: &ParticipantCaller) -> String {
    let service = &app.service;
    let mut all = Vec::new();
    for query in [
        HistoryQuery::default(),
        HistoryQuery {
            after: Some(Sequence(0)),
            ..HistoryQuery::default()
        },
        HistoryQuery {
            before: Some(Sequence(u64::MAX)),
            limit: Some(1),
            ..HistoryQuery::default()
        },
    ] {
        let page = service.participant_history(visitor, query).await.unwrap();
        all.push(serde_json::to_string(&page).unwrap());
    }
    let changes = service
        .participant_changes(visitor, Place::default(), 100)
        .await
        .unwrap();
    all.extend(
        changes
            .messages
            .iter()
            .map(|live| serde_json::to_string(&live.message).unwrap()),
    );
    all.extend(
        changes
            .messages
            .iter()
            .map(|live| live.previous_sequence.to_string()),
    );
    all.push(serde_json::to_string(&(changes.buttons, changes.marks)).unwrap());
    let welcome = service.welcome_participant(visitor).await.unwrap();
    all.push(
        serde_json::to_string(&(welcome.last_sequence, welcome.marks, welcome.conversation_id)).unwrap(),
    );
    let marks = service
        .participant_seen(visitor, Sequence(u64::MAX))
        .await
        .unwrap();
    all.push(serde_json::to_string(&marks).unwrap());
    all.join("\n")
}

#[tokio::test]
async fn rule_06_a_message_for_the_business_reaches_its_participant_in_no_form() {
    let app = TestApp::start().await;
    let (owner, visitor) = (app.owner().await, app.visitor().await);
    app.visitor_says(&visitor, "1", "Hello").await;
    let note = app
        .app_notes(&visitor.conversation_id, "A secret of the business")
        .await;
    app.service
        .staff_seen(&owner, &visitor.conversation_id, note.sequence)
        .await
        .unwrap();
    let after = everything(&app, &visitor).await;
    assert!(!after.contains("secret"), "{after}");
    assert!(
        !after.contains(&note.sequence.to_string()),
        "the sequence of a hidden message shows: {after}"
    );
    let page = app
        .service
        .participant_history(&visitor, HistoryQuery::default())
        .await
        .unwrap();
    assert_eq!((page.messages.len(), page.has_older), (1, false));
    assert_eq!(page.last_sequence, page.messages[0].sequence);
    assert_eq!(page.marks.business_seen, page.messages[0].sequence);
}

#[tokio::test]
async fn rule_06_hidden_messages_do_not_count_as_unread_or_make_a_conversation_for_the_visitor() {
    let app = TestApp::start().await;
    let session = app
        .service
        .start_session(SessionRequest::default(), None)
        .await
        .unwrap();
    let visitor = app
        .service
        .authenticate_participant(&session.token)
        .await
        .unwrap();
    let conversation = app.conversation_of(&visitor.participant).await;
    app.app_notes(&conversation, "A note before the first word").await;
    let again = SessionRequest {
        token: Some(session.token),
        ..SessionRequest::default()
    };
    let again = app.service.start_session(again, None).await.unwrap();
    assert_eq!(
        (again.unread_count, again.last_sequence, again.conversation_id),
        (0, Sequence(0), None)
    );
    app.app_says(&conversation, MessageContent::text("Welcome")).await;
    let third = SessionRequest {
        token: Some(again.token),
        ..SessionRequest::default()
    };
    let third = app.service.start_session(third, None).await.unwrap();
    assert_eq!(
        (third.unread_count, third.conversation_id),
        (1, Some(conversation))
    );
}

#[tokio::test]
async fn rule_06_a_hidden_message_is_not_there_for_a_press_either() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    app.visitor_says(&visitor, "1", "Hello").await;
    let request: SendMessageRequest = serde_json::from_value(json!({
        "conversationId": visitor.conversation_id,
        "message": {
            "content": {"template": {"title": "x", "buttons": [
                {"label": "y", "postbackProperties": {"interactionId": "z"}}]}},
            "visibility": "BUSINESS", "direction": "BUSINESS_TO_PARTICIPANT"
        }
    }))
    .unwrap();
    let hidden = app
        .service
        .send_as_app(&app.app().await, request, None)
        .await
        .unwrap()
        .message;
    let press = |message_id| PostbackRequest {
        client_id: "p".into(),
        message_id,
        button_id: "b0".to_owned(),
    };
    let refused = app
        .service
        .press_postback(&visitor, press(hidden.id))
        .await
        .unwrap_err();
    let unknown = app
        .service
        .press_postback(&visitor, press(shopbell_protocol::MessageId(1)))
        .await
        .unwrap_err();
    assert!(matches!(refused, ServiceError::NotFound { what: "Message" }));
    assert_eq!(
        refused.to_string(),
        unknown.to_string(),
        "a hidden message is refused in another way"
    );
}

#[tokio::test]
async fn rule_06_a_program_that_asks_as_the_participant_gets_the_participants_page() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    app.visitor_says(&visitor, "1", "Hello").await;
    app.app_notes(&visitor.conversation_id, "hidden").await;
    let list = |visibility| {
        let request = ListMessagesRequest {
            conversation_id: Some(visitor.conversation_id.0.clone()),
            visibility: Some(visibility),
            ..ListMessagesRequest::default()
        };
        let service = app.service.clone();
        let caller = app.app();
        async move {
            service
                .list_messages(&caller.await, request)
                .await
                .unwrap()
                .paging_metadata
                .count
        }
    };
    assert_eq!(list(Visibility::BusinessAndParticipant).await, 1);
    assert_eq!(list(Visibility::Business).await, 2);
}

#[tokio::test]
async fn rule_07_metadata_is_kept_and_reaches_nobody() {
    let app = TestApp::start().await;
    let (owner, visitor) = (app.owner().await, app.visitor().await);
    app.visitor_says(&visitor, "1", "Hello").await;
    let request: SendChatMessageRequest = serde_json::from_value(json!({
        "channelId": visitor.conversation_id, "messageText": "Your order", "metadata": {"order": "classified-4711"}
    }))
    .unwrap();
    app.service
        .send_to_channel(&app.app().await, request, None)
        .await
        .unwrap();
    let shown = everything(&app, &visitor).await;
    assert!(
        shown.contains("Your order") && !shown.contains("4711") && !shown.contains("metadata"),
        "{shown}"
    );
    let id = &visitor.conversation_id;
    let staff = app
        .service
        .staff_history(&owner, id, HistoryQuery::default())
        .await
        .unwrap();
    assert!(!serde_json::to_string(&staff).unwrap().contains("4711"));
    let kept: String = rusqlite::Connection::open(app.database())
        .unwrap()
        .query_row(
            "SELECT metadata FROM message WHERE metadata IS NOT NULL",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(kept, r#"{"order":"classified-4711"}"#);
}

#[tokio::test]
async fn rule_07_an_interaction_id_reaches_the_log_and_the_staff_and_never_the_browser() {
    let app = TestApp::start().await;
    let (owner, visitor) = (app.owner().await, app.visitor().await);
    app.visitor_says(&visitor, "1", "Hello").await;
    let sent = app
        .app_says(
            &visitor.conversation_id,
            card(vec![postback("Change", PostbackUse::Once)]),
        )
        .await;
    let press = PostbackRequest {
        client_id: "p".into(),
        message_id: sent.id,
        button_id: "b0".to_owned(),
    };
    let answer = app.service.press_postback(&visitor, press).await.unwrap();
    let shown = everything(&app, &visitor).await + &serde_json::to_string(&answer).unwrap();
    for secret in [
        "id-of-Change",
        "interactionId",
        "postbackProperties",
        "appId",
        app.app().await.app_id.as_str(),
    ] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    let log = app
        .service
        .events_after(&app.app().await, None, None, Duration::ZERO)
        .await
        .unwrap();
    assert!(serde_json::to_string(&log).unwrap().contains("id-of-Change"));
    let id = &visitor.conversation_id;
    let staff = app
        .service
        .staff_history(&owner, id, HistoryQuery::default())
        .await
        .unwrap();
    assert_eq!(staff.messages[1].interactions[0].interaction_id, "id-of-Change");
}
