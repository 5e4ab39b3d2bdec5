//! Bodies of the Chat API, `/chat/v1/…` (`inbox-api.md` section 4).

use serde::{Deserialize, Serialize};

use crate::id::{ConversationId, EventId};
use crate::message::Direction;

/// `POST /chat/v1/messages`. A channel is a conversation to which the participant has written through the widget.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SendChatMessageRequest {
    /// The conversation's id; required.
    #[serde(default)]
    pub channel_id: Option<String>,
    /// 1 to 16384; required.
    #[serde(default)]
    pub message_text: Option<String>,
    /// Context for programs, an object; never shown or sent to the participant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<serde_json::Map<String, serde_json::Value>>,
    /// True: participant to business; absent or false: business to participant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_as_visitor: Option<bool>,
}

/// Answer of `POST /chat/v1/messages`: the wire promises nothing; the stored message's id is ours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SendChatMessageAnswer {
    /// Id of the stored message.
    pub message_id: crate::id::MessageId,
}

/// Who wrote a chat event's message, as this wire spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ChatDirection {
    /// The visitor, contact or member.
    VisitorToBusiness,
    /// Staff or a program.
    BusinessToVisitor,
}

impl From<Direction> for ChatDirection {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::ParticipantToBusiness => Self::VisitorToBusiness,
            Direction::BusinessToParticipant | Direction::Unknown | Direction::Unrecognized => {
                Self::BusinessToVisitor
            }
        }
    }
}

/// What kind of message a chat event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ChatMessageType {
    /// The only one.
    Text,
}

/// The words of a chat event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChatPayload {
    /// All texts of the message, each on a line of its own.
    pub text: String,
}

/// A text went through a channel, in either direction (`onMessage`, `inbox-api.md` section 4.2).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ChatEvent {
    /// A GUID, the same as in `/events/v1`; receivers drop repeats by it.
    pub id: EventId,
    /// The conversation's id.
    pub channel_id: ConversationId,
    /// `YYYY-MM-DDThh:mm:ss.sssZ`.
    pub created_at: String,
    /// Who wrote it.
    pub direction: ChatDirection,
    /// As the sending program gave it; `{}` when none.
    pub metadata: serde_json::Map<String, serde_json::Value>,
    /// Of the sender; the owner's for everything that the business sends.
    pub participant_id: String,
    /// What it says.
    pub payload: ChatPayload,
    /// The first 250 characters of it.
    pub summary: String,
    /// `TEXT`.
    #[serde(rename = "type")]
    pub kind: ChatMessageType,
}

/// Answer of `GET /chat/v1/events?after=CURSOR&limit=100&wait=SECONDS`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChatEventsPage {
    /// Oldest first; empty when nothing came within the wait.
    pub events: Vec<ChatEvent>,
    /// What to pass as `after` next. Of the same log as the cursors of `/events/v1`.
    pub cursor: String,
}
