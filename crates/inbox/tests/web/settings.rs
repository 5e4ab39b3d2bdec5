//! The owner's settings: webhooks and keys. The server is one of the test's own, which answers what it was told to.

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

use crate::accessibility::check;
use crate::stage::{Stage, press, settle, type_in};

const ENDPOINT: &str = r#"{"id":"e1","name":"Booking","url":"https://shop.example.com/hooks","format":"STANDARD",
    "types":[],"state":"ACTIVE","createdDate":"2026-11-20T10:00:00.000Z","waiting":2,"deadLetters":1,
    "failingSinceDate":"2026-11-20T11:00:00.000Z"}"#;
const DELIVERIES: &str = r#"{"deliveries":[{"id":"9","eventId":"event-9","type":"wix.crm.inbox.v2.message_button_interacted",
    "state":"DEAD_LETTER","createdDate":"2026-11-20T12:00:00.000Z","attempts":[
    {"date":"2026-11-20T12:00:01.000Z","durationMs":31,"status":500,"error":"status 500"},
    {"date":"2026-11-20T12:00:03.000Z","durationMs":10000,"error":"no answer within 10 s"}]}]}"#;
const KEY: &str = r#"{"id":"k1","name":"Bot","appId":"a","scopes":["READ","ADMIN"],
    "createdDate":"2026-11-20T10:00:00.000Z","expiresDate":"2026-11-20T11:00:00.000Z"}"#;
const SIGNING: &str = r#"{"keys":[{"id":"s1","state":"CURRENT","publicKey":"-----BEGIN PUBLIC KEY-----\nQUJD\n",
    "signsFromDate":"2026-11-20T10:00:00.000Z"}]}"#;

/// Requests go to a list of answers, `METHOD path` with status and body, and are noted.
const SERVER: &str = r"
    globalThis.testAsked = [];
    globalThis.testAnswers = {};
    globalThis.testRequest ??= globalThis.XMLHttpRequest;
    globalThis.XMLHttpRequest = class extends EventTarget {
        upload = new EventTarget(); status = 0; responseText = '';
        open(method, path) { this.what = method + ' ' + path.split('?')[0]; }
        setRequestHeader() {}
        getResponseHeader() { return null; }
        abort() {}
        send(body) {
            testAsked.push(this.what + (body ? ' ' + body : ''));
            const [status, text] = testAnswers[this.what] ?? [404, ''];
            queueMicrotask(() => {
                this.status = status;
                this.responseText = text;
                this.dispatchEvent(new Event('loadend'));
            });
        }
    };
";

/// The test's own server, until it is dropped.
struct Server;

#[expect(
    clippy::unused_self,
    reason = "asked of a server that stands, not of one that has gone"
)]
impl Server {
    fn start() -> Self {
        js_sys::eval(SERVER).unwrap_throw();
        let server = Self;
        server.answer(
            "GET /admin/v1/site",
            200,
            r#"{"name":"Amy's Shoes","allowedOrigins":[]}"#,
        );
        server.answer("GET /admin/v1/webhooks", 200, r#"{"endpoints":[]}"#);
        server.answer("GET /admin/v1/keys", 200, r#"{"keys":[]}"#);
        server.answer("GET /admin/v1/signing-keys", 200, SIGNING);
        server
    }

    fn answer(&self, what: &str, status: u16, body: &str) {
        let answers = js_sys::eval("testAnswers").unwrap_throw();
        let answer = js_sys::Array::of2(&status.into(), &body.into());
        js_sys::Reflect::set(&answers, &what.into(), &answer).unwrap_throw();
    }

    fn asked(&self) -> Vec<String> {
        let asked: js_sys::Array = js_sys::eval("testAsked").unwrap_throw().unchecked_into();
        asked.iter().filter_map(|line| line.as_string()).collect()
    }

    fn was_asked(&self, start: &str) -> usize {
        self.asked().iter().filter(|line| line.starts_with(start)).count()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        js_sys::eval("globalThis.XMLHttpRequest = testRequest").unwrap_throw();
    }
}

async fn settings(section: &str) -> Stage {
    let stage = Stage::with_rows(Vec::new()).await;
    click(&stage, "Settings").await;
    click(&stage, section).await;
    stage
}

async fn click(stage: &Stage, name: &str) {
    stage.button(name).click();
    settle().await;
}

async fn submit(stage: &Stage) {
    stage.one("button[type=submit]").click();
    settle().await;
}

fn tick(stage: &Stage, label: &str) -> HtmlElement {
    stage.one(&format!("input[aria-label='{label}']"))
}

#[wasm_bindgen_test]
async fn the_first_endpoint_shows_its_secret_once_and_the_dialog_does_not_close_by_a_slip() {
    let server = Server::start();
    let stage = settings("Webhooks").await;
    assert!(stage.texts(".blank").concat().contains("No endpoints yet"));
    check(&stage, "no endpoints");
    click(&stage, "Add endpoint").await;
    check(&stage, "new endpoint");
    assert_eq!(stage.focused().map(|el| el.id()).as_deref(), Some("hook-url"));

    tick(&stage, "Only these").click();
    settle().await;
    submit(&stage).await;
    assert_eq!(
        server.was_asked("POST"),
        0,
        "no events is none of the wire's wishes"
    );
    assert!(
        stage
            .texts(".field__error")
            .contains(&"Events: choose at least one.".to_owned())
    );

    let refusal = r#"{"message":"m","details":{"validationError":{"fieldViolations":[
        {"field":"url","description":"leads into a private network","violatedRule":"FORMAT"}]}}}"#;
    server.answer("POST /admin/v1/webhooks", 400, refusal);
    tick(&stage, "A button is pressed").click();
    tick(&stage, "Standard Webhooks").click();
    type_in(&stage.labelled("Address"), "https://10.0.0.1/").await;
    submit(&stage).await;
    let wrong = "Address: leads into a private network".to_owned();
    assert!(stage.texts(".field__error").contains(&wrong));
    assert_eq!(
        stage.labelled("Address").get_attribute("aria-invalid").as_deref(),
        Some("true")
    );

    server.answer(
        "POST /admin/v1/webhooks",
        200,
        &format!(r#"{{"endpoint":{ENDPOINT},"secret":"whsec_c2VjcmV0"}}"#),
    );
    server.answer(
        "GET /admin/v1/webhooks/e1/deliveries",
        200,
        r#"{"deliveries":[]}"#,
    );
    submit(&stage).await;
    let sent = server
        .asked()
        .into_iter()
        .rfind(|line| line.starts_with("POST"))
        .unwrap_throw();
    for part in [
        r#""url":"https://10.0.0.1/""#,
        r#""format":"STANDARD""#,
        r#""types":["wix.crm.inbox.v2.message_button_interacted"]"#,
    ] {
        assert!(sent.contains(part), "{part} in {sent}");
    }
    assert_eq!(stage.texts(".once__code"), ["whsec_c2VjcmV0"]);
    assert!(stage.one("dialog").has_attribute("data-held"));
    check(&stage, "secret");
    click(&stage, "Done").await;
    assert!(stage.all(".once").is_empty());
    assert!(!stage.one("dialog").has_attribute("data-held"));
}

#[wasm_bindgen_test]
async fn the_log_says_status_time_and_reason_of_each_attempt_and_what_was_given_up_is_sent_again() {
    let server = Server::start();
    server.answer(
        "GET /admin/v1/webhooks",
        200,
        &format!(r#"{{"endpoints":[{ENDPOINT}]}}"#),
    );
    server.answer("GET /admin/v1/webhooks/e1/deliveries", 200, DELIVERIES);
    server.answer("POST /admin/v1/webhooks/e1/replay", 200, r#"{"replayed":1}"#);
    let stage = settings("Webhooks").await;
    assert_eq!(stage.texts(".hook .pill"), ["2 waiting", "1 given up", "Failing"]);
    check(&stage, "endpoints");
    stage.one(".hook").click();
    settle().await;
    assert!(
        stage
            .texts(".pane__notice")
            .concat()
            .starts_with("Nothing was accepted since")
    );
    stage.one(".log__row").click();
    settle().await;
    let attempts = stage.texts(".attempts__row");
    assert_eq!(attempts.len(), 2, "{attempts:?}");
    let says = |words: &[&str]| {
        let all = |attempt: &&String| words.iter().all(|word| attempt.contains(word));
        attempts.iter().filter(all).count()
    };
    assert_eq!(says(&["500", "31 ms"]), 1, "{attempts:?}");
    assert_eq!(says(&["no answer within 10 s"]), 1, "{attempts:?}");
    check(&stage, "endpoint");

    click(&stage, "Send again").await;
    let replay = r#"POST /admin/v1/webhooks/e1/replay {"deliveryIds":["9"]}"#;
    assert_eq!(server.was_asked(replay), 1, "{:?}", server.asked());
    assert!(
        stage
            .texts("[role=status]")
            .contains(&"1 wait to be sent again".to_owned())
    );
    click(&stage, "Send all given-up again").await;
    assert_eq!(server.was_asked("POST /admin/v1/webhooks/e1/replay {}"), 1);
}

#[wasm_bindgen_test]
async fn pausing_asks_nothing_and_deleting_asks_first() {
    let server = Server::start();
    server.answer(
        "GET /admin/v1/webhooks",
        200,
        &format!(r#"{{"endpoints":[{ENDPOINT}]}}"#),
    );
    server.answer(
        "GET /admin/v1/webhooks/e1/deliveries",
        200,
        r#"{"deliveries":[]}"#,
    );
    server.answer(
        "PATCH /admin/v1/webhooks/e1",
        200,
        &ENDPOINT.replace("ACTIVE", "PAUSED"),
    );
    server.answer("DELETE /admin/v1/webhooks/e1", 200, "{}");
    let stage = settings("Webhooks").await;
    stage.one(".hook").click();
    settle().await;
    click(&stage, "Pause").await;
    assert_eq!(
        server.was_asked(r#"PATCH /admin/v1/webhooks/e1 {"state":"PAUSED"}"#),
        1
    );
    assert_eq!(
        stage.texts(".pane__head .pill").last().map(String::as_str),
        Some("Paused")
    );
    click(&stage, "Delete").await;
    assert_eq!(server.was_asked("DELETE"), 0);
    check(&stage, "question");
    let focused = stage.focused().and_then(|el| el.text_content());
    assert_eq!(
        focused.as_deref(),
        Some("Cancel"),
        "Enter by a slip deletes nothing"
    );
    server.answer("GET /admin/v1/webhooks", 200, r#"{"endpoints":[]}"#);
    click(&stage, "Delete endpoint").await;
    assert_eq!(server.was_asked("DELETE /admin/v1/webhooks/e1"), 1);
    assert!(stage.texts(".blank").concat().contains("No endpoints yet"));
}

#[wasm_bindgen_test]
async fn a_key_is_made_with_rights_and_an_end_shown_once_and_revoked_after_a_question() {
    let server = Server::start();
    server.answer(
        "POST /admin/v1/keys",
        200,
        &format!(r#"{{"key":{KEY},"apiKey":"sbk_secret"}}"#),
    );
    server.answer("DELETE /admin/v1/keys/k1", 200, "{}");
    let stage = settings("API keys").await;
    assert!(stage.texts(".blank").concat().contains("No keys yet"));
    click(&stage, "New key").await;
    check(&stage, "new key");
    type_in(&stage.labelled("Name"), "Bot").await;
    let ends = stage.labelled("Expires");
    js_sys::Reflect::set(&ends, &"selectedIndex".into(), &4.into()).unwrap_throw();
    ends.dispatch_event(&web_sys::Event::new("change").unwrap_throw())
        .unwrap_throw();
    settle().await;
    submit(&stage).await;
    assert_eq!(server.was_asked("POST"), 0, "a day was promised and not given");
    assert!(
        stage
            .texts(".field__error")
            .contains(&"Last day: please fill this in.".to_owned())
    );
    type_in(&stage.labelled("Last day"), "2027-01-31").await;
    server.answer("GET /admin/v1/keys", 200, &format!(r#"{{"keys":[{KEY}]}}"#));
    submit(&stage).await;
    let sent = server
        .asked()
        .into_iter()
        .find(|line| line.starts_with("POST"))
        .unwrap_throw();
    assert!(sent.contains(r#""scopes":["READ","WRITE","EVENTS"]"#), "{sent}");
    assert!(sent.contains(r#""expiresDate":"2027-0"#), "{sent}");
    assert_eq!(stage.texts(".once__code"), ["sbk_secret"]);
    check(&stage, "keys");
    click(&stage, "Done").await;
    let card = stage.one(".key").text_content().unwrap_throw();
    for part in ["Bot", "READ", "ADMIN", "Never used", "Expired"] {
        assert!(card.contains(part), "{part} in {card}");
    }
    click(&stage, "Revoke").await;
    assert_eq!(server.was_asked("DELETE"), 0);
    server.answer("GET /admin/v1/keys", 200, r#"{"keys":[]}"#);
    click(&stage, "Revoke key").await;
    assert_eq!(server.was_asked("DELETE /admin/v1/keys/k1"), 1);
    assert!(stage.all(".key").is_empty());
}

#[wasm_bindgen_test]
async fn letters_in_the_settings_do_not_move_the_list_behind_them() {
    let _server = Server::start();
    let stage = settings("Webhooks").await;
    assert!(press(&stage.one(".settings__link[aria-current]"), "j", false, false).await);
    assert_eq!(stage.texts(".pem__text"), ["-----BEGIN PUBLIC KEY-----\nQUJD"]);
}
