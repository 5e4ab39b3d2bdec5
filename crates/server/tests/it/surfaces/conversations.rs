//! The Inbox API's conversations.

use serde_json::json;

use crate::harness::Server;

const VISITOR: &str = "0e8e290b-7d48-4e52-a35c-eb729cbcffa0";

#[tokio::test]
async fn of_several_first_calls_exactly_one_creates() {
    let server = Server::start().await;
    let body = json!({"participantId": {"anonymousVisitorId": VISITOR}});
    let calls = (0..8).map(|n| {
        let path = if n % 2 == 0 {
            "/inbox/v2/conversations"
        } else {
            "/crm/inbox/v2/conversations"
        };
        server.as_app(path, &body)
    });
    let answers: Vec<_> = futures_util::future::join_all(calls)
        .await
        .iter()
        .map(|answer| answer.ok())
        .collect();
    let created = answers
        .iter()
        .filter(|answer| answer["newConversation"] == true)
        .count();
    assert_eq!(created, 1);
    assert!(
        answers
            .iter()
            .all(|answer| answer["conversation"]["id"] == answers[0]["conversation"]["id"])
    );
    assert_eq!(
        answers[0]["conversation"]["participant"],
        json!({"anonymousVisitorId": VISITOR})
    );
    let id = answers[0]["conversation"]["id"].as_str().unwrap();
    let read = server
        .read_as_app(&format!("/inbox/v2/conversations/{id}?conversationId={id}"))
        .await
        .ok();
    assert_eq!(read["conversation"], answers[0]["conversation"]);
}

#[tokio::test]
async fn a_participant_is_named_by_exactly_one_guid() {
    let server = Server::start().await;
    let path = "/inbox/v2/conversations";
    let create = async |body| server.as_app(path, &body).await;
    create(json!({}))
        .await
        .violates("participantId", "REQUIRED_FIELD");
    create(json!({"participantId": {}}))
        .await
        .violates("participantId", "REQUIRED_ONE_OF_FIELD");
    let two = json!({"participantId": {"memberId": VISITOR, "contactId": VISITOR}});
    create(two).await.violates("participantId", "ONE_OF_ALIGNMENT");
    create(json!({"participantId": {"memberId": "x"}}))
        .await
        .violates("participantId.memberId", "FORMAT");
    create(json!({"participantId": {"memberId": 7}}))
        .await
        .violates("participantId.memberId", "FORMAT");
}

#[tokio::test]
async fn an_id_that_is_no_guid_is_invalid_and_an_unknown_one_not_found() {
    let server = Server::start().await;
    server
        .read_as_app("/inbox/v2/conversations/x")
        .await
        .violates("conversationId", "FORMAT");
    let unknown = format!("/inbox/v2/conversations/{VISITOR}");
    server
        .read_as_app(&unknown)
        .await
        .refused(404, "CONVERSATION_NOT_FOUND");
    server
        .read_as_app("/inbox/v2/conversations/%ff")
        .await
        .refused(404, "NOT_FOUND");
}
