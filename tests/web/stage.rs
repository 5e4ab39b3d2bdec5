//! [`Stage`]: a panel on the test page.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::mount::UnmountHandle;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use shopbell_protocol::ShownMessage;
use shopbell_sync::{Item, Status};
use shopbell_widget::dom::{ArcField, Condition, Field, Handler};
use shopbell_widget::i18n::I18n;
use shopbell_widget::state::store::{Connection, Row, WidgetState};
use shopbell_widget::view::{WidgetProps, attach};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element, HtmlElement, KeyboardEvent, KeyboardEventInit};

use crate::fixtures;

const PAGE: &str = include_str!("../../index.html");
const STYLES: [&str; 12] = [
    include_str!("../../style/tokens.css"),
    include_str!("../../style/base.css"),
    include_str!("../../style/components/panel.css"),
    include_str!("../../style/components/header.css"),
    include_str!("../../style/components/timeline.css"),
    include_str!("../../style/components/message.css"),
    include_str!("../../style/components/media.css"),
    include_str!("../../style/components/card.css"),
    include_str!("../../style/components/note.css"),
    include_str!("../../style/components/notice.css"),
    include_str!("../../style/components/composer.css"),
    include_str!("../../style/components/draft.css"),
];

/// A panel that the views have taken over, and what they reported.
pub(crate) struct Stage {
    pub(crate) root: HtmlElement,
    pub(crate) state: WidgetState,
    pub(crate) visible: Field<bool>,
    pub(crate) focus_requests: Field<u32>,
    /// What the views reported, in order: `send Hello`, `press 17 b1` …
    pub(crate) log: Log,
    /// What `on_send` answers.
    pub(crate) takes: Field<bool>,
    props: WidgetProps,
    handle: Option<UnmountHandle<web_sys::Comment>>,
    owner: Owner,
}

#[derive(Clone)]
pub(crate) struct Log(SendWrapper<Rc<RefCell<Vec<String>>>>);

impl Log {
    fn callback<In: 'static>(&self, line: impl Fn(In) -> String + 'static) -> Handler<In> {
        let log = self.clone();
        Handler::new(move |given| log.0.borrow_mut().push(line(given)))
    }

    /// What came since the last call.
    pub(crate) fn take(&self) -> Vec<String> {
        RefCell::take(&self.0)
    }
}

impl Stage {
    /// The panel as a page in English has it, online, with a known and empty conversation.
    pub(crate) async fn new() -> Self {
        Self::in_language("en").await
    }

    pub(crate) async fn in_language(tag: &str) -> Self {
        let stage = Self::plain(tag);
        stage.state.connection.set(Connection::Online);
        stage
            .state
            .conversation
            .update(|conversation| conversation.known = true);
        stage
            .state
            .settings
            .update(|settings| "Amy's Shoes".clone_into(&mut settings.business_name));
        let mut stage = stage;
        stage.take_over().await;
        stage
    }

    /// The page before the program is there.
    pub(crate) fn plain(tag: &str) -> Self {
        let root = page();
        let owner = Owner::new();
        let log = Log(SendWrapper::new(Rc::default()));
        let (state, visible, focus_requests, takes) = owner.with(|| {
            (
                WidgetState::new(),
                Field::new(true),
                Field::new(0),
                Field::new(true),
            )
        });
        let i18n = I18n::new([tag]);
        let html = document().document_element().unwrap_throw();
        html.set_attribute("dir", i18n.language.direction())
            .unwrap_throw();
        html.set_attribute("lang", i18n.language.tag()).unwrap_throw();
        let props = owner.with(|| props(i18n, state, visible, focus_requests, takes, &log));
        Self {
            root,
            state,
            visible,
            focus_requests,
            log,
            takes,
            props,
            handle: None,
            owner,
        }
    }

    /// The program arrives.
    pub(crate) async fn take_over(&mut self) {
        let (root, props) = (self.root.clone(), self.props.clone());
        let inside = self.root.clone();
        self.handle = Some(leptos::mount::mount_to(root, move || {
            attach(&inside, &props).unwrap_throw();
        }));
        settle().await;
    }

    pub(crate) fn props_for_test(&self) -> WidgetProps {
        self.props.clone()
    }

    /// Puts a message at the end, as history does.
    pub(crate) fn push(&self, message: ShownMessage, status: Status) -> Row {
        self.push_item(fixtures::item(message, status))
    }

    pub(crate) fn push_item(&self, item: Item<ShownMessage>) -> Row {
        let row = Row {
            id: item.id.clone(),
            item: ArcField::new(item),
        };
        self.state.rows.update(|rows| rows.push(row.clone()));
        row
    }

    /// Puts a message at the end, as the socket does.
    pub(crate) async fn arrive(&self, message: ShownMessage) -> Row {
        let row = self.push(message, Status::Received);
        self.state.arrived.set(Some(row.clone()));
        settle().await;
        row
    }

    pub(crate) fn all(&self, selector: &str) -> Vec<HtmlElement> {
        let found = self.root.query_selector_all(selector).unwrap_throw();
        (0..found.length())
            .filter_map(|index| found.item(index))
            .map(JsCast::unchecked_into)
            .collect()
    }

    pub(crate) fn one(&self, selector: &str) -> HtmlElement {
        let mut found = self.all(selector);
        assert_eq!(found.len(), 1, "{selector}");
        found.remove(0)
    }

    pub(crate) fn input(&self) -> web_sys::HtmlTextAreaElement {
        self.one("[data-testid=composer]").unchecked_into()
    }

    /// Types a text as a person does: the value, then the event.
    pub(crate) async fn type_in(&self, text: &str) {
        self.input().set_value(text);
        self.input()
            .dispatch_event(&web_sys::Event::new("input").unwrap_throw())
            .unwrap_throw();
        settle().await;
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        drop(self.handle.take());
        self.owner.cleanup();
        self.root.remove();
    }
}

fn props(
    i18n: I18n,
    state: WidgetState,
    visible: Field<bool>,
    focus_requests: Field<u32>,
    takes: Field<bool>,
    log: &Log,
) -> WidgetProps {
    let sends = log.clone();
    WidgetProps {
        i18n,
        state,
        now_ms: Field::new(js_sys::Date::parse("2026-11-20T18:00:00.000Z")),
        visible: Condition::new(move || visible.get()),
        focus_requests,
        on_send: Handler::new(move |text: String| {
            sends.0.borrow_mut().push(format!("send {text}"));
            takes.get_untracked()
        }),
        on_attach: log.callback(|files: Vec<web_sys::File>| {
            format!(
                "attach {}",
                files
                    .iter()
                    .map(web_sys::File::name)
                    .collect::<Vec<_>>()
                    .join(",")
            )
        }),
        on_retry_upload: log.callback(|id: shopbell_sync::LocalId| format!("retry upload {}", id.as_str())),
        on_detach: log.callback(|id: shopbell_sync::LocalId| format!("detach {}", id.as_str())),
        on_retry: log.callback(|id: shopbell_sync::LocalId| format!("retry {}", id.as_str())),
        on_discard: log.callback(|id: shopbell_sync::LocalId| format!("discard {}", id.as_str())),
        on_press: log.callback(|press: shopbell_widget::message::PressButton| {
            format!("press {} {}", press.message_id, press.button_id)
        }),
        on_load_earlier: log.callback(|()| "earlier".to_owned()),
        on_minimize: log.callback(|()| "minimize".to_owned()),
        on_typing: log.callback(|()| "typing".to_owned()),
        on_seen: log.callback(|sequence: shopbell_protocol::Sequence| format!("seen {sequence}")),
        on_dismiss: log.callback(|()| "dismiss".to_owned()),
    }
}

#[expect(clippy::disallowed_methods, reason = "a test stands outside of the layers")]
pub(crate) fn window() -> web_sys::Window {
    leptos::prelude::window()
}

#[expect(clippy::disallowed_methods, reason = "a test stands outside of the layers")]
pub(crate) fn document() -> Document {
    leptos::prelude::document()
}

/// The body of `index.html` in an element of the test page, with the style sheets.
fn page() -> HtmlElement {
    let document = document();
    let head = document.head().unwrap_throw();
    if head.query_selector("#widget-style").unwrap_throw().is_none() {
        let style = document.create_element("style").unwrap_throw();
        style.set_id("widget-style");
        // The test page is not a screen high; a panel of a usual size stands in it. Motion would only cost time.
        let fixed = ".panel { block-size: 600px; inline-size: 400px } * { animation: none !important; transition: none !important }";
        style.set_text_content(Some(&format!("{}\n{fixed}", STYLES.join("\n"))));
        head.append_child(&style).unwrap_throw();
    }
    let parser = web_sys::DomParser::new().unwrap_throw();
    let parsed = parser
        .parse_from_string(PAGE, web_sys::SupportedType::TextHtml)
        .unwrap_throw();
    let panel = parsed
        .query_selector("[data-part=panel]")
        .unwrap_throw()
        .unwrap_throw();
    let root: HtmlElement = document.create_element("div").unwrap_throw().unchecked_into();
    root.append_child(&document.import_node_with_deep(&panel, true).unwrap_throw())
        .unwrap_throw();
    document.body().unwrap_throw().append_child(&root).unwrap_throw();
    root
}

/// Lets effects run and the browser lay out.
pub(crate) async fn settle() {
    for _ in 0..2 {
        let turn = js_sys::Promise::new(&mut |done, _| {
            window().set_timeout_with_callback(&done).unwrap_throw();
        });
        JsFuture::from(turn).await.unwrap_throw();
    }
}

/// Lets the browser draw, which is when it tells of scrolling.
pub(crate) async fn frame() {
    for _ in 0..2 {
        let drawn = js_sys::Promise::new(&mut |done, _| {
            window().request_animation_frame(&done).unwrap_throw();
        });
        JsFuture::from(drawn).await.unwrap_throw();
    }
}

pub(crate) fn key(target: &Element, key: &str, change: impl FnOnce(&KeyboardEventInit)) -> KeyboardEvent {
    let init = KeyboardEventInit::new();
    init.set_key(key);
    init.set_bubbles(true);
    init.set_cancelable(true);
    change(&init);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap_throw();
    target.dispatch_event(&event).unwrap_throw();
    event
}

pub(crate) fn text_of(element: &Element) -> String {
    element.text_content().unwrap_or_default()
}
