//! A message as the business and its programs see it (`inbox-api.md` section 2.1), and as they hand it in.

use serde::{Deserialize, Serialize};

use crate::content::MessageContent;
use crate::id::{AppId, MessageId, Sequence};
use crate::participant::Sender;
use crate::wire::{null_as_default, open_enum};

open_enum!(
    /// Which side may see a message.
    Visibility {
        /// Both sides.
        BusinessAndParticipant = "BUSINESS_AND_PARTICIPANT",
        /// Staff and programs only.
        Business = "BUSINESS",
    } unknown = "UNKNOWN_VISIBILITY"
);

open_enum!(
    /// Who sent a message to whom.
    Direction {
        /// An answer.
        BusinessToParticipant = "BUSINESS_TO_PARTICIPANT",
        /// A question.
        ParticipantToBusiness = "PARTICIPANT_TO_BUSINESS",
    } unknown = "UNKNOWN_DIRECTION"
);

open_enum!(
    /// The medium a message travels by.
    ChannelType {
        /// The chat.
        Chat = "CHAT",
        /// Mail.
        Email = "EMAIL",
        /// Text message.
        Sms = "SMS",
        /// Facebook.
        Facebook = "FACEBOOK",
        /// Instagram.
        Instagram = "INSTAGRAM",
        /// `WhatsApp`.
        Whatsapp = "WHATSAPP",
    } unknown = "UNKNOWN_CHANNEL_TYPE"
);

impl Default for ChannelType {
    fn default() -> Self {
        Self::Unknown
    }
}

open_enum!(
    /// Who may see a badge.
    BadgeVisibility {
        /// Both sides.
        BusinessAndParticipant = "BUSINESS_AND_PARTICIPANT",
        /// Staff only.
        Business = "BUSINESS",
    } unknown = "UNKNOWN_BADGE_VISIBILITY"
);

impl Default for BadgeVisibility {
    fn default() -> Self {
        Self::Unknown
    }
}

open_enum!(
    /// In whose name `sendMessage` sends (`inbox-api.md` section 2.8).
    SendAs {
        /// The credential's identity; the default.
        Caller = "CALLER",
        /// The conversation's participant.
        Participant = "PARTICIPANT",
        /// Internal.
        BusinessUser = "BUSINESS_USER",
    } unknown = "UNKNOWN_SEND_AS"
);

/// A label at a message (`inbox-api.md` section 2.5).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Badge {
    /// Short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// `http` or `https`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon_url: Option<String>,
    /// The widget shows a badge only where this is `BUSINESS_AND_PARTICIPANT`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub badge_visibility: BadgeVisibility,
}

/// A stored message, complete; written by the server only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// The sequence as digits.
    pub id: MessageId,
    /// Order within the conversation.
    pub sequence: Sequence,
    /// When it was accepted; `YYYY-MM-DDThh:mm:ss.sssZ`.
    pub created_date: String,
    /// What it says.
    pub content: MessageContent,
    /// Who wrote it.
    pub sender: Sender,
    /// The app that sent it; absent when a person typed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_id: Option<AppId>,
    /// At most 1; written out when empty.
    #[serde(default)]
    pub badges: Vec<Badge>,
    /// Which side may see it.
    pub visibility: Visibility,
    /// Who to whom.
    pub direction: Direction,
    /// Deprecated on the wire; `UNKNOWN_CHANNEL_TYPE` where not given.
    #[serde(default)]
    pub source_channel: ChannelType,
    /// Deprecated on the wire; written out when empty.
    #[serde(default)]
    pub target_channels: Vec<ChannelType>,
    /// At most 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_channel_id: Option<String>,
    /// At most 100 of at most 100; written out when empty.
    #[serde(default)]
    pub target_channel_ids: Vec<String>,
    /// Leaves unread count and preview line alone.
    #[serde(default)]
    pub silent: bool,
}

/// A message as a caller hands it in, not yet checked; what the server owns (`id`, `sender` …) has no field here
/// and is ignored. [`crate::validate::draft`] turns it into a [`NewMessage`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MessageDraft {
    /// Required.
    #[serde(default)]
    pub content: Option<MessageContent>,
    /// At most 1.
    #[serde(default, deserialize_with = "null_as_default")]
    pub badges: Vec<Badge>,
    /// Required; one of the two known values.
    #[serde(default)]
    pub visibility: Option<Visibility>,
    /// Required; one of the two known values.
    #[serde(default)]
    pub direction: Option<Direction>,
    /// Deprecated on the wire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_channel: Option<ChannelType>,
    /// Deprecated on the wire.
    #[serde(default, deserialize_with = "null_as_default")]
    pub target_channels: Vec<ChannelType>,
    /// At most 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_channel_id: Option<String>,
    /// At most 100 of at most 100.
    #[serde(default, deserialize_with = "null_as_default")]
    pub target_channel_ids: Vec<String>,
    /// Leaves unread count and preview line alone.
    #[serde(default, deserialize_with = "null_as_default")]
    pub silent: bool,
}

/// A checked message: made by [`crate::validate::draft`], or by code that needs no check. The service adds the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// What it says.
    pub content: MessageContent,
    /// At most 1.
    pub badges: Vec<Badge>,
    /// Known.
    pub visibility: Visibility,
    /// Known.
    pub direction: Direction,
    /// `Unknown` where not given.
    pub source_channel: ChannelType,
    /// Possibly empty.
    pub target_channels: Vec<ChannelType>,
    /// At most 100.
    pub source_channel_id: Option<String>,
    /// Possibly empty.
    pub target_channel_ids: Vec<String>,
    /// Leaves unread count and preview line alone.
    pub silent: bool,
}

impl NewMessage {
    /// A message of the chat that both sides see, without badges.
    pub fn chat(content: MessageContent, direction: Direction) -> Self {
        Self {
            content,
            badges: Vec::new(),
            visibility: Visibility::BusinessAndParticipant,
            direction,
            source_channel: ChannelType::Chat,
            target_channels: vec![ChannelType::Chat],
            source_channel_id: None,
            target_channel_ids: Vec::new(),
            silent: false,
        }
    }
}
