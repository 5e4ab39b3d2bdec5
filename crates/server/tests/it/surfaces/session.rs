//! A visitor's session and its credential.

use serde_json::json;

use crate::harness::{Server, basic, client_id};

#[tokio::test]
async fn a_session_goes_on_with_its_token_as_the_same_visitor() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    assert_eq!(visitor.session["lastSequence"], "0");
    assert_eq!(visitor.session["unreadCount"], 0);
    assert!(
        visitor.session.get("conversationId").is_none(),
        "a visitor without a message has no conversation"
    );
    let again = server
        .post("/widget/v1/session", &[], &json!({"token": visitor.token()}))
        .await
        .ok();
    assert_eq!(again["participant"], visitor.session["participant"]);
    let other = server.visitor().await;
    assert_ne!(other.session["participant"], visitor.session["participant"]);
}

#[tokio::test]
async fn a_forged_token_is_answered_401_and_starts_nothing() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let mut forged = visitor.token().to_owned();
    let last = forged.pop().unwrap();
    forged.push(if last == 'A' { 'Q' } else { 'A' });
    for token in [forged.as_str(), "", "v1.x.y", "é", &"x".repeat(5_000)] {
        let answer = server
            .post("/widget/v1/session", &[], &json!({"token": token}))
            .await;
        answer.refused(401, "UNAUTHENTICATED");
        if token.is_ascii() {
            let bearer = format!("Bearer {token}");
            server
                .get("/widget/v1/messages", &[("authorization", &bearer)])
                .await
                .refused(401, "UNAUTHENTICATED");
        }
    }
    server
        .get("/widget/v1/messages", &[])
        .await
        .refused(401, "UNAUTHENTICATED");
    let raw = [("authorization", visitor.token())];
    server
        .get("/widget/v1/messages", &raw)
        .await
        .refused(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn only_allowed_origins_may_start_sessions_and_frame_the_widget() {
    let server = Server::start().await;
    let staff = server.staff().await;
    let change = json!({"allowedOrigins": ["https://shop.example.com"]});
    let headers = [
        ("cookie", staff.cookie.as_str()),
        ("content-type", "application/json"),
    ];
    server
        .send("PATCH", "/admin/v1/site", &headers, change.to_string())
        .await
        .ok();
    let start = async |origin: &str| {
        server
            .post("/widget/v1/session", &[("origin", origin)], &json!({}))
            .await
    };
    start("https://shop.example.com").await.ok();
    start(&format!("http://{}", server.addr)).await.ok();
    start("https://evil.example")
        .await
        .refused(403, "PERMISSION_DENIED");
    start("null").await.refused(403, "PERMISSION_DENIED");
    let page = server.get("/widget/", &[]).await;
    let policy = page.headers["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.ends_with("frame-ancestors 'self' https://shop.example.com"),
        "{policy}"
    );
}

#[tokio::test]
async fn a_visitor_token_is_no_key_for_programs_or_staff() {
    let server = Server::start().await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    let send = json!({"conversationId": conversation, "message": {"content": basic("x"),
        "visibility": "BUSINESS_AND_PARTICIPANT", "direction": "BUSINESS_TO_PARTICIPANT"}});
    for authorization in [visitor.token(), visitor.bearer.as_str()] {
        let headers = [("authorization", authorization)];
        server
            .post("/inbox/v2/messages", &headers, &send)
            .await
            .refused(403, "IDENTITY_DOES_NOT_MATCH");
        server
            .get("/events/v1", &headers)
            .await
            .refused(403, "PERMISSION_DENIED");
        server
            .get("/staff/v1/conversations", &headers)
            .await
            .refused(401, "UNAUTHENTICATED");
    }
    let body = json!({"clientId": client_id(), "content": basic("x")});
    let key = [("authorization", crate::harness::KEY)];
    server
        .post("/widget/v1/messages", &key, &body)
        .await
        .refused(401, "UNAUTHENTICATED");
}
