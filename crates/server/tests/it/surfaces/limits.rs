//! Limits are answered, with what they are and when to come back.

use serde_json::json;

use crate::harness::{KEY, Server, Socket, basic, client_id};

#[tokio::test]
async fn each_participant_and_app_is_counted_by_itself() {
    let server = Server::start_with(|config| {
        (config.rates.participant_per_s, config.rates.participant_burst) = (1, 3);
        (config.rates.app_per_s, config.rates.app_burst) = (1, 2);
    })
    .await;
    let (fast, other) = (server.visitor().await, server.visitor().await);
    for _ in 0..3 {
        fast.get("/widget/v1/messages").await.ok();
    }
    let answer = fast.get("/widget/v1/messages").await;
    let data = answer.refused(429, "RESOURCE_EXHAUSTED");
    assert_eq!(data["limit"], "rates.participant_per_s");
    assert!((1..=1_000).contains(&data["retryAfterMs"].as_u64().unwrap()));
    assert_eq!(answer.headers["retry-after"], "1");
    other.get("/widget/v1/messages").await.ok();
    for _ in 0..2 {
        server.read_as_app("/events/v1").await.ok();
    }
    server
        .read_as_app("/events/v1")
        .await
        .refused(429, "RESOURCE_EXHAUSTED");
}

#[tokio::test]
async fn a_socket_that_sends_too_fast_is_told_so_for_each_send() {
    let server = Server::start_with(|config| {
        (config.rates.participant_per_s, config.rates.participant_burst) = (1, 2);
    })
    .await;
    let visitor = server.visitor().await;
    let mut socket = visitor.socket(None).await;
    for _ in 0..3 {
        socket
            .send(&json!({"type": "send", "clientId": client_id(), "content": basic("x")}))
            .await;
    }
    socket.next_of("ack").await;
    socket.next_of("ack").await;
    let reject = socket.next_of("reject").await;
    let error = &reject["error"]["details"]["applicationError"];
    assert_eq!(error["code"], "RESOURCE_EXHAUSTED");
    assert_eq!(error["data"]["limit"], "rates.participant_per_s");
}

#[tokio::test]
async fn a_few_large_messages_reach_a_limit_as_many_small_ones_do() {
    let server = Server::start_with(|config| config.rates.participant_kib_per_minute = 60).await;
    let (visitor, other) = (server.visitor().await, server.visitor().await);
    let text = "x".repeat(16_000);
    let items: Vec<_> = (0..30).map(|_| json!({"text": text})).collect();
    let large = || json!({"clientId": client_id(), "content": {"basic": {"items": items}}});
    // 470 KiB each, and 4 MiB at once.
    for _ in 0..8 {
        visitor.post("/widget/v1/messages", &large()).await.ok();
    }
    let answer = visitor.post("/widget/v1/messages", &large()).await;
    let data = answer.refused(429, "RESOURCE_EXHAUSTED");
    assert_eq!(data["limit"], "rates.participant_kib_per_minute");
    assert!(data["retryAfterMs"].as_u64().unwrap() > 1_000);
    let mut socket = visitor.socket(None).await;
    let mut frame = large();
    frame["type"] = json!("send");
    socket.send(&frame).await;
    let reject = socket.next_of("reject").await;
    let error = &reject["error"]["details"]["applicationError"];
    assert_eq!(error["data"]["limit"], "rates.participant_kib_per_minute");
    other.post("/widget/v1/messages", &large()).await.ok();
    server.read_as_app("/events/v1").await.ok();
}

#[tokio::test]
async fn clients_behind_a_trusted_proxy_are_counted_by_their_own_address() {
    let server = Server::start_with(|config| {
        config.http.trust_forwarded_for = true;
        (config.rates.address_per_s, config.rates.address_burst) = (1, 2);
    })
    .await;
    let start = async |address: &str| {
        server
            .post("/widget/v1/session", &[("x-forwarded-for", address)], &json!({}))
            .await
    };
    start("203.0.113.1").await.ok();
    start("198.51.100.1, 203.0.113.1").await.ok();
    start("203.0.113.1").await.refused(429, "RESOURCE_EXHAUSTED");
    start("203.0.113.2").await.ok();
    let guess = [("x-forwarded-for", "203.0.113.1"), ("authorization", "guess")];
    server
        .get("/events/v1", &guess)
        .await
        .refused(429, "RESOURCE_EXHAUSTED");
    let known = [("x-forwarded-for", "203.0.113.1"), ("authorization", KEY)];
    server.get("/events/v1", &known).await.ok();
}

#[tokio::test]
async fn one_participant_holds_only_so_many_sockets() {
    let server = Server::start_with(|config| config.socket.per_participant = 2).await;
    let visitor = server.visitor().await;
    let first = visitor.socket(None).await;
    let _second = visitor.socket(None).await;
    let mut third = Socket::open(&server, "/widget/v1/socket", &[]).await;
    third
        .send(&json!({"type": "hello", "token": visitor.token()}))
        .await;
    let error = third.next_of("error").await;
    let error = &error["error"]["details"]["applicationError"];
    assert_eq!(
        (error["code"].as_str(), error["data"]["limit"].as_str()),
        (Some("RESOURCE_EXHAUSTED"), Some("socket.per_participant"))
    );
    assert_eq!(third.close_code().await, Some(1013));
    drop(first);
    for _ in 0..50 {
        let mut again = Socket::open(&server, "/widget/v1/socket", &[]).await;
        again
            .send(&json!({"type": "hello", "token": visitor.token()}))
            .await;
        if again.next().await.unwrap()["type"] == "welcome" {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("a place was not given back");
}

#[tokio::test]
async fn pings_count_like_everything_else_that_is_said() {
    let server = Server::start_with(|config| {
        (config.rates.participant_per_s, config.rates.participant_burst) = (1, 5);
    })
    .await;
    let visitor = server.visitor().await;
    let mut socket = visitor.socket(None).await;
    for n in 0..10 {
        socket.send(&json!({"type": "ping", "n": n})).await;
    }
    let error = socket.next_of("error").await;
    assert_eq!(
        error["error"]["details"]["applicationError"]["code"],
        "RESOURCE_EXHAUSTED"
    );
}

#[tokio::test]
async fn a_refusal_reaches_whoever_is_still_sending() {
    let server = Server::start().await;
    // More than the buffers of a connection hold: were it closed unread, the answer would be lost to a reset.
    for _ in 0..5 {
        let body = vec![b'x'; 8 << 20];
        let answer = server
            .send(
                "POST",
                "/widget/v1/messages",
                &[("content-type", "application/json")],
                body,
            )
            .await;
        answer.refused(401, "UNAUTHENTICATED");
    }
}
