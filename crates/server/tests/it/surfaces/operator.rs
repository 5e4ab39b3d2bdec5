//! The operator's commands, beside a running server and without one.

use std::path::Path;
use std::process::Stdio;

use serde_json::json;
use tokio::process::Command;

use crate::harness::{Answer, KEY, PASSWORD, Server, within};

/// Exit code and standard output of a command; its standard error where it fails.
async fn run(data: &Path, arguments: &[&str], password: Option<&str>) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shopbell"));
    for (name, _value) in std::env::vars().filter(|(name, _)| name.starts_with("SHOPBELL_")) {
        command.env_remove(name);
    }
    if let Some(password) = password {
        command.env("SHOPBELL_OWNER_PASSWORD", password);
    }
    command.args(arguments).arg("--data").arg(data);
    let output = within(command.stdin(Stdio::null()).kill_on_drop(true).output())
        .await
        .unwrap();
    let text = if output.status.success() {
        output.stdout
    } else {
        output.stderr
    };
    (output.status.code(), String::from_utf8(text).unwrap())
}

/// What a command that works prints.
async fn printed(server: &Server, arguments: &[&str]) -> String {
    let (code, text) = run(server.data.path(), arguments, None).await;
    assert_eq!(code, Some(0), "{text}");
    text
}

fn last_word<'t>(text: &'t str, line: &str) -> &'t str {
    let line = text.lines().find(|found| found.starts_with(line)).unwrap();
    line.split_whitespace().last().unwrap()
}

async fn sign_in(server: &Server, password: &str) -> Answer {
    let body = json!({"email": "owner@localhost", "password": password});
    server.post("/staff/v1/session", &[], &body).await
}

async fn events_with(server: &Server, key: &str) -> Answer {
    server.get("/events/v1", &[("authorization", key)]).await
}

#[tokio::test]
async fn a_lost_password_is_replaced_beside_the_running_server() {
    let server = Server::start().await;
    let staff = server.staff().await;
    let mut inbox = staff.socket().await;
    let text = printed(&server, &["password"]).await;
    let password = last_word(&text, "password");
    assert_eq!(password.len(), 20, "{text}");
    // The next request is refused, and the open socket ends within seconds.
    staff
        .get("/staff/v1/session")
        .await
        .refused(401, "UNAUTHENTICATED");
    inbox.next_of("error").await;
    assert_eq!(inbox.close_code().await, Some(1008));
    sign_in(&server, PASSWORD).await.refused(401, "UNAUTHENTICATED");
    sign_in(&server, password).await.ok();
    let (code, text) = run(server.data.path(), &["password"], Some("a given password")).await;
    assert_eq!(code, Some(0), "{text}");
    assert!(!text.contains("a given password"), "{text}");
    sign_in(&server, "a given password").await.ok();
}

#[tokio::test]
async fn keys_are_made_listed_and_revoked_beside_the_running_server() {
    let server = Server::start().await;
    let made = printed(&server, &["key", "new", "--name", "Order robot"]).await;
    let (id, key) = (last_word(&made, "id"), last_word(&made, "API key"));
    events_with(&server, key).await.ok();
    let list = printed(&server, &["key", "list"]).await;
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(lines.len(), 2, "{list}");
    assert!(lines[0].ends_with("  First key"), "{list}");
    assert!(
        lines[1].starts_with(id) && lines[1].ends_with("  Order robot"),
        "{list}"
    );
    assert!(lines[1].contains(last_word(&made, "app id")), "{list}");
    assert!(!list.contains(key) && !list.contains(KEY), "{list}");
    let rotated = printed(&server, &["key", "rotate", id, "--overlap-hours", "0"]).await;
    events_with(&server, key).await.refused(401, "UNAUTHENTICATED");
    events_with(&server, last_word(&rotated, "API key")).await.ok();
    printed(&server, &["key", "revoke", id]).await;
    events_with(&server, key).await.refused(401, "UNAUTHENTICATED");
    events_with(&server, KEY).await.ok();
    let (code, text) = run(server.data.path(), &["key", "revoke", id], None).await;
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains(id) && text.contains("shopbell key list"), "{text}");
    let (code, text) = run(server.data.path(), &["key", "new", "--name", " "], None).await;
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("--name"), "{text}");
    let wrong = [
        "key",
        "new",
        "--name",
        "n",
        "--scopes",
        "read,all",
        "--expires",
        "soon",
    ];
    let (code, text) = run(server.data.path(), &wrong, None).await;
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("--scopes: is none of READ") && text.contains("--expires"),
        "{text}"
    );
}

#[tokio::test]
async fn a_folder_without_a_server_is_named_and_left_empty() {
    let data = tempfile::tempdir().unwrap();
    for arguments in [["password"].as_slice(), &["key", "list"]] {
        let (code, text) = run(data.path(), arguments, None).await;
        assert_eq!(code, Some(1), "{text}");
        assert!(text.contains("shopbell.db") && text.contains("--data"), "{text}");
    }
    assert!(std::fs::read_dir(data.path()).unwrap().next().is_none());
}
