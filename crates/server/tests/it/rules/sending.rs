//! Rules 2 to 5: what becomes of a message.

use serde_json::{Value, json};
use shopbell_protocol::inbox::SendMessageRequest;
use shopbell_protocol::staff::StaffSendRequest;
use shopbell_protocol::widget::SendRequest;
use shopbell_protocol::{
    ButtonAction, ClientId, ContentKind, ConversationId, MessageContent, MessageDraft, Orientation,
    PostbackUse, Sequence, Visibility,
};
use shopbell_server::service::{HistoryQuery, ServiceError};
use shopbell_server::store::sqlite::SqliteStore;
use shopbell_server::store::{Audience, Slice, Store};
use shopbell_server::testing::{START_MICROS, TestApp, draft, send_request};

use super::{SECOND, card, postback};

pub(super) fn request(conversation: &ConversationId, message: Value, more: Value) -> SendMessageRequest {
    let mut body = json!({"conversationId": conversation, "message": message});
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    serde_json::from_value(body).unwrap()
}

pub(super) fn line(text: &str) -> Value {
    json!({
        "content": {"basic": {"items": [{"text": text}]}},
        "visibility": "BUSINESS_AND_PARTICIPANT", "direction": "BUSINESS_TO_PARTICIPANT"
    })
}

#[tokio::test]
async fn rule_02_the_server_sets_id_sequence_date_sender_type_app_and_orientation() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let conversation = app.conversation_of(&visitor.participant).await;
    let caller = app.app().await;
    let forged = json!({
        "id": "1", "sequence": "1", "createdDate": "1999-01-01T00:00:00.000Z", "appId": "forged",
        "sender": {"wixUserId": "forged"},
        "content": {"contentType": "FORM", "template": {"title": "Spa day", "buttons": [
            {"label": "Change", "postbackProperties": {"interactionId": "change", "appId": "forged"}}]}},
        "visibility": "BUSINESS_AND_PARTICIPANT", "direction": "BUSINESS_TO_PARTICIPANT"
    });
    let answer = app
        .service
        .send_as_app(&caller, request(&conversation, forged, json!({})), None)
        .await
        .unwrap();
    let message = serde_json::to_value(&answer.message).unwrap();
    assert_eq!(message["id"], START_MICROS.to_string());
    assert_eq!(message["sequence"], message["id"]);
    assert_eq!(message["createdDate"], "2023-11-27T16:51:58.040Z");
    assert_eq!(message["appId"], caller.app_id.as_str());
    assert_eq!(message["sender"], json!({"appId": caller.app_id}));
    assert_eq!(message["content"]["contentType"], "TEMPLATE");
    assert_eq!(message["content"]["previewText"], "Spa day");
    assert_eq!(message["content"]["template"]["orientation"], "PORTRAIT");
    let button = &message["content"]["template"]["buttons"][0]["postbackProperties"];
    assert_eq!(button["appId"], caller.app_id.as_str());
    for empty in ["badges", "targetChannels", "targetChannelIds"] {
        assert_eq!(message[empty], json!([]), "{empty}");
    }
    assert_eq!(
        (&message["sourceChannel"], &message["silent"]),
        (&json!("UNKNOWN_CHANNEL_TYPE"), &json!(false))
    );
}

#[tokio::test]
async fn rule_02_a_button_that_staff_send_carries_no_app_even_if_they_name_one() {
    let app = TestApp::start().await;
    let (owner, visitor) = (app.owner().await, app.visitor().await);
    app.visitor_says(&visitor, "1", "Hello").await;
    let mut content = card(vec![postback("Yes", PostbackUse::Once)]);
    if let ContentKind::Template(template) = &mut content.kind {
        template.orientation = Orientation::Unknown;
        if let ButtonAction::Postback(properties) = &mut template.buttons[0].action {
            properties.app_id = Some("forged".into());
        }
    }
    let send = StaffSendRequest {
        client_id: "1".into(),
        message: draft(content, Visibility::BusinessAndParticipant),
        last_seen_sequence: None,
    };
    app.service
        .send_as_staff(&owner, &visitor.conversation_id, send)
        .await
        .unwrap();
    let slice = Slice::Newest { limit: 1 };
    let stored = app
        .store
        .history(visitor.conversation_id, Audience::Business, slice)
        .await
        .unwrap()
        .unwrap();
    let ContentKind::Template(template) = &stored.messages[0].message.content.kind else {
        panic!("no template")
    };
    let ButtonAction::Postback(properties) = &template.buttons[0].action else {
        panic!("no postback")
    };
    assert_eq!(
        (properties.app_id.clone(), template.orientation),
        (None, Orientation::Portrait)
    );
}

#[tokio::test]
async fn rule_03_sequences_rise_strictly_even_when_the_clock_stands_or_steps_back() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let first = app.visitor_says(&visitor, "1", "one").await.sequence;
    let second = app.visitor_says(&visitor, "2", "two").await.sequence;
    app.clock.set(START_MICROS - 3_600_000_000);
    let third = app.visitor_says(&visitor, "3", "three").await.sequence;
    app.clock.set(START_MICROS + 7);
    let fourth = app.visitor_says(&visitor, "4", "four").await;
    assert_eq!(
        [first, second, third, fourth.sequence].map(|s| s.0 - START_MICROS),
        [0, 1, 2, 7]
    );
    assert_eq!(fourth.id.to_string(), fourth.sequence.to_string());
}

#[tokio::test]
async fn rule_04_what_was_answered_is_on_the_disk() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let sent = app.visitor_says(&visitor, "1", "Hello").await;
    // Another store on the same file, while the first has not been closed: what a new process would find.
    let other = SqliteStore::open(&app.database()).unwrap();
    let slice = Slice::Newest { limit: 9 };
    let found = other
        .history(visitor.conversation_id, Audience::Business, slice)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.last_sequence, sent.sequence);
}

#[tokio::test]
async fn rule_05_a_message_sent_again_gets_the_first_answer_and_is_not_counted_or_told_twice() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let first = app.visitor_says(&visitor, "client-1", "Hello").await;
    assert_eq!(first.client_id, Some(ClientId::from("client-1")));
    app.clock.advance(SECOND);
    let app = app.restart().await;
    assert_eq!(app.visitor_says(&visitor, "client-1", "Hello").await, first);
    let other = SendRequest {
        client_id: "client-1".into(),
        content: MessageContent::text("Something else"),
    };
    let reused = app.service.send_as_participant(&visitor, other).await;
    assert!(
        matches!(reused, Err(ServiceError::IdempotencyKeyReused)),
        "{reused:?}"
    );
    let page = app
        .service
        .participant_history(&visitor, HistoryQuery::default())
        .await
        .unwrap();
    assert_eq!(page.messages, [first]);
    let list = app
        .service
        .list_conversations(&app.owner().await, None, None)
        .await
        .unwrap();
    assert_eq!(list.conversations[0].unread_count, 1);
    let log = app
        .service
        .events_after(&app.app().await, None, None, std::time::Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(log.events.len(), 1);
}

#[tokio::test]
async fn rule_05_many_copies_at_once_are_one_message() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let (service, visitor) = (app.service.clone(), visitor.clone());
            let request = SendRequest {
                client_id: "1".into(),
                content: MessageContent::text("Hello"),
            };
            tokio::spawn(async move { service.send_as_participant(&visitor, request).await })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap().unwrap());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
}

#[tokio::test]
async fn rule_05_the_idempotency_key_of_a_program_is_its_own() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let caller = app.app().await;
    app.visitor_says(&visitor, "key-1", "Hello").await;
    let send = |text: &str, key: &str| {
        let request = request(&visitor.conversation_id, line(text), json!({}));
        let (service, caller, key) = (app.service.clone(), caller.clone(), ClientId::from(key));
        async move { service.send_as_app(&caller, request, Some(key)).await }
    };
    let first = send("Welcome", "key-1").await.unwrap();
    assert_eq!(send("Welcome", "key-1").await.unwrap(), first);
    assert!(matches!(
        send("Other", "key-1").await,
        Err(ServiceError::IdempotencyKeyReused)
    ));
    assert!(send("Other", "key-2").await.is_ok());
    let Err(ServiceError::Invalid(violations)) = send("Other", "").await else {
        panic!("an empty key was taken")
    };
    assert_eq!(violations.0[0].field, "Idempotency-Key");
}

#[tokio::test]
async fn what_is_wrong_with_a_message_is_told_completely_and_by_place() {
    let app = TestApp::start().await;
    let caller = app.app().await;
    let request: SendMessageRequest = serde_json::from_value(json!({
        "conversationId": "nope", "sendAs": "NOBODY",
        "message": {"content": {"minimal": {"text": ""}}, "visibility": "PUBLIC"}
    }))
    .unwrap();
    let refused = app.service.send_as_app(&caller, request, None).await;
    let Err(ServiceError::Invalid(violations)) = refused else {
        panic!("{refused:?}")
    };
    let mut fields: Vec<&str> = violations
        .0
        .iter()
        .map(|violation| violation.field.as_str())
        .collect();
    fields.sort_unstable();
    let all = [
        "conversationId",
        "message.content.minimal.text",
        "message.direction",
        "message.visibility",
        "sendAs",
    ];
    assert_eq!(fields, all);
    let nothing = app
        .service
        .send_as_app(&caller, SendMessageRequest::default(), None)
        .await;
    let Err(ServiceError::Invalid(violations)) = nothing else {
        panic!("{nothing:?}")
    };
    let fields: Vec<&str> = violations
        .0
        .iter()
        .map(|violation| violation.field.as_str())
        .collect();
    assert_eq!(fields, ["conversationId", "message"]);
}

#[tokio::test]
async fn a_message_to_an_unknown_conversation_is_not_found() {
    let app = TestApp::start().await;
    let unknown = ConversationId::from("00000000-0000-4000-8000-000000000000");
    let message = MessageDraft {
        ..draft(MessageContent::text("x"), Visibility::Business)
    };
    let refused = app
        .service
        .send_as_app(&app.app().await, send_request(&unknown, message), None)
        .await;
    assert!(
        matches!(refused, Err(ServiceError::ConversationNotFound)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn sends_begun_one_after_another_share_commits_and_keep_their_order() {
    const SENDS: usize = 200;
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    app.visitor_says(&visitor, "first", "Hello").await;
    let before = app.store.commits();
    let mut sending = Vec::new();
    for number in 0..SENDS {
        let request = SendRequest {
            client_id: number.to_string().as_str().into(),
            content: MessageContent::text(number.to_string()),
        };
        sending.push(app.service.begin_send_as_participant(&visitor, request).await);
    }
    let mut newest = Sequence(0);
    for sent in sending {
        let sequence = sent.await.unwrap().sequence;
        assert!(sequence > newest, "stored in another order");
        newest = sequence;
    }
    let commits = app.store.commits() - before;
    assert!(commits < 100, "{SENDS} sends took {commits} commits");
}
