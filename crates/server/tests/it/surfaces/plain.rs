//! The conversation as pages with forms, from a browser without scripts: it follows links, posts what forms hold, and keeps
//! the one cookie that it is given.

use hyper::header;
use serde_json::{Value, json};

use crate::harness::{Answer, EventStream, Server, answer};

const PAGE: &str = "/widget/plain/";

/// A browser that runs no scripts.
struct Browser<'s> {
    server: &'s Server,
    cookie: String,
    origin: String,
}

/// What a form would post: the hidden fields of the page.
type Fields = Vec<(String, String)>;

impl<'s> Browser<'s> {
    fn new(server: &'s Server) -> Self {
        Self {
            server,
            cookie: String::new(),
            origin: format!("http://{}", server.addr),
        }
    }

    fn headers(&self) -> Vec<(&str, &str)> {
        let mut headers = vec![("origin", self.origin.as_str())];
        if !self.cookie.is_empty() {
            headers.push(("cookie", &self.cookie));
        }
        headers
    }

    async fn open(&self, path: &str) -> Answer {
        self.server.get(path, &self.headers()).await
    }

    /// The hidden fields of the composer's form.
    async fn composer(&self) -> Fields {
        let page = self.open(PAGE).await;
        assert_eq!(page.status, 200);
        hidden(after(&html(&page), "<form class=\"composer\""))
    }

    /// Posts the composer's form, and keeps the cookie of the answer.
    async fn post(&mut self, fields: &Fields, text: &str, file: Option<(&str, &[u8])>) -> Answer {
        let mut body = Vec::new();
        let mut all = fields.clone();
        all.push(("text".to_owned(), text.to_owned()));
        for (name, value) in &all {
            body.extend_from_slice(
                format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                    .as_bytes(),
            );
        }
        let (name, bytes) = file.unwrap_or_default();
        let head = "content-disposition: form-data; name=\"file\"; filename=";
        body.extend_from_slice(
            format!("--x\r\n{head}\"{name}\"\r\ncontent-type: application/octet-stream\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--x--\r\n");
        let mut headers = self.headers();
        headers.push(("content-type", "multipart/form-data; boundary=x"));
        let answer = self.server.send("POST", PAGE, &headers, body).await;
        if let Some(cookie) = answer.headers.get(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            pair.clone_into(&mut self.cookie);
        }
        answer
    }

    /// Writes a line as somebody at a page does.
    async fn write(&mut self, text: &str) {
        let fields = self.composer().await;
        let sent = self.post(&fields, text, None).await;
        assert_eq!(sent.status, 303, "{sent:?}");
        assert_eq!(sent.headers["location"], "/widget/plain/?sent=1");
    }

    /// The messages, as an answer that stays open.
    async fn messages(&self, path: &str) -> EventStream {
        EventStream::open(self.server, path, &self.headers()).await
    }

    async fn press(&self, fields: &Fields) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let mut headers = self.headers();
        headers.push(("content-type", "application/x-www-form-urlencoded"));
        self.server
            .send("POST", "/widget/plain/press", &headers, body)
            .await
    }
}

fn html(answer: &Answer) -> String {
    String::from_utf8(answer.body.to_vec()).unwrap()
}

fn after<'t>(text: &'t str, start: &str) -> &'t str {
    text.split_once(start)
        .unwrap_or_else(|| panic!("no {start} in {text}"))
        .1
}

/// The hidden fields up to the end of the form.
fn hidden(form: &str) -> Fields {
    let form = form.split("</form>").next().unwrap();
    let value = |tag: &str, name: &str| {
        let value = after(tag, &format!(" {name}=\"")).split('"').next().unwrap();
        value.to_owned()
    };
    let tags = form.split("<input type=\"hidden\"").skip(1);
    tags.map(|tag| (value(tag, "name"), value(tag, "value")))
        .collect()
}

/// The one conversation of the server, as the staff see it.
async fn conversation(server: &Server) -> String {
    let page = server.staff().await.get("/staff/v1/conversations").await.ok();
    let all = page["conversations"].as_array().unwrap();
    assert_eq!(all.len(), 1, "{page}");
    all[0]["conversation"]["id"].as_str().unwrap().to_owned()
}

/// What the staff see of the visitor's messages.
async fn texts(server: &Server, conversation: &str) -> Vec<Value> {
    let path = format!("/staff/v1/conversations/{conversation}/messages");
    let page = server.staff().await.get(&path).await.ok();
    let messages = page["messages"].as_array().unwrap().clone();
    let items = |message: &Value| message["shown"]["content"]["basic"]["items"].clone();
    messages.iter().map(items).collect()
}

fn card(uses: &str) -> Value {
    json!({
        "content": {"template": {"title": "Trail Runner 2", "textLines": ["In 39 and 40"],
            "buttons": [{"label": "Reserve <39>", "postbackProperties": {"interactionId": "reserve-39", "use": uses}},
                {"label": "See it", "launchUrl": "https://shop.example/trail"}]}},
        "visibility": "BUSINESS_AND_PARTICIPANT", "direction": "BUSINESS_TO_PARTICIPANT",
    })
}

#[tokio::test]
async fn a_visitor_without_scripts_writes_gets_the_card_presses_and_sees_it_done() {
    let server = Server::start().await;
    let mut browser = Browser::new(&server);
    let page = browser.open(PAGE).await;
    assert!(
        !page.headers.contains_key("set-cookie"),
        "nothing is kept before one writes"
    );
    let empty = html(&browser.open("/widget/plain/messages").await);
    assert!(empty.contains("Hello! How can we help?"), "{empty}");

    browser.write("Do you have <them> in 39?\r\nThanks").await;
    let id = conversation(&server).await;
    assert_eq!(
        texts(&server, &id).await,
        [json!([{"text": "Do you have <them> in 39?\nThanks"}])]
    );
    let mut live = browser.messages("/widget/plain/messages").await;
    let shown = live.until("Do you have").await.unwrap();
    assert!(shown.contains("Do you have &lt;them&gt; in 39?"), "{shown}");
    assert!(shown.contains("<li class=\"entry entry--own\">"), "{shown}");

    let staff = server.staff().await;
    staff.answer(&id, &card("ONCE")).await;
    let grown = live.until("</li>").await.expect("it comes into the open page");
    assert!(
        !grown.contains("<!--"),
        "at once, not with the next sign of life: {grown}"
    );
    assert!(
        grown.contains("Trail Runner 2") && grown.contains("data-state=\"idle\""),
        "{grown}"
    );
    assert!(
        grown.contains("Reserve &lt;39&gt;") && !grown.contains("reserve-39"),
        "{grown}"
    );
    assert!(grown.contains("href=\"https://shop.example/trail\""), "{grown}");

    let fields = hidden(after(&grown, "action=\"/widget/plain/press\""));
    let pressed = browser.press(&fields).await;
    assert_eq!(pressed.status, 303, "{pressed:?}");
    assert_eq!(pressed.headers["location"], "/widget/plain/messages");
    assert!(
        live.until("never").await.is_none(),
        "what is drawn is no longer true, so the page is asked for anew"
    );
    assert_eq!(live.headers["refresh"], "1");
    let mut again = browser.messages("/widget/plain/messages").await;
    let shown = again.until("Trail Runner 2").await.unwrap();
    assert!(
        shown.contains("data-state=\"done\" aria-disabled=\"true\"") && shown.contains(">Done</p>"),
        "{shown}"
    );
    // Pressed twice from the page as it was, the program hears of it once.
    assert_eq!(
        browser.press(&fields).await.headers["location"],
        "/widget/plain/messages"
    );
    let log = server.read_as_app("/events/v1").await.ok();
    let kinds = log["events"].as_array().unwrap().iter();
    assert_eq!(
        kinds
            .filter(|event| event["type"].as_str().unwrap().ends_with("button_interacted"))
            .count(),
        1
    );
}

#[tokio::test]
async fn a_form_posted_twice_makes_one_visitor_and_one_message() {
    let server = Server::start().await;
    let mut browser = Browser::new(&server);
    let fields = browser.composer().await;
    for _ in 0..2 {
        let mut other = Browser::new(&server);
        let sent = other.post(&fields, "once", None).await;
        assert_eq!(sent.status, 303);
        browser.cookie = other.cookie;
    }
    let id = conversation(&server).await;
    assert_eq!(texts(&server, &id).await, [json!([{"text": "once"}])]);
    // Known by now, and the same again from the page that was gone back to.
    browser.post(&fields, "once", None).await;
    assert_eq!(texts(&server, &id).await.len(), 1);
    // Something else from that page is kept, and goes out under an id of its own.
    let refused = browser.post(&fields, "twice", None).await;
    assert_eq!(refused.status, 409);
    let fields = hidden(after(&html(&refused), "<form class=\"composer\""));
    assert_eq!(browser.post(&fields, "twice", None).await.status, 303);
    assert_eq!(texts(&server, &id).await.len(), 2);
}

#[tokio::test]
async fn the_cookie_is_for_these_pages_alone_and_no_address_holds_a_token() {
    let server = Server::start().await;
    let mut browser = Browser::new(&server);
    let fields = browser.composer().await;
    let token = fields.iter().find(|(name, _)| name == "token").unwrap().1.clone();
    let sent = browser.post(&fields, "Hello", None).await;
    let cookie = sent.headers["set-cookie"].to_str().unwrap().to_owned();
    for part in [
        "; Path=/widget/plain/;",
        "; HttpOnly",
        "; SameSite=Lax",
        "Max-Age=",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let page = html(&browser.open(PAGE).await);
    let addresses = ["href=\"", "src=\"", "action=\""]
        .into_iter()
        .flat_map(|name| page.split(name).skip(1))
        .map(|rest| rest.split('"').next().unwrap());
    let held = browser.cookie.split_once('=').unwrap().1;
    for address in addresses.chain([sent.headers["location"].to_str().unwrap()]) {
        assert!(!address.contains(&token) && !address.contains(held), "{address}");
    }
    assert!(!page.contains(held), "who is known needs no token in the form");
}

#[tokio::test]
async fn behind_https_the_cookie_also_comes_back_in_a_frame_on_another_site() {
    let server = Server::start_with(|config| {
        config.server.public_url = "https://chat.example.com".to_owned();
    })
    .await;
    let mut browser = Browser::new(&server);
    browser.origin = "https://chat.example.com".to_owned();
    let fields = browser.composer().await;
    let sent = browser.post(&fields, "Hello", None).await;
    let cookie = sent.headers["set-cookie"].to_str().unwrap();
    assert!(
        cookie.ends_with("; HttpOnly; Secure; SameSite=None; Partitioned"),
        "{cookie}"
    );
}

#[tokio::test]
async fn a_browser_that_keeps_no_cookie_is_told_so() {
    let server = Server::start().await;
    let mut browser = Browser::new(&server);
    browser.write("Hello").await;
    browser.cookie.clear();
    let page = html(&browser.open("/widget/plain/?sent=1").await);
    assert!(page.contains("Please allow cookies for this page."), "{page}");
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let server = Server::start().await;
    let mut browser = Browser::new(&server);
    browser.write("Hello").await;
    let id = conversation(&server).await;
    server.staff().await.answer(&id, &card("ONCE")).await;
    let mut live = browser.messages("/widget/plain/messages").await;
    let press = hidden(after(
        &live.until("Trail Runner 2").await.unwrap(),
        "action=\"/widget/plain/press\"",
    ));
    let fields = browser.composer().await;
    for foreign in ["https://evil.example", "null"] {
        foreign.clone_into(&mut browser.origin);
        assert_eq!(
            browser.post(&fields, "not me", None).await.status,
            403,
            "{foreign}"
        );
        let refused = browser.press(&press).await;
        assert_eq!(refused.status, 403, "{foreign}");
        assert!(!refused.headers.contains_key("refresh") && !html(&refused).contains("Trail"));
    }
    assert_eq!(texts(&server, &id).await.len(), 2, "the greeting and the card");
}

#[tokio::test]
async fn what_is_refused_keeps_the_text_and_says_why() {
    let server = Server::start_with(|config| config.media.upload_max_bytes = 4_096).await;
    let mut browser = Browser::new(&server);
    browser.write("Hello").await;
    let fields = browser.composer().await;

    let long = "<&\"".repeat(6_000);
    let refused = browser.post(&fields, &long, None).await;
    assert_eq!(refused.status, 400);
    let page = html(&refused);
    assert!(page.contains("Your text is still here.") && page.contains("18000 / 16384"));
    let kept = after(&page, "<textarea").split("</textarea>").next().unwrap();
    assert!(
        kept.ends_with(
            &long
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('"', "&quot;")
        )
    );
    assert_eq!(hidden(after(&page, "<form class=\"composer\"")), fields);

    let too_large = browser
        .post(&fields, "see here", Some(("big.txt", &[b'a'; 5_000])))
        .await;
    assert_eq!(too_large.status, 413);
    let page = html(&too_large);
    assert!(
        page.contains("big.txt is too large. The limit is 4 KB."),
        "{page}"
    );
    assert!(page.contains("see here</textarea>"), "{page}");

    let odd = browser
        .post(&fields, "this", Some(("x.exe", b"MZ\x90\0\x03\0\0\0")))
        .await;
    assert_eq!(odd.status, 415);
    assert!(html(&odd).contains("x.exe: Type not allowed"), "{odd:?}");

    let id = conversation(&server).await;
    assert_eq!(texts(&server, &id).await.len(), 1);
}

#[tokio::test]
async fn too_fast_is_told_with_the_text_kept() {
    let server = Server::start_with(|config| {
        config.rates.participant_per_s = 1;
        config.rates.participant_burst = 3;
    })
    .await;
    let mut browser = Browser::new(&server);
    browser.write("Hello").await;
    let fields = browser.composer().await;
    let mut last = browser.post(&fields, "1", None).await;
    for _ in 0..4 {
        last = browser.post(&fields, "again", None).await;
    }
    assert_eq!(last.status, 429);
    let page = html(&last);
    assert!(
        page.contains("That was a lot at once. Try again in 1 s."),
        "{page}"
    );
    assert!(page.contains("again</textarea>"), "{page}");
    let messages = browser.open("/widget/plain/messages").await;
    assert_eq!(messages.status, 429);
    let again = "1; url=/widget/plain/messages";
    assert_eq!(
        messages.headers["refresh"], again,
        "the frame comes back by itself"
    );
    let page = browser.open(PAGE).await;
    assert_eq!(page.status, 429);
    assert!(
        html(&page).contains("href=\"/widget/plain/\">Try again"),
        "{page:?}"
    );
}

#[tokio::test]
async fn a_file_goes_out_with_the_text_and_once() {
    let server = Server::start().await;
    let mut browser = Browser::new(&server);
    let fields = browser.composer().await;
    for _ in 0..2 {
        let sent = browser
            .post(&fields, "The bill", Some(("bill.txt", b"Two pairs, 180 euros\n")))
            .await;
        assert_eq!(sent.status, 303, "{sent:?}");
    }
    let id = conversation(&server).await;
    let sent = texts(&server, &id).await;
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0][0], json!({"text": "The bill"}));
    assert_eq!(sent[0][1]["file"]["filename"], "bill.txt");
    assert_eq!(super::files(server.data.path()), 1);
    let mut live = browser.messages("/widget/plain/messages").await;
    let shown = live.until("bill.txt").await.unwrap();
    let address = after(&shown, "<a class=\"file\" href=\"")
        .split('"')
        .next()
        .unwrap();
    let path = address
        .split_once(&server.addr.to_string())
        .map_or(address, |(_, path)| path);
    let file = server.get(&path.replace("&amp;", "&"), &[]).await;
    assert_eq!(&file.body[..], b"Two pairs, 180 euros\n");
}

#[tokio::test]
async fn nothing_typed_sends_nothing_and_keeps_nothing() {
    let server = Server::start().await;
    let mut browser = Browser::new(&server);
    let fields = browser.composer().await;
    let back = browser.post(&fields, " \r\n ", None).await;
    assert_eq!(
        (back.status.as_u16(), back.headers["location"].to_str().unwrap()),
        (303, PAGE)
    );
    assert!(browser.cookie.is_empty());
}

#[tokio::test]
async fn a_press_that_is_refused_is_shown_as_failed() {
    let server = Server::start().await;
    let mut browser = Browser::new(&server);
    browser.write("Hello").await;
    let id = conversation(&server).await;
    let message = server.staff().await.answer(&id, &card("ONCE")).await;
    let fields = vec![
        ("clientId".to_owned(), "a b".to_owned()),
        (
            "messageId".to_owned(),
            message["shown"]["id"].as_str().unwrap().to_owned(),
        ),
        ("buttonId".to_owned(), "b0".to_owned()),
    ];
    let refused = browser.press(&fields).await;
    assert_eq!(refused.status, 303);
    let mut live = browser
        .messages(refused.headers["location"].to_str().unwrap())
        .await;
    let shown = live.until("button__note").await.unwrap();
    assert!(shown.contains("data-state=\"failed\""), "{shown}");
    // It can be pressed still.
    let fields = hidden(after(&shown, "action=\"/widget/plain/press\""));
    assert_eq!(
        browser.press(&fields).await.headers["location"],
        "/widget/plain/messages"
    );
}

#[tokio::test]
async fn older_messages_are_pages_of_their_own() {
    let server = Server::start().await;
    let mut browser = Browser::new(&server);
    browser.write("the first").await;
    let id = conversation(&server).await;
    let staff = server.staff().await;
    for number in 1..=50 {
        staff.answer(&id, &answer(&format!("answer {number}."))).await;
    }
    let mut live = browser.messages("/widget/plain/messages").await;
    let newest = live.until("answer 50.").await.unwrap();
    assert!(!newest.contains("the first"));
    let older = after(&newest, "timeline__earlier");
    let address = after(older, "href=\"").split('"').next().unwrap();
    let page = browser.open(address).await;
    assert!(html(&page).contains("the first") && html(&page).contains("href=\"/widget/plain/messages\""));
    assert!(!page.headers.contains_key("refresh"));
}

#[tokio::test]
async fn a_stopping_server_ends_the_open_page_and_the_browser_comes_back() {
    let server = Server::start().await;
    let mut browser = Browser::new(&server);
    browser.write("Hello").await;
    let cookie = browser.cookie.clone();
    let mut live = browser.messages("/widget/plain/messages").await;
    live.until("Hello").await.unwrap();
    server.state.stopping().cancel();
    assert!(live.until("never").await.is_none());
    let server = server.restart().await;
    let mut browser = Browser::new(&server);
    browser.cookie = cookie;
    let mut live = browser.messages("/widget/plain/messages").await;
    assert!(live.until("Hello").await.is_some());
}

#[tokio::test]
async fn what_a_visitor_may_not_see_is_on_no_page() {
    let server = Server::start().await;
    let mut browser = Browser::new(&server);
    browser.write("Hello").await;
    let id = conversation(&server).await;
    let staff = server.staff().await;
    let mut live = browser.messages("/widget/plain/messages").await;
    live.until("Hello").await.unwrap();
    let mut note = answer("among ourselves");
    note["visibility"] = json!("BUSINESS");
    note["direction"] = json!("PARTICIPANT_TO_BUSINESS");
    staff.answer(&id, &note).await;
    staff.answer(&id, &answer("for you")).await;
    let grown = live.until("for you").await.unwrap();
    assert!(!grown.contains("among ourselves"));
    let mut again = browser.messages("/widget/plain/messages").await;
    assert!(!again.until("for you").await.unwrap().contains("among ourselves"));
}

#[tokio::test]
async fn the_pages_run_no_script_speak_the_language_and_are_framed_where_the_chat_is() {
    let server = Server::start().await;
    let page = server.get(PAGE, &[("accept-language", "he-IL, en;q=0.5")]).await;
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'self';") && !policy.contains("script-src"),
        "{policy}"
    );
    assert!(policy.ends_with("frame-ancestors *"), "{policy}");
    assert_eq!(page.headers["cache-control"], "no-store");
    // Browsers would hide where a form comes from.
    assert_eq!(page.headers["referrer-policy"], "same-origin");
    let page = html(&page);
    assert!(page.contains("<html lang=\"he\" dir=\"rtl\""), "{page}");
    assert!(!page.contains("<script") && !page.contains(" style="), "{page}");
    let german = html(&server.get("/widget/plain/?lang=de&scheme=dark", &[]).await);
    assert!(
        german.contains("<html lang=\"de\" dir=\"ltr\" data-scheme=\"dark\">"),
        "{german}"
    );
    assert!(
        german.contains("src=\"/widget/plain/messages?lang=de&amp;scheme=dark\""),
        "{german}"
    );
    let colored = server.get("/widget/plain/?accent=b8452f", &[]).await;
    assert!(html(&colored).contains("<style>:root{--shopbell-accent:#b8452f}</style>"));
    let policy = colored.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("style-src 'self' 'sha256-"), "{policy}");
    let odd = server.get("/widget/plain/?accent=%7D%3Cscript%3E", &[]).await;
    assert!(!html(&odd).contains("<style>") && !html(&odd).contains("script"));
    let sheet = after(&german, "href=\"").split('"').next().unwrap();
    let sheet = server.get(sheet, &[]).await;
    assert_eq!(sheet.headers["content-type"], "text/css; charset=utf-8");
    assert!(html(&sheet).contains(".plain__frame"));
}
