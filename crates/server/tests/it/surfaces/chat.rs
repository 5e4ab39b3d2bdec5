//! The Chat API (`inbox-api.md` section 4).

use serde_json::json;

use crate::harness::Server;

#[tokio::test]
async fn a_channel_exists_only_after_a_first_message_through_the_widget() {
    let server = Server::start().await;
    let participant =
        json!({"participantId": {"anonymousVisitorId": "0e8e290b-7d48-4e52-a35c-eb729cbcffa0"}});
    let made = server.as_app("/inbox/v2/conversations", &participant).await.ok();
    let early = json!({"channelId": made["conversation"]["id"], "messageText": "Hello?"});
    server
        .as_app("/chat/v1/messages", &early)
        .await
        .refused(428, "CHANNEL_NOT_FOUND");

    let (visitor, channel) = server.visitor_with_conversation().await;
    let body = json!({"channelId": channel, "messageText": "Hi!", "metadata": {"order": 7}});
    let sent = server.as_app("/chat/v1/messages", &body).await.ok();
    assert!(sent["messageId"].is_string());
    let history = visitor.get("/widget/v1/messages").await;
    let text = String::from_utf8_lossy(&history.body).into_owned();
    assert!(
        text.contains("Hi!") && !text.contains("metadata") && !text.contains("order"),
        "{text}"
    );
}

#[tokio::test]
async fn wrong_input_is_named() {
    let server = Server::start().await;
    let (_visitor, channel) = server.visitor_with_conversation().await;
    let send = async |body| server.as_app("/chat/v1/messages", &body).await;
    send(json!({"messageText": "x"}))
        .await
        .violates("channelId", "REQUIRED_FIELD");
    send(json!({"channelId": "x", "messageText": "x"}))
        .await
        .violates("channelId", "FORMAT");
    send(json!({"channelId": channel}))
        .await
        .violates("messageText", "REQUIRED_FIELD");
    send(json!({"channelId": channel, "messageText": ""}))
        .await
        .violates("messageText", "MIN_LENGTH");
    send(json!({"channelId": channel, "messageText": "x".repeat(16_385)}))
        .await
        .violates("messageText", "MAX_LENGTH");
    send(json!({"channelId": channel, "messageText": "x", "metadata": 7}))
        .await
        .violates("metadata", "FORMAT");
}
