//! What the Inbox API declares beside its four calls (`inbox-api.md` section 2.12).

use serde_json::{Value, json};

use crate::harness::{Server, answer};

const OTHER: &str = "0e8e290b-7d48-4e52-a35c-eb729cbcffa0";

/// The types of a message's indications.
async fn indications(server: &Server, conversation: &str, message: &Value) -> Vec<String> {
    let id = message["id"].as_str().unwrap();
    let path = format!("/inbox/v2/conversations/{conversation}/messages/{id}/indications");
    let found = server.read_as_app(&path).await.ok();
    let list = found["messageIndications"].as_array().unwrap();
    assert_eq!(list[0]["timestamp"], message["createdDate"]);
    assert!(list.iter().all(|one| one["messageId"] == id
        && one["channel"] == "CHAT"
        && one["conversationId"] == conversation));
    list.iter()
        .map(|one| one["type"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_message_is_read_by_its_id_under_both_prefixes() {
    let server = Server::start().await;
    let (_visitor, conversation) = server.visitor_with_conversation().await;
    let body = json!({"conversationId": conversation, "message": answer("Yes")});
    let sent = server.as_app("/inbox/v2/messages", &body).await.ok();
    let id = sent["message"]["id"].as_str().unwrap();
    for prefix in ["/inbox/v2", "/crm/inbox/v2"] {
        let path = |message: &str| format!("{prefix}/conversations/{conversation}/messages/{message}");
        assert_eq!(server.read_as_app(&path(id)).await.ok(), sent);
        server.read_as_app(&path("12")).await.refused(404, "NOT_FOUND");
        server.read_as_app(&path("0")).await.refused(404, "NOT_FOUND");
        for wrong in ["x", "+1", "99999999999999999999999"] {
            server
                .read_as_app(&path(wrong))
                .await
                .violates("messageId", "FORMAT");
        }
    }
    server
        .read_as_app(&format!("/inbox/v2/conversations/{OTHER}/messages/{id}"))
        .await
        .refused(404, "CONVERSATION_NOT_FOUND");
}

#[tokio::test]
async fn indications_tell_how_far_a_message_has_got_and_can_be_added() {
    let server = Server::start().await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    let body = json!({"conversationId": conversation, "message": answer("Yes")});
    let sent = server.as_app("/inbox/v2/messages", &body).await.ok()["message"].clone();
    assert_eq!(indications(&server, &conversation, &sent).await, ["SENT"]);
    let path = format!("/inbox/v2/conversations/{conversation}/indications");
    let add = async |body: Value| server.as_app(&path, &body).await;
    let handed = json!({"messageIds": [sent["id"]], "indication": "DELIVERED"});
    assert_eq!(add(handed).await.ok(), json!({}));
    assert_eq!(
        indications(&server, &conversation, &sent).await,
        ["SENT", "DELIVERED"]
    );
    visitor
        .post("/widget/v1/seen", &json!({"sequence": sent["id"]}))
        .await
        .ok();
    assert_eq!(
        indications(&server, &conversation, &sent).await,
        ["SENT", "DELIVERED", "SEEN"]
    );
    let own = visitor.say("Thanks").await;
    assert_eq!(indications(&server, &conversation, &own).await, ["SENT"]);
    let seen = json!({"messageIds": [own["id"]], "indication": "SEEN", "performedBy": "BUSINESS"});
    add(seen).await.ok();
    assert_eq!(
        indications(&server, &conversation, &own).await,
        ["SENT", "DELIVERED", "SEEN"]
    );
    add(json!({"indication": "SEEN"}))
        .await
        .violates("messageIds", "MIN_SIZE");
    add(json!({"messageIds": [own["id"]]}))
        .await
        .violates("indication", "REQUIRED_FIELD");
    add(json!({"messageIds": [own["id"]], "indication": "ERROR"}))
        .await
        .violates("indication", "INVALID_ENUM_VALUE");
    add(json!({"messageIds": ["12"], "indication": "SEEN"}))
        .await
        .refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn reading_a_conversation_moves_the_mark_of_the_side_that_read() {
    let server = Server::start().await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    let question = visitor.say("Are you open?").await;
    let body = json!({"conversationId": conversation, "message": answer("Yes")});
    let sent = server.as_app("/inbox/v2/messages", &body).await.ok()["message"].clone();
    let path = format!("/inbox/v2/conversations/{conversation}/read");
    let read = async |body: Value| server.as_app(&path, &body).await;
    // Before the question there was only the greeting.
    let early = json!({"timestamp": "2020-01-01T00:00:00Z"});
    assert_eq!(read(early).await.ok(), json!({}));
    assert_eq!(indications(&server, &conversation, &question).await, ["SENT"]);
    read(json!({"timestamp": question["createdDate"]})).await.ok();
    assert_eq!(indications(&server, &conversation, &question).await.len(), 3);
    assert_eq!(indications(&server, &conversation, &sent).await, ["SENT"]);
    read(json!({"readBy": visitor.session["participant"]})).await.ok();
    assert_eq!(indications(&server, &conversation, &sent).await.len(), 3);
    read(json!({"readBy": {"memberId": OTHER}}))
        .await
        .refused(403, "IDENTITY_DOES_NOT_MATCH");
    read(json!({"readBy": {}}))
        .await
        .violates("readBy", "REQUIRED_ONE_OF_FIELD");
    read(json!({"timestamp": "tomorrow"}))
        .await
        .violates("timestamp", "FORMAT");
    read(json!({"channelId": "c".repeat(101)}))
        .await
        .violates("channelId", "MAX_LENGTH");
}

#[tokio::test]
async fn channels_are_those_that_the_participant_has_written_in() {
    let server = Server::start().await;
    let (_visitor, conversation) = server.visitor_with_conversation().await;
    let channels = async |id: &str| {
        let path = format!("/inbox/v2/conversations/{id}/channels");
        server.read_as_app(&path).await.ok()["channelIds"].clone()
    };
    assert_eq!(channels(&conversation).await, json!(["CHAT"]));
    let made = json!({"participantId": {"anonymousVisitorId": OTHER}});
    let made = server.as_app("/inbox/v2/conversations", &made).await.ok();
    let id = made["conversation"]["id"].as_str().unwrap();
    assert_eq!(channels(id).await, json!([]));
}

#[tokio::test]
async fn a_deleted_conversation_is_gone_for_everybody_who_looks() {
    let server = Server::start().await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    let mut socket = visitor.socket(None).await;
    let path = format!("/inbox/v2/conversations/{conversation}");
    assert_eq!(server.delete_as_app(&path).await.ok(), json!({}));
    server
        .delete_as_app(&path)
        .await
        .refused(404, "CONVERSATION_NOT_FOUND");
    server
        .read_as_app(&path)
        .await
        .refused(404, "CONVERSATION_NOT_FOUND");
    let list = server.staff().await.get("/staff/v1/conversations").await.ok();
    assert_eq!(list["conversations"], json!([]));
    assert_eq!(server.read_as_app("/events/v1").await.ok()["events"], json!([]));
    // The visitor's page is told to start over, and the next message begins a new conversation.
    socket.next_of("resync").await;
    visitor.say("Hello again").await;
    assert_eq!(socket.texts(1).await, ["Hello again"]);
    let history = visitor.get("/widget/v1/messages").await.ok();
    assert_eq!(history["messages"].as_array().unwrap().len(), 1);
    server
        .delete_as_app("/inbox/v2/conversations/nonsense")
        .await
        .violates("conversationId", "FORMAT");
}
