//! The bridge in a real browser, against a stand-in for the bootstrap script's object.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

use super::bridge::Host;
use super::call::{Call, CallError};
use super::page::{ConnectionState, PageMessage};
use super::theme::{ColorScheme, Direction};
use super::{js, names};

wasm_bindgen_test_configure!(run_in_browser);

/// A bridge object that records what is posted and lets the test speak as the host page.
struct Stage {
    posted: Array,
    bridge: JsValue,
    owner: Owner,
    _post: Closure<dyn Fn(JsValue)>,
    _adopt: Closure<dyn Fn(JsValue)>,
    app: Rc<RefCell<JsValue>>,
}

impl Stage {
    fn new(framed: bool) -> Self {
        let posted = Array::new();
        let app = Rc::new(RefCell::new(JsValue::NULL));
        let post = Closure::<dyn Fn(JsValue)>::new({
            let posted = posted.clone();
            move |message: JsValue| {
                posted.push(&message);
            }
        });
        let adopt = Closure::<dyn Fn(JsValue)>::new({
            let app = Rc::clone(&app);
            move |handler: JsValue| *app.borrow_mut() = handler
        });
        let state = js::object([
            ("framed", framed.into()),
            ("maximized", false.into()),
            ("locale", "he".into()),
            ("dir", "rtl".into()),
            ("scheme", "dark".into()),
        ]);
        let bridge = js::object([
            ("state", state),
            ("post", post.as_ref().clone()),
            ("adopt", adopt.as_ref().clone()),
        ]);
        set_bridge(&bridge);
        Self {
            posted,
            bridge,
            owner: Owner::new(),
            _post: post,
            _adopt: adopt,
            app,
        }
    }

    fn connect(&self) -> Host {
        self.owner.with(Host::connect)
    }

    fn say(&self, message: &JsValue) {
        let handler = self.app.borrow().clone();
        handler
            .unchecked_into::<js_sys::Function>()
            .call1(&JsValue::NULL, message)
            .unwrap();
    }

    fn call(&self, id: u32, method: &str, argument: JsValue) {
        self.say(&js::object([
            ("type", "call".into()),
            ("id", id.into()),
            ("method", method.into()),
            ("args", Array::of1(&argument).into()),
        ]));
    }

    fn posted(&self) -> Vec<String> {
        self.posted
            .iter()
            .map(|message| js_sys::JSON::stringify(&message).unwrap().into())
            .collect()
    }
}

fn set_bridge(bridge: &JsValue) {
    Reflect::set(&js_sys::global(), &JsValue::from_str(names::BRIDGE), bridge).unwrap();
}

fn sample() -> PageMessage {
    PageMessage {
        channel_id: "c1".into(),
        participant_id: "p1".into(),
        created_date: "2023-11-27T16:51:58.040Z".into(),
        text: "Hello".into(),
    }
}

#[wasm_bindgen_test]
fn state_of_the_bootstrap_script_is_where_the_app_starts() {
    let stage = Stage::new(true);
    let host = stage.connect();
    let appearance = host.appearance().get_untracked();
    assert!(host.is_framed());
    assert!(!host.maximized().get_untracked());
    assert_eq!(appearance.locale, "he");
    assert_eq!(appearance.direction, Direction::RightToLeft);
    assert_eq!(appearance.scheme, ColorScheme::Dark);
}

#[wasm_bindgen_test]
fn a_page_of_its_own_is_maximized_and_posts_nothing() {
    let stage = Stage::new(false);
    let host = stage.connect();
    host.unread(3, "3 new messages");
    host.request_minimize();
    assert!(host.maximized().get_untracked());
    assert_eq!(stage.posted(), Vec::<String>::new());
}

#[wasm_bindgen_test]
fn without_the_bootstrap_script_everything_is_a_no_op() {
    set_bridge(&JsValue::UNDEFINED);
    let host = Owner::new().with(Host::connect);
    host.ready();
    host.message_sent(&sample());
    assert!(!host.is_framed());
    assert_eq!(host.take_draft(), super::bridge::Draft::default());
}

#[wasm_bindgen_test]
fn what_the_host_page_says_reaches_the_signals() {
    let stage = Stage::new(true);
    let host = stage.connect();
    stage.say(&js::object([
        ("type", "page".into()),
        ("maximized", true.into()),
        ("focus", true.into()),
        ("locale", "de".into()),
        ("scheme", "light".into()),
    ]));
    assert!(host.maximized().get_untracked());
    assert_eq!(host.focus_requests().get_untracked(), 1);
    assert_eq!(host.appearance().get_untracked().locale, "de");
    assert_eq!(host.appearance().get_untracked().scheme, ColorScheme::Light);
}

#[wasm_bindgen_test]
fn events_have_the_shapes_of_the_chatbox_element() {
    let stage = Stage::new(true);
    let host = stage.connect();
    host.message_received(&sample());
    host.connection(ConnectionState::Offline);
    assert_eq!(
        stage.posted(),
        [
            "{\"type\":\"event\",\"name\":\"message-received\",\"detail\":{\"channelId\":\"c1\",\"type\":\"TEXT\",\
             \"summary\":\"Hello\",\"participantId\":\"p1\",\"createdAt\":\"2023-11-27T16:51:58.040Z\",\
             \"payload\":{\"text\":\"Hello\"}}}",
            "{\"type\":\"event\",\"name\":\"connection\",\"detail\":{\"state\":\"offline\"}}",
        ]
    );
}

#[wasm_bindgen_test]
fn calls_before_the_handler_wait_for_it_in_order() {
    let stage = Stage::new(true);
    let host = stage.connect();
    stage.call(1, "prefill", "one".into());
    stage.call(2, "prefill", "two".into());
    let seen = Rc::new(RefCell::new(Vec::new()));
    host.on_call({
        let seen = Rc::clone(&seen);
        move |message| {
            let (call, answer) = host.read_call(&message).unwrap();
            seen.borrow_mut().push(call);
            answer.done();
        }
    });
    assert_eq!(
        *seen.borrow(),
        [Call::Prefill("one".into()), Call::Prefill("two".into())]
    );
    assert_eq!(
        stage.posted(),
        ["{\"type\":\"answer\",\"id\":1}", "{\"type\":\"answer\",\"id\":2}"]
    );
}

#[wasm_bindgen_test]
fn an_answer_that_is_dropped_rejects_the_promise() {
    let stage = Stage::new(true);
    let host = stage.connect();
    host.on_call(move |message| drop(host.read_call(&message)));
    stage.call(7, "getChannelList", JsValue::UNDEFINED);
    let posted = stage.posted();
    assert_eq!(posted.len(), 1);
    assert!(posted[0].contains("NOT_ANSWERED"), "{posted:?}");
}

#[wasm_bindgen_test]
fn the_bridge_is_released_at_the_end() {
    let stage = Stage::new(true);
    stage.connect();
    stage.call(1, "prefill", "x".into());
    stage.owner.cleanup();
    assert!(stage.app.borrow().is_null());
    drop(stage.bridge);
}

#[wasm_bindgen_test]
fn whatever_the_page_passes_is_answered_and_nothing_panics() {
    let odd = [
        JsValue::UNDEFINED,
        JsValue::NULL,
        JsValue::from_f64(f64::NAN),
        JsValue::from_str(""),
        JsValue::symbol(None),
        Array::new().into(),
        Object::new().into(),
        js::object([("messageText", 5.into()), ("type", "Nope".into())]),
    ];
    let stage = Stage::new(true);
    let host = stage.connect();
    host.on_call(move |message| {
        if let Some((_call, answer)) = host.read_call(&message) {
            answer.fail(&CallError::ChannelNotFound);
        }
    });
    let mut expected = 0;
    for method in [
        "sendMessage",
        "focusChannel",
        "getChannel",
        "getChannelList",
        "getParticipant",
        "prefill",
        "nope",
        "",
    ] {
        for argument in &odd {
            stage.call(1, method, argument.clone());
            expected += 1;
        }
    }
    for message in &odd {
        stage.say(message);
    }
    assert_eq!(stage.posted.length(), expected);
}

/// The real bootstrap script in a frame of its own. Answers with what the app hears when the page changes its language
/// while a message is on its way, and with the address that is loaded after that message is stored.
const CHANGE_OF_LANGUAGE: &str = r"
    const frame = document.createElement('iframe');
    const loaded = () => new Promise((done) => frame.addEventListener('load', done, { once: true }));
    const first = loaded();
    const hash = '#' + new URLSearchParams({ host: location.origin, instance: 1 });
    frame.src = location.origin + '/no-such-page?lang=en' + hash;
    document.body.append(frame);
    return (async () => {
      await first;
      const inside = frame.contentDocument;
      inside.documentElement.lang = 'en';
      const port = await new Promise((done, failed) => {
        setTimeout(failed, 20000, new Error('no hello'));
        addEventListener('message', ({ source, data, ports: [port] }) => {
          if (source === frame.contentWindow && data?.shopbell === 'hello') done(port);
        });
        const script = inside.createElement('script');
        script.textContent = source;
        inside.body.append(script);
      });
      const bridge = frame.contentWindow.shopbellBridge;
      bridge.busy(true);
      const heard = new Promise((done) => bridge.adopt(done));
      port.postMessage({ type: 'page', maximized: true, locale: 'de' });
      const { locale, maximized } = await heard;
      const again = loaded();
      bridge.busy(false);
      await again;
      const { search, hash: kept } = frame.contentWindow.location;
      frame.remove();
      return `${locale} ${maximized} ${search} ${kept === hash}`;
    })();
";

#[wasm_bindgen_test]
async fn another_language_waits_for_what_is_on_its_way() {
    let promise = js_sys::Function::new_with_args("source", CHANGE_OF_LANGUAGE)
        .call1(&JsValue::NULL, &JsValue::from_str(include_str!("bootstrap.js")))
        .unwrap();
    let seen = wasm_bindgen_futures::JsFuture::from(promise.unchecked_into::<js_sys::Promise>()).await;
    assert_eq!(
        seen.unwrap().as_string().as_deref(),
        Some("en true ?lang=de true")
    );
}
