//! Tokens, cookies and ids of somebody else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};

use crate::harness::{KEY, PASSWORD, Server, Socket, answer, client_id};
use crate::surfaces::files;

#[tokio::test]
async fn a_forged_visitor_token_opens_nothing() {
    let server = Server::start().await;
    let (visitor, other) = (server.visitor().await, server.visitor().await);
    let parts: Vec<&str> = visitor.token().split('.').collect();
    let [version, claims, signature] = parts[..] else {
        panic!("another form of token")
    };
    let others: Vec<&str> = other.token().split('.').collect();
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut claims: Value = serde_json::from_slice(&BASE64.decode(claims).unwrap()).unwrap();
        change(&mut claims);
        format!("{version}.{}.{signature}", BASE64.encode(claims.to_string()))
    };
    let none = BASE64.encode(r#"{"alg":"none","typ":"JWT"}"#);
    for token in [
        format!("{none}.{claims}."),
        format!("{none}.{claims}.{signature}"),
        format!("{version}.{claims}."),
        format!("{version}.{claims}"),
        format!("{version}.{claims}.{}", BASE64.encode([0; 32])),
        format!("{version}.{claims}.{}", others[2]),
        format!("{version}.{}.{signature}", others[1]),
        format!("{}.x", visitor.token()),
        changed(&|claims| claims["e"] = json!(u64::MAX)),
        changed(&|claims| claims["s"] = json!("another site")),
        changed(&|claims| claims["p"] = other.session["participant"].clone()),
        format!("{version}.{}.{signature}", BASE64.encode("[".repeat(10_000))),
        KEY.to_owned(),
    ] {
        let bearer = format!("Bearer {token}");
        for path in [
            "/widget/v1/messages",
            "/inbox/v2/messages",
            "/events/v1",
            "/admin/v1/site",
        ] {
            if token != KEY || path.starts_with("/widget") {
                server
                    .get(path, &[("authorization", &bearer)])
                    .await
                    .refused(401, "UNAUTHENTICATED");
            }
        }
        let renewed = server
            .post("/widget/v1/session", &[], &json!({"token": token}))
            .await;
        renewed.refused(401, "UNAUTHENTICATED");
        let mut socket = Socket::open(&server, "/widget/v1/socket", &[]).await;
        socket.send(&json!({"type": "hello", "token": token})).await;
        let error = socket.next_of("error").await;
        assert_eq!(
            error["error"]["details"]["applicationError"]["code"], "UNAUTHENTICATED",
            "{token}"
        );
        assert_eq!(socket.close_code().await, Some(1008));
    }
}

#[tokio::test]
async fn a_page_of_another_origin_cannot_use_a_signed_in_browser() {
    let server = Server::start().await;
    let (_visitor, conversation) = server.visitor_with_conversation().await;
    let staff = server.staff().await;
    let messages = format!("/staff/v1/conversations/{conversation}/messages");
    let before = staff.get(&messages).await.ok()["messages"].clone();
    let own_suffix = format!("http://{}.evil.example", server.addr);
    for foreign in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", ""),
        ("origin", "http://127.0.0.1:1"),
        ("origin", own_suffix.as_str()),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let message = json!({"clientId": client_id(), "message": answer("From nobody")});
        for (method, path, body) in [
            ("POST", messages.as_str(), message),
            ("PATCH", "/admin/v1/site", json!({"name": "Taken over"})),
            ("POST", "/staff/v1/uploads", json!("text")),
            ("DELETE", "/staff/v1/session", json!({})),
            (
                "POST",
                "/staff/v1/session",
                json!({"email": "owner@localhost", "password": PASSWORD}),
            ),
        ] {
            let headers = [
                ("content-type", "application/json"),
                ("cookie", staff.cookie.as_str()),
                foreign,
            ];
            let answer = server.send(method, path, &headers, body.to_string()).await;
            answer.refused(403, "PERMISSION_DENIED");
            assert!(!answer.headers.contains_key("set-cookie"));
        }
    }
    let socket = Socket::try_open(
        server.addr,
        "/staff/v1/socket",
        &[("cookie", &staff.cookie), ("origin", "https://evil.example")],
    )
    .await;
    assert_eq!(socket.err(), Some(403));
    assert_eq!(staff.get(&messages).await.ok()["messages"], before);
    assert_ne!(staff.get("/admin/v1/site").await.ok()["name"], "Taken over");
    assert_eq!(files(server.data.path()), 0);
}

#[tokio::test]
async fn what_belongs_to_somebody_else_is_as_if_it_were_not_there() {
    let server = Server::start().await;
    let (_other, others) = server.visitor_with_conversation().await;
    let (visitor, own) = server.visitor_with_conversation().await;
    let card = json!({"content": {"template": {"title": "Spa day", "buttons": [
        {"label": "Change", "postbackProperties": {"interactionId": "the-secret-id"}}]}},
        "visibility": "BUSINESS_AND_PARTICIPANT", "direction": "BUSINESS_TO_PARTICIPANT"});
    let mut hidden = card.clone();
    hidden["visibility"] = json!("BUSINESS");
    let sent = async |conversation: &str, message: &Value| {
        let body = json!({"conversationId": conversation, "message": message});
        server.as_app("/inbox/v2/messages", &body).await.ok()["message"]["id"].clone()
    };
    let (theirs, note, mine) = (
        sent(&others, &card).await,
        sent(&own, &hidden).await,
        sent(&own, &card).await,
    );
    let press = async |message: &Value, button: &str| {
        let body = json!({"clientId": client_id(), "messageId": message, "buttonId": button});
        visitor.post("/widget/v1/postbacks", &body).await
    };
    for (message, button) in [
        (&theirs, "b0"),
        (&note, "b0"),
        (&mine, "b1"),
        (&mine, "the-secret-id"),
        (&json!("1"), "b0"),
    ] {
        press(message, button).await.refused(404, "NOT_FOUND");
    }
    for query in [
        format!("conversationId={others}"),
        format!("before={}", u64::MAX),
        format!("after={}", note.as_str().unwrap()),
        "visibility=BUSINESS".to_owned(),
        "limit=100".to_owned(),
    ] {
        let page = visitor.get(&format!("/widget/v1/messages?{query}")).await;
        page.ok();
        let text = String::from_utf8_lossy(&page.body);
        for foreign in [
            theirs.as_str().unwrap(),
            note.as_str().unwrap(),
            others.as_str(),
            "the-secret-id",
        ] {
            assert!(!text.contains(foreign), "{query}: {foreign} in {text}");
        }
    }
    press(&mine, "b0").await.ok();
}
