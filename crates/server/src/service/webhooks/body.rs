//! What a webhook request carries (`inbox-api.md` section 3.2).

use serde_json::{Value, json};
use shopbell_protocol::admin::WebhookFormat;
use shopbell_protocol::event::{
    ButtonInteracted, ConversationsMerged, Event, EventBody, MessageSentToBusiness, MessageSentToParticipant,
};
use shopbell_protocol::{
    ChannelType, ConversationId, Direction, Message, MessageContent, Sender, Sequence, SiteId, Visibility,
};

use crate::clock::to_wire_date;
use crate::store::webhook::{EndpointRow, SigningKeyRow};
use crate::webhook::outbound::Post;
use crate::webhook::sign::{self, KeyFailed};

/// A GUID that no visitor and no conversation has: what a test event is about.
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// An event on its way to an endpoint.
pub(super) struct Told {
    pub(super) event: Event,
    /// Its place in the log; `None` for a test.
    pub(super) number: Option<u64>,
}

impl Told {
    /// An event that never happened, of the first type that the endpoint wants.
    pub(super) fn test(endpoint: &EndpointRow, id: String, now_micros: u64) -> Self {
        let [pressed, to_business, to_participant, merged] = EventBody::TYPES;
        let wanted = endpoint.types.first().map_or(to_business, String::as_str);
        let conversation_id = ConversationId::from(NOBODY);
        let visitor = Sender::AnonymousVisitorId(NOBODY.to_owned());
        let body = if wanted == pressed {
            EventBody::ButtonInteracted(ButtonInteracted {
                conversation_id,
                app_id: Some(NOBODY.into()),
                interaction_id: "test".to_owned(),
                interacted_by: visitor,
            })
        } else if wanted == merged {
            EventBody::ConversationsMerged(ConversationsMerged {
                old_conversation_ids: vec![NOBODY.into()],
                target_conversation_id: conversation_id,
            })
        } else if wanted == to_participant {
            EventBody::MessageSentToParticipant(MessageSentToParticipant {
                conversation_id,
                message: test_message(
                    Direction::BusinessToParticipant,
                    Sender::AppId(NOBODY.to_owned()),
                    now_micros,
                ),
            })
        } else {
            EventBody::MessageSentToBusiness(MessageSentToBusiness {
                conversation_id,
                message: test_message(Direction::ParticipantToBusiness, visitor, now_micros),
                interaction_info: None,
            })
        };
        Self {
            event: Event {
                id: id.into(),
                created_date: to_wire_date(now_micros),
                body,
            },
            number: None,
        }
    }
}

fn test_message(direction: Direction, sender: Sender, now_micros: u64) -> Message {
    let sequence = Sequence(now_micros);
    let mut content = MessageContent::text("This is a test event from Shopbell.");
    content.preview_text = Some("This is a test event from Shopbell.".to_owned());
    Message {
        id: sequence.into(),
        sequence,
        created_date: to_wire_date(now_micros),
        content,
        sender,
        app_id: None,
        badges: Vec::new(),
        visibility: Visibility::BusinessAndParticipant,
        direction,
        source_channel: ChannelType::Chat,
        target_channels: Vec::new(),
        source_channel_id: None,
        target_channel_ids: Vec::new(),
        silent: false,
    }
}

/// The request that tells an endpoint of an event. Made anew for each attempt: signatures have a date.
pub(super) fn post(
    endpoint: &EndpointRow,
    told: &Told,
    key: Option<&SigningKeyRow>,
    now_micros: u64,
) -> Result<Post, KeyFailed> {
    let now_s = now_micros / 1_000_000;
    let (mut headers, body) = match (endpoint.format, key) {
        (WebhookFormat::Standard, _) => standard(endpoint, &told.event, now_micros),
        (WebhookFormat::Token | WebhookFormat::Unknown | WebhookFormat::Unrecognized, Some(key)) => {
            let data = token_data(&endpoint.site_id, told).to_string();
            let token = sign::token(&key.private_pem, &key.id, &data, now_s)?;
            // What receivers of the official kind read as text.
            (
                vec![("content-type", "text/plain; charset=utf-8".to_owned())],
                token,
            )
        }
        (WebhookFormat::Token | WebhookFormat::Unknown | WebhookFormat::Unrecognized, None) => {
            return Err(KeyFailed);
        }
    };
    if told.number.is_none() {
        headers.push(("shopbell-test", "1".to_owned()));
    }
    Ok(Post {
        url: endpoint.url.clone(),
        headers,
        body,
    })
}

fn standard(endpoint: &EndpointRow, event: &Event, now_micros: u64) -> (Vec<(&'static str, String)>, String) {
    let now_s = now_micros / 1_000_000;
    let body = serde_json::to_string(event).unwrap_or_default();
    let mut secrets: Vec<&[u8]> = endpoint.secret.iter().map(Vec::as_slice).collect();
    if let Some((old, ends)) = &endpoint.old_secret
        && *ends > now_micros
    {
        secrets.push(old);
    }
    let signature = sign::standard(&secrets, event.id.as_str(), now_s, &body);
    let headers = vec![
        ("content-type", "application/json; charset=utf-8".to_owned()),
        ("webhook-id", event.id.as_str().to_owned()),
        ("webhook-timestamp", now_s.to_string()),
        ("webhook-signature", signature),
    ];
    (headers, body)
}

/// The claim `data` before it becomes text: inner `data` and `identity` are texts in it, `accountInfo` is not.
fn token_data(site_id: &SiteId, told: &Told) -> Value {
    let event_type = told.event.body.type_name();
    let mut data = json!({
        "eventType": event_type,
        "instanceId": site_id.as_str(),
        "data": domain_event(told).to_string(),
        "accountInfo": {"siteId": site_id.as_str()},
    });
    if let (Some(identity), Some(members)) = (identity(&told.event.body), data.as_object_mut()) {
        members.insert("identity".to_owned(), Value::from(identity.to_string()));
    }
    data
}

fn domain_event(told: &Told) -> Value {
    let (fqdn, slug, entity_id, body) = match &told.event.body {
        EventBody::ButtonInteracted(body) => (
            "wix.crm.inbox.v2.message",
            "button_interacted",
            // The pressed message is not part of this event on this wire.
            body.conversation_id.as_str().to_owned(),
            json!(body),
        ),
        EventBody::MessageSentToBusiness(body) => (
            "wix.crm.inbox.v2.message",
            "message_sent_to_business",
            body.message.sequence.0.to_string(),
            json!(body),
        ),
        EventBody::MessageSentToParticipant(body) => (
            "wix.crm.inbox.v2.message",
            "message_sent_to_participant",
            body.message.sequence.0.to_string(),
            json!(body),
        ),
        EventBody::ConversationsMerged(body) => (
            "wix.crm.inbox.v2.conversation",
            "conversations_merged",
            body.target_conversation_id.as_str().to_owned(),
            json!(body),
        ),
    };
    json!({
        "id": told.event.id,
        "entityFqdn": fqdn,
        "slug": slug,
        "entityId": entity_id,
        "actionEvent": {"body": body},
        "eventTime": told.event.created_date,
        "triggeredByAnonymizeRequest": false,
        "originatedFrom": "",
        "entityEventSequence": told.number.unwrap_or_default().to_string(),
    })
}

/// Who caused it, in the words of the wire; a contact has none there.
fn identity(body: &EventBody) -> Option<Value> {
    let who = match body {
        EventBody::ButtonInteracted(body) => &body.interacted_by,
        EventBody::MessageSentToBusiness(body) => &body.message.sender,
        EventBody::MessageSentToParticipant(body) => &body.message.sender,
        EventBody::ConversationsMerged(_) => return None,
    };
    match who {
        Sender::AnonymousVisitorId(id) => {
            Some(json!({"identityType": "ANONYMOUS_VISITOR", "anonymousVisitorId": id}))
        }
        Sender::MemberId(id) => Some(json!({"identityType": "MEMBER", "memberId": id})),
        Sender::WixUserId(id) => Some(json!({"identityType": "WIX_USER", "wixUserId": id})),
        Sender::AppId(id) => Some(json!({"identityType": "APP", "appId": id})),
        Sender::ContactId(_) => None,
    }
}
