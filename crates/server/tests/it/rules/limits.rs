//! Rules 11 and 16: what is too large or of the wrong kind is answered by name, and stores nothing.

use std::time::Duration;

use serde_json::{Value, json};
use shopbell_protocol::Rule;
use shopbell_server::service::ServiceError;
use shopbell_server::testing::TestApp;

/// The field that is named when a program sends this content.
async fn named(app: &TestApp, content: Value) -> (String, Rule) {
    let visitor = app.visitor().await;
    let conversation = app.conversation_of(&visitor.participant).await;
    let request = serde_json::from_value(json!({"conversationId": conversation, "message": {
        "content": content, "visibility": "BUSINESS_AND_PARTICIPANT", "direction": "BUSINESS_TO_PARTICIPANT"}}))
    .unwrap();
    let refused = app.service.send_as_app(&app.app().await, request, None).await;
    let Err(ServiceError::Invalid(violations)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(violations.0.len(), 1, "{violations}");
    let log = app
        .service
        .events_after(&app.app().await, None, None, Duration::ZERO)
        .await
        .unwrap();
    assert!(log.events.is_empty(), "something refused was stored");
    (violations.0[0].field.clone(), violations.0[0].violated_rule)
}

#[tokio::test]
async fn rule_11_only_http_and_https_are_links_pictures_and_icons() {
    let app = TestApp::start().await;
    for address in [
        "javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//example.com/x",
        "file:///etc/passwd",
    ] {
        for (content, field) in [
            (
                json!({"template": {"buttons": [{"label": "x", "launchUrl": address}]}}),
                "template.buttons[0].launchUrl",
            ),
            (
                json!({"template": {"title": "x", "imageUrl": address}}),
                "template.imageUrl",
            ),
            (json!({"minimal": {"text": "x", "url": address}}), "minimal.url"),
            (
                json!({"minimal": {"text": "x", "iconUrl": address}}),
                "minimal.iconUrl",
            ),
            (
                json!({"basic": {"items": [{"image": {"url": address}}]}}),
                "basic.items[0].image.url",
            ),
        ] {
            let (named, rule) = named(&app, content).await;
            assert_eq!(
                (named, rule),
                (format!("message.content.{field}"), Rule::Format),
                "{address}"
            );
        }
    }
}

#[tokio::test]
async fn rule_16_one_past_a_limit_is_refused_with_its_field() {
    let app = TestApp::start().await;
    let button = json!({"label": "x", "launchUrl": "https://example.com"});
    let buttons: Vec<_> = (0..11).map(|_| button.clone()).collect();
    let (field, rule) = named(&app, json!({"template": {"title": "x", "buttons": buttons}})).await;
    assert_eq!(
        (field.as_str(), rule),
        ("message.content.template.buttons", Rule::MaxSize)
    );
    let (field, rule) = named(&app, json!({"basic": {"items": [{"text": "ä".repeat(16_385)}]}})).await;
    assert_eq!(
        (field.as_str(), rule),
        ("message.content.basic.items[0].text", Rule::MaxLength)
    );
}
