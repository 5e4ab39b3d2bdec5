//! The Admin API of webhooks, from outside.

use serde_json::{Value, json};

use super::receiver::{Mode, Receiver};
use crate::harness::{KEY, Server};

async fn server() -> Server {
    Server::start_with(|config| config.webhooks.allow = vec!["127.0.0.1".to_owned()]).await
}

async fn send(server: &Server, method: &str, path: &str, body: &Value) -> crate::harness::Answer {
    let headers = [("authorization", KEY), ("content-type", "application/json")];
    server.send(method, path, &headers, body.to_string()).await
}

#[tokio::test]
async fn an_endpoint_is_made_shown_changed_and_removed() {
    let server = server().await;
    let receiver = Receiver::start(Mode::Accept).await;
    let body = json!({"url": receiver.url(), "format": "STANDARD"});
    let made = server.as_app("/admin/v1/webhooks", &body).await.ok();
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"), "{made}");
    assert_eq!(made["endpoint"]["name"], "127.0.0.1");
    let path = format!("/admin/v1/webhooks/{}", made["endpoint"]["id"].as_str().unwrap());
    let shown = server.read_as_app(&path).await;
    assert_eq!(shown.ok(), made["endpoint"]);
    assert!(!String::from_utf8(shown.body.to_vec()).unwrap().contains("whsec_"));
    let changed = send(
        &server,
        "PATCH",
        &path,
        &json!({"name": "Robot", "state": "PAUSED"}),
    )
    .await
    .ok();
    assert_eq!(
        (&changed["name"], &changed["state"]),
        (&json!("Robot"), &json!("PAUSED"))
    );
    let tested = server.as_app(&format!("{path}/test"), &json!({})).await.ok();
    assert_eq!(
        (&tested["state"], &tested["attempts"][0]["status"]),
        (&json!("TEST"), &json!(200))
    );
    assert_eq!(receiver.got()[0].headers["shopbell-test"], "1");
    let listed = server
        .read_as_app(&format!("{path}/deliveries?state=TEST"))
        .await
        .ok();
    assert_eq!(listed["deliveries"], json!([tested]));
    let new = server
        .as_app(&format!("{path}/secret"), &json!({"overlapHours": 0}))
        .await
        .ok();
    assert_ne!(new["secret"], made["secret"]);
    send(&server, "DELETE", &path, &json!({})).await.ok();
    server.read_as_app(&path).await.refused(404, "NOT_FOUND");
    assert_eq!(
        server.read_as_app("/admin/v1/webhooks").await.ok(),
        json!({"endpoints": []})
    );
}

#[tokio::test]
async fn what_is_wrong_with_an_endpoint_is_named() {
    let server = server().await;
    for (body, field, rule) in [
        (json!({}), "url", "REQUIRED_FIELD"),
        (json!({"url": "http://10.0.0.1/"}), "url", "FORMAT"),
        (
            json!({"url": "http://127.0.0.1:9000/", "name": "n".repeat(101)}),
            "name",
            "MAX_LENGTH",
        ),
        (
            json!({"url": "http://127.0.0.1:9000/", "format": "XML"}),
            "format",
            "INVALID_ENUM_VALUE",
        ),
        (
            json!({"url": "http://127.0.0.1:9000/", "types": ["wix.crm.inbox.v2.message_button-interacted"]}),
            "types[0]",
            "INVALID_ENUM_VALUE",
        ),
    ] {
        server
            .as_app("/admin/v1/webhooks", &body)
            .await
            .violates(field, rule);
    }
    let made = server
        .as_app("/admin/v1/webhooks", &json!({"url": "http://127.0.0.1:9000/"}))
        .await
        .ok();
    assert_eq!(
        (&made["secret"], &made["endpoint"]["format"]),
        (&Value::Null, &json!("TOKEN"))
    );
    let path = format!("/admin/v1/webhooks/{}", made["endpoint"]["id"].as_str().unwrap());
    server
        .as_app(&format!("{path}/secret"), &json!({}))
        .await
        .violates("id", "FORMAT");
    let ids = json!({"deliveryIds": ["1", "one"]});
    server
        .as_app(&format!("{path}/replay"), &ids)
        .await
        .violates("deliveryIds[1]", "FORMAT");
    server
        .read_as_app(&format!("{path}/deliveries?state=LATE"))
        .await
        .violates("state", "INVALID_ENUM_VALUE");
    server
        .read_as_app(&format!("{path}/deliveries?before=x"))
        .await
        .violates("before", "FORMAT");
    for _more in 1..20 {
        server
            .as_app("/admin/v1/webhooks", &json!({"url": "http://127.0.0.1:9000/"}))
            .await
            .ok();
    }
    let one_more = server
        .as_app("/admin/v1/webhooks", &json!({"url": "http://127.0.0.1:9000/"}))
        .await;
    one_more.violates("url", "MAX_SIZE");
}

#[tokio::test]
async fn a_message_over_the_socket_reaches_the_endpoint() {
    let server = server().await;
    let receiver = Receiver::start(Mode::Accept).await;
    let body = json!({"url": receiver.url(), "format": "STANDARD"});
    server.as_app("/admin/v1/webhooks", &body).await.ok();
    let visitor = server.visitor().await;
    let said = visitor.say("Hello").await;
    let got = receiver.accepted(1).await;
    assert_eq!(got[0].json()["data"]["message"]["id"], said["id"]);
    assert_eq!(
        got[0].headers["webhook-id"],
        got[0].json()["id"].as_str().unwrap()
    );
    let log = server.read_as_app("/events/v1").await.ok();
    assert_eq!(log["events"][0], got[0].json());
    let keys = server.read_as_app("/admin/v1/signing-keys").await.ok();
    assert!(
        keys["keys"][0]["publicKey"]
            .as_str()
            .unwrap()
            .starts_with("-----BEGIN PUBLIC KEY-----")
    );
    assert!(!keys.to_string().contains("PRIVATE"));
}
