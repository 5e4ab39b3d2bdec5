//! The log between one participant and the business, as the Inbox API shows it (`inbox-api.md` section 2.11).

use serde::{Deserialize, Serialize};

use crate::id::ConversationId;
use crate::message::ChannelType;
use crate::participant::ParticipantId;

/// A conversation; every field is set by the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Conversation {
    /// A GUID of version 3, derived from site and participant.
    pub id: ConversationId,
    /// Whose it is.
    pub participant: ParticipantId,
    /// Where the participant can be reached; `["CHAT"]` once they wrote in the widget.
    #[serde(default)]
    pub channels: Vec<ChannelType>,
    /// Name and picture of the site.
    pub business_display_data: DisplayData,
    /// Name and picture of the participant.
    pub participant_display_data: DisplayData,
}

/// Name and picture of one side.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DisplayData {
    /// Shown name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `http` or `https`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
}
