//! Keys over the Admin API: scopes, ends, rotation.

use serde_json::{Value, json};

use crate::harness::{Answer, KEY, Server};

async fn make(server: &Server, body: Value) -> Value {
    server.as_app("/admin/v1/keys", &body).await.ok()
}

async fn read_with(server: &Server, key: &Value, path: &str) -> Answer {
    let key = key["apiKey"].as_str().unwrap();
    server.get(path, &[("authorization", key)]).await
}

async fn post_with(server: &Server, key: &Value, path: &str, body: &Value) -> Answer {
    let key = key["apiKey"].as_str().unwrap();
    server.post(path, &[("authorization", key)], body).await
}

#[tokio::test]
async fn a_key_is_good_for_its_scopes_only_and_the_refusal_names_the_missing_one() {
    let server = Server::start().await;
    let conversation =
        json!({"participantId": {"anonymousVisitorId": "b55ccb53-9c22-4b45-a05b-bd5226f6bd59"}});
    let calls: [(&str, Option<&Value>, &str); 4] = [
        (
            "/inbox/v2/conversations/b55ccb53-9c22-4b45-a05b-bd5226f6bd59",
            None,
            "READ",
        ),
        ("/inbox/v2/conversations", Some(&conversation), "WRITE"),
        ("/events/v1", None, "EVENTS"),
        ("/admin/v1/keys", None, "ADMIN"),
    ];
    for scope in ["READ", "WRITE", "EVENTS", "ADMIN"] {
        let key = make(&server, json!({"name": scope, "scopes": [scope]})).await;
        for (path, body, needed) in calls {
            let answer = match body {
                Some(body) => post_with(&server, &key, path, body).await,
                None => read_with(&server, &key, path).await,
            };
            if scope == needed {
                assert_ne!(answer.status, 403, "{scope} {path}: {answer:?}");
            } else {
                answer.refused(403, "PERMISSION_DENIED");
                let said = answer.json()["message"].as_str().unwrap().to_owned();
                assert!(
                    said.contains(&format!("scope {needed},")),
                    "{scope} {path}: {said}"
                );
            }
        }
    }
    let usual = make(&server, json!({"name": "usual"})).await;
    assert_eq!(usual["key"]["scopes"], json!(["READ", "WRITE", "EVENTS"]));
}

#[tokio::test]
async fn a_key_is_shown_once_listed_without_itself_and_its_last_use_is_noted() {
    let server = Server::start().await;
    let made = make(
        &server,
        json!({"name": "Order robot", "expiresDate": "2999-01-01T00:00:00Z"}),
    )
    .await;
    assert_eq!(made["key"]["expiresDate"], "2999-01-01T00:00:00.000Z");
    assert_eq!(made["key"]["lastUsedDate"], Value::Null);
    let key = made["apiKey"].as_str().unwrap();
    assert!(key.starts_with("sbk_"), "{key}");
    read_with(&server, &made, "/events/v1").await.ok();
    let list = loop {
        let list = server.read_as_app("/admin/v1/keys").await;
        // Noted beside the answer, not before it.
        if list.ok()["keys"][1]["lastUsedDate"].is_string() {
            break list;
        }
        tokio::task::yield_now().await;
    };
    let text = String::from_utf8(list.body.to_vec()).unwrap();
    assert!(!text.contains(key) && !text.contains(KEY), "{text}");
    let id = made["key"]["id"].as_str().unwrap();
    let staff = server.staff().await;
    let path = format!("/admin/v1/keys/{id}");
    let headers = [("cookie", staff.cookie.as_str())];
    server.send("DELETE", &path, &headers, "").await.ok();
    read_with(&server, &made, "/events/v1")
        .await
        .refused(401, "UNAUTHENTICATED");
    server
        .send("DELETE", &path, &headers, "")
        .await
        .refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn a_rotated_key_is_valid_for_the_overlap_and_is_the_same_program() {
    let server = Server::start().await;
    let old = make(&server, json!({"name": "Robot", "scopes": ["EVENTS"]})).await;
    let rotate = |key: &Value| format!("/admin/v1/keys/{}/rotate", key["key"]["id"].as_str().unwrap());
    let new = server
        .as_app(&rotate(&old), &json!({"overlapHours": 1}))
        .await
        .ok();
    for same in ["appId", "name", "scopes"] {
        assert_eq!(new["key"][same], old["key"][same]);
    }
    read_with(&server, &old, "/events/v1").await.ok();
    read_with(&server, &new, "/events/v1").await.ok();
    let listed = server.read_as_app("/admin/v1/keys").await.ok()["keys"][1].clone();
    assert!(
        listed["replacedDate"].is_string() && listed["expiresDate"].is_string(),
        "{listed}"
    );
    server
        .as_app(&rotate(&old), &json!({}))
        .await
        .violates("id", "FORMAT");
    let newest = server
        .as_app(&rotate(&new), &json!({"overlapHours": 0}))
        .await
        .ok();
    let refused = read_with(&server, &new, "/events/v1").await;
    refused.refused(401, "UNAUTHENTICATED");
    assert_eq!(refused.json()["message"], "The API key has expired");
    read_with(&server, &newest, "/events/v1").await.ok();
}

#[tokio::test]
async fn what_is_wrong_with_a_new_key_is_named() {
    let server = Server::start().await;
    for (body, field, rule) in [
        (json!({}), "name", "FORMAT"),
        (json!({"name": "n".repeat(101)}), "name", "MAX_LENGTH"),
        (json!({"name": "n", "scopes": []}), "scopes", "MIN_SIZE"),
        (
            json!({"name": "n", "scopes": ["READ", "ALL"]}),
            "scopes[1]",
            "INVALID_ENUM_VALUE",
        ),
        (
            json!({"name": "n", "expiresDate": "2001-01-01T00:00:00Z"}),
            "expiresDate",
            "FORMAT",
        ),
        (
            json!({"name": "n", "expiresDate": "tomorrow"}),
            "expiresDate",
            "FORMAT",
        ),
    ] {
        server.as_app("/admin/v1/keys", &body).await.violates(field, rule);
    }
    assert_eq!(
        server.read_as_app("/admin/v1/keys").await.ok()["keys"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}
