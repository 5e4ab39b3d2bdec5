//! Bodies of the Chat API, `/chat/v1/…` (`inbox-api.md` section 4).

use serde::{Deserialize, Serialize};

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
