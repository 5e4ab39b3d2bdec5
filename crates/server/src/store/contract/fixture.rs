//! Short ways to say what the tests need.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use shopbell_protocol::message::NewMessage;
use shopbell_protocol::{
    AppId, Button, ButtonAction, ClientId, ContentKind, ConversationId, Direction, EventId, MessageContent,
    Orientation, ParticipantId, PostbackProperties, PostbackUse, SiteId, StaffId, TemplateContent,
    Visibility,
};

use crate::ids::conversation_id;
use crate::store::{Append, Appended, ClientKey, FirstSite, SiteRow, StaffRow, Store, StoredMessage, Writer};

pub(super) const NOW: u64 = 1_701_103_918_040_190;

/// A store with a site, and a visitor who has not written.
pub(super) struct Fixture {
    pub(super) store: Arc<dyn Store>,
    pub(super) site: SiteId,
    pub(super) visitor: ParticipantId,
    pub(super) conversation: ConversationId,
    events: AtomicU64,
}

pub(super) async fn fixture(store: Arc<dyn Store>) -> Fixture {
    let first = first_site();
    let site = first.site.id.clone();
    assert!(store.create_first_site(first).await.expect("a site"));
    let visitor = visitor(1);
    let conversation = conversation_id(&site, &visitor);
    Fixture {
        store,
        site,
        visitor,
        conversation,
        events: AtomicU64::new(0),
    }
}

pub(super) fn visitor(number: u64) -> ParticipantId {
    ParticipantId::AnonymousVisitor(format!("00000000-0000-4000-8000-{number:012}"))
}

pub(super) fn staff() -> Writer {
    Writer::Staff(StaffId::from("staff-1"))
}

pub(super) fn app() -> Writer {
    Writer::App(AppId::from("app-1"))
}

pub(super) fn first_site() -> FirstSite {
    let site = SiteRow {
        id: SiteId::from("5d2a3f6e-1111-4222-8333-944455566677"),
        name: "Amy's Shoes".to_owned(),
        image_url: None,
        welcome_text: None,
        allowed_origins: vec!["https://shop.example.com".to_owned()],
        secret: [1; 32],
        identity_required: false,
    };
    let owner = StaffRow {
        id: StaffId::from("staff-1"),
        site_id: site.id.clone(),
        email: "owner@localhost".to_owned(),
        password_hash: "hash".to_owned(),
        name: "Amy".to_owned(),
        owner: true,
    };
    FirstSite {
        site,
        owner,
        key_hash: [2; 32],
        app_id: AppId::from("app-1"),
        key_name: "First key".to_owned(),
        now_micros: NOW,
    }
}

/// Three postback buttons: once, once per group, repeatable; and a link.
pub(super) fn template() -> MessageContent {
    let postback = |label: &str, uses| Button {
        label: label.to_owned(),
        action: ButtonAction::Postback(PostbackProperties {
            interaction_id: format!("id of {label}"),
            uses,
            ..PostbackProperties::default()
        }),
    };
    MessageContent {
        preview_text: Some("Spa day".to_owned()),
        title: None,
        kind: ContentKind::Template(TemplateContent {
            title: Some("Spa day".to_owned()),
            buttons: vec![
                postback("once", PostbackUse::Once),
                postback("group", PostbackUse::OncePerGroup),
                postback("again", PostbackUse::Repeatable),
                Button {
                    label: "link".to_owned(),
                    action: ButtonAction::Link("https://example.com/".to_owned()),
                },
            ],
            orientation: Orientation::Portrait,
            text_lines: Vec::new(),
            image_url: None,
        }),
    }
}

impl Fixture {
    pub(super) fn event_id(&self) -> EventId {
        let number = self.events.fetch_add(1, Ordering::SeqCst);
        EventId(format!("{}-{number}", self.conversation))
    }

    pub(super) fn append(&self, writer: Writer, message: NewMessage) -> Append {
        Append {
            site_id: self.site.clone(),
            conversation_id: self.conversation.clone(),
            message,
            app_id: match &writer {
                Writer::App(id) => Some(id.clone()),
                Writer::Visitor(_) | Writer::OnBehalfOfParticipant | Writer::Staff(_) => None,
            },
            writer,
            client: None,
            metadata: None,
            media: Vec::new(),
            needs_channel: false,
            last_seen_sequence: None,
            event_id: self.event_id(),
            now_micros: NOW,
        }
    }

    pub(super) fn key(scope: &str, id: &str, digest: u8) -> ClientKey {
        ClientKey {
            scope: scope.to_owned(),
            id: ClientId::from(id),
            digest: [digest; 32],
        }
    }

    pub(super) async fn stored(&self, append: Append) -> StoredMessage {
        match self.store.append_message(append).await.expect("an answer") {
            Appended::Stored(arrival) => arrival.message,
            other => unexpected(&other),
        }
    }

    /// The visitor writes a line; both see it.
    pub(super) async fn question(&self, text: &str) -> StoredMessage {
        let message = NewMessage::chat(MessageContent::text(text), Direction::ParticipantToBusiness);
        self.stored(self.append(Writer::Visitor(self.visitor.clone()), message))
            .await
    }

    /// The staff write a line; both see it.
    pub(super) async fn answer(&self, text: &str) -> StoredMessage {
        self.stored(self.append(staff(), to_participant(MessageContent::text(text))))
            .await
    }

    /// The staff write a line for themselves.
    pub(super) async fn note(&self, text: &str) -> StoredMessage {
        let message = NewMessage {
            visibility: Visibility::Business,
            ..to_participant(MessageContent::text(text))
        };
        self.stored(self.append(staff(), message)).await
    }
}

pub(super) fn to_participant(content: MessageContent) -> NewMessage {
    NewMessage::chat(content, Direction::BusinessToParticipant)
}

/// Ends the test, saying what came instead.
pub(super) fn unexpected<T: std::fmt::Debug, R>(found: &T) -> R {
    panic!("not what was expected: {found:?}")
}
