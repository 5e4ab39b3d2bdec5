//! Files that are never whole, and names that are more than names.

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::harness::Server;
use crate::surfaces::files;

/// What a system opens the file with.
fn extension(filename: &str) -> Option<&str> {
    filename.rsplit_once('.').map(|(_, extension)| extension)
}

#[tokio::test]
async fn uploads_that_break_off_all_at_once_leave_nothing() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let head = format!(
        "POST /widget/v1/uploads HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\n",
        visitor.bearer
    );
    let mut streams = Vec::new();
    for number in 0..40_usize {
        let mut stream = TcpStream::connect(server.addr).await.unwrap();
        let rest = match number % 3 {
            0 => "content-length: 1000000\r\n\r\n",
            1 => "transfer-encoding: chunked\r\n\r\n80000\r\n",
            _ => "content-length: 200001\r\n\r\n",
        };
        stream
            .write_all(format!("{head}{rest}{}", "x".repeat(200_000)).as_bytes())
            .await
            .unwrap();
        streams.push(stream);
    }
    drop(streams);
    for _ in 0..200 {
        if files(server.data.path()) == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(files(server.data.path()), 0);
    visitor.upload(&[], "a whole text").await.ok();
    assert_eq!(files(server.data.path()), 1);
}

#[tokio::test]
async fn whoever_hangs_up_after_the_last_byte_leaves_a_known_file_or_none() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    for number in 0..40_u64 {
        let key = format!("hung-up-{number}");
        let mut stream = TcpStream::connect(server.addr).await.unwrap();
        let request = format!(
            "POST /widget/v1/uploads HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\nidempotency-key: {key}\r\n\
             content-length: 4\r\n\r\ntext",
            visitor.bearer
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_micros(number * 250)).await;
        drop(stream);
    }
    // Long enough for the last of them; asked for again, each is found or taken, and never a second file.
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    for number in 0..40_u64 {
        let key = format!("hung-up-{number}");
        let again = visitor.upload(&[("idempotency-key", &key)], "text").await;
        if again.status == 429 {
            let told = again.refused(429, "RESOURCE_EXHAUSTED")["retryAfterMs"]
                .as_u64()
                .unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(told)).await;
            visitor.upload(&[("idempotency-key", &key)], "text").await.ok();
        } else {
            again.ok();
        }
    }
    assert_eq!(files(server.data.path()), 40);
}

#[tokio::test]
async fn a_visitor_uploads_only_so_much_in_a_day() {
    let server = Server::start_with(|config| config.media.uploads_mib_per_day = 1).await;
    let (visitor, other) = (server.visitor().await, server.visitor().await);
    let half = "x".repeat(512 * 1_024);
    visitor.upload(&[], half.clone()).await.ok();
    visitor
        .upload(&[("idempotency-key", "second")], half.clone())
        .await
        .ok();
    let data = visitor
        .upload(&[], half.clone())
        .await
        .refused(429, "RESOURCE_EXHAUSTED");
    assert_eq!(data["limit"], "media.uploads_mib_per_day");
    let told = data["retryAfterMs"].as_u64().unwrap();
    let half_a_day = 12 * 60 * 60 * 1_000;
    assert!(
        (half_a_day - 60_000..=half_a_day + 60_000).contains(&told),
        "{told}"
    );
    assert_eq!(files(server.data.path()), 2, "what was refused is not kept");
    // One that came before costs nothing again.
    visitor
        .upload(&[("idempotency-key", "second")], half.clone())
        .await
        .ok();
    other.upload(&[], half).await.ok();
}

#[tokio::test]
async fn a_hostile_file_name_becomes_a_harmless_one() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    for name in [
        "../../etc/passwd",
        "%2e%2e%2f%2e%2e%2fx",
        "..%5c..%5cx",
        "\"; filename=evil.exe",
        "%0d%0aset-cookie: a=b",
        "%00.html",
        "evil.html",
        "%E2%80%AEfdp.exe",
        "%ff%fe",
        &"a".repeat(5_000),
    ] {
        let file = visitor
            .upload(&[("shopbell-filename", name)], "only text")
            .await
            .ok()["file"]
            .clone();
        let filename = file["filename"].as_str().unwrap();
        assert!(
            extension(filename) == Some("txt") && filename.chars().count() <= 255,
            "{name}: {filename}"
        );
        assert!(
            !filename.contains(['/', '\\', '\0', '\r', '\n', '\u{202e}']),
            "{name}: {filename}"
        );
        let url = file["url"].as_str().unwrap();
        let got = server.get(&url[url.find("/media/").unwrap()..], &[]).await;
        assert_eq!(&got.body[..], b"only text");
        let disposition = got.headers["content-disposition"].to_str().unwrap();
        let quoted = disposition.strip_prefix("attachment; filename=\"").unwrap();
        let (quoted, rest) = quoted.split_once('"').unwrap();
        assert!(extension(quoted) == Some("txt"), "{name}: {disposition}");
        let encoded = rest.strip_prefix("; filename*=UTF-8''").unwrap();
        assert!(!encoded.contains(['"', ' ', ';', '/']), "{name}: {disposition}");
        assert!(!got.headers.contains_key("set-cookie"), "{name}");
    }
}
