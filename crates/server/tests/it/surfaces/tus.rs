//! Uploads that go on after an interruption, as a browser that loses its connection sees them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::files;
use crate::harness::{Answer, Server, Visitor, client_id, within};

const TUS: (&str, &str) = ("tus-resumable", "1.0.0");

fn metadata(client_id: &str, filename: &str) -> String {
    format!(
        "clientId {},filename {}",
        STANDARD.encode(client_id),
        STANDARD.encode(filename)
    )
}

async fn create(visitor: &Visitor<'_>, length: usize, client_id: &str) -> Answer {
    let (length, metadata) = (length.to_string(), metadata(client_id, "Notizen über alles.txt"));
    let headers = [
        TUS,
        ("authorization", visitor.bearer.as_str()),
        ("upload-length", &length),
        ("upload-metadata", &metadata),
    ];
    visitor
        .server
        .send("POST", "/widget/v1/uploads", &headers, "")
        .await
}

async fn call(visitor: &Visitor<'_>, method: &str, location: &str) -> Answer {
    let headers = [TUS, ("authorization", visitor.bearer.as_str())];
    visitor.server.send(method, location, &headers, "").await
}

async fn patch(
    visitor: &Visitor<'_>,
    location: &str,
    offset: usize,
    body: impl Into<axum::body::Bytes>,
) -> Answer {
    let offset = offset.to_string();
    let headers = [
        TUS,
        ("authorization", visitor.bearer.as_str()),
        ("content-type", "application/offset+octet-stream"),
        ("upload-offset", &offset),
    ];
    visitor.server.send("PATCH", location, &headers, body).await
}

#[track_caller]
fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let value = answer.headers.get(name);
    value
        .unwrap_or_else(|| panic!("no {name}: {answer:?}"))
        .to_str()
        .unwrap()
}

#[track_caller]
fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{answer:?}");
    header(answer, "location").to_owned()
}

/// Sends the head of a PATCH and some bytes of many, and holds the connection.
async fn hanging(
    visitor: &Visitor<'_>,
    location: &str,
    offset: usize,
    length: usize,
    sent: &str,
) -> TcpStream {
    let head = format!(
        "PATCH {location} HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\ntus-resumable: 1.0.0\r\nupload-offset: {offset}\r\n\
         content-type: application/offset+octet-stream\r\ncontent-length: {length}\r\n\r\n{sent}",
        visitor.bearer
    );
    let mut stream = TcpStream::connect(visitor.server.addr).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// How long the only partial file is.
fn partial_bytes(server: &Server) -> u64 {
    let folder = server.data.path().join("media/partial");
    let mut entries = std::fs::read_dir(folder).unwrap();
    entries
        .next()
        .map_or(0, |entry| entry.unwrap().metadata().unwrap().len())
}

async fn until_partial_has(server: &Server, bytes: u64) {
    for _ in 0..500 {
        if partial_bytes(server) >= bytes {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{} of {bytes} bytes came", partial_bytes(server));
}

#[tokio::test]
async fn a_file_in_pieces_becomes_what_one_in_one_piece_does() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let key = client_id();
    let begun = create(&visitor, 12, &key).await;
    let place = location(&begun);
    assert!(place.starts_with("/widget/v1/uploads/"), "{place}");
    assert_eq!(
        (header(&begun, "upload-offset"), header(&begun, "tus-resumable")),
        ("0", "1.0.0")
    );
    assert!(header(&begun, "upload-expires").ends_with(" GMT"));
    assert!(begun.body.is_empty());
    let first = patch(&visitor, &place, 0, "Hello ").await;
    assert_eq!(
        (first.status.as_u16(), header(&first, "upload-offset")),
        (204, "6")
    );
    let asked = call(&visitor, "HEAD", &place).await;
    assert_eq!(asked.status, 200);
    assert_eq!(
        (header(&asked, "upload-offset"), header(&asked, "upload-length")),
        ("6", "12")
    );
    assert_eq!(header(&asked, "cache-control"), "no-store");
    let last = patch(&visitor, &place, 6, "world!").await;
    assert_eq!(header(&last, "upload-offset"), "12");
    let file = last.ok()["file"].clone();
    assert_eq!(
        (&file["filename"], &file["sizeBytes"], &file["mimeType"]),
        (&json!("Notizen über alles.txt"), &json!(12), &json!("text/plain"))
    );
    assert!(place.ends_with(file["id"].as_str().unwrap()));
    let url = file["url"].as_str().unwrap();
    let got = server.get(&url[url.find("/media/").unwrap()..], &[]).await;
    assert_eq!(&got.body[..], b"Hello world!");
    // Whoever lost that answer gets it again, by the place or by the client id.
    assert_eq!(
        header(&call(&visitor, "HEAD", &place).await, "upload-offset"),
        "12"
    );
    assert_eq!(
        patch(&visitor, &place, 12, "").await.ok()["file"]["id"],
        file["id"]
    );
    let again = create(&visitor, 12, &key).await;
    assert_eq!((location(&again), header(&again, "upload-offset")), (place, "12"));
    assert_eq!(again.json()["file"]["id"], file["id"]);
    assert_eq!(files(server.data.path()), 1);
    assert_eq!(partial_bytes(&server), 0);
}

#[tokio::test]
async fn the_first_bytes_may_come_with_the_creation() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let (key, auth) = (metadata(&client_id(), "a.txt"), visitor.bearer.as_str());
    let headers = |length: &'static str, key| {
        [
            TUS,
            ("authorization", auth),
            ("upload-length", length),
            ("upload-metadata", key),
            ("content-type", "application/offset+octet-stream"),
        ]
    };
    let path = "/widget/v1/uploads";
    let half = server.send("POST", path, &headers("8", &key), "half").await;
    let place = location(&half);
    assert_eq!(header(&half, "upload-offset"), "4");
    // Repeated, the bytes are not taken twice.
    let again = server.send("POST", path, &headers("8", &key), "half").await;
    assert_eq!((location(&again), header(&again, "upload-offset")), (place, "4"));
    let other = metadata(&client_id(), "b.txt");
    let whole = server.send("POST", path, &headers("4", &other), "text").await;
    assert_eq!(
        (whole.status.as_u16(), header(&whole, "upload-offset")),
        (201, "4")
    );
    assert_eq!(whole.json()["file"]["filename"], "b.txt");
}

#[tokio::test]
async fn what_an_interrupted_piece_has_brought_is_kept_and_gone_on_with() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let place = location(&create(&visitor, 100, &client_id()).await);
    let stream = hanging(&visitor, &place, 0, 100, "thirty bytes of one hundred...").await;
    until_partial_has(&server, 30).await;
    drop(stream);
    let asked = call(&visitor, "HEAD", &place).await;
    assert_eq!(header(&asked, "upload-offset"), "30");
    let rest = "x".repeat(70);
    let file = patch(&visitor, &place, 30, rest.clone()).await.ok()["file"].clone();
    let url = file["url"].as_str().unwrap();
    let got = server.get(&url[url.find("/media/").unwrap()..], &[]).await;
    assert_eq!(
        &got.body[..],
        format!("thirty bytes of one hundred...{rest}").as_bytes()
    );
}

#[tokio::test]
async fn of_two_pieces_at_once_one_is_refused_and_who_asks_ends_the_one_that_hangs() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let place = location(&create(&visitor, 10, &client_id()).await);
    let mut stream = hanging(&visitor, &place, 0, 10, "12345").await;
    until_partial_has(&server, 5).await;
    let data = patch(&visitor, &place, 0, "1234567890")
        .await
        .refused(423, "LOCKED");
    assert!(data["retryAfterMs"].is_u64());
    // A stranger neither sees it nor ends it.
    let stranger = server.visitor().await;
    assert_eq!(call(&stranger, "HEAD", &place).await.status, 404);
    patch(&visitor, &place, 5, "67890").await.refused(423, "LOCKED");
    // The connection is as good as lost: the server has not noticed, and its page asks on another one.
    let asked = call(&visitor, "HEAD", &place).await;
    assert_eq!(header(&asked, "upload-offset"), "5");
    let mut answer = vec![0; 12];
    within(stream.read_exact(&mut answer)).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 409");
    patch(&visitor, &place, 5, "67890").await.ok();
}

#[tokio::test]
async fn another_offset_than_the_confirmed_one_is_told_the_right_one() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let place = location(&create(&visitor, 10, &client_id()).await);
    patch(&visitor, &place, 0, "12345").await;
    for wrong in [0, 4, 6, 10] {
        let data = patch(&visitor, &place, wrong, "x")
            .await
            .refused(409, "UPLOAD_OFFSET");
        assert_eq!(data, json!({"offset": 5}));
    }
    patch(&visitor, &place, 5, "1234567890")
        .await
        .violates("body", "MAX_LENGTH");
    patch(&visitor, &place, 5, "67890").await.ok();
}

#[tokio::test]
async fn the_same_client_id_is_the_same_upload_of_its_visitor_only() {
    let server = Server::start().await;
    let (visitor, stranger) = (server.visitor().await, server.visitor().await);
    let key = client_id();
    let place = location(&create(&visitor, 10, &key).await);
    patch(&visitor, &place, 0, "12345").await;
    let again = create(&visitor, 10, &key).await;
    assert_eq!(
        (location(&again), header(&again, "upload-offset")),
        (place.clone(), "5")
    );
    create(&visitor, 11, &key)
        .await
        .refused(409, "IDEMPOTENCY_KEY_REUSED");
    let strangers = location(&create(&stranger, 10, &key).await);
    assert_ne!(strangers, place);
    for (method, answer) in [
        ("HEAD", call(&stranger, "HEAD", &place).await),
        ("DELETE", call(&stranger, "DELETE", &place).await),
        ("PATCH", patch(&stranger, &place, 5, "67890").await),
    ] {
        assert_eq!(answer.status, 404, "{method}: {answer:?}");
    }
    patch(&visitor, &place, 5, "67890").await.ok();
}

#[tokio::test]
async fn what_is_not_taken_is_told_as_soon_as_it_shows_and_leaves_nothing() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let place = location(&create(&visitor, 1_000_000, &client_id()).await);
    let page = format!("<!doctype html>{}", "x".repeat(10_000));
    let mut stream = hanging(&visitor, &place, 0, 1_000_000, &page).await;
    let mut answer = vec![0; 12];
    within(stream.read_exact(&mut answer)).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 415");
    assert_eq!(call(&visitor, "HEAD", &place).await.status, 404);
    // Too short to be known before it is whole.
    let place = location(&create(&visitor, 9, &client_id()).await);
    patch(&visitor, &place, 0, "#!/bi").await;
    patch(&visitor, &place, 5, "n/sh")
        .await
        .refused(415, "UNSUPPORTED_MEDIA_TYPE");
    let place = location(&create(&visitor, 10, &client_id()).await);
    patch(&visitor, &place, 0, &b"\x89PNG\r\n\x1a\n\0\0"[..])
        .await
        .violates("body", "FORMAT");
    assert_eq!((files(server.data.path()), partial_bytes(&server)), (0, 0));
}

#[tokio::test]
async fn an_upload_that_is_given_up_is_gone() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let key = client_id();
    let place = location(&create(&visitor, 10, &key).await);
    let _hangs = hanging(&visitor, &place, 0, 10, "12345").await;
    until_partial_has(&server, 5).await;
    assert_eq!(call(&visitor, "DELETE", &place).await.status, 204);
    assert_eq!(partial_bytes(&server), 0);
    assert_eq!(call(&visitor, "HEAD", &place).await.status, 404);
    assert_ne!(location(&create(&visitor, 10, &key).await), place);
}

#[tokio::test]
async fn an_upload_goes_on_after_a_restart_and_a_broken_off_end_is_ended() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let place = location(&create(&visitor, 10, &client_id()).await);
    patch(&visitor, &place, 0, "12345").await;
    let bearer = visitor.bearer.clone();
    let server = server.restart().await;
    let visitor = Visitor {
        server: &server,
        bearer,
        session: json!({}),
    };
    let asked = call(&visitor, "HEAD", &place).await;
    assert_eq!(header(&asked, "upload-offset"), "5");
    // Bytes that came without being confirmed, as a crash leaves them, are not part of it.
    let partial = std::fs::read_dir(server.data.path().join("media/partial"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    std::fs::write(&partial, "12345abc").unwrap();
    let file = patch(&visitor, &place, 5, "67890").await.ok()["file"].clone();
    let url = file["url"].as_str().unwrap();
    let got = server.get(&url[url.find("/media/").unwrap()..], &[]).await;
    assert_eq!(&got.body[..], b"1234567890");
}

#[tokio::test]
async fn a_request_that_is_no_tus_or_no_upload_is_told_what_is_wrong() {
    let server = Server::start_with(|config| config.media.upload_max_bytes = 1_000).await;
    let visitor = server.visitor().await;
    let options = server.send("OPTIONS", "/widget/v1/uploads", &[], "").await;
    assert_eq!(options.status, 204);
    assert_eq!(
        (header(&options, "tus-version"), header(&options, "tus-max-size")),
        ("1.0.0", "1000")
    );
    let path = "/widget/v1/uploads";
    let auth = ("authorization", visitor.bearer.as_str());
    let other = server
        .send(
            "POST",
            path,
            &[auth, ("tus-resumable", "0.2.2"), ("upload-length", "1")],
            "",
        )
        .await;
    other.refused(412, "TUS_VERSION");
    assert_eq!(header(&other, "tus-version"), "1.0.0");
    server
        .send("POST", path, &[auth, TUS], "")
        .await
        .violates("Upload-Length", "REQUIRED_FIELD");
    for wrong in ["-1", "x", "", "+1"] {
        server
            .send("POST", path, &[auth, TUS, ("upload-length", wrong)], "")
            .await
            .violates("Upload-Length", "FORMAT");
    }
    create(&visitor, 0, &client_id())
        .await
        .violates("Upload-Length", "MIN");
    let data = create(&visitor, 1_001, &client_id())
        .await
        .refused(413, "BODY_TOO_LARGE");
    assert_eq!(data, json!({"limitBytes": 1_000}));
    for wrong in ["clientId ü", "clientId !!", "filename /w=="] {
        server
            .send(
                "POST",
                path,
                &[auth, TUS, ("upload-length", "1"), ("upload-metadata", wrong)],
                "",
            )
            .await
            .violates("Upload-Metadata", "FORMAT");
    }
    server
        .send("POST", path, &[TUS, ("upload-length", "1")], "")
        .await
        .refused(401, "UNAUTHENTICATED");
    let place = location(&create(&visitor, 10, &client_id()).await);
    server
        .send("PATCH", &place, &[auth, TUS, ("upload-offset", "0")], "x")
        .await
        .refused(415, "UNSUPPORTED_MEDIA_TYPE");
    patch(&visitor, "/widget/v1/uploads/unknown", 0, "x")
        .await
        .refused(404, "NOT_FOUND");
}
