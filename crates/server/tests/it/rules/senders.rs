//! Rules 8, 9 and 15: who may send which message, in which order it is shown, and when staff are stopped.

use serde_json::{Value, json};
use shopbell_protocol::staff::StaffSendRequest;
use shopbell_protocol::widget::SendRequest;
use shopbell_protocol::{
    BasicItem, ContentKind, Direction, MessageContent, SenderKind, Sequence, Visibility,
};
use shopbell_server::service::{HistoryQuery, ServiceError};
use shopbell_server::testing::{TestApp, draft};

use super::sending::{line, request};

#[tokio::test]
async fn rule_08_a_participant_sends_basic_and_form_and_nothing_else() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let attempt = |id: &str, content: Value| {
        let content = serde_json::from_value(content).unwrap();
        let request = SendRequest {
            client_id: id.into(),
            content,
        };
        let (service, visitor) = (app.service.clone(), visitor.clone());
        async move { service.send_as_participant(&visitor, request).await }
    };
    let form = json!({"form": {"title": "Contact", "fields": [{"name": "Name", "value": "Ann"}]}});
    let sent = attempt("1", form).await.unwrap();
    assert_eq!(sent.direction, Direction::ParticipantToBusiness);
    assert_eq!(sent.sender.kind, SenderKind::Participant);
    for (id, content) in [
        ("2", json!({"template": {"title": "Spa day"}})),
        ("3", json!({"minimal": {"text": "New Like"}})),
        ("4", json!({"system": {"text": "Notice"}})),
        ("5", json!({})),
        (
            "6",
            json!({"basic": {"items": [{"text": "a"}]}, "minimal": {"text": "b"}}),
        ),
    ] {
        let refused = attempt(id, content.clone()).await;
        assert!(
            matches!(refused, Err(ServiceError::Invalid(_))),
            "{content}: {refused:?}"
        );
    }
    let stored = app
        .service
        .participant_history(&visitor, HistoryQuery::default())
        .await
        .unwrap();
    assert_eq!(stored.messages, [sent], "something refused was stored");
}

#[tokio::test]
async fn rule_08_a_program_sends_as_the_participant_only_to_the_business_and_never_as_staff() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let conversation = app.conversation_of(&visitor.participant).await;
    let caller = app.app().await;
    let attempt = |direction: &str, send_as: &str| {
        let mut message = line("Hello");
        message["direction"] = json!(direction);
        let request = request(&conversation, message, json!({"sendAs": send_as}));
        let (service, caller) = (app.service.clone(), caller.clone());
        async move { service.send_as_app(&caller, request, None).await }
    };
    let sent = attempt("PARTICIPANT_TO_BUSINESS", "PARTICIPANT")
        .await
        .unwrap()
        .message;
    assert_eq!(
        serde_json::to_value(&sent.sender).unwrap(),
        json!({"anonymousVisitorId": visitor.participant.guid()})
    );
    assert_eq!(sent.app_id, Some(caller.app_id.clone()));
    for (direction, send_as) in [
        ("BUSINESS_TO_PARTICIPANT", "PARTICIPANT"),
        ("BUSINESS_TO_PARTICIPANT", "BUSINESS_USER"),
    ] {
        let refused = attempt(direction, send_as).await;
        assert!(
            matches!(refused, Err(ServiceError::IdentityDoesNotMatch { .. })),
            "{send_as}: {refused:?}"
        );
    }
    let refused = attempt("BUSINESS_TO_PARTICIPANT", "SOMEBODY").await;
    let Err(ServiceError::Invalid(violations)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(violations.0[0].field, "sendAs");
}

#[tokio::test]
async fn rule_09_the_items_of_a_basic_message_keep_their_order() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let content: MessageContent = serde_json::from_value(json!({"basic": {"items": [
        {"text": "one"}, {"image": {"url": "https://example.com/two.png"}}, {"text": "three"}]}}))
    .unwrap();
    let conversation = app.conversation_of(&visitor.participant).await;
    app.app_says(&conversation, content).await;
    let page = app
        .service
        .participant_history(&visitor, HistoryQuery::default())
        .await
        .unwrap();
    let ContentKind::Basic(basic) = &page.messages[0].content.kind else {
        panic!("not basic")
    };
    let kinds: Vec<bool> = basic
        .items
        .iter()
        .map(|item| matches!(item, BasicItem::Text(_)))
        .collect();
    assert_eq!(kinds, [true, false, true]);
}

#[tokio::test]
async fn rule_15_a_staff_send_is_refused_with_what_was_missed_and_stores_nothing() {
    let app = TestApp::start().await;
    let (owner, visitor) = (app.owner().await, app.visitor().await);
    let seen = app.visitor_says(&visitor, "1", "Are you there?").await.sequence;
    let missed = app.visitor_says(&visitor, "2", "Never mind").await;
    let attempt = |last_seen: Sequence| {
        let request = StaffSendRequest {
            client_id: "answer".into(),
            message: draft(MessageContent::text("Yes"), Visibility::BusinessAndParticipant),
            last_seen_sequence: Some(last_seen),
        };
        let (service, owner, id) = (
            app.service.clone(),
            owner.clone(),
            visitor.conversation_id.clone(),
        );
        async move { service.send_as_staff(&owner, &id, request).await }
    };
    let refused = attempt(seen).await;
    let Err(ServiceError::ThreadMovedOn { missed: told }) = refused else {
        panic!("{refused:?}")
    };
    let told: Vec<Sequence> = told.iter().map(|message| message.shown.sequence).collect();
    assert_eq!(told, [missed.sequence]);
    let page = app
        .service
        .participant_history(&visitor, HistoryQuery::default())
        .await
        .unwrap();
    assert_eq!(page.messages.len(), 2);
    let sent = attempt(missed.sequence).await.unwrap();
    // Sent again after the thread has moved on: it is stored already, so that is the answer.
    app.visitor_says(&visitor, "3", "Oh!").await;
    assert_eq!(attempt(missed.sequence).await.unwrap(), sent);
}
