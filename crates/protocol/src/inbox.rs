//! Bodies of the Inbox API, `/inbox/v2/…` and `/crm/inbox/v2/…` (`inbox-api.md` section 1.1).

mod declared;

use serde::{Deserialize, Serialize};

use crate::conversation::Conversation;
use crate::message::{Message, MessageDraft, SendAs, Visibility};
use crate::paging::{CursorPaging, PagingMetadata, Sorting};
use crate::participant::ParticipantId;

pub use declared::{
    AddMessageIndicationsRequest, EmptyAnswer, GetMessageAnswer, GetMessageIndicationsAnswer,
    ListConversationChannelsAnswer, MessageIndication, ReadConversationRequest,
};

/// `POST /inbox/v2/conversations`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GetOrCreateConversationRequest {
    /// Exactly one id; required.
    #[serde(default)]
    pub participant_id: Option<ParticipantId>,
}

/// Answer of `POST /inbox/v2/conversations`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GetOrCreateConversationAnswer {
    /// The one conversation of this participant.
    pub conversation: Conversation,
    /// Whether this call created it.
    pub new_conversation: bool,
}

/// Answer of `GET /inbox/v2/conversations/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GetConversationAnswer {
    /// Wrapped, because the official SDK reads only this member.
    pub conversation: Conversation,
}

/// `POST /inbox/v2/messages`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SendMessageRequest {
    /// A GUID; required.
    #[serde(default)]
    pub conversation_id: Option<String>,
    /// Required.
    #[serde(default)]
    pub message: Option<MessageDraft>,
    /// Notify the receiver; default false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_notifications: Option<bool>,
    /// As `message.silent`; deprecated on the wire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silent: Option<bool>,
    /// In whose name; default `CALLER`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_as: Option<SendAs>,
}

/// Answer of `POST /inbox/v2/messages`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SendMessageAnswer {
    /// As stored.
    pub message: Message,
}

/// `GET /inbox/v2/messages`: as dotted query parameters, or as JSON in the one parameter `.r`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ListMessagesRequest {
    /// A GUID; required.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<String>,
    /// Required; `BUSINESS` for all, `BUSINESS_AND_PARTICIPANT` for what the participant may see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// Page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paging: Option<CursorPaging>,
    /// Order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sorting: Option<Sorting>,
}

/// Answer of `GET /inbox/v2/messages`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ListMessagesAnswer {
    /// In the asked order.
    pub messages: Vec<Message>,
    /// Count and cursors.
    pub paging_metadata: PagingMetadata,
}
