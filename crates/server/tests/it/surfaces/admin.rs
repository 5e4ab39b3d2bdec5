//! The Admin API.

use serde_json::{Value, json};

use crate::harness::{Answer, KEY, Server};

async fn change(server: &Server, body: &Value) -> Answer {
    let headers = [("authorization", KEY), ("content-type", "application/json")];
    server
        .send("PATCH", "/admin/v1/site", &headers, body.to_string())
        .await
}

#[tokio::test]
async fn what_is_changed_is_what_visitors_are_told() {
    let server = Server::start().await;
    let body =
        json!({"name": "Amy's Shoes", "welcomeText": "Hello!", "imageUrl": "https://shop.example.com/a.png"});
    let site = change(&server, &body).await.ok();
    assert_eq!(site["name"], "Amy's Shoes");
    let settings = server.visitor().await.session["settings"].clone();
    assert_eq!(settings["businessName"], "Amy's Shoes");
    assert_eq!(settings["welcomeText"], "Hello!");
    let site = change(&server, &json!({"welcomeText": null})).await.ok();
    assert_eq!(
        (&site["welcomeText"], &site["name"]),
        (&Value::Null, &json!("Amy's Shoes"))
    );
    let staff = server.staff().await;
    assert_eq!(staff.get("/admin/v1/site").await.ok(), site);
}

#[tokio::test]
async fn wrong_settings_are_named_and_change_nothing() {
    let server = Server::start().await;
    let before = server.read_as_app("/admin/v1/site").await.ok();
    for (body, field) in [
        (json!({"name": ""}), "name"),
        (json!({"imageUrl": "javascript:alert(1)"}), "imageUrl"),
        (
            json!({"allowedOrigins": ["https://shop.example.com/path"]}),
            "allowedOrigins[0]",
        ),
        (json!({"allowedOrigins": ["*"]}), "allowedOrigins[0]"),
        (
            json!({"allowedOrigins": "https://shop.example.com"}),
            "allowedOrigins",
        ),
        (json!({"colour": "red"}), "colour"),
    ] {
        let answer = change(&server, &body).await;
        let violations = answer.json()["details"]["validationError"]["fieldViolations"].clone();
        assert_eq!(
            (answer.status.as_u16(), &violations[0]["field"]),
            (400, &json!(field)),
            "{body}: {answer:?}"
        );
    }
    assert_eq!(server.read_as_app("/admin/v1/site").await.ok(), before);
}
