//! The socket's frames over requests, as a page behind a proxy without `WebSocket`s uses them.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::harness::{Answer, Server, Visitor, answer, basic, client_id, within};

const PATH: &str = "/widget/v1/frames";

/// One exchange of a visitor.
struct Exchange<'s> {
    server: &'s Server,
    id: String,
}

impl<'s> Exchange<'s> {
    async fn open(visitor: &Visitor<'s>, resume: Option<&str>) -> (Self, Vec<Value>) {
        let exchange = Self {
            server: visitor.server,
            id: format!("exchange-for-a-test-{}", client_id()),
        };
        let mut hello = json!({"type": "hello", "token": visitor.token()});
        if let Some(after) = resume {
            hello["resume"] = json!({"after": after});
        }
        let frames = frames(&exchange.send(&[hello]).await);
        assert_eq!(frames[0]["type"], "welcome", "{frames:?}");
        (exchange, frames)
    }

    async fn send(&self, frames: &[Value]) -> Answer {
        let lines: Vec<String> = frames.iter().map(Value::to_string).collect();
        let headers = [
            ("shopbell-exchange", self.id.as_str()),
            ("content-type", "application/x-ndjson"),
        ];
        self.server.send("POST", PATH, &headers, lines.join("\n")).await
    }

    /// Waits until a frame of that type has come.
    async fn next_of(&self, kind: &str) -> Value {
        self.next_that(|frame| frame["type"] == kind).await
    }

    async fn next_that(&self, is_it: impl Fn(&Value) -> bool) -> Value {
        within(async {
            loop {
                let came = frames(&self.send(&[]).await);
                if let Some(frame) = came.into_iter().find(&is_it) {
                    return frame;
                }
            }
        })
        .await
    }
}

#[track_caller]
fn frames(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{answer:?}");
    let text = std::str::from_utf8(&answer.body).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn a_conversation_goes_both_ways_without_a_socket() {
    let server = Server::start().await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    let staff = server.staff().await;
    let (exchange, _) = Exchange::open(&visitor, None).await;
    let id = client_id();
    let sent = exchange
        .send(&[json!({"type": "send", "clientId": id, "content": basic("Anyone there?")})])
        .await;
    assert!(frames(&sent).is_empty(), "answers come to the request that waits");
    let ack = exchange.next_of("ack").await;
    assert_eq!(ack["clientId"], id);
    // The same frame again is the same message.
    exchange
        .send(&[json!({"type": "send", "clientId": id, "content": basic("Anyone there?")})])
        .await;
    assert_eq!(
        exchange.next_of("ack").await["message"]["id"],
        ack["message"]["id"]
    );
    let mut socket = staff.socket().await;
    exchange.send(&[json!({"type": "typing", "on": true})]).await;
    assert_eq!(socket.next_of("typing").await["on"], true);
    // What comes while a request waits is handed over at once.
    let (started, yes) = (Instant::now(), answer("Yes"));
    // The own message is told too, perhaps only now.
    let is_yes = |frame: &Value| frame["message"]["content"]["basic"]["items"][0]["text"] == "Yes";
    tokio::join!(exchange.next_that(is_yes), staff.answer(&conversation, &yes));
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "it waited for a timer"
    );
}

#[tokio::test]
async fn a_new_exchange_resumes_where_the_lost_one_was() {
    let server = Server::start().await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    let staff = server.staff().await;
    let (_lost, welcome) = Exchange::open(&visitor, None).await;
    let after = welcome[0]["lastSequence"].as_str().unwrap().to_owned();
    staff.answer(&conversation, &answer("one")).await;
    staff.answer(&conversation, &answer("two")).await;
    let (exchange, mut came) = Exchange::open(&visitor, Some(&after)).await;
    let texts = |frames: &[Value]| -> Vec<Value> {
        let messages = frames.iter().filter(|frame| frame["type"] == "message");
        messages
            .map(|frame| frame["message"]["content"]["basic"]["items"][0]["text"].clone())
            .collect()
    };
    while texts(&came).len() < 2 {
        came.extend(frames(&exchange.send(&[]).await));
    }
    assert_eq!(texts(&came), ["one", "two"]);
}

#[tokio::test]
async fn an_exchange_begins_with_a_valid_hello_or_not_at_all() {
    let server = Server::start().await;
    let stranger = |id: &str| Exchange {
        server: &server,
        id: id.to_owned(),
    };
    let unguessable = "0123456789abcdef0123456789abcdef-1";
    // Nobody waits at an exchange that nobody began.
    stranger(unguessable).send(&[]).await.refused(404, "NOT_FOUND");
    stranger("short")
        .send(&[])
        .await
        .violates("Shopbell-Exchange", "FORMAT");
    let forged = stranger(unguessable);
    let refused = frames(&forged.send(&[json!({"type": "hello", "token": "forged"})]).await);
    assert_eq!(
        refused[0]["error"]["details"]["applicationError"]["code"],
        "UNAUTHENTICATED"
    );
    forged.send(&[]).await.refused(404, "NOT_FOUND");
    let large = stranger("0123456789abcdef0123456789abcdef-2");
    large
        .send(&[json!({"type": "hello", "token": "x".repeat(20_000)})])
        .await
        .refused(413, "BODY_TOO_LARGE");
}
