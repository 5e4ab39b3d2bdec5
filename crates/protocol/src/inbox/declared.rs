//! Bodies of the operations that the Inbox API declares and the official SDK does not call (`inbox-api.md` section
//! 2.12); the routes are ours.

use serde::{Deserialize, Serialize};

use crate::id::{ConversationId, MessageId};
use crate::message::{ChannelType, Message};
use crate::participant::ParticipantId;
use crate::shown::{IndicationType, Side};

/// Answer of `GET /inbox/v2/conversations/{id}/messages/{messageId}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GetMessageAnswer {
    /// As stored.
    pub message: Message,
}

/// How far one message has got with the side that it is for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MessageIndication {
    /// Where.
    pub conversation_id: ConversationId,
    /// Which.
    pub message_id: MessageId,
    /// `SENT`, `DELIVERED` or `SEEN`.
    #[serde(rename = "type")]
    pub indication: IndicationType,
    /// The medium by which it got there.
    pub channel: ChannelType,
    /// When; only `SENT` has one: of the others is kept how far a side has got, not when it got there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
}

/// Answer of `GET /inbox/v2/conversations/{id}/messages/{messageId}/indications`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GetMessageIndicationsAnswer {
    /// `SENT` first, then what came after it.
    pub message_indications: Vec<MessageIndication>,
}

/// `POST /inbox/v2/conversations/{id}/indications`: a side has been handed messages, or has looked at them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AddMessageIndicationsRequest {
    /// 1 to 100; required. What is true of a message is true of those before it.
    #[serde(default)]
    pub message_ids: Option<Vec<MessageId>>,
    /// Which side; the participant where absent or unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub performed_by: Option<Side>,
    /// `SENT`, `DELIVERED` or `SEEN`; required. Failures (`ERROR`) are not kept.
    #[serde(default)]
    pub indication: Option<IndicationType>,
}

/// `POST /inbox/v2/conversations/{id}/read`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReadConversationRequest {
    /// At most 100. There is one channel, so it changes nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel_id: Option<String>,
    /// The conversation's participant; the business where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_by: Option<ParticipantId>,
    /// RFC 3339: everything up to this instant; everything where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
}

/// Answer of `GET /inbox/v2/conversations/{id}/channels`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ListConversationChannelsAnswer {
    /// `["CHAT"]` once the participant has written in the widget.
    pub channel_ids: Vec<String>,
}

/// Answer of calls that have nothing to say: `{}`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmptyAnswer {}
