//! Rule 1: one conversation per participant and site.

use std::collections::BTreeSet;

use shopbell_protocol::inbox::{
    GetOrCreateConversationRequest, ListMessagesRequest, ReadConversationRequest,
};
use shopbell_protocol::{ChannelType, ConversationId, MessageContent, ParticipantId, Visibility};
use shopbell_server::service::{AppCaller, ServiceError};
use shopbell_server::testing::{TestApp, draft, send_request};

use super::SECOND;

const GUID: &str = "E56ED8F7-4BBF-4D99-B2F9-962E555264C3";

fn wanted(participant: ParticipantId) -> GetOrCreateConversationRequest {
    GetOrCreateConversationRequest {
        participant_id: Some(participant),
    }
}

#[tokio::test]
async fn rule_01_of_a_hundred_simultaneous_first_calls_exactly_one_makes_the_conversation() {
    let app = TestApp::start().await;
    let caller = app.app().await;
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let (service, caller) = (app.service.clone(), caller.clone());
            let request = wanted(ParticipantId::Member(GUID.to_owned()));
            tokio::spawn(async move { service.get_or_create_conversation(&caller, request).await })
        })
        .collect();
    let mut ids = BTreeSet::new();
    let mut made = 0;
    for task in tasks {
        let answer = task.await.unwrap().unwrap();
        made += u32::from(answer.new_conversation);
        ids.insert(answer.conversation.id);
    }
    assert_eq!((made, ids.len()), (1, 1));
}

#[tokio::test]
async fn rule_01_the_visitors_first_message_and_a_program_find_the_same_conversation() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let made = app.conversation_of(&visitor.participant).await;
    assert_eq!(made, visitor.conversation_id);
    let caller = app.app().await;
    let before = app
        .service
        .get_conversation(&caller, made.as_str())
        .await
        .unwrap()
        .conversation;
    assert_eq!(before.channels, []);
    app.visitor_says(&visitor, "1", "Hello").await;
    // The same visitor, written in another case.
    let shouted = ParticipantId::AnonymousVisitor(visitor.participant.guid().to_uppercase());
    let answer = app
        .service
        .get_or_create_conversation(&caller, wanted(shouted))
        .await
        .unwrap();
    assert!(!answer.new_conversation);
    assert_eq!(answer.conversation.id, made);
    assert_eq!(answer.conversation.channels, [ChannelType::Chat]);
    assert_eq!(
        answer.conversation.business_display_data.name.as_deref(),
        Some("Amy's Shoes")
    );
}

#[tokio::test]
async fn rule_01_contact_visitor_and_member_of_one_guid_are_three_participants() {
    let app = TestApp::start().await;
    let mut ids = BTreeSet::new();
    for participant in [
        ParticipantId::AnonymousVisitor(GUID.to_owned()),
        ParticipantId::Contact(GUID.to_owned()),
        ParticipantId::Member(GUID.to_owned()),
    ] {
        ids.insert(app.conversation_of(&participant).await);
    }
    assert_eq!(ids.len(), 3);
}

#[tokio::test]
async fn unknown_ids_and_ids_that_are_none_are_told_apart() {
    let app = TestApp::start().await;
    let caller = app.app().await;
    let unknown = app
        .service
        .get_conversation(&caller, "00000000-0000-4000-8000-000000000000")
        .await;
    assert!(matches!(unknown, Err(ServiceError::ConversationNotFound)));
    let none = app.service.get_conversation(&caller, "not-an-id").await;
    let Err(ServiceError::Invalid(violations)) = none else {
        panic!("{none:?}")
    };
    assert_eq!(violations.0[0].field, "conversationId");
    let missing = app
        .service
        .get_or_create_conversation(&caller, GetOrCreateConversationRequest::default())
        .await;
    let Err(ServiceError::Invalid(violations)) = missing else {
        panic!("{missing:?}")
    };
    assert_eq!(violations.0[0].field, "participantId");
}

#[tokio::test]
async fn the_staffs_list_is_newest_first_with_preview_and_unread_count() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let (first, second) = (app.visitor().await, app.visitor().await);
    app.visitor_says(&first, "1", "Do you have boots?").await;
    app.clock.advance(SECOND);
    app.visitor_says(&second, "1", "Where are you?").await;
    app.clock.advance(SECOND);
    app.visitor_says(&first, "2", "In green?").await;
    let page = app
        .service
        .list_conversations(&owner, None, Some(1))
        .await
        .unwrap();
    let line = &page.conversations[0];
    assert_eq!(line.conversation.id, first.conversation_id);
    assert_eq!((line.preview_text.as_str(), line.unread_count), ("In green?", 2));
    assert!(!line.preview_from_business && !line.online);
    let rest = app
        .service
        .list_conversations(&owner, page.cursor.as_deref(), None)
        .await
        .unwrap();
    let ids: Vec<&ConversationId> = rest
        .conversations
        .iter()
        .map(|line| &line.conversation.id)
        .collect();
    assert_eq!((ids, rest.cursor), (vec![&second.conversation_id], None));
    let forged = app
        .service
        .list_conversations(&owner, Some("yesterday"), Some(101))
        .await;
    let Err(ServiceError::Invalid(violations)) = forged else {
        panic!("{forged:?}")
    };
    let fields: Vec<&str> = violations
        .0
        .iter()
        .map(|violation| violation.field.as_str())
        .collect();
    assert_eq!(fields, ["limit", "before"]);
}

#[tokio::test]
async fn a_silent_message_leaves_unread_count_and_preview_alone() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let visitor = app.visitor().await;
    app.visitor_says(&visitor, "1", "Hello").await;
    let request: shopbell_protocol::inbox::SendMessageRequest = serde_json::from_value(serde_json::json!({
        "conversationId": visitor.conversation_id,
        "silent": true,
        "message": {
            "content": {"basic": {"items": [{"text": "psst"}]}},
            "visibility": "BUSINESS_AND_PARTICIPANT", "direction": "PARTICIPANT_TO_BUSINESS"
        }
    }))
    .unwrap();
    let sent = app
        .service
        .send_as_app(&app.app().await, request, None)
        .await
        .unwrap()
        .message;
    assert!(sent.silent);
    let page = app.service.list_conversations(&owner, None, None).await.unwrap();
    assert_eq!(page.conversations[0].preview_text, "Hello");
    assert_eq!(page.conversations[0].unread_count, 1);
    assert_eq!(page.conversations[0].last_sequence, sent.sequence);
}

/// The program of a second site on the same server; nothing of ours makes one yet.
async fn program_of_another_site(app: &TestApp) -> AppCaller {
    let db = rusqlite::Connection::open(app.database()).unwrap();
    db.execute_batch(
        "INSERT INTO site (id, name, allowed_origins, secret, created)
             SELECT 'another', 'Another', '[]', secret, created + 1 FROM site;
         INSERT INTO api_key (key_hash, site_id, app_id, name, created)
             SELECT x'00', 'another', 'app of another', 'x', 0;",
    )
    .unwrap();
    AppCaller {
        site_id: "another".into(),
        ..app.app().await
    }
}

#[tokio::test]
async fn a_conversation_of_another_site_is_out_of_reach_by_every_call() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let said = app.visitor_says(&visitor, "1", "Hello").await;
    let stranger = program_of_another_site(&app).await;
    let (id, message) = (visitor.conversation_id.as_str(), said.id.to_string());
    let service = &app.service;
    let refused = [
        service.get_conversation(&stranger, id).await.map(drop),
        service.get_message(&stranger, id, &message).await.map(drop),
        service
            .message_indications(&stranger, id, &message)
            .await
            .map(drop),
        service
            .read_conversation(&stranger, id, ReadConversationRequest::default())
            .await,
        service.conversation_channels(&stranger, id).await.map(drop),
        service.delete_conversation(&stranger, id).await,
    ];
    for refused in refused {
        assert!(
            matches!(refused, Err(ServiceError::NotOwnedByBusiness)),
            "{refused:?}"
        );
    }
    let list = ListMessagesRequest {
        conversation_id: Some(id.to_owned()),
        visibility: Some(Visibility::Business),
        ..ListMessagesRequest::default()
    };
    let listed = service.list_messages(&stranger, list).await;
    assert!(matches!(listed, Err(ServiceError::NotJoined)), "{listed:?}");
    let message = draft(MessageContent::text("x"), Visibility::BusinessAndParticipant);
    let request = send_request(&visitor.conversation_id, message);
    let sent = service.send_as_app(&stranger, request, None).await;
    assert!(
        matches!(sent, Err(ServiceError::ConversationNotFound)),
        "{sent:?}"
    );
    assert!(app.service.get_conversation(&app.app().await, id).await.is_ok());
}
