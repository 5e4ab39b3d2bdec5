//! The Inbox API's messages, to the letter of `inbox-api.md`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::harness::{KEY, Server, answer, basic, client_id, fixture};

/// The answer as the sample has it: what differs by call is put in from the call.
fn as_sample(mut got: Value, sample: &Value) -> Value {
    let app = sample["message"]["appId"].clone();
    for path in ["/message/id", "/message/sequence", "/message/createdDate"] {
        *got.pointer_mut(path).unwrap() = sample.pointer(path).unwrap().clone();
    }
    for path in [
        "/message/appId",
        "/message/sender/appId",
        "/message/content/template/buttons/1/postbackProperties/appId",
    ] {
        if let (Some(place), false) = (got.pointer_mut(path), app.is_null()) {
            *place = app.clone();
        }
    }
    if let Some(sender) = sample.pointer("/message/sender")
        && sender.get("appId").is_none()
    {
        got["message"]["sender"] = sender.clone();
        got["message"].as_object_mut().unwrap().remove("appId");
        if let Some(app) = sample["message"].get("appId") {
            got["message"]["appId"] = app.clone();
        }
    }
    got
}

#[tokio::test]
async fn the_four_samples_are_answered_as_documented_under_both_prefixes() {
    let server = Server::start().await;
    let (_visitor, conversation) = server.visitor_with_conversation().await;
    for prefix in ["/inbox/v2", "/crm/inbox/v2"] {
        for name in ["basic", "template", "minimal", "form"] {
            let mut request = fixture(&format!("sample-{name}-request"));
            request["conversationId"] = conversation.clone().into();
            let got = server.as_app(&format!("{prefix}/messages"), &request).await.ok();
            let sample = fixture(&format!("sample-{name}-answer"));
            assert_eq!(got["message"]["id"], got["message"]["sequence"]);
            assert_eq!(as_sample(got, &sample), sample, "{name}");
        }
    }
}

#[tokio::test]
async fn what_breaks_a_limit_is_refused_by_its_field_and_nothing_is_stored() {
    let server = Server::start().await;
    let (_visitor, conversation) = server.visitor_with_conversation().await;
    let button = json!({"label": "More", "launchUrl": "https://shop.example.com"});
    let with = |content: Value| {
        json!({"conversationId": conversation, "message": {"content": content,
            "visibility": "BUSINESS_AND_PARTICIPANT", "direction": "BUSINESS_TO_PARTICIPANT"}})
    };
    let refuse = async |body: Value, field: &str, rule: &str| {
        server
            .as_app("/inbox/v2/messages", &body)
            .await
            .violates(field, rule);
    };
    let buttons = vec![button.clone(); 11];
    refuse(
        with(json!({"template": {"title": "x", "buttons": buttons}})),
        "message.content.template.buttons",
        "MAX_SIZE",
    )
    .await;
    for url in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//x",
        "https:// x",
        "ftp://x",
    ] {
        let bad = json!({"template": {"buttons": [{"label": "x", "launchUrl": url}]}});
        refuse(
            with(bad),
            "message.content.template.buttons[0].launchUrl",
            "FORMAT",
        )
        .await;
    }
    refuse(
        with(basic(&"x".repeat(16_385))),
        "message.content.basic.items[0].text",
        "MAX_LENGTH",
    )
    .await;
    refuse(
        with(json!({"basic": {"items": []}})),
        "message.content.basic.items",
        "MIN_SIZE",
    )
    .await;
    refuse(with(json!({})), "message.content", "REQUIRED_ONE_OF_FIELD").await;
    let mut both = basic("x");
    both["minimal"] = json!({"text": "x"});
    refuse(with(both), "message.content", "ONE_OF_ALIGNMENT").await;
    refuse(
        json!({"conversationId": conversation}),
        "message",
        "REQUIRED_FIELD",
    )
    .await;
    refuse(json!({}), "conversationId", "REQUIRED_FIELD").await;
    let mut body = with(basic("x"));
    body["conversationId"] = "not-a-guid".into();
    refuse(body, "conversationId", "FORMAT").await;
    let mut body = with(basic("x"));
    body["message"]["visibility"] = "UNKNOWN_VISIBILITY".into();
    refuse(body, "message.visibility", "INVALID_ENUM_VALUE").await;
    let wrong = with(json!({"template": {"buttons": [{"label": 7}]}}));
    refuse(wrong, "message.content.template.buttons[0].label", "FORMAT").await;
    let stored = server
        .read_as_app(&format!(
            "/inbox/v2/messages?conversationId={conversation}&visibility=BUSINESS"
        ))
        .await;
    assert_eq!(
        stored.ok()["messages"].as_array().unwrap().len(),
        1,
        "only the visitor's own message is there"
    );
    let events = server.read_as_app("/events/v1").await.ok();
    assert_eq!(events["events"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_the_server_owns_is_ignored_and_unknown_keys_are_no_error() {
    let server = Server::start().await;
    let (_visitor, conversation) = server.visitor_with_conversation().await;
    let mut message = answer("hi");
    for (key, value) in [
        ("id", json!("1")),
        ("sequence", json!({"odd": true})),
        ("sender", json!({"wixUserId": "x"})),
        ("appId", json!(7)),
        ("createdDate", json!("yesterday")),
        ("somethingNew", json!([1])),
    ] {
        message[key] = value;
    }
    message["content"]["contentType"] = "TEMPLATE".into();
    let body = json!({"conversationId": conversation, "message": message, "new": 1});
    let stored = server.as_app("/inbox/v2/messages", &body).await.ok()["message"].clone();
    assert_ne!(stored["id"], "1");
    assert_eq!(stored["content"]["contentType"], "BASIC");
    assert!(stored["sender"]["appId"].is_string());
    assert!(stored.get("somethingNew").is_none());
}

#[tokio::test]
async fn an_idempotency_key_stores_one_message() {
    let server = Server::start().await;
    let (_visitor, conversation) = server.visitor_with_conversation().await;
    let body = json!({"conversationId": conversation, "message": answer("once")});
    let key = client_id();
    let headers = [("authorization", KEY), ("idempotency-key", key.as_str())];
    let (first, again) = tokio::join!(
        server.post("/inbox/v2/messages", &headers, &body),
        server.post("/crm/inbox/v2/messages", &headers, &body)
    );
    assert_eq!(first.ok(), again.ok());
    let other = json!({"conversationId": conversation, "message": answer("twice")});
    server
        .post("/inbox/v2/messages", &headers, &other)
        .await
        .refused(409, "IDEMPOTENCY_KEY_REUSED");
    let long = "x".repeat(65);
    let headers = [("authorization", KEY), ("idempotency-key", long.as_str())];
    server
        .post("/inbox/v2/messages", &headers, &body)
        .await
        .violates("Idempotency-Key", "MAX_LENGTH");
}

#[tokio::test]
async fn both_query_encodings_page_through_everything() {
    let server = Server::start().await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    for n in 0..5 {
        visitor.say(&n.to_string()).await;
    }
    let packed = |request: &Value| {
        format!(
            "/inbox/v2/messages?.r={}",
            URL_SAFE_NO_PAD.encode(request.to_string())
        )
    };
    let mut seen = Vec::new();
    let mut cursor = Value::Null;
    for _page in 0..10 {
        let request = json!({"conversationId": conversation, "visibility": "BUSINESS",
            "paging": {"limit": 2, "cursor": cursor}, "sorting": {"fieldName": "sequence", "order": "ASC"}});
        let page = server.read_as_app(&packed(&request)).await.ok();
        let messages = page["messages"].as_array().unwrap().clone();
        assert_eq!(page["pagingMetadata"]["count"], messages.len());
        seen.extend(messages.iter().map(|m| {
            m["content"]["basic"]["items"][0]["text"]
                .as_str()
                .unwrap()
                .to_owned()
        }));
        cursor = page["pagingMetadata"]["cursors"]["next"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!(seen, ["Hello", "0", "1", "2", "3", "4"]);
    let query = format!("conversationId={conversation}&visibility=BUSINESS_AND_PARTICIPANT");
    let newest = server
        .read_as_app(&format!("/crm/inbox/v2/messages?{query}&paging.limit=1"))
        .await
        .ok();
    assert_eq!(newest["messages"][0]["content"]["basic"]["items"][0]["text"], "4");
    for (extra, field, rule) in [
        ("&paging.limit=101", "paging.limit", "MAX"),
        ("&paging.limit=-1", "paging.limit", "MIN"),
        ("&paging.limit=many", "paging.limit", "FORMAT"),
        ("&sorting.order=UP", "sorting.order", "INVALID_ENUM_VALUE"),
        (
            "&sorting.fieldName=text",
            "sorting.fieldName",
            "INVALID_ENUM_VALUE",
        ),
        ("&paging.cursor=never-issued", "paging.cursor", "FORMAT"),
        ("&.r=%25%25", ".r", "FORMAT"),
    ] {
        let answer = server
            .read_as_app(&format!("/inbox/v2/messages?{query}{extra}"))
            .await;
        answer.violates(field, rule);
    }
    server
        .read_as_app("/inbox/v2/messages")
        .await
        .violates("conversationId", "REQUIRED_FIELD");
    let unknown =
        "/inbox/v2/messages?conversationId=e56ed8f7-4bbf-3d99-b2f9-962e555264c3&visibility=BUSINESS";
    server
        .read_as_app(unknown)
        .await
        .refused(404, "CONVERSATION_NOT_FOUND");
}
