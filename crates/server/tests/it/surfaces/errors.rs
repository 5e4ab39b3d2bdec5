//! What never reaches a handler is answered in the same one shape.

use serde_json::json;
use shopbell_protocol::limits::{JSON_BODY_MAX_BYTES, PUBLIC_BODY_MAX_BYTES};

use crate::harness::{KEY, Server};

#[tokio::test]
async fn unknown_addresses_and_methods_are_answered_in_the_one_shape() {
    let server = Server::start().await;
    for path in [
        "/nothing",
        "/inbox/v2/nothing",
        "/inbox/v2/messages/",
        "/widget/v1/nothing",
        "/%ff",
        "/widget/nothing.js",
    ] {
        server.get(path, &[]).await.refused(404, "NOT_FOUND");
    }
    for (method, path) in [
        ("PUT", "/inbox/v2/messages"),
        ("DELETE", "/crm/inbox/v2/conversations"),
        ("GET", "/widget/v1/session"),
        ("PATCH", "/staff/v1/uploads"),
        ("POST", "/healthz"),
    ] {
        let answer = server.send(method, path, &[], "").await;
        answer.refused(405, "METHOD_NOT_ALLOWED");
        assert!(answer.headers.contains_key("allow"), "{method} {path}");
    }
}

#[tokio::test]
async fn a_body_that_is_not_what_the_call_reads_is_refused_by_name() {
    let server = Server::start().await;
    let path = "/inbox/v2/messages";
    let send = async |content_type: &str, body: Vec<u8>| {
        server
            .send(
                "POST",
                path,
                &[("authorization", KEY), ("content-type", content_type)],
                body,
            )
            .await
    };
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "",
    ] {
        send(content_type, b"{}".to_vec())
            .await
            .refused(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    for header in [
        ("content-encoding", "gzip"),
        ("content-type", "application/json; charset=iso-8859-1"),
    ] {
        let headers = [
            ("authorization", KEY),
            ("content-type", "application/json"),
            header,
        ];
        // Two content types are one too many, so a header of the second kind replaces the first.
        let headers = if header.0 == "content-type" {
            vec![headers[0], header]
        } else {
            headers.to_vec()
        };
        server
            .send("POST", path, &headers, "{}")
            .await
            .refused(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    for content_type in [
        "application/json; charset=UTF-8",
        "application/json;charset=\"utf-8\"",
    ] {
        assert_eq!(
            send(content_type, b"{}".to_vec()).await.status,
            400,
            "{content_type}"
        );
    }
    server
        .send("POST", path, &[("authorization", KEY)], "{}")
        .await
        .refused(415, "UNSUPPORTED_MEDIA_TYPE");
    for body in [
        b"".to_vec(),
        b"{".to_vec(),
        b"nonsense".to_vec(),
        b"{} {}".to_vec(),
        vec![0xff, 0xfe],
        vec![b'['; 5_000],
    ] {
        send("application/json", body).await.violates("body", "FORMAT");
    }
    send("application/json; charset=utf-8", br#"{"silent":"no"}"#.to_vec())
        .await
        .violates("silent", "FORMAT");
    let data = send("application/json", vec![b' '; JSON_BODY_MAX_BYTES + 1])
        .await
        .refused(413, "BODY_TOO_LARGE");
    assert_eq!(data, json!({"limitBytes": JSON_BODY_MAX_BYTES}));
}

#[tokio::test]
async fn calls_without_a_credential_take_small_bodies_only() {
    let server = Server::start().await;
    let is_json = [("content-type", "application/json")];
    for path in ["/widget/v1/session", "/staff/v1/session"] {
        let too_much = vec![b' '; PUBLIC_BODY_MAX_BYTES + 1];
        let data = server
            .send("POST", path, &is_json, too_much)
            .await
            .refused(413, "BODY_TOO_LARGE");
        assert_eq!(data, json!({"limitBytes": PUBLIC_BODY_MAX_BYTES}), "{path}");
    }
    let mut most = b"{}".to_vec();
    most.resize(PUBLIC_BODY_MAX_BYTES, b' ');
    server
        .send("POST", "/widget/v1/session", &is_json, most)
        .await
        .ok();
}

#[tokio::test]
async fn a_wrong_key_is_answered_401_whatever_it_looks_like() {
    let server = Server::start().await;
    for key in [
        "",
        "undefined",
        "null",
        "Bearer ",
        "wrong",
        "\u{e9}",
        &"x".repeat(10_000),
    ] {
        let answer = server.get("/events/v1", &[("authorization", key)]).await;
        answer.refused(401, "UNAUTHENTICATED");
    }
}

#[tokio::test]
async fn programs_in_browsers_are_answered_as_the_sdk_needs_it() {
    let server = Server::start().await;
    let headers = [
        ("origin", "https://app.example.com"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "authorization,content-type"),
    ];
    let preflight = server.send("OPTIONS", "/inbox/v2/messages", &headers, "").await;
    assert_eq!(preflight.status, 204);
    let allowed = preflight.headers["access-control-allow-headers"]
        .to_str()
        .unwrap();
    for header in [
        "authorization",
        "content-type",
        "wix-site-id",
        "wix-account-id",
        "x-wix-bi-gateway",
        "x-wix-consistent",
    ] {
        assert!(allowed.contains(header), "{allowed}");
    }
    let answer = server
        .get(
            "/inbox/v2/messages",
            &[("origin", "https://app.example.com"), ("x-wix-consistent", "abc")],
        )
        .await;
    answer.refused(401, "UNAUTHENTICATED");
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    assert!(
        answer.headers["access-control-expose-headers"]
            .to_str()
            .unwrap()
            .contains("X-Wix-Request-Id")
    );
    assert_eq!(answer.headers["x-wix-consistent"], "abc");
    let private = server
        .get("/widget/v1/messages", &[("origin", "https://app.example.com")])
        .await;
    assert!(!private.headers.contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn each_answer_has_a_request_id_of_its_own() {
    let server = Server::start().await;
    let mut ids = std::collections::HashSet::new();
    for path in [
        "/healthz",
        "/nothing",
        "/inbox/v2/messages",
        "/embed.js",
        "/widget/v1/socket",
    ] {
        let answer = server.get(path, &[]).await;
        assert!(
            ids.insert(answer.headers["x-wix-request-id"].to_str().unwrap().to_owned()),
            "{path}"
        );
    }
}

#[tokio::test]
async fn garbage_on_the_wire_ends_one_connection_and_not_the_server() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let server = Server::start().await;
    let large = format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "x".repeat(100_000));
    for bytes in [
        b"\x16\x03\x01\x02\x00\x01".as_slice(),
        b"GET\r\n\r\n",
        b"POST / HTTP/1.1\r\ncontent-length: x\r\n\r\n",
        large.as_bytes(),
    ] {
        let mut stream = tokio::net::TcpStream::connect(server.addr).await.unwrap();
        let _reset = stream.write_all(bytes).await;
        let mut answer = Vec::new();
        let _reset = crate::harness::within(stream.read_to_end(&mut answer)).await;
        assert!(
            answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"),
            "{:?}",
            String::from_utf8_lossy(&answer)
        );
    }
    server.get("/healthz", &[]).await.ok();
}
