//! The event log.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use crate::harness::{EventStream, KEY, Server, answer};

#[tokio::test]
async fn the_log_is_read_with_a_cursor_without_gap_or_repeat() {
    let server = Server::start().await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    server.staff().await.answer(&conversation, &answer("Yes")).await;
    visitor.say("Thanks").await;
    let mut types = Vec::new();
    let mut ids = std::collections::HashSet::new();
    let mut after = String::new();
    loop {
        let page = server
            .read_as_app(&format!("/events/v1?limit=1&after={after}"))
            .await
            .ok();
        let events = page["events"].as_array().unwrap();
        let cursor = page["cursor"].as_str().unwrap().to_owned();
        if events.is_empty() {
            assert_eq!(cursor, after, "a cursor that brought nothing stays");
            break;
        }
        types.push(
            events[0]["type"]
                .as_str()
                .unwrap()
                .rsplit('.')
                .next()
                .unwrap()
                .to_owned(),
        );
        assert!(ids.insert(events[0]["id"].clone()));
        after = cursor;
    }
    let (to_business, to_participant) = (
        "message_message_sent_to_business",
        "message_message_sent_to_participant",
    );
    assert_eq!(types, [to_business, to_participant, to_business]);
}

#[tokio::test]
async fn a_waiting_reader_is_answered_when_something_happens() {
    let server = Server::start().await;
    let (visitor, _conversation) = server.visitor_with_conversation().await;
    let cursor = server.read_as_app("/events/v1").await.ok()["cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/events/v1?after={cursor}&wait=30");
    let (page, _said) = tokio::join!(server.read_as_app(&path), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        visitor.say("And now?").await
    });
    assert_eq!(page.ok()["events"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_wait_ends_with_an_empty_page_at_its_time_or_when_the_server_stops() {
    let server = Server::start().await;
    let cursor = server.read_as_app("/events/v1").await.ok()["cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/events/v1?after={cursor}&wait=1");
    let page = server.read_as_app(&path).await.ok();
    assert_eq!(page, json!({"events": [], "cursor": cursor}));
    let path = format!("/events/v1?after={cursor}&wait=60");
    let started = Instant::now();
    let (page, ()) = tokio::join!(server.read_as_app(&path), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        server.state.stopping().cancel();
    });
    assert_eq!(page.ok()["events"], json!([]));
    assert!(started.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn wrong_parameters_are_named() {
    let server = Server::start().await;
    for (query, field, rule) in [
        ("after=never-issued", "after", "FORMAT"),
        ("limit=0", "limit", "MIN"),
        ("limit=1001", "limit", "MAX"),
        ("limit=x", "limit", "FORMAT"),
        ("wait=61", "wait", "MAX"),
    ] {
        server
            .read_as_app(&format!("/events/v1?{query}"))
            .await
            .violates(field, rule);
    }
    server
        .get("/events/v1", &[])
        .await
        .refused(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_stream_tells_the_log_and_goes_on_after_the_last_event_that_was_received() {
    let server = Server::start().await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    let key = ("authorization", KEY);
    // One per page: what is between two pages must not be lost either.
    let mut stream = EventStream::open(&server, "/events/v1?limit=1", &[key]).await;
    assert_eq!(stream.headers["content-type"], "text/event-stream");
    let first = stream.next().await.unwrap();
    assert_eq!(first.event, "wix.crm.inbox.v2.message_message_sent_to_business");
    assert_eq!(first.data["type"], json!(first.event));
    visitor.say("live").await;
    let second = stream.next().await.unwrap();
    assert_eq!(second.data["data"]["message"]["content"]["previewText"], "live");
    drop(stream);
    server
        .staff()
        .await
        .answer(&conversation, &answer("missed"))
        .await;
    visitor.say("missed too").await;
    // The header wins over where the reader once began.
    let last = [key, ("last-event-id", second.id.as_str())];
    let mut stream = EventStream::open(&server, "/events/v1?after=0", &last).await;
    let missed = [stream.next().await.unwrap(), stream.next().await.unwrap()];
    let page = server
        .read_as_app(&format!("/events/v1?after={}", second.id))
        .await
        .ok();
    let events: Vec<_> = missed.iter().map(|sent| sent.data.clone()).collect();
    assert_eq!(page["events"], json!(events));
    assert_eq!(page["cursor"], json!(missed[1].id));
    server.state.stopping().cancel();
    assert_eq!(stream.next().await, None, "a server that stops ends its streams");
}

#[tokio::test]
async fn a_stream_needs_a_credential_and_a_cursor_that_was_issued() {
    let server = Server::start().await;
    let accept = ("accept", "text/html, text/event-stream;q=0.9");
    server
        .get("/events/v1", &[accept])
        .await
        .refused(401, "UNAUTHENTICATED");
    let headers = [accept, ("authorization", KEY), ("last-event-id", "never issued")];
    server
        .get("/events/v1", &headers)
        .await
        .violates("after", "FORMAT");
}

#[tokio::test]
async fn a_program_holds_a_bounded_number_of_streams() {
    let server = Server::start().await;
    let mut open = Vec::new();
    for _ in 0..20 {
        open.push(EventStream::open(&server, "/events/v1", &[("authorization", KEY)]).await);
    }
    let headers = [("accept", "text/event-stream"), ("authorization", KEY)];
    server
        .get("/events/v1", &headers)
        .await
        .refused(429, "RESOURCE_EXHAUSTED");
    open.pop();
    // Its place is free once the server has noticed.
    let freed = async {
        loop {
            let answer = tokio::time::timeout(Duration::from_millis(200), server.get("/events/v1", &headers));
            if answer.await.is_err() {
                return;
            }
        }
    };
    crate::harness::within(freed).await;
}
