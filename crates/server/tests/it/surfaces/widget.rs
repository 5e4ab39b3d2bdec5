//! The Widget API over plain HTTP.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Server, answer, basic, client_id, fixture, text_of};

#[tokio::test]
async fn a_sent_message_is_in_the_history_with_its_client_id() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let body = json!({"clientId": client_id(), "content": basic("Do you have them in 39?")});
    let sent = visitor.post("/widget/v1/messages", &body).await.ok()["message"].clone();
    assert_eq!(sent["id"], sent["sequence"]);
    assert_eq!(sent["clientId"], body["clientId"]);
    assert_eq!(sent["direction"], "PARTICIPANT_TO_BUSINESS");
    assert_eq!(sent["content"]["contentType"], "BASIC");
    let page = visitor.get("/widget/v1/messages").await.ok();
    assert_eq!(page["messages"], json!([sent]));
    assert_eq!(page["hasOlder"], false);
    assert_eq!(page["lastSequence"], sent["sequence"]);
}

#[tokio::test]
async fn the_same_client_id_gets_the_first_answer_again() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let body = json!({"clientId": client_id(), "content": basic("once")});
    let first = visitor.post("/widget/v1/messages", &body).await.ok();
    let again = visitor.post("/widget/v1/messages", &body).await.ok();
    assert_eq!(first, again);
    let other = json!({"clientId": body["clientId"], "content": basic("something else")});
    visitor
        .post("/widget/v1/messages", &other)
        .await
        .refused(409, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(
        visitor.get("/widget/v1/messages").await.ok()["messages"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_visitor_sends_basic_and_form_only() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    for content in [
        json!({"template": {"title": "x"}}),
        json!({"minimal": {"text": "x"}}),
        json!({"system": {"text": "x"}}),
        json!({}),
        json!({"basic": {"items": [{"text": "x"}]}, "minimal": {"text": "x"}}),
    ] {
        let answer = visitor
            .post(
                "/widget/v1/messages",
                &json!({"clientId": client_id(), "content": content}),
            )
            .await;
        assert!(
            matches!(answer.status.as_u16(), 400 | 403),
            "{content}: {answer:?}"
        );
        assert!(answer.json()["details"].is_object());
    }
    let long = json!({"clientId": client_id(), "content": basic(&"x".repeat(16_385))});
    visitor
        .post("/widget/v1/messages", &long)
        .await
        .violates("content.basic.items[0].text", "MAX_LENGTH");
    let nameless = json!({"content": basic("x")});
    visitor
        .post("/widget/v1/messages", &nameless)
        .await
        .violates("clientId", "REQUIRED_FIELD");
    assert_eq!(
        visitor.get("/widget/v1/messages").await.ok()["messages"],
        json!([])
    );
    let longest = json!({"clientId": client_id(), "content": basic(&"é".repeat(16_384))});
    visitor.post("/widget/v1/messages", &longest).await.ok();
}

#[tokio::test]
async fn what_only_the_business_may_see_never_reaches_the_visitor() {
    let server = Server::start().await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    let staff = server.staff().await;
    let mut note = answer("secret note");
    note["visibility"] = "BUSINESS".into();
    staff.answer(&conversation, &note).await;
    staff.answer(&conversation, &answer("public answer")).await;
    let page = visitor.get("/widget/v1/messages").await;
    let text = String::from_utf8(page.body.to_vec()).unwrap();
    assert!(
        text.contains("public answer") && !text.contains("secret"),
        "{text}"
    );
    assert_eq!(page.ok()["messages"].as_array().unwrap().len(), 2);
    let session = server
        .post("/widget/v1/session", &[], &json!({"token": visitor.token()}))
        .await
        .ok();
    assert_eq!(session["unreadCount"], 1);
}

#[tokio::test]
async fn a_button_is_pressed_once_and_its_interaction_id_stays_with_the_business() {
    let server = Server::start().await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    let mut request = fixture("sample-template-request");
    request["conversationId"] = conversation.clone().into();
    server.as_app("/inbox/v2/messages", &request).await.ok();
    let history = visitor.get("/widget/v1/messages").await;
    assert!(!String::from_utf8_lossy(&history.body).contains("interactionId"));
    let message = history.ok()["messages"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    let buttons = message["content"]["template"]["buttons"].clone();
    assert_eq!(buttons[0]["launchUrl"], "https://shop.example.com/directions");
    assert_eq!(buttons[1]["state"], "IDLE");
    let press = |client_id: String| json!({"clientId": client_id, "messageId": message["id"], "buttonId": buttons[1]["buttonId"]});
    let (first, second) = (press(client_id()), press(client_id()));
    let (one, other) = tokio::join!(
        visitor.post("/widget/v1/postbacks", &first),
        visitor.post("/widget/v1/postbacks", &second)
    );
    for answer in [one, other] {
        assert_eq!(answer.ok()["buttons"][0]["state"], "DONE");
    }
    let interacted: Vec<Value> = server.read_as_app("/events/v1").await.ok()["events"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["type"] == "wix.crm.inbox.v2.message_button_interacted")
        .cloned()
        .collect();
    assert_eq!(interacted.len(), 1, "{interacted:?}");
    assert_eq!(interacted[0]["data"]["interactionId"], "change-appointment");
    assert_eq!(interacted[0]["data"]["conversationId"], conversation);
    let missing = json!({"clientId": client_id(), "messageId": message["id"], "buttonId": "nonsense"});
    visitor
        .post("/widget/v1/postbacks", &missing)
        .await
        .refused(404, "NOT_FOUND");
    let stranger = server.visitor().await;
    stranger
        .post("/widget/v1/postbacks", &press(client_id()))
        .await
        .refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn history_is_read_page_by_page_without_gap_or_repeat() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    for n in 0..7 {
        visitor.say(&n.to_string()).await;
    }
    let mut texts = Vec::new();
    let mut before = String::new();
    loop {
        let page = visitor
            .get(&format!("/widget/v1/messages?limit=3&before={before}"))
            .await
            .ok();
        let messages = page["messages"].as_array().unwrap();
        texts.splice(0..0, messages.iter().map(text_of));
        if page["hasOlder"] == false {
            break;
        }
        before = messages[0]["sequence"].as_str().unwrap().to_owned();
    }
    assert_eq!(texts, ["0", "1", "2", "3", "4", "5", "6"]);
    visitor
        .get("/widget/v1/messages?limit=x")
        .await
        .violates("limit", "FORMAT");
    visitor
        .get("/widget/v1/messages?limit=101")
        .await
        .violates("limit", "MAX");
    visitor
        .get("/widget/v1/messages?before=x")
        .await
        .violates("before", "FORMAT");
    visitor
        .get("/widget/v1/messages?before=1&after=1")
        .await
        .violates("after", "ONE_OF_ALIGNMENT");
    visitor
        .get("/widget/v1/messages?wait=61")
        .await
        .violates("wait", "MAX");
}

#[tokio::test]
async fn where_sockets_are_blocked_a_waiting_request_brings_the_answer() {
    let server = Server::start().await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    let after = visitor.get("/widget/v1/messages").await.ok()["lastSequence"]
        .as_str()
        .unwrap()
        .to_owned();
    let staff = server.staff().await;
    let path = format!("/widget/v1/messages?after={after}&wait=30");
    let (page, _sent) = tokio::join!(visitor.get(&path), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        staff.answer(&conversation, &answer("Yes, we do")).await
    });
    let page = page.ok();
    assert_eq!(page["messages"].as_array().unwrap().len(), 1);
    assert_eq!(text_of(&page["messages"][0]), "Yes, we do");
    assert_eq!(
        page["marks"]["participantDelivered"], page["messages"][0]["sequence"],
        "fetched is delivered"
    );
}

#[tokio::test]
async fn a_visitor_sees_and_the_marks_say_so() {
    let server = Server::start().await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    let sent = server.staff().await.answer(&conversation, &answer("Yes")).await;
    let sequence = sent["shown"]["sequence"].clone();
    let marks = visitor
        .post("/widget/v1/seen", &json!({"sequence": sequence}))
        .await
        .ok();
    assert_eq!(marks["marks"]["participantSeen"], sequence);
    let beyond = visitor
        .post("/widget/v1/seen", &json!({"sequence": "9999999999999999"}))
        .await
        .ok();
    assert_eq!(
        beyond["marks"]["participantSeen"], sequence,
        "nobody sees what is not there yet"
    );
    visitor
        .post("/widget/v1/seen", &json!({"sequence": 5}))
        .await
        .violates("sequence", "FORMAT");
}
