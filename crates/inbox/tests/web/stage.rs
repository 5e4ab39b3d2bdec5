//! [`Stage`]: the inbox on the test page.

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use shopbell_inbox::ages::Ages;
use shopbell_inbox::state::actions::Actions;
use shopbell_inbox::state::connection::Office;
use shopbell_inbox::state::store::{Connection, History, InboxState, Row, Session};
use shopbell_inbox::view::{Page, Speech, attach};
use shopbell_inbox::words;
use shopbell_protocol::staff::{
    ConversationSummary, ConversationsPage, Person, StaffMember, StaffMessage, StaffSession,
};
use shopbell_protocol::widget::SiteSettings;
use shopbell_protocol::{
    ContentType, Conversation, ConversationId, Direction, DisplayData, MessageId, ParticipantId, SenderKind,
    Sequence, ShownContent, ShownMessage, ShownSender, Visibility,
};
use shopbell_sync::{Item, Status};
use shopbell_widget::dom::{ArcField, El, Field};
use shopbell_widget::i18n::I18n;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, HtmlElement, KeyboardEvent, KeyboardEventInit};

const STYLES: [&str; 19] = [
    include_str!("../../../../style/tokens.css"),
    include_str!("../../../../style/base.css"),
    include_str!("../../../../style/components/header.css"),
    include_str!("../../../../style/components/timeline.css"),
    include_str!("../../../../style/components/message.css"),
    include_str!("../../../../style/components/media.css"),
    include_str!("../../../../style/components/card.css"),
    include_str!("../../../../style/components/note.css"),
    include_str!("../../../../style/components/notice.css"),
    include_str!("../../../../style/components/composer.css"),
    include_str!("../../style/inbox.css"),
    include_str!("../../style/form.css"),
    include_str!("../../style/signin.css"),
    include_str!("../../style/sidebar.css"),
    include_str!("../../style/thread.css"),
    include_str!("../../style/reply.css"),
    include_str!("../../style/editor.css"),
    include_str!("../../style/dialog.css"),
    include_str!("../../style/settings.css"),
];

/// The inbox, drawn from a state that the test owns.
pub(crate) struct Stage {
    pub(crate) root: HtmlElement,
    pub(crate) state: InboxState,
    pub(crate) actions: Actions,
    owner: Owner,
    _actions: SendWrapper<Actions>,
}

impl Stage {
    /// Nobody is signed in.
    pub(crate) async fn signed_out() -> Self {
        let stage = Self::new("en");
        stage.state.session.set(Session::SignedOut { ended: false });
        settle().await;
        stage
    }

    /// The owner is signed in and sees these lines.
    pub(crate) async fn with_rows(rows: Vec<ConversationSummary>) -> Self {
        let stage = Self::new("en");
        stage
            .state
            .session
            .set(Session::SignedIn(Box::new(owner_session())));
        stage.state.connection.set(Connection::Online);
        let page = ConversationsPage {
            conversations: rows,
            cursor: None,
        };
        stage.state.roster.update(|roster| roster.take_first(page));
        settle().await;
        stage
    }

    /// The same, with a conversation open that holds these messages.
    pub(crate) async fn with_thread(messages: Vec<StaffMessage>) -> Self {
        let stage = Self::with_rows(vec![row("aaaa", "Amy Shoemaker", "Hello")]).await;
        stage.state.open.set(Some("aaaa".into()));
        stage.state.history.set(History::Complete);
        for message in messages {
            stage.push(message);
        }
        settle().await;
        stage
    }

    fn new(tag: &str) -> Self {
        // An executor that is there already is as good.
        let _set = any_spawner::Executor::init_wasm_bindgen();
        let document = document();
        style(&document);
        let root: HtmlElement = document.create_element("div").unwrap_throw().unchecked_into();
        document.body().unwrap_throw().append_child(&root).unwrap_throw();
        let owner = Owner::new();
        let (state, actions) = owner.with(|| {
            let now = Field::new(js_sys::Date::parse("2026-11-20T18:00:00.000Z"));
            let state = InboxState::new(now, Signal::stored(true));
            let actions = Actions::new(Office::new(state));
            let i18n = I18n::new([tag]);
            let words = words::of(i18n.language);
            let speech = Speech {
                i18n,
                ages: Ages::new(tag),
                words,
            };
            attach(&Page::new(
                state,
                actions.clone(),
                speech,
                El::adopt(root.clone().into()),
            ));
            (state, actions)
        });
        Self {
            root,
            state,
            actions: actions.clone(),
            owner,
            _actions: SendWrapper::new(actions),
        }
    }

    /// Puts a message at the end.
    pub(crate) fn push(&self, message: StaffMessage) -> Row {
        let status = if message.shown.direction == Direction::BusinessToParticipant {
            Status::Sent
        } else {
            Status::Received
        };
        let id = message.shown.sequence.to_string().as_str().into();
        let item = Item {
            id,
            message: message.into(),
            status,
            presses: Vec::new(),
        };
        let row = Row {
            id: item.id.clone(),
            item: ArcField::new(item),
        };
        self.state.rows.update(|rows| rows.push(row.clone()));
        row
    }

    pub(crate) fn all(&self, selector: &str) -> Vec<HtmlElement> {
        let found = self.root.query_selector_all(selector).unwrap_throw();
        (0..found.length())
            .filter_map(|place| found.item(place))
            .map(JsCast::unchecked_into)
            .collect()
    }

    pub(crate) fn one(&self, selector: &str) -> HtmlElement {
        let mut found = self.all(selector);
        assert_eq!(found.len(), 1, "{selector}");
        found.remove(0)
    }

    /// One of several, in the order of the page.
    pub(crate) fn nth(&self, selector: &str, place: usize) -> HtmlElement {
        self.all(selector).into_iter().nth(place).unwrap_throw()
    }

    pub(crate) fn texts(&self, selector: &str) -> Vec<String> {
        self.all(selector)
            .iter()
            .map(|el| el.text_content().unwrap_or_default())
            .collect()
    }

    /// The element that the label of this text names.
    pub(crate) fn labelled(&self, label: &str) -> HtmlElement {
        let found = self
            .all("label")
            .into_iter()
            .find(|el| el.text_content().unwrap_or_default().starts_with(label));
        let id = found.and_then(|el| el.get_attribute("for")).unwrap_or_default();
        self.one(&format!("[id='{id}']"))
    }

    /// The button with this name.
    pub(crate) fn button(&self, name: &str) -> HtmlElement {
        let named = |el: &HtmlElement| {
            el.get_attribute("aria-label")
                .or_else(|| el.text_content())
                .is_some_and(|text| text.trim() == name)
        };
        self.all("button").into_iter().find(named).expect_throw(name)
    }

    pub(crate) fn focused(&self) -> Option<web_sys::Element> {
        document()
            .active_element()
            .filter(|el| self.root.contains(Some(el)))
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.owner.cleanup();
        self.root.remove();
    }
}

/// The page's style sheets, once. Motion would only cost time.
fn style(document: &Document) {
    let head = document.head().unwrap_throw();
    if head.query_selector("#inbox-style").unwrap_throw().is_none() {
        let style = document.create_element("style").unwrap_throw();
        style.set_id("inbox-style");
        let still = "* { animation: none !important; transition: none !important }";
        style.set_text_content(Some(&format!("{}\n{still}", STYLES.join("\n"))));
        head.append_child(&style).unwrap_throw();
    }
}

/// Types a text as a person does: the value, then the event.
pub(crate) async fn type_in(input: &HtmlElement, text: &str) {
    js_sys::Reflect::set(input, &"value".into(), &text.into()).unwrap_throw();
    input
        .dispatch_event(&web_sys::Event::new("input").unwrap_throw())
        .unwrap_throw();
    settle().await;
}

/// Presses a key; true where nothing wanted to take it from the browser.
pub(crate) async fn press(target: &HtmlElement, key: &str, shift: bool, composing: bool) -> bool {
    let init = KeyboardEventInit::new();
    init.set_key(key);
    init.set_shift_key(shift);
    init.set_is_composing(composing);
    init.set_bubbles(true);
    init.set_cancelable(true);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap_throw();
    let untouched = target.dispatch_event(&event).unwrap_throw();
    settle().await;
    untouched
}

/// Waits until effects have run and a frame was drawn.
pub(crate) async fn settle() {
    for _ in 0..2 {
        let frame = js_sys::Promise::new(&mut |done, _| {
            let scheduled = window().request_animation_frame(&done);
            assert!(scheduled.is_ok());
        });
        JsFuture::from(frame).await.unwrap_throw();
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

pub(crate) fn row(id: &str, name: &str, preview: &str) -> ConversationSummary {
    ConversationSummary {
        conversation: Conversation {
            id: ConversationId::from(id),
            participant: ParticipantId::AnonymousVisitor(format!("e56ed8f7-4bbf-3d99-b2f9-96255552{id}")),
            channels: Vec::new(),
            business_display_data: DisplayData::default(),
            participant_display_data: DisplayData {
                name: (!name.is_empty()).then(|| name.to_owned()),
                image_url: None,
            },
        },
        preview_text: preview.to_owned(),
        preview_kind: ContentType::Basic,
        preview_from_business: false,
        updated_date: "2026-11-20T17:55:00.000Z".to_owned(),
        unread_count: 0,
        last_sequence: Sequence(1),
        online: false,
        person: Person::default(),
        joined_sequence: Sequence(0),
        merged_into: None,
    }
}

fn owner_session() -> StaffSession {
    StaffSession {
        staff: StaffMember {
            id: "s".into(),
            email: "owner@localhost".to_owned(),
            name: "Ann".to_owned(),
            owner: true,
        },
        settings: SiteSettings {
            business_name: "Amy's Shoes".to_owned(),
            ..SiteSettings::default()
        },
    }
}

/// A message as the server tells it to staff.
pub(crate) fn message(sequence: u64, own: bool, content: ShownContent) -> StaffMessage {
    let (direction, kind, name) = if own {
        (
            Direction::BusinessToParticipant,
            SenderKind::Staff,
            Some("Ann".to_owned()),
        )
    } else {
        (Direction::ParticipantToBusiness, SenderKind::Participant, None)
    };
    StaffMessage {
        shown: ShownMessage {
            id: MessageId(sequence),
            sequence: Sequence(sequence),
            created_date: format!("2026-11-20T17:{:02}:00.000Z", sequence % 60),
            client_id: None,
            direction,
            sender: ShownSender {
                kind,
                name,
                image_url: None,
            },
            content,
            badges: Vec::new(),
        },
        visibility: Visibility::BusinessAndParticipant,
        app_id: None,
        staff_id: None,
        verified: false,
        silent: false,
        interactions: Vec::new(),
    }
}

pub(crate) fn note(sequence: u64, text: &str) -> StaffMessage {
    StaffMessage {
        visibility: Visibility::Business,
        ..message(sequence, true, ShownContent::text(text))
    }
}
