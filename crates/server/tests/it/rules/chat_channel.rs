//! Rule 12: the channel exists only after a first message through the widget.

use serde_json::json;
use shopbell_protocol::chat::SendChatMessageRequest;
use shopbell_protocol::{ClientId, ContentKind, Direction, SenderKind};
use shopbell_server::service::{HistoryQuery, ServiceError};
use shopbell_server::testing::TestApp;

fn request(channel: &str, text: &str, as_visitor: Option<bool>) -> SendChatMessageRequest {
    serde_json::from_value(json!({"channelId": channel, "messageText": text, "sendAsVisitor": as_visitor}))
        .unwrap()
}

#[tokio::test]
async fn rule_12_a_channel_exists_only_after_a_first_message_through_the_widget() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let caller = app.app().await;
    let id = visitor.conversation_id.as_str();
    let attempt = || {
        app.service
            .send_to_channel(&caller, request(id, "Hello", None), None)
    };
    assert!(
        matches!(attempt().await, Err(ServiceError::ChannelNotFound)),
        "nothing is there"
    );
    app.conversation_of(&visitor.participant).await;
    app.app_says(
        &visitor.conversation_id,
        shopbell_protocol::MessageContent::text("A program's word"),
    )
    .await;
    assert!(
        matches!(attempt().await, Err(ServiceError::ChannelNotFound)),
        "a program's message makes no channel"
    );
    app.visitor_says(&visitor, "1", "Hello").await;
    let sent = attempt().await.unwrap().message_id;
    let page = app
        .service
        .participant_history(&visitor, HistoryQuery::default())
        .await
        .unwrap();
    let last = page.messages.last().unwrap();
    assert_eq!(
        (last.id, last.direction, last.sender.kind),
        (sent, Direction::BusinessToParticipant, SenderKind::App)
    );
    assert!(matches!(&last.content.kind, ContentKind::Basic(basic) if basic.items.len() == 1));
}

#[tokio::test]
async fn a_program_may_write_to_a_channel_as_the_visitor_and_repeat_itself_safely() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let caller = app.app().await;
    app.visitor_says(&visitor, "1", "Hello").await;
    let id = visitor.conversation_id.as_str();
    let attempt = || {
        let key = Some(ClientId::from("key"));
        app.service
            .send_to_channel(&caller, request(id, "I am interested", Some(true)), key)
    };
    assert_eq!(attempt().await.unwrap(), attempt().await.unwrap());
    let page = app
        .service
        .participant_history(&visitor, HistoryQuery::default())
        .await
        .unwrap();
    assert_eq!(page.messages.len(), 2);
    let last = page.messages.last().unwrap();
    assert_eq!(
        (last.direction, last.sender.kind),
        (Direction::ParticipantToBusiness, SenderKind::Participant)
    );
    assert_eq!(
        last.client_id, None,
        "a program's key is shown as the widget's own"
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_chat_message_is_named_by_its_own_fields() {
    let app = TestApp::start().await;
    let caller = app.app().await;
    let metadata = json!({"x": "y".repeat(20_000)});
    let wrong =
        serde_json::from_value(json!({"channelId": "x", "messageText": "", "metadata": metadata})).unwrap();
    let refused = app.service.send_to_channel(&caller, wrong, None).await;
    let Err(ServiceError::Invalid(violations)) = refused else {
        panic!("{refused:?}")
    };
    let fields: Vec<&str> = violations
        .0
        .iter()
        .map(|violation| violation.field.as_str())
        .collect();
    assert_eq!(fields, ["channelId", "messageText", "metadata"]);
    let long = request("x", &"ä".repeat(16_385), None);
    let refused = app.service.send_to_channel(&caller, long, None).await;
    let Err(ServiceError::Invalid(violations)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(
        violations.0[1].description,
        "has size 16385, expected 16384 or less"
    );
}
