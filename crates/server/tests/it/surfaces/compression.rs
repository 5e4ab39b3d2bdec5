//! Large JSON answers, compressed for whoever accepts it.

use std::io::Read as _;

use serde_json::Value;

use crate::harness::{Answer, KEY, Server, Visitor};

/// A page of fifty messages that differ.
async fn talkative(server: &Server) -> Visitor<'_> {
    let visitor = server.visitor().await;
    for n in 0..50 {
        visitor
            .say(&format!("Message {n}: are the Harbour boots there in {n}?"))
            .await;
    }
    visitor
}

async fn page(visitor: &Visitor<'_>, accept: &str) -> Answer {
    let headers = [
        ("authorization", visitor.bearer.as_str()),
        ("accept-encoding", accept),
    ];
    visitor.server.get("/widget/v1/messages?limit=50", &headers).await
}

fn coding(answer: &Answer) -> Option<&str> {
    let coding = answer.headers.get("content-encoding")?;
    Some(coding.to_str().unwrap())
}

fn unpacked(answer: &Answer) -> Value {
    let mut text = Vec::new();
    match coding(answer) {
        Some("br") => brotli::BrotliDecompress(&mut &answer.body[..], &mut text).unwrap(),
        Some("gzip") => {
            flate2::read::GzDecoder::new(&answer.body[..])
                .read_to_end(&mut text)
                .unwrap();
        }
        other => panic!("not compressed: {other:?}"),
    }
    serde_json::from_slice(&text).unwrap()
}

#[tokio::test]
async fn a_page_of_history_is_compressed_as_the_caller_accepts_it() {
    let server = Server::start().await;
    let visitor = talkative(&server).await;
    let plain = visitor.get("/widget/v1/messages?limit=50").await;
    let messages = plain.ok()["messages"].clone();
    assert_eq!(messages.as_array().unwrap().len(), 50);
    assert_eq!(coding(&plain), None);
    for (accept, wanted) in [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("GZIP;q=0.5, br;q=0", "gzip"),
        ("br, *;q=0", "br"),
    ] {
        let answer = page(&visitor, accept).await;
        assert_eq!(
            (answer.status.as_u16(), coding(&answer)),
            (200, Some(wanted)),
            "{accept}"
        );
        assert!(
            answer.body.len() * 4 < plain.body.len(),
            "{} of {}",
            answer.body.len(),
            plain.body.len()
        );
        assert_eq!(unpacked(&answer)["messages"], messages, "{accept}");
        assert_eq!(answer.headers["vary"], "accept-encoding");
        assert_eq!(answer.headers["content-type"], "application/json; charset=utf-8");
        assert!(answer.headers.contains_key("x-wix-request-id"));
    }
}

#[tokio::test]
async fn who_accepts_nothing_that_we_have_is_answered_as_it_is() {
    let server = Server::start().await;
    let visitor = talkative(&server).await;
    for accept in [
        "",
        "zstd",
        "identity",
        "identity;q=0",
        "*;q=0",
        "gzip;q=0, br;q=0, identity;q=0",
    ] {
        let answer = page(&visitor, accept).await;
        assert_eq!(coding(&answer), None, "{accept}");
        assert_eq!(answer.ok()["messages"].as_array().unwrap().len(), 50, "{accept}");
    }
}

#[tokio::test]
async fn small_answers_pages_and_media_are_not_compressed_on_the_way() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let both = ("accept-encoding", "gzip, br");
    let empty = page(&visitor, "gzip, br").await;
    assert_eq!(
        (coding(&empty), empty.ok()["messages"].as_array().unwrap().len()),
        (None, 0)
    );
    let refused = server.get("/events/v1", &[both]).await;
    assert_eq!(coding(&refused), None);
    refused.refused(401, "UNAUTHENTICATED");
    let built = server.get("/widget/", &[both]).await;
    assert_eq!(
        (coding(&built), &built.body[..]),
        (Some("br"), b"BROTLI".as_slice())
    );
    assert_eq!(coding(&server.get("/embed.js", &[both]).await), None);

    let text = "{}".repeat(5_000);
    let uploaded = visitor
        .upload(&[("shopbell-filename", "notes.txt")], text.clone())
        .await
        .ok();
    let file = &uploaded["file"]["url"];
    let path = file.as_str().unwrap().split_once("/media/").unwrap().1;
    let file = server.get(&format!("/media/{path}"), &[both]).await;
    assert_eq!((coding(&file), &file.body[..]), (None, text.as_bytes()));
}

#[tokio::test]
async fn programs_read_compressed_events_with_the_headers_that_their_browsers_need() {
    let server = Server::start().await;
    talkative(&server).await;
    let headers = [
        ("authorization", KEY),
        ("accept-encoding", "gzip"),
        ("origin", "https://app.example"),
    ];
    let events = server.get("/events/v1?limit=100", &headers).await;
    assert_eq!(events.headers["access-control-allow-origin"], "*");
    assert!(unpacked(&events)["events"].as_array().unwrap().len() >= 50);
}
