//! Uploads and the links that lead to them.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::files;
use crate::harness::{Server, client_id, within};

/// A PNG of 3 × 2 pixels: signature and header are all that is looked at.
fn png() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend_from_slice(&3_u32.to_be_bytes());
    bytes.extend_from_slice(&2_u32.to_be_bytes());
    bytes.extend_from_slice(&[8, 2, 0, 0, 0, 0x12, 0x16, 0xf1, 0x4d]);
    bytes.extend_from_slice(b"\0\0\0\0IEND\xaeB`\x82");
    bytes
}

fn link(url: &Value) -> String {
    let url = url.as_str().unwrap();
    url[url.find("/media/").unwrap()..].to_owned()
}

#[tokio::test]
async fn a_picture_is_measured_sent_and_shown_to_both_sides_by_a_link_that_ends() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let headers = [
        ("content-type", "image/png"),
        ("shopbell-filename", "Sch%C3%B6n.png"),
    ];
    let image = visitor.upload(&headers, png()).await.ok()["image"].clone();
    assert_eq!(
        (&image["width"], &image["height"], &image["filename"]),
        (&json!(3), &json!(2), &json!("Schön.png"))
    );
    let content = json!({"basic": {"items": [{"image": image}]}});
    let sent = visitor
        .post(
            "/widget/v1/messages",
            &json!({"clientId": client_id(), "content": content}),
        )
        .await
        .ok();
    let shown = &sent["message"]["content"]["basic"]["items"][0]["image"];
    assert!(shown["urlExpiration"].is_string());
    let got = server.get(&link(&shown["url"]), &[]).await;
    assert_eq!((got.status.as_u16(), &got.body[..]), (200, &png()[..]));
    assert_eq!(got.headers["content-type"], "image/png");
    assert_eq!(got.headers["x-content-type-options"], "nosniff");
    assert!(
        got.headers["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("sandbox")
    );
    assert!(
        got.headers["content-disposition"]
            .to_str()
            .unwrap()
            .starts_with("inline; ")
    );
    let cache = got.headers["cache-control"].to_str().unwrap();
    assert!(
        cache.starts_with("private, max-age=") && cache.ends_with("immutable"),
        "{cache}"
    );
    let part = server.get(&link(&shown["url"]), &[("range", "bytes=1-3")]).await;
    assert_eq!((part.status.as_u16(), &part.body[..]), (206, b"PNG".as_slice()));
}

#[tokio::test]
async fn a_changed_link_opens_nothing() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let image = visitor.upload(&[], png()).await.ok()["image"].clone();
    let link = link(&image["url"]);
    server.get(&link, &[]).await.headers["etag"].to_str().unwrap();
    let (path, query) = link.split_once('?').unwrap();
    let later = query.replacen("expires=", "expires=9", 1);
    let mut forged = query.to_owned();
    let last = forged.pop().unwrap();
    forged.push(if last == 'A' { 'B' } else { 'A' });
    for query in [
        "",
        "expires=&signature=",
        &later,
        &forged,
        "expires=x&signature=y",
    ] {
        server
            .get(&format!("{path}?{query}"), &[])
            .await
            .refused(404, "NOT_FOUND");
    }
    server
        .get(&format!("/media/other/x?{query}"), &[])
        .await
        .refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn what_a_file_is_called_and_said_to_be_is_not_believed() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let lying = [("content-type", "image/png"), ("shopbell-filename", "photo.png")];
    for body in [
        "<!doctype html><script>alert(1)</script>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
        "MZ\u{0}\u{1}\u{2}",
        "#!/bin/sh",
    ] {
        let data = visitor
            .upload(&lying, body)
            .await
            .refused(415, "UNSUPPORTED_MEDIA_TYPE");
        assert!(data["accept"].is_string());
    }
    let file = visitor.upload(&lying, "only text").await.ok()["file"].clone();
    assert_eq!(
        (&file["mimeType"], &file["filename"]),
        (&json!("text/plain"), &json!("photo.png.txt"))
    );
    let got = server.get(&link(&file["url"]), &[]).await;
    assert_eq!(got.headers["content-type"], "text/plain; charset=utf-8");
    assert!(
        got.headers["content-disposition"]
            .to_str()
            .unwrap()
            .starts_with("attachment; ")
    );
    visitor.upload(&lying, "").await.violates("body", "MIN_LENGTH");
    visitor
        .upload(&lying, &b"\x89PNG\r\n\x1a\n\0\0"[..])
        .await
        .violates("body", "FORMAT");
    assert_eq!(files(server.data.path()), 1, "what was refused is gone");
}

#[tokio::test]
async fn an_upload_above_the_limit_is_refused_whether_it_says_so_or_not() {
    let server = Server::start_with(|config| config.media.upload_max_bytes = 1_000).await;
    let visitor = server.visitor().await;
    let data = visitor
        .upload(&[], vec![b'x'; 1_001])
        .await
        .refused(413, "BODY_TOO_LARGE");
    assert_eq!(data, json!({"limitBytes": 1_000}));
    visitor.upload(&[], vec![b'x'; 1_000]).await.ok();
    let head = format!(
        "POST /widget/v1/uploads HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\ntransfer-encoding: chunked\r\n\r\n",
        visitor.bearer
    );
    let mut stream = TcpStream::connect(server.addr).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
        .write_all(format!("320\r\n{0}\r\n320\r\n{0}\r\n0\r\n\r\n", "x".repeat(800)).as_bytes())
        .await
        .unwrap();
    let mut answer = vec![0; 12];
    within(stream.read_exact(&mut answer)).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 413");
    assert_eq!(files(server.data.path()), 1);
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let head = format!(
        "POST /widget/v1/uploads HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\ncontent-length: 1000\r\n\r\nhalf of it",
        visitor.bearer
    );
    let mut stream = TcpStream::connect(server.addr).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..100 {
        if files(server.data.path()) == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    drop(stream);
    for _ in 0..100 {
        if files(server.data.path()) == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the half of a file is still there");
}

#[tokio::test]
async fn an_upload_that_stands_still_is_given_up() {
    let server = Server::start_with(|config| config.media.upload_idle_s = 1).await;
    let visitor = server.visitor().await;
    let head = format!(
        "POST /widget/v1/uploads HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\ncontent-length: 1000\r\n\r\nhalf of it",
        visitor.bearer
    );
    let mut stream = TcpStream::connect(server.addr).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 12];
    within(stream.read_exact(&mut answer)).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 408");
    assert_eq!(files(server.data.path()), 0);
}

#[tokio::test]
async fn an_upload_sent_again_with_its_key_is_kept_once() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let key = client_id();
    let headers = [("idempotency-key", key.as_str())];
    let first = visitor.upload(&headers, png()).await.ok();
    let again = visitor.upload(&headers, png()).await.ok();
    assert_eq!(first["image"]["id"], again["image"]["id"]);
    assert_eq!(files(server.data.path()), 1);
}

#[tokio::test]
async fn nobody_sends_what_another_visitor_uploaded() {
    let server = Server::start().await;
    let (visitor, stranger) = (server.visitor().await, server.visitor().await);
    let image = visitor.upload(&[], png()).await.ok()["image"].clone();
    let content = json!({"basic": {"items": [{"image": {"id": image["id"]}}]}});
    let body = json!({"clientId": client_id(), "content": content});
    stranger
        .post("/widget/v1/messages", &body)
        .await
        .refused(400, "INVALID_MEDIA_URL");
    visitor.post("/widget/v1/messages", &body).await.ok();
    server
        .send("POST", "/widget/v1/uploads", &[], png())
        .await
        .refused(401, "UNAUTHENTICATED");
    server
        .send("POST", "/staff/v1/uploads", &[], png())
        .await
        .refused(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_answered_as_unavailable() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    // Tests may run as root, whom no permission stops; a file in the folder's place stops everybody.
    let incoming = server.data.path().join("media/incoming");
    std::fs::remove_dir(&incoming).unwrap();
    std::fs::write(&incoming, "").unwrap();
    let answer = visitor.upload(&[], png()).await;
    answer.refused(503, "UNAVAILABLE");
    assert!(answer.headers.contains_key("retry-after"));
    assert!(
        !String::from_utf8_lossy(&answer.body).contains("incoming"),
        "no internal text: {answer:?}"
    );
}
