//! What the business's programs are told (`inbox-api.md` section 3), and the log they may read it from.

use serde::{Deserialize, Serialize};

use crate::id::{AppId, ConversationId, EventId};
use crate::message::Message;
use crate::participant::Sender;

/// A durable fact, with its type and body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", content = "data")]
pub enum EventBody {
    /// A participant pressed a postback button.
    #[serde(rename = "wix.crm.inbox.v2.message_button_interacted")]
    ButtonInteracted(ButtonInteracted),
    /// A message to the business.
    #[serde(rename = "wix.crm.inbox.v2.message_message_sent_to_business")]
    MessageSentToBusiness(MessageSentToBusiness),
    /// A message to the participant.
    #[serde(rename = "wix.crm.inbox.v2.message_message_sent_to_participant")]
    MessageSentToParticipant(MessageSentToParticipant),
    /// Conversations of one participant became one.
    #[serde(rename = "wix.crm.inbox.v2.conversation_conversations_merged")]
    ConversationsMerged(ConversationsMerged),
}

impl EventBody {
    /// Every type.
    pub const TYPES: [&'static str; 4] = [
        "wix.crm.inbox.v2.message_button_interacted",
        "wix.crm.inbox.v2.message_message_sent_to_business",
        "wix.crm.inbox.v2.message_message_sent_to_participant",
        "wix.crm.inbox.v2.conversation_conversations_merged",
    ];

    /// Its type, as on the wire.
    pub const fn type_name(&self) -> &'static str {
        let [pressed, to_business, to_participant, merged] = Self::TYPES;
        match self {
            Self::ButtonInteracted(_) => pressed,
            Self::MessageSentToBusiness(_) => to_business,
            Self::MessageSentToParticipant(_) => to_participant,
            Self::ConversationsMerged(_) => merged,
        }
    }
}

/// One entry of the event log: `{id, type, createdDate, data}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// A GUID; receivers drop repeats by it.
    pub id: EventId,
    /// `YYYY-MM-DDThh:mm:ss.sssZ`.
    pub created_date: String,
    /// `type` and `data`.
    #[serde(flatten)]
    pub body: EventBody,
}

/// A participant pressed a postback button. The clicked message's id is not part of it on this wire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ButtonInteracted {
    /// Where.
    pub conversation_id: ConversationId,
    /// The app that sent the button; absent for a button that staff sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_id: Option<AppId>,
    /// The sender's own id for the button.
    pub interaction_id: String,
    /// Who pressed it.
    pub interacted_by: Sender,
}

/// A message to the business.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MessageSentToBusiness {
    /// Where.
    pub conversation_id: ConversationId,
    /// As stored.
    pub message: Message,
    /// Only when the message came from an interaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interaction_info: Option<InteractionInfo>,
}

/// The interaction a message came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct InteractionInfo {
    /// The app that sent the button.
    pub app_id: AppId,
    /// The sender's own id for the button.
    pub interaction_id: String,
}

/// A message to the participant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MessageSentToParticipant {
    /// Where.
    pub conversation_id: ConversationId,
    /// As stored.
    pub message: Message,
}

/// Conversations of one participant became one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ConversationsMerged {
    /// Merged away.
    pub old_conversation_ids: Vec<ConversationId>,
    /// What goes on.
    pub target_conversation_id: ConversationId,
}

/// Answer of `GET /events/v1?after=CURSOR&limit=100&wait=SECONDS`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventsPage {
    /// Oldest first; empty when nothing came within the wait.
    pub events: Vec<Event>,
    /// What to pass as `after` next; the same one when nothing came.
    pub cursor: String,
}
