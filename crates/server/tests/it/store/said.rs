//! One way to write through a bare store.

use shopbell_protocol::message::NewMessage;
use shopbell_protocol::{
    ClientId, ConversationId, Direction, EventId, MessageContent, ParticipantId, SiteId,
};
use shopbell_server::ids::conversation_id;
use shopbell_server::store::{
    Append, Appended, ClientKey, FirstSite, SiteRow, StaffRow, Store, StoreResult, Writer,
};

pub(super) fn site() -> SiteId {
    SiteId::from("5d2a3f6e-1111-4222-8333-944455566677")
}

fn visitor() -> ParticipantId {
    ParticipantId::AnonymousVisitor("00000000-0000-4000-8000-000000000001".to_owned())
}

pub(super) fn conversation() -> ConversationId {
    conversation_id(&site(), &visitor())
}

pub(super) async fn make_site(store: &dyn Store) {
    let site = SiteRow {
        id: site(),
        name: "Shop".to_owned(),
        image_url: None,
        welcome_text: None,
        allowed_origins: Vec::new(),
        secret: [1; 32],
        identity_required: false,
    };
    let owner = StaffRow {
        id: "staff-1".into(),
        site_id: site.id.clone(),
        email: "owner@localhost".to_owned(),
        password_hash: String::new(),
        name: String::new(),
        owner: true,
    };
    let (key_hash, app_id, key_name) = ([2; 32], "app-1".into(), String::new());
    let first = FirstSite {
        site,
        owner,
        key_hash,
        app_id,
        key_name,
        now_micros: 1,
    };
    store.create_first_site(first).await.unwrap();
}

/// A visitor's line under a client id; the text is the client id.
pub(super) async fn say(store: &dyn Store, client_id: &str, size: usize) -> StoreResult<Appended> {
    let text = format!("{client_id} {}", "x".repeat(size));
    let append = Append {
        site_id: site(),
        conversation_id: conversation(),
        message: NewMessage::chat(MessageContent::text(text), Direction::ParticipantToBusiness),
        writer: Writer::Visitor(visitor()),
        app_id: None,
        client: Some(ClientKey {
            scope: "participant".to_owned(),
            id: ClientId::from(client_id),
            digest: [7; 32],
        }),
        metadata: None,
        media: Vec::new(),
        needs_channel: false,
        last_seen_sequence: None,
        event_id: EventId(format!("event of {client_id}")),
        now_micros: 1_701_103_918_040_190,
    };
    store.append_message(append).await
}
