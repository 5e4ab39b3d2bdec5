//! Bodies, addresses, connections and frames that are none.

use futures_util::SinkExt as _;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;

use crate::harness::{Answer, KEY, Server, basic, client_id, within};

/// Asserts that the answer is a refusal, in exactly one of the two forms, that says nothing about the inside.
#[track_caller]
fn refused_in_the_one_shape(answer: &Answer, what: &str) {
    let text = String::from_utf8_lossy(&answer.body);
    assert!(
        answer.status.is_client_error(),
        "{what}: {} {text}",
        answer.status
    );
    let body: Value =
        serde_json::from_slice(&answer.body).unwrap_or_else(|error| panic!("{what}: {error}: {text}"));
    assert!(body["message"].is_string(), "{what}: {body}");
    let details = body["details"].as_object().unwrap();
    assert_eq!(details.len(), 1, "{what}: {body}");
    let violations = &body["details"]["validationError"]["fieldViolations"];
    let named = violations
        .as_array()
        .is_some_and(|violations| !violations.is_empty());
    assert!(
        named || body["details"]["applicationError"]["code"].is_string(),
        "{what}: {body}"
    );
    for internal in ["panic", "serde", "sqlite", "struct ", ".rs", "/tmp"] {
        assert!(!text.to_ascii_lowercase().contains(internal), "{what}: {text}");
    }
    assert!(answer.headers.contains_key("x-wix-request-id"), "{what}");
}

async fn no_event(server: &Server) {
    let page = server.read_as_app("/events/v1").await.ok();
    assert_eq!(page["events"], json!([]));
}

#[tokio::test]
async fn every_route_refuses_every_body_that_is_none_and_stores_nothing() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let staff = server.staff().await;
    let conversation = server
        .as_app(
            "/inbox/v2/conversations",
            &json!({"participantId": visitor.session["participant"]}),
        )
        .await
        .ok()["conversation"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let messages = format!("/staff/v1/conversations/{conversation}/messages");
    let seen = format!("/staff/v1/conversations/{conversation}/seen");
    let (app, bearer, cookie) = (
        ("authorization", KEY),
        ("authorization", visitor.bearer.as_str()),
        ("cookie", staff.cookie.as_str()),
    );
    let routes = [
        ("POST", "/inbox/v2/conversations", app),
        ("POST", "/crm/inbox/v2/messages", app),
        ("POST", "/chat/v1/messages", app),
        ("PATCH", "/admin/v1/site", app),
        ("POST", "/widget/v1/session", ("x-nothing", "")),
        ("POST", "/widget/v1/messages", bearer),
        ("POST", "/widget/v1/postbacks", bearer),
        ("POST", "/widget/v1/seen", bearer),
        ("POST", "/staff/v1/session", ("x-nothing", "")),
        ("POST", messages.as_str(), cookie),
        ("POST", seen.as_str(), cookie),
    ];
    let bodies: [Vec<u8>; 14] = [
        b"".to_vec(),
        b"null".to_vec(),
        b"7".to_vec(),
        b"\"text\"".to_vec(),
        b"[]".to_vec(),
        b"[null, null, null]".to_vec(),
        b"{".to_vec(),
        b"{} {}".to_vec(),
        b"{\"a\": NaN}".to_vec(),
        b"\xef\xbb\xbf{}".to_vec(),
        b"{\"a\": \"\xff\xfe\"}".to_vec(),
        b"{\"a\": \"\0\"}".to_vec(),
        vec![b'['; 100_000],
        b"{\"a\":".repeat(100_000),
    ];
    for (method, path, credential) in routes {
        for body in &bodies {
            let headers = [("content-type", "application/json"), credential];
            let what = format!(
                "{method} {path} {:?}",
                String::from_utf8_lossy(&body[..body.len().min(40)])
            );
            let answer = server.send(method, path, &headers, body.clone()).await;
            refused_in_the_one_shape(&answer, &what);
            assert!(
                matches!(answer.status.as_u16(), 400 | 413),
                "{what}: {}",
                answer.status
            );
        }
    }
    no_event(&server).await;
    assert_eq!(staff.get(&messages).await.ok()["messages"], json!([]));
}

#[tokio::test]
async fn a_path_that_climbs_reaches_nothing() {
    let server = Server::start().await;
    for path in [
        "/widget/../../etc/passwd",
        "/widget/%2e%2e/%2e%2e/etc/passwd",
        "/widget/..%2f..%2fetc%2fpasswd",
        "/widget/%252e%252e/etc/passwd",
        "/widget/..%5c..%5cetc%5cpasswd",
        "/widget//etc/passwd",
        "/widget/index.html%00.js",
        "/widget/%ff",
        "/shop/../inbox/index.html",
        "/inbox/./index.html",
        "/media/../shopbell.db",
        "/media/..%2fshopbell.db/x?expires=9999999999&signature=AAAA",
        "/media/%2e%2e/shopbell.db",
        "/.git/config",
        "/data/shopbell.db",
    ] {
        server.get(path, &[]).await.refused(404, "NOT_FOUND");
    }
}

#[tokio::test]
async fn half_sent_requests_are_given_up_and_keep_nobody_waiting() {
    let server = Server::start_with(|config| {
        (config.http.head_within_s, config.http.body_within_s) = (1, 1);
    })
    .await;
    let halves = [
        String::new(),
        "GET /healthz HTTP/1.1\r\nhost: x\r\n".to_owned(),
        "POST /widget/v1/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n{".to_owned(),
        "POST /widget/v1/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{".to_owned(),
    ];
    let mut streams = Vec::new();
    for half in halves.iter().cycle().take(200) {
        let mut stream = TcpStream::connect(server.addr).await.unwrap();
        stream.write_all(half.as_bytes()).await.unwrap();
        streams.push((stream, half));
    }
    server.get("/healthz", &[]).await.ok();
    for (mut stream, half) in streams {
        let mut answer = Vec::new();
        let _reset = within(stream.read_to_end(&mut answer)).await;
        if half.starts_with("POST") {
            assert!(
                answer.starts_with(b"HTTP/1.1 408"),
                "{:?}",
                String::from_utf8_lossy(&answer)
            );
        }
    }
}

#[tokio::test]
async fn a_socket_that_breaks_its_protocol_ends_alone() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let mut good = visitor.socket(None).await;
    let upgrade = "GET /widget/v1/socket HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
        sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
        sec-websocket-protocol: shopbell.v1\r\n\r\n";
    let far_too_long = [b"\x81\xff".as_slice(), &(1_u64 << 62).to_be_bytes(), b"\0\0\0\0"].concat();
    for frames in [
        b"\x81\x05hello".to_vec(),
        b"\xf1\x85\0\0\0\0hello".to_vec(),
        b"\x83\x80\0\0\0\0".to_vec(),
        b"\x81\x85\0\0\0\0\xff\xfe\xff\xfe\xff".to_vec(),
        b"\x01\x85\0\0\0\0hello".repeat(50),
        b"\x88\x82\0\0\0\0\0\0".to_vec(),
        far_too_long,
        b"GET / HTTP/1.1\r\n\r\n".repeat(100),
    ] {
        let mut stream = TcpStream::connect(server.addr).await.unwrap();
        stream.write_all(upgrade.as_bytes()).await.unwrap();
        let mut head = [0; 12];
        within(stream.read_exact(&mut head)).await.unwrap();
        assert_eq!(&head, b"HTTP/1.1 101");
        stream.write_all(&frames).await.unwrap();
        let mut rest = Vec::new();
        let _reset = within(stream.read_to_end(&mut rest)).await;
        assert!(!String::from_utf8_lossy(&rest).contains("welcome"));
    }
    good.send(&json!({"type": "send", "clientId": client_id(), "content": basic("Still here")}))
        .await;
    good.next_of("ack").await;
}

#[tokio::test]
async fn a_socket_that_goes_on_with_frames_that_are_none_is_cut_off() {
    let server = Server::start_with(|config| {
        (config.rates.participant_per_s, config.rates.participant_burst) = (1, 5);
        (config.rates.staff_per_s, config.rates.staff_burst) = (1, 5);
    })
    .await;
    let (visitor, staff) = (server.visitor().await, server.staff().await);
    for mut socket in [visitor.socket(None).await, staff.socket().await] {
        for _ in 0..100 {
            let _closed = socket.0.send(Message::text("{nonsense")).await;
        }
        let mut last = Value::Null;
        for _ in 0..100 {
            last = socket.next_of("error").await["error"]["details"].clone();
            if last["validationError"].is_null() {
                break;
            }
        }
        assert_eq!(last["applicationError"]["code"], "RESOURCE_EXHAUSTED");
        assert!(last["applicationError"]["data"]["limit"].is_string());
        assert_eq!(socket.close_code().await, Some(1013));
    }
}
