//! The participant's socket.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use shopbell_protocol::limits::{FRAME_MAX_BYTES, PUBLIC_BODY_MAX_BYTES};
use tokio_tungstenite::tungstenite::Message;

use crate::harness::{Server, Socket, answer, basic, client_id, fixture, text_of, within};

async fn open(server: &Server) -> Socket {
    Socket::open(server, "/widget/v1/socket", &[]).await
}

#[tokio::test]
async fn a_hello_is_welcomed_and_a_send_acknowledged() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let mut socket = open(&server).await;
    socket
        .send(&json!({"type": "hello", "token": visitor.token()}))
        .await;
    let welcome = socket.next().await.unwrap();
    assert_eq!(welcome["type"], "welcome");
    assert_eq!(welcome["participant"], visitor.session["participant"]);
    assert_eq!(welcome["lastSequence"], "0");
    assert!(welcome.get("conversationId").is_none());
    assert_eq!(welcome["settings"]["businessName"], "Shopbell");
    let id = client_id();
    socket
        .send(&json!({"type": "send", "clientId": id, "content": basic("Hello")}))
        .await;
    let (ack, live) = socket.ack_and_message().await;
    assert_eq!(
        (&ack["clientId"], &ack["message"]["clientId"]),
        (&json!(id), &json!(id))
    );
    assert_eq!(live["message"], ack["message"]);
    assert_eq!(live["previousSequence"], "0");
    socket.send(&json!({"type": "ping", "n": 42})).await;
    assert_eq!(socket.next_of("pong").await["n"], 42);
}

#[tokio::test]
async fn sends_that_follow_each_other_are_stored_and_answered_in_their_order() {
    const SENDS: usize = 50;
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let mut socket = visitor.socket(None).await;
    for number in 0..SENDS {
        // Every tenth is refused, and its answer too keeps its place.
        let text = if number % 10 == 9 {
            String::new()
        } else {
            number.to_string()
        };
        let send = json!({"type": "send", "clientId": format!("c{number}"), "content": basic(&text)});
        socket.send(&send).await;
    }
    let mut newest = 0;
    for number in 0..SENDS {
        let answer = loop {
            let frame = socket.next().await.unwrap();
            if frame["type"] == "ack" || frame["type"] == "reject" {
                break frame;
            }
        };
        assert_eq!(answer["clientId"], format!("c{number}"));
        assert_eq!(answer["type"] == "reject", number % 10 == 9, "{answer}");
        if let Some(sequence) = answer["message"]["sequence"].as_str() {
            let sequence: u64 = sequence.parse().unwrap();
            assert!(sequence > newest, "stored in another order");
            newest = sequence;
        }
    }
}

#[tokio::test]
async fn nobody_is_let_in_without_a_valid_hello() {
    let server = Server::start_with(|config| config.socket.hello_within_s = 1).await;
    let visitor = server.visitor().await;
    let said = |value: Value| Message::text(value.to_string());
    for (first, code) in [
        (
            said(json!({"type": "hello", "token": "forged"})),
            "UNAUTHENTICATED",
        ),
        (said(json!({"type": "ping", "n": 1})), "INVALID_ARGUMENT"),
        (said(json!({"type": "hello"})), "INVALID_ARGUMENT"),
        (Message::text("nonsense"), "INVALID_ARGUMENT"),
        (Message::binary(vec![1, 2, 3]), "BINARY_FRAME"),
    ] {
        let mut socket = open(&server).await;
        socket.0.send(first.clone()).await.unwrap();
        let error = socket.next_of("error").await;
        let details = &error["error"]["details"];
        let found = details["applicationError"]["code"]
            .as_str()
            .unwrap_or("INVALID_ARGUMENT");
        assert_eq!(found, code, "{first:?}: {error}");
        assert!(matches!(socket.close_code().await, Some(1003 | 1008)));
    }
    let mut silent = open(&server).await;
    assert_eq!(
        silent.next_of("error").await["error"]["details"]["applicationError"]["code"],
        "UNAUTHENTICATED"
    );
    let evil = Socket::try_open(
        server.addr,
        "/widget/v1/socket",
        &[("origin", "https://evil.example")],
    )
    .await;
    assert_eq!(evil.err(), Some(403));
    let own = format!("http://{}", server.addr);
    Socket::try_open(server.addr, "/widget/v1/socket", &[("origin", &own)])
        .await
        .ok()
        .unwrap();
    server
        .get("/widget/v1/socket", &[])
        .await
        .refused(426, "UPGRADE_REQUIRED");
    drop(visitor);
}

#[tokio::test]
async fn a_frame_that_cannot_be_read_is_named_and_the_talk_goes_on() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let mut socket = visitor.socket(None).await;
    let field =
        |frame: &Value| frame["error"]["details"]["validationError"]["fieldViolations"][0]["field"].clone();
    socket.0.send(Message::text("{nonsense")).await.unwrap();
    assert_eq!(field(&socket.next_of("error").await), "body");
    socket.send(&json!({"type": "seen", "sequence": 7})).await;
    assert_eq!(field(&socket.next_of("error").await), "sequence");
    socket
        .send(&json!({"type": "send", "clientId": "c1", "content": {"basic": {"items": [{"text": 7}]}}}))
        .await;
    let reject = socket.next_of("reject").await;
    assert_eq!(
        (&reject["clientId"], field(&reject)),
        (&json!("c1"), json!("content.basic.items[0].text"))
    );
    socket
        .send(&json!({"type": "send", "clientId": "c2", "content": basic(&"x".repeat(16_385))}))
        .await;
    let reject = socket.next_of("reject").await;
    assert_eq!(
        (&reject["clientId"], field(&reject)),
        (&json!("c2"), json!("content.basic.items[0].text"))
    );
    socket.send(&json!({"type": "of a newer client", "x": [1]})).await;
    socket.send(&json!({"type": "ping", "n": 1})).await;
    assert_eq!(socket.next_of("pong").await["n"], 1);
    assert_eq!(
        visitor.get("/widget/v1/messages").await.ok()["messages"],
        json!([])
    );
}

#[tokio::test]
async fn frames_that_are_too_large_or_binary_end_the_talk_with_a_reason() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let mut unknown = Socket::open(&server, "/widget/v1/socket", &[]).await;
    let hello = json!({"type": "hello", "token": "x".repeat(PUBLIC_BODY_MAX_BYTES)});
    unknown.send(&hello).await;
    let error = unknown.next_of("error").await;
    assert_eq!(
        error["error"]["details"]["applicationError"]["data"]["limitBytes"], PUBLIC_BODY_MAX_BYTES,
        "{error}"
    );
    assert_eq!(unknown.close_code().await, Some(1009));
    let mut socket = visitor.socket(None).await;
    socket
        .0
        .send(Message::text("x".repeat(FRAME_MAX_BYTES + 1)))
        .await
        .unwrap();
    let error = socket.next_of("error").await;
    assert_eq!(
        error["error"]["details"]["applicationError"]["data"]["limitBytes"], FRAME_MAX_BYTES,
        "{error}"
    );
    assert_eq!(socket.close_code().await, Some(1009));
    let mut socket = visitor.socket(None).await;
    socket.0.send(Message::binary(vec![0; 10])).await.unwrap();
    assert_eq!(
        socket.next_of("error").await["error"]["details"]["applicationError"]["code"],
        "BINARY_FRAME"
    );
    assert_eq!(socket.close_code().await, Some(1003));
}

#[tokio::test]
async fn resume_and_live_join_without_gap_or_repeat_while_others_send() {
    let server = Server::start().await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    let staff = server.staff().await;
    for n in 0..100 {
        staff.answer(&conversation, &answer(&n.to_string())).await;
    }
    let after = visitor.get("/widget/v1/messages?limit=1").await.ok()["lastSequence"]
        .as_str()
        .unwrap()
        .to_owned();
    let first_hundred = visitor.get("/widget/v1/messages?limit=1&after=0").await.ok();
    let start = first_hundred["messages"][0]["sequence"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(start < after);
    let sending = async {
        let mut note = answer("secret note");
        note["visibility"] = "BUSINESS".into();
        for n in 100..160 {
            let message = answer(&n.to_string());
            tokio::join!(
                staff.answer(&conversation, &message),
                staff.answer(&conversation, &note)
            );
        }
    };
    let reading = async {
        let mut sockets = Vec::new();
        for _ in 0..4 {
            tokio::time::sleep(Duration::from_millis(30)).await;
            sockets.push(visitor.socket(Some(&start)).await);
        }
        let mut all = Vec::new();
        for mut socket in sockets {
            let (mut texts, mut previous) = (Vec::new(), start.clone());
            while texts.len() < 160 {
                let frame = socket.next_of("message").await;
                assert_eq!(
                    frame["previousSequence"], previous,
                    "each names the one before it"
                );
                previous = frame["message"]["sequence"].as_str().unwrap().to_owned();
                texts.push(text_of(&frame["message"]));
            }
            all.push(texts);
        }
        all
    };
    let ((), all) = tokio::join!(sending, reading);
    let expected: Vec<String> = (0..160).map(|n| n.to_string()).collect();
    for texts in all {
        assert_eq!(texts, expected);
    }
}

#[tokio::test]
async fn what_only_the_business_may_see_never_crosses_the_socket() {
    let server = Server::start().await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    let staff = server.staff().await;
    let mut socket = visitor.socket(None).await;
    let mut note = answer("secret note");
    note["visibility"] = "BUSINESS".into();
    staff.answer(&conversation, &note).await;
    let mut template = fixture("sample-template-request");
    template["conversationId"] = conversation.clone().into();
    server.as_app("/inbox/v2/messages", &template).await.ok();
    staff.answer(&conversation, &answer("the end")).await;
    let mut everything = String::new();
    let mut chain = Vec::new();
    loop {
        let frame = socket.next().await.unwrap();
        everything.push_str(&frame.to_string());
        if frame["type"] == "message" {
            chain.push((
                frame["previousSequence"].clone(),
                frame["message"]["sequence"].clone(),
            ));
            if text_of(&frame["message"]) == "the end" {
                break;
            }
        }
    }
    assert_eq!(chain.len(), 2);
    assert_eq!(chain[1].0, chain[0].1, "the hidden note leaves no gap");
    for secret in [
        "secret",
        "BUSINESS\"",
        "interactionId",
        "appId",
        "visibility",
        "wixUserId",
    ] {
        assert!(!everything.contains(secret), "{secret} in {everything}");
    }
}

#[tokio::test]
async fn all_tabs_see_a_press_and_a_send_of_one_of_them() {
    let server = Server::start().await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    let mut template = fixture("sample-template-request");
    template["conversationId"] = conversation.into();
    server.as_app("/inbox/v2/messages", &template).await.ok();
    let (mut one, mut other) = (visitor.socket(None).await, visitor.socket(None).await);
    let history = visitor.get("/widget/v1/messages").await.ok();
    let message = history["messages"].as_array().unwrap().last().unwrap();
    let button = &message["content"]["template"]["buttons"][1]["buttonId"];
    let id = client_id();
    one.send(&json!({"type": "postback", "clientId": id, "messageId": message["id"], "buttonId": button}))
        .await;
    // It also hears of the press as every tab does, before its answer or after it.
    let answer = one
        .next_that("its answer", |frame| frame["clientId"] == json!(id))
        .await;
    assert_eq!(
        (&answer["type"], &answer["state"]),
        (&json!("buttonState"), &json!("DONE"))
    );
    let state = other.next_of("buttonState").await;
    assert_eq!(
        (&state["messageId"], &state["buttonId"], &state["state"]),
        (&message["id"], button, &json!("DONE"))
    );
    one.send(&json!({"type": "postback", "clientId": "c", "messageId": message["id"], "buttonId": "none"}))
        .await;
    let reject = one.next_of("reject").await;
    assert_eq!(
        reject["error"]["details"]["applicationError"]["code"],
        "NOT_FOUND"
    );
    one.send(&json!({"type": "send", "clientId": client_id(), "content": basic("from one tab")}))
        .await;
    assert_eq!(other.texts(1).await, ["from one tab"]);
}

#[tokio::test]
async fn typing_presence_and_indications_reach_the_visitor() {
    let server = Server::start().await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    let mut socket = visitor.socket(None).await;
    assert_eq!(socket.next_of("presence").await["online"], false);
    let staff = server.staff().await;
    let mut inbox = staff.socket().await;
    assert_eq!(socket.next_of("presence").await["online"], true);
    inbox
        .send(&json!({"type": "open", "conversationId": conversation, "resume": {"after": "0"}}))
        .await;
    let indication = socket.next_of("indication").await;
    assert_eq!(
        (&indication["indication"], &indication["performedBy"]),
        (&json!("DELIVERED"), &json!("BUSINESS"))
    );
    inbox
        .send(&json!({"type": "typing", "conversationId": conversation, "on": true}))
        .await;
    assert_eq!(socket.next_of("typing").await["on"], true);
    inbox
        .send(&json!({"type": "seen", "conversationId": conversation, "sequence": indication["sequence"]}))
        .await;
    let seen = socket.next_of("indication").await;
    assert_eq!(
        (&seen["indication"], &seen["sequence"]),
        (&json!("SEEN"), &indication["sequence"])
    );
    drop(inbox);
    assert_eq!(socket.next_of("presence").await["online"], false);
}

#[tokio::test]
async fn a_place_that_the_conversation_never_had_is_answered_with_resync() {
    let server = Server::start().await;
    let (visitor, _conversation) = server.visitor_with_conversation().await;
    let mut socket = visitor.socket(Some("9999999999999999")).await;
    socket.next_of("resync").await;
    visitor.say("goes on").await;
    assert_eq!(socket.texts(1).await, ["goes on"]);
}

#[tokio::test]
async fn a_reader_too_slow_for_its_queue_is_told_to_start_over() {
    let server = Server::start_with(|config| config.socket.queue_frames = 2).await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    let staff = server.staff().await;
    let mut socket = visitor.socket(None).await;
    // More than the buffers of the system hold between the two, while the reader reads nothing.
    let large = "x".repeat(16_000);
    let content = json!({"basic": {"items": vec![json!({"text": large}); 30]}});
    let message = json!({"content": content, "visibility": "BUSINESS_AND_PARTICIPANT",
        "direction": "BUSINESS_TO_PARTICIPANT"});
    for _ in 0..40 {
        staff.answer(&conversation, &message).await;
    }
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let mut read = 0;
    loop {
        let frame = socket.next().await.expect("the connection lives on");
        match frame["type"].as_str().unwrap() {
            "message" => read += 1,
            "resync" => break,
            _ => {}
        }
        assert!(
            read < 40,
            "everything was buffered for a reader that did not read"
        );
    }
    staff.answer(&conversation, &answer("live again")).await;
    loop {
        if socket.texts(1).await == ["live again"] {
            break;
        }
    }
}

#[tokio::test]
async fn a_silent_connection_is_asked_and_then_closed_and_one_that_answers_lives() {
    let server = Server::start_with(|config| {
        (config.socket.ping_after_s, config.socket.silent_after_s) = (1, 3);
    })
    .await;
    let visitor = server.visitor().await;
    // The library answers the WebSocket's own pings whenever it reads, which is what browsers do.
    let mut alive = visitor.socket(None).await;
    // A stream that nobody polls answers nothing.
    let dead = visitor.socket(None).await;
    let started = tokio::time::Instant::now();
    while started.elapsed() < Duration::from_secs(5) {
        let next = tokio::time::timeout(Duration::from_millis(200), alive.0.next()).await;
        assert!(
            !matches!(next, Ok(None | Some(Err(_) | Ok(Message::Close(_))))),
            "a living connection was closed"
        );
    }
    let metrics = String::from_utf8(server.get("/metrics", &[]).await.body.to_vec()).unwrap();
    assert!(metrics.contains("shopbell_participant_sockets 1\n"), "{metrics}");
    drop(dead);
}

#[tokio::test]
async fn a_stopping_server_says_goodbye_and_keeps_what_it_acknowledged() {
    let server = Server::start().await;
    let (visitor, _conversation) = server.visitor_with_conversation().await;
    let staff = server.staff().await;
    let (mut socket, mut inbox) = (visitor.socket(None).await, staff.socket().await);
    socket
        .send(&json!({"type": "send", "clientId": client_id(), "content": basic("last words")}))
        .await;
    socket.next_of("ack").await;
    server.state.stopping().cancel();
    for socket in [&mut socket, &mut inbox] {
        let goodbye = socket.next_of("goodbye").await;
        assert!(goodbye["retryAfterMs"].as_u64().unwrap() > 0);
        assert_eq!(socket.close_code().await, Some(1001));
    }
    let Server { serving, .. } = server;
    within(serving).await.unwrap();
}
