//! The Chat API (`inbox-api.md` section 4).

use serde_json::json;

use crate::harness::{EventStream, KEY, Server, answer};

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

#[tokio::test]
async fn chat_events_tell_both_directions_with_metadata_and_a_summary() {
    let server = Server::start().await;
    let (visitor, channel) = server.visitor_with_conversation().await;
    let long = "é".repeat(300);
    let body = json!({"channelId": channel, "messageText": long, "metadata": {"order": 7}});
    server.as_app("/chat/v1/messages", &body).await.ok();
    let body = json!({"channelId": channel, "messageText": "For me", "sendAsVisitor": true});
    server.as_app("/chat/v1/messages", &body).await.ok();
    // What only the business sees is none of the chat's events.
    let mut note = answer("a note");
    note["visibility"] = json!("BUSINESS");
    note["direction"] = json!("PARTICIPANT_TO_BUSINESS");
    server.staff().await.answer(&channel, &note).await;
    let page = server.read_as_app("/chat/v1/events").await.ok();
    let events = page["events"].as_array().unwrap();
    assert_eq!(events.len(), 3);
    let visitor_id = &visitor.session["participant"]["anonymousVisitorId"];
    let told = &events[0];
    assert_eq!(told["direction"], "VisitorToBusiness");
    assert_eq!(&told["participantId"], visitor_id);
    assert_eq!(told["payload"], json!({"text": "Hello"}));
    assert_eq!(told["metadata"], json!({}));
    let told = &events[1];
    assert_eq!(told["channelId"], json!(channel));
    assert_eq!(told["direction"], "BusinessToVisitor");
    assert_eq!(told["metadata"], json!({"order": 7}));
    assert_eq!(told["payload"]["text"], json!(long));
    assert_eq!(told["summary"], json!("é".repeat(250)));
    assert_eq!(told["type"], "TEXT");
    let told = &events[2];
    assert_eq!(told["direction"], "VisitorToBusiness");
    assert_eq!(&told["participantId"], visitor_id);
    let cursor = page["cursor"].as_str().unwrap();
    let rest = server
        .read_as_app(&format!("/chat/v1/events?after={cursor}"))
        .await
        .ok();
    assert_eq!(rest, json!({"events": [], "cursor": cursor}));
}

#[tokio::test]
async fn pages_without_a_text_are_passed_over() {
    let server = Server::start().await;
    let (visitor, channel) = server.visitor_with_conversation().await;
    let card = json!({"content": {"template": {"title": "Spa day"}}, "visibility": "BUSINESS_AND_PARTICIPANT",
        "direction": "BUSINESS_TO_PARTICIPANT"});
    let staff = server.staff().await;
    for _ in 0..3 {
        staff.answer(&channel, &card).await;
    }
    visitor.say("after the cards").await;
    let mut stream = EventStream::open(&server, "/chat/v1/events?limit=1", &[("authorization", KEY)]).await;
    assert_eq!(stream.next().await.unwrap().data["summary"], "Hello");
    let next = stream.next().await.unwrap();
    assert_eq!(
        (next.event.as_str(), &next.data["summary"]),
        ("message", &json!("after the cards"))
    );
    let first = server.read_as_app("/chat/v1/events?limit=1").await.ok();
    let cursor = first["cursor"].as_str().unwrap();
    let second = server
        .read_as_app(&format!("/chat/v1/events?limit=1&after={cursor}"))
        .await
        .ok();
    assert_eq!(second["events"][0]["payload"]["text"], "after the cards");
}
