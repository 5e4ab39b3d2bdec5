//! Where webhooks may go: what only the server can reach is out of reach of whoever owns a site.

use std::collections::VecDeque;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use shopbell_protocol::admin::{EndpointState, NewWebhook, WebhookChange};
use shopbell_server::service::ServiceError;
use shopbell_server::testing::{START_MICROS, TestApp};
use shopbell_server::webhook::outbound::{Resolve, SystemResolver};

use super::receiver::{Mode, Receiver};
use super::{app_that_calls, calling, endpoint, relay, settled};

/// A name server of ours: gives its answers one after the other, and the last one for ever.
#[derive(Debug)]
struct Turncoat {
    answers: Mutex<VecDeque<Vec<IpAddr>>>,
    asked: Mutex<usize>,
}

impl Turncoat {
    fn new(answers: &[&[&str]]) -> Arc<Self> {
        let read = |list: &&[&str]| list.iter().map(|text| text.parse().unwrap()).collect();
        Arc::new(Self {
            answers: Mutex::new(answers.iter().map(read).collect()),
            asked: Mutex::new(0),
        })
    }
}

#[async_trait]
impl Resolve for Turncoat {
    async fn resolve(&self, _host: &str) -> io::Result<Vec<IpAddr>> {
        *self.asked.lock().unwrap() += 1;
        let mut answers = self.answers.lock().unwrap();
        let answer = answers.front().unwrap().clone();
        if answers.len() > 1 {
            answers.pop_front();
        }
        Ok(answer)
    }
}

async fn app_with(allow: &[&str], resolver: Arc<dyn Resolve>) -> TestApp {
    let folder = tempfile::tempdir().unwrap();
    TestApp::start_configured(folder, START_MICROS, calling(allow, resolver)).await
}

/// What is said about the address of a new endpoint; `None` when it was made.
async fn refusal(app: &TestApp, url: &str) -> Option<String> {
    let request = NewWebhook {
        url: url.to_owned(),
        ..NewWebhook::default()
    };
    match app.service.create_webhook(&app.owner().await, request).await {
        Ok(_) => None,
        Err(ServiceError::Invalid(violations)) => {
            assert_eq!(violations.0.len(), 1);
            assert_eq!(violations.0[0].field, "url");
            Some(violations.0[0].description.clone())
        }
        Err(error) => panic!("{url}: {error}"),
    }
}

#[tokio::test]
async fn an_endpoint_in_a_private_network_is_refused_in_every_spelling() {
    let app = app_that_calls(&[]).await;
    let receiver = Receiver::start(Mode::Accept).await;
    let port = receiver.addr.port();
    let hosts = [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0177.0.0.1",
        "0x7f000001",
        "0x7f.1",
        "127。0。0。1",
        "localhost",
        "LOCALHOST",
        "0.0.0.0",
        "0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::7f00:1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::1]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.51.100.1",
        "203.0.113.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[fd00::1]",
        "[fe80::1]",
        "[ff02::1]",
        "[2001:db8::1]",
    ];
    for host in hosts {
        for scheme in ["http", "https"] {
            let said = refusal(&app, &format!("{scheme}://{host}:{port}/"))
                .await
                .unwrap();
            assert!(
                said.contains("not in the public internet"),
                "{scheme} {host}: {said}"
            );
        }
    }
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test]
async fn an_address_of_the_wrong_form_is_refused_with_what_is_wrong() {
    let app = app_with(&["127.0.0.0/8"], Turncoat::new(&[&["93.184.216.34"]])).await;
    for (url, said) in [
        ("", "has to be given"),
        ("shop.example.com/hooks", "must be an address"),
        ("ftp://shop.example.com/", "must begin with https://"),
        ("file:///etc/passwd", "must begin with https://"),
        (
            "http://shop.example.com/",
            "must begin with https://, as messages",
        ),
        (
            "https://key:secret@shop.example.com/",
            "must not contain a name or password",
        ),
        (
            "https://key@shop.example.com/",
            "must not contain a name or password",
        ),
        ("https://shop.example.com:22/", "has the port 22"),
        ("https://shop.example.com:25/", "has the port 25"),
        ("http://127.0.0.1:111/", "has the port 111"),
    ] {
        let found = refusal(&app, url).await.unwrap_or_default();
        assert!(found.contains(said), "{url}: {found}");
    }
    let long = format!("https://shop.example.com/{}", "a".repeat(2_000));
    assert!(refusal(&app, &long).await.unwrap().contains("2000 characters"));
    assert_eq!(refusal(&app, "https://shop.example.com:8443/hooks").await, None);
    let nowhere = app_with(&[], Turncoat::new(&[&[]])).await;
    let said = refusal(&nowhere, "https://shop.example.com/").await.unwrap();
    assert!(said.contains("shop.example.com, which was not found"), "{said}");
}

#[tokio::test]
async fn a_name_that_turns_to_this_machine_after_it_was_accepted_is_not_called() {
    let receiver = Receiver::start(Mode::Accept).await;
    let url = format!("https://rebinding.example.com:{}/", receiver.addr.port());
    for private in [
        "127.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
    ] {
        let resolver = Turncoat::new(&[&["93.184.216.34"], &[private]]);
        let app = app_with(&[], resolver.clone()).await;
        let made = endpoint(&app, &url).await;
        let tried = app
            .service
            .test_webhook(&app.owner().await, &made.id)
            .await
            .unwrap();
        let said = tried.attempts[0].error.clone().unwrap();
        assert!(said.contains(&format!("leads to {private}")), "{said}");
        // And so in a delivery, which waits for better times.
        let _relay = relay(&app);
        app.visitor_says(&app.visitor().await, "1", "one").await;
        settled(&app).await;
        assert_eq!(
            app.service
                .webhook(&app.owner().await, &made.id)
                .await
                .unwrap()
                .waiting,
            1
        );
    }
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test]
async fn an_attempt_asks_for_the_name_once_and_connects_to_what_it_was_told() {
    let receiver = Receiver::start(Mode::Accept).await;
    let resolver = Turncoat::new(&[
        &["127.0.0.1"],
        // Of several addresses only the one that may be called is.
        &["10.0.0.1", "127.0.0.1", "169.254.169.254"],
        &["10.0.0.1"],
    ]);
    let app = app_with(&["127.0.0.1"], resolver.clone()).await;
    let made = endpoint(
        &app,
        &format!("http://shop.example.com:{}/", receiver.addr.port()),
    )
    .await;
    assert_eq!(*resolver.asked.lock().unwrap(), 1);
    let owner = app.owner().await;
    let tried = app.service.test_webhook(&owner, &made.id).await.unwrap();
    assert_eq!(tried.attempts[0].status, Some(200), "{tried:?}");
    assert_eq!((*resolver.asked.lock().unwrap(), receiver.connections()), (2, 1));
    let host = format!("shop.example.com:{}", receiver.addr.port());
    assert_eq!(receiver.got()[0].headers["host"], host);
    let tried = app.service.test_webhook(&owner, &made.id).await.unwrap();
    assert_eq!(tried.attempts[0].status, None, "{tried:?}");
    assert_eq!(receiver.connections(), 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let target = Receiver::start(Mode::Accept).await;
    for status in [301, 302, 303, 307, 308] {
        let lines = format!("Location: {}\r\n", target.url());
        let receiver = Receiver::start(Mode::Answer(status, lines)).await;
        let app = app_that_calls(&["127.0.0.1"]).await;
        let made = endpoint(&app, &receiver.url()).await;
        let tried = app
            .service
            .test_webhook(&app.owner().await, &made.id)
            .await
            .unwrap();
        let said = tried.attempts[0].error.as_deref().unwrap();
        assert!(said.contains("redirects are not followed"), "{said}");
    }
    assert_eq!(target.connections(), 0);
}

#[tokio::test]
async fn a_changed_address_is_judged_like_a_new_one() {
    let app = app_with(&["127.0.0.1"], Arc::new(SystemResolver)).await;
    let receiver = Receiver::start(Mode::Accept).await;
    let made = endpoint(&app, &receiver.url()).await;
    let change = WebhookChange {
        url: Some("http://127.0.0.2/".to_owned()),
        state: Some(EndpointState::Disabled),
        ..WebhookChange::default()
    };
    let refused = app
        .service
        .change_webhook(&app.owner().await, &made.id, change)
        .await;
    let Err(ServiceError::Invalid(violations)) = refused else {
        panic!("{refused:?}")
    };
    let fields: Vec<&str> = violations
        .0
        .iter()
        .map(|violation| violation.field.as_str())
        .collect();
    assert_eq!(fields, ["url", "state"]);
}
