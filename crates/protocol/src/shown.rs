//! A message as the reader of a conversation is shown it.
//!
//! There is no field for visibility, metadata, `interactionId`, app ids or staff ids: what a participant must not
//! see cannot be put here. Staff get the same plus [`crate::staff::StaffMessage`] around it, so that both pages draw
//! messages with the same code.

use serde::{Deserialize, Serialize};

use crate::button::ShownButton;
use crate::content::MessageContent;
use crate::id::{ClientId, MessageId, Sequence};
use crate::message::Direction;
use crate::wire::open_enum;

/// The content of a shown message.
pub type ShownContent = MessageContent<ShownButton>;

open_enum!(
    /// What kind of sender wrote a message.
    SenderKind {
        /// The visitor, contact or member.
        Participant = "PARTICIPANT",
        /// A person of the staff.
        Staff = "STAFF",
        /// A program.
        App = "APP",
    } unknown = "UNKNOWN_SENDER"
);

open_enum!(
    /// How far the other side has got with one's messages (`inbox-api.md` section 2.7).
    IndicationType {
        /// Stored.
        Sent = "SENT",
        /// Reached a connection of the other side.
        Delivered = "DELIVERED",
        /// The other side looked at it.
        Seen = "SEEN",
        /// Could not be delivered.
        Error = "ERROR",
    } unknown = "UNKNOWN_INDICATION_TYPE"
);

open_enum!(
    /// One of the two sides (`PerformedBy` on the wire).
    Side {
        /// Staff and programs.
        Business = "BUSINESS",
        /// Visitor, contact or member.
        Participant = "PARTICIPANT",
    } unknown = "UNKNOWN_PERFORMED_BY"
);

/// Who wrote a shown message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ShownSender {
    /// Participant, staff or app.
    pub kind: SenderKind,
    /// Display name; the business's own name where a staff member has none to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Avatar, `http` or `https` or a path on the chat origin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
}

/// A badge that both sides may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ShownBadge {
    /// Short label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// `http` or `https`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon_url: Option<String>,
}

/// A message as its reader is shown it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ShownMessage {
    /// The sequence as digits.
    pub id: MessageId,
    /// Order within the conversation.
    pub sequence: Sequence,
    /// `YYYY-MM-DDThh:mm:ss.sssZ`.
    pub created_date: String,
    /// The sender's own id of this message; only on messages of the reader's own side, so that another tab or a late
    /// answer is matched with what stands in the outbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    /// Who to whom.
    pub direction: Direction,
    /// Who wrote it.
    pub sender: ShownSender,
    /// What it says.
    pub content: ShownContent,
    /// Badges for both sides.
    #[serde(default)]
    pub badges: Vec<ShownBadge>,
}

/// How far each side has got, as sequences of messages that the reader may see; 0 for not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Marks {
    /// The business has been handed everything up to here.
    pub business_delivered: Sequence,
    /// The business has looked at everything up to here.
    pub business_seen: Sequence,
    /// The participant has been handed everything up to here.
    pub participant_delivered: Sequence,
    /// The participant has looked at everything up to here.
    pub participant_seen: Sequence,
}
