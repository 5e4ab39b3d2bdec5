//! The program itself: what it prints, how it refuses to start, how it ends.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;

use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{Child, ChildStdout, Command};

use crate::harness::{KEY, PASSWORD, basic, client_id, request, within};

fn shopbell(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shopbell"));
    for (name, _value) in std::env::vars().filter(|(name, _)| name.starts_with("SHOPBELL_")) {
        command.env_remove(name);
    }
    command
        .env_remove("RUST_LOG")
        .args(["serve", "--addr", "127.0.0.1:0", "--data"])
        .arg(data);
    command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// A running program, what it printed until it was ready, and where it listens.
struct Running {
    child: Child,
    _stdout: BufReader<ChildStdout>,
    printed: String,
    addr: SocketAddr,
}

async fn start(mut command: Command) -> Running {
    let mut child = command.spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut printed = String::new();
    loop {
        let mut line = String::new();
        let read = within(stdout.read_line(&mut line)).await.unwrap();
        assert_ne!(read, 0, "it ended before it was ready: {printed}");
        if let Some(addr) = line.trim().strip_prefix("ready http://") {
            return Running {
                child,
                _stdout: stdout,
                addr: addr.parse().unwrap(),
                printed,
            };
        }
        printed.push_str(&line);
    }
}

/// Exit code and standard error of a start that fails.
async fn failure(mut command: Command) -> (Option<i32>, String) {
    let mut child = command.spawn().unwrap();
    let mut text = String::new();
    within(child.stderr.take().unwrap().read_to_string(&mut text))
        .await
        .unwrap();
    (within(child.wait()).await.unwrap().code(), text)
}

fn signal(child: &Child, name: &str) {
    let pid = child.id().unwrap().to_string();
    assert!(
        std::process::Command::new("kill")
            .args([name, &pid])
            .status()
            .unwrap()
            .success()
    );
}

async fn new_visitor(addr: SocketAddr) -> String {
    let answer = request(
        addr,
        "POST",
        "/widget/v1/session",
        &[("content-type", "application/json")],
        "{}",
    )
    .await;
    format!("Bearer {}", answer.ok()["token"].as_str().unwrap())
}

async fn say(addr: SocketAddr, bearer: &str, text: &str) {
    let headers = [("content-type", "application/json"), ("authorization", bearer)];
    let body = json!({"clientId": client_id(), "content": basic(text)}).to_string();
    request(addr, "POST", "/widget/v1/messages", &headers, body)
        .await
        .ok();
}

#[tokio::test]
async fn the_first_start_prints_its_secrets_once_and_sigterm_ends_it_well() {
    let data = tempfile::tempdir().unwrap();
    let mut first = start(shopbell(data.path())).await;
    for line in ["inbox page", "owner@localhost", "password", "API key"] {
        assert!(first.printed.contains(line), "{}", first.printed);
    }
    let secret = |name: &str| {
        let line = first.printed.lines().find(|line| line.contains(name)).unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    };
    let (password, key) = (secret("password"), secret("API key"));
    request(first.addr, "GET", "/events/v1", &[("authorization", &key)], "")
        .await
        .ok();
    let sign_in = json!({"email": "owner@localhost", "password": password}).to_string();
    request(
        first.addr,
        "POST",
        "/staff/v1/session",
        &[("content-type", "application/json")],
        sign_in,
    )
    .await
    .ok();
    request(first.addr, "GET", "/readyz", &[], "").await.ok();
    signal(&first.child, "-TERM");
    assert_eq!(within(first.child.wait()).await.unwrap().code(), Some(0));
    let second = start(shopbell(data.path())).await;
    assert!(
        !second.printed.contains("password") && second.printed.contains("/inbox/"),
        "{}",
        second.printed
    );
    request(second.addr, "GET", "/events/v1", &[("authorization", &key)], "")
        .await
        .ok();
}

#[tokio::test]
async fn secrets_from_the_environment_are_used_and_not_printed() {
    let data = tempfile::tempdir().unwrap();
    let mut command = shopbell(data.path());
    command
        .env("SHOPBELL_API_KEY", KEY)
        .env("SHOPBELL_OWNER_PASSWORD", PASSWORD)
        .env("SHOPBELL_DEMO", "1");
    let running = start(command).await;
    assert!(
        !running.printed.contains(KEY) && !running.printed.contains(PASSWORD),
        "{}",
        running.printed
    );
    assert!(running.printed.contains("shop page"), "{}", running.printed);
    request(running.addr, "GET", "/events/v1", &[("authorization", KEY)], "")
        .await
        .ok();
    let sign_in = json!({"email": "owner@localhost", "password": PASSWORD}).to_string();
    request(
        running.addr,
        "POST",
        "/staff/v1/session",
        &[("content-type", "application/json")],
        sign_in,
    )
    .await
    .ok();
}

#[tokio::test]
async fn who_runs_it_for_others_is_told_that_any_website_may_show_the_chat() {
    let data = tempfile::tempdir().unwrap();
    let told = async |demo: &str| {
        let mut command = shopbell(data.path());
        command.env("SHOPBELL_API_KEY", KEY).env("SHOPBELL_DEMO", demo);
        let mut running = start(command).await;
        signal(&running.child, "-TERM");
        let mut text = String::new();
        within(running.child.stderr.take().unwrap().read_to_string(&mut text))
            .await
            .unwrap();
        text.matches("any website may show this chat").count()
    };
    assert_eq!((told("0").await, told("1").await), (1, 0));
}

#[tokio::test]
async fn killed_at_any_moment_it_opens_again_with_everything_it_acknowledged() {
    let data = tempfile::tempdir().unwrap();
    let command = || {
        let mut command = shopbell(data.path());
        command.env("SHOPBELL_API_KEY", KEY);
        command
    };
    let mut running = start(command()).await;
    let bearer = new_visitor(running.addr).await;
    let mut said = Vec::new();
    for round in 0..3 {
        for n in 0..5 {
            let text = format!("{round}.{n}");
            say(running.addr, &bearer, &text).await;
            said.push(text);
        }
        running.child.kill().await.unwrap();
        running = start(command()).await;
    }
    let page = request(
        running.addr,
        "GET",
        "/widget/v1/messages",
        &[("authorization", &bearer)],
        "",
    )
    .await
    .ok();
    let texts: Vec<String> = page["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(crate::harness::text_of)
        .collect();
    assert_eq!(texts, said);
}

#[tokio::test]
async fn an_occupied_port_a_used_folder_and_a_broken_database_are_named_with_a_way_out() {
    let data = tempfile::tempdir().unwrap();
    let running = start(shopbell(data.path())).await;
    let other = tempfile::tempdir().unwrap();
    let mut same_port = Command::new(env!("CARGO_BIN_EXE_shopbell"));
    same_port
        .args(["serve", "--addr", &running.addr.to_string(), "--data"])
        .arg(other.path());
    same_port.stdout(Stdio::piped()).stderr(Stdio::piped());
    let (code, text) = failure(same_port).await;
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("cannot listen on") && text.contains("--addr"),
        "{text}"
    );
    assert_eq!(
        text.matches("os error").count(),
        1,
        "the cause is said twice: {text}"
    );
    let (code, text) = failure(shopbell(data.path())).await;
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("locked"), "{text}");
    drop(running);

    std::fs::write(
        other.path().join("shopbell.db"),
        "this is no database at all, but long enough for one",
    )
    .unwrap();
    let (code, text) = failure(shopbell(other.path())).await;
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("not a database") && text.contains("backup"),
        "{text}"
    );

    let file = other.path().join("a file");
    std::fs::write(&file, "").unwrap();
    let (code, text) = failure(shopbell(&file)).await;
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("it is a file, not a folder") && text.contains("--data"),
        "{text}"
    );
}

#[tokio::test]
async fn a_name_is_an_address_too_and_what_is_none_is_told_how_one_looks() {
    let data = tempfile::tempdir().unwrap();
    let command = |addr: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shopbell"));
        command.args(["serve", "--addr", addr, "--data"]).arg(data.path());
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    };
    for wrong in [":8080", "localhost"] {
        let (code, text) = failure(command(wrong)).await;
        assert_eq!(code, Some(2), "{text}");
        assert!(text.contains("like 127.0.0.1:8080"), "{text}");
    }
    let running = start(command("localhost:0")).await;
    assert!(running.addr.ip().is_loopback());
    request(running.addr, "GET", "/readyz", &[], "").await.ok();
}

#[tokio::test]
async fn what_is_not_in_this_version_is_refused_rather_than_ignored() {
    let data = tempfile::tempdir().unwrap();
    for (name, value) in [
        ("SHOPBELL_DATABASE_URL", "postgres://shopbell@localhost/shopbell"),
        ("SHOPBELL_NATS_URL", "nats://localhost:4222"),
    ] {
        let mut command = shopbell(data.path());
        command.env(name, value);
        let (code, text) = failure(command).await;
        assert_eq!(code, Some(1), "{text}");
        assert!(
            text.contains("not in this version") && text.contains(name),
            "{text}"
        );
    }
    let config = data.path().join("mine.toml");
    std::fs::write(&config, "[socket]\npign_after_s = 3\n").unwrap();
    let mut command = shopbell(data.path());
    command.arg("--config").arg(&config);
    let (code, text) = failure(command).await;
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("pign_after_s") && text.contains("mine.toml"),
        "{text}"
    );
    assert!(!data.path().join("shopbell.db").exists(), "nothing was begun");
}
