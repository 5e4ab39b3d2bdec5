//! [`Host`]: the app's end of the bridge to the page around the frame.
//!
//! `bootstrap.js` owns the port and its checks; this side reads its `state`, takes over its messages, and posts through
//! it. Without the script (a test page) or without a host (opened as a page of its own) every function is a no-op.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Reflect};
use leptos::prelude::on_cleanup;
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;

use super::call::{Answer, Call, Post};
use super::js;
use super::names;
use super::page::{ConnectionState, PageMessage};
use super::theme::Appearance;
use crate::dom::Field;

/// What was typed before the app was there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The plain composer's text.
    pub text: String,
    /// Start of the selection, in UTF-16 units as the DOM counts.
    pub selection_start: u32,
    /// End of the selection.
    pub selection_end: u32,
    /// Whether the plain composer had the focus, which then belongs to the new one.
    pub focused: bool,
    /// Messages that the visitor already sent off with Enter or the button, in order. The app sends them.
    pub submitted: Vec<String>,
}

/// The page around us. `Copy`: hand it on by value, or put it into context.
#[derive(Clone, Copy)]
pub struct Host {
    link: &'static RefCell<Link>,
    framed: bool,
    maximized: Field<bool>,
    appearance: Field<Appearance>,
    focus_requests: Field<u32>,
}

type OnCall = Rc<dyn Fn(JsValue)>;

struct Link {
    /// The bootstrap script's object; absent on a test page.
    bridge: Option<JsValue>,
    listener: Option<Closure<dyn Fn(JsValue)>>,
    on_call: Option<OnCall>,
    /// Calls that came before [`Host::on_call`].
    early_calls: Vec<JsValue>,
}

impl Host {
    /// Takes over from the bootstrap script. Call once, inside the root component; its owner's end releases the
    /// bridge.
    pub fn connect() -> Self {
        let bridge = js::get(&js_sys::global(), names::BRIDGE);
        let state = bridge.as_ref().and_then(|bridge| js::get(bridge, "state"));
        let framed = state.as_ref().is_some_and(|state| js::flag(state, "framed"));
        let host = Self {
            framed,
            maximized: Field::new(
                !framed || state.as_ref().is_some_and(|state| js::flag(state, "maximized")),
            ),
            appearance: Field::new(state.as_ref().map(Appearance::read).unwrap_or_default()),
            focus_requests: Field::new(0),
            link: Box::leak(Box::new(RefCell::new(Link {
                bridge,
                listener: None,
                on_call: None,
                early_calls: Vec::new(),
            }))),
        };
        host.listen();
        let released = SendWrapper::new(host);
        on_cleanup(move || released.release());
        host
    }

    /// Whether a host page is on the other side.
    pub fn is_framed(self) -> bool {
        self.framed
    }

    /// Whether the visitor can see the panel. False while the frame is only warmed up: open no session then.
    pub fn maximized(self) -> Field<bool> {
        self.maximized
    }

    /// Language, direction and colour scheme, following the host page.
    pub fn appearance(self) -> Field<Appearance> {
        self.appearance
    }

    /// Rises each time the composer should take the focus.
    pub fn focus_requests(self) -> Field<u32> {
        self.focus_requests
    }

    /// Hands the page's calls over from now on, as they are; those that waited come first. The last handler given gets them.
    pub fn on_call(self, handler: impl Fn(JsValue) + 'static) {
        let handler: OnCall = Rc::new(handler);
        let mut link = self.link.borrow_mut();
        let early_calls = std::mem::take(&mut link.early_calls);
        link.on_call = Some(Rc::clone(&handler));
        drop(link);
        for message in early_calls {
            handler(message);
        }
    }

    /// What the page asks for in a message that [`Self::on_call`] has handed over, and the way of the answer; a call that
    /// cannot be read is answered here.
    pub fn read_call(self, message: &JsValue) -> Option<(Call, Answer)> {
        let post: Post = Rc::new(move |answer: &JsValue| self.post(answer));
        let answer = Answer::new(message, post);
        match Call::read(message) {
            Ok(call) => Some((call, answer)),
            Err(error) => {
                answer.fail(&error);
                None
            }
        }
    }

    /// What the visitor typed into the plain composer, once; a second call gets an empty draft. Call it right before
    /// the plain composer leaves the document.
    pub fn take_draft(self) -> Draft {
        let draft = self.invoke("takeDraft", &JsValue::UNDEFINED);
        let submitted = js::get(&draft, "submitted").and_then(|list| list.dyn_into::<js_sys::Array>().ok());
        Draft {
            text: js::text(&draft, "text").unwrap_or_default(),
            selection_start: js::count(&draft, "start").unwrap_or_default(),
            selection_end: js::count(&draft, "end").unwrap_or_default(),
            focused: js::flag(&draft, "focused"),
            submitted: submitted
                .map(|list| list.iter().filter_map(|text| text.as_string()).collect())
                .unwrap_or_default(),
        }
    }

    /// The app has drawn itself; the bootstrap script marks the document and stops watching the plain composer.
    pub fn ready(self) {
        self.invoke("ready", &JsValue::UNDEFINED);
    }

    /// Something sent is on its way, and would be lost if the program were started again (in another language).
    pub fn busy(self, busy: bool) {
        self.invoke("busy", &busy.into());
    }

    /// Asks the host page to collapse the panel.
    pub fn request_minimize(self) {
        self.post(&js::object([("type", "minimize".into())]));
    }

    /// Tells the number for the launcher's badge, and the words for it.
    pub fn unread(self, count: u32, words: &str) {
        self.event(
            names::EVENT_UNREAD,
            js::object([("count", count.into()), ("words", words.into())]),
        );
    }

    /// Tells that the visitor sent this message (accepted by the server).
    pub fn message_sent(self, message: &PageMessage) {
        self.event(names::EVENT_MESSAGE_SENT, message.to_js());
    }

    /// Tells that the visitor received this message.
    pub fn message_received(self, message: &PageMessage) {
        self.event(names::EVENT_MESSAGE_RECEIVED, message.to_js());
    }

    /// Tells how the chat reaches its server.
    pub fn connection(self, state: ConnectionState) {
        self.event(
            names::EVENT_CONNECTION,
            js::object([("state", state.as_str().into())]),
        );
    }

    /// Tells of a failure that no call reports.
    pub fn error(self, code: &str, message: &str) {
        self.event(
            names::EVENT_ERROR,
            js::object([("code", code.into()), ("message", message.into())]),
        );
    }

    /// Asks the page for a fresh signed token.
    pub fn identity_expired(self, code: &str, message: &str) {
        self.event(
            names::EVENT_IDENTITY_EXPIRED,
            js::object([("code", code.into()), ("message", message.into())]),
        );
    }

    fn event(self, name: &str, detail: JsValue) {
        self.post(&js::object([
            ("type", "event".into()),
            ("name", name.into()),
            ("detail", detail),
        ]));
    }

    fn post(self, message: &JsValue) {
        if self.framed {
            self.invoke("post", message);
        }
    }

    fn listen(self) {
        let listener = Closure::<dyn Fn(JsValue)>::new(move |message: JsValue| self.receive(&message));
        self.invoke("adopt", listener.as_ref());
        self.link.borrow_mut().listener = Some(listener);
    }

    /// A message of the host page, which the bootstrap script has already applied to the document.
    fn receive(self, message: &JsValue) {
        match js::text(message, "type").as_deref() {
            Some("page") => {
                let appearance = Appearance::read(message);
                // Compared first: each theme token that changes repeats the three.
                if self.appearance.with_untracked(|now| *now != appearance) {
                    self.appearance.set(appearance);
                }
                let maximized = js::flag(message, "maximized");
                if self.maximized.get_untracked() != maximized {
                    self.maximized.set(maximized);
                }
                if js::flag(message, "focus") {
                    self.focus_requests.update(|count| *count = count.wrapping_add(1));
                }
            }
            Some("call") => self.receive_call(message),
            // A newer embed.js may know more.
            _ => {}
        }
    }

    fn receive_call(self, message: &JsValue) {
        let handler = self.link.borrow().on_call.clone();
        match handler {
            Some(handler) => handler(message.clone()),
            None => self.link.borrow_mut().early_calls.push(message.clone()),
        }
    }

    /// Calls a function of the bootstrap script; without the script, or if it throws, the result is `undefined`.
    fn invoke(self, name: &str, argument: &JsValue) -> JsValue {
        let Some(bridge) = self.link.borrow().bridge.clone() else {
            return JsValue::UNDEFINED;
        };
        Reflect::get(&bridge, &JsValue::from_str(name))
            .and_then(JsCast::dyn_into::<Function>)
            .and_then(|function| function.call1(&bridge, argument))
            .unwrap_or(JsValue::UNDEFINED)
    }

    fn release(self) {
        self.invoke("adopt", &JsValue::NULL);
        let mut link = self.link.borrow_mut();
        (link.bridge, link.on_call) = (None, None);
        link.early_calls.clear();
    }
}
