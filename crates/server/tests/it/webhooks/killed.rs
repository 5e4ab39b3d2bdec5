//! The program killed in the middle: every event comes, at least once, in order.

use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::receiver::{Mode, Receiver, told};
use crate::harness::{KEY, basic, client_id, request, within};

struct Program {
    child: Child,
    addr: std::net::SocketAddr,
}

async fn start(data: &std::path::Path) -> Program {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shopbell"));
    for (name, _value) in std::env::vars().filter(|(name, _)| name.starts_with("SHOPBELL_")) {
        command.env_remove(name);
    }
    let mut child = command
        .args([
            "serve",
            "--addr",
            "127.0.0.1:0",
            "--webhooks-allow",
            "127.0.0.0/8",
            "--data",
        ])
        .arg(data)
        .env("SHOPBELL_API_KEY", KEY)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let addr = loop {
        let line = within(lines.next_line())
            .await
            .unwrap()
            .expect("it ended before it was ready");
        if let Some(addr) = line.strip_prefix("ready http://") {
            break addr.parse().unwrap();
        }
    };
    Program { child, addr }
}

impl Program {
    async fn post(&self, path: &str, credential: &str, body: &serde_json::Value) -> serde_json::Value {
        let headers = [
            ("content-type", "application/json"),
            ("authorization", credential),
        ];
        request(self.addr, "POST", path, &headers, body.to_string())
            .await
            .ok()
    }

    async fn say(&self, bearer: &str, text: &str) {
        let body = json!({"clientId": client_id(), "content": basic(text)});
        self.post("/widget/v1/messages", bearer, &body).await;
    }

    /// kill -9, at once.
    async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }
}

#[tokio::test]
async fn killed_twice_under_way_it_tells_everything_in_order() {
    let data = tempfile::tempdir().unwrap();
    let receiver = Receiver::start(Mode::AcceptAfter(Duration::from_millis(20))).await;
    let mut program = start(data.path()).await;
    let endpoint = json!({"url": receiver.url(), "format": "STANDARD"});
    program.post("/admin/v1/webhooks", KEY, &endpoint).await;
    let mut bearers = Vec::new();
    for _visitor in 0..3 {
        let session = program.post("/widget/v1/session", "", &json!({})).await;
        bearers.push(format!("Bearer {}", session["token"].as_str().unwrap()));
    }
    for round in 0..3 {
        for number in 0..20 {
            for (visitor, bearer) in bearers.iter().enumerate() {
                program
                    .say(bearer, &format!("{visitor}: {}", round * 20 + number))
                    .await;
            }
        }
        if round < 2 {
            // Requests are on their way now, and many more are owed.
            receiver.accepted(round * 40 + 10).await;
            program.kill().await;
            program = start(data.path()).await;
        }
    }
    let mut count = 180;
    let told = loop {
        let told = told(&receiver.accepted(count).await);
        if told.values().map(Vec::len).sum::<usize>() == 180 {
            break told;
        }
        count += 1;
    };
    for texts in told.values() {
        let visitor = texts[0].split(':').next().unwrap();
        let expected: Vec<String> = (0..60).map(|number| format!("{visitor}: {number}")).collect();
        assert_eq!(*texts, expected);
    }
    println!(
        "180 events, 2 kills: {} requests accepted, so {} came twice",
        receiver.got().len(),
        receiver.got().len() - 180
    );
    program.kill().await;
}
