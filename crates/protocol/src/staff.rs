//! Bodies of the Staff API, `/staff/v1/…`. Auth: session cookie; every call but GET needs the page's own `Origin`.
//!
//! Routes: `POST/GET/DELETE /staff/v1/session`, `GET /staff/v1/conversations?before=CURSOR&limit=`,
//! `GET /staff/v1/conversations/{id}/messages?before=SEQUENCE&limit=`, `POST /staff/v1/conversations/{id}/messages`,
//! `POST /staff/v1/conversations/{id}/seen`, `POST /staff/v1/uploads`, `GET /staff/v1/socket`.

use serde::{Deserialize, Serialize};

use crate::conversation::Conversation;
use crate::id::{AppId, ClientId, ConversationId, MessageId, Sequence, StaffId};
use crate::message::{MessageDraft, Visibility};
use crate::shown::{Marks, ShownMessage};
use crate::widget::SiteSettings;

/// `POST /staff/v1/session`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignInRequest {
    /// The login, `owner@localhost` for the owner.
    #[serde(default)]
    pub email: String,
    /// The password.
    #[serde(default)]
    pub password: String,
}

/// Answer of `POST` and `GET /staff/v1/session`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct StaffSession {
    /// Who is signed in.
    pub staff: StaffMember,
    /// The site they answer for.
    pub settings: SiteSettings,
}

/// A person who answers in the inbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct StaffMember {
    /// `wixUserId` on the public wire.
    pub id: StaffId,
    /// Login.
    pub email: String,
    /// Shown to participants.
    pub name: String,
    /// May administer.
    pub owner: bool,
}

/// A line of the conversation list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ConversationSummary {
    /// The conversation, with its display data.
    pub conversation: Conversation,
    /// Preview of the newest message that is not silent; empty for a picture or file without a name.
    pub preview_text: String,
    /// The kind of that message, for an icon or a word where the preview is empty.
    pub preview_kind: crate::content::ContentType,
    /// Whether that message came from the business.
    pub preview_from_business: bool,
    /// When that message came; when the conversation was made where there is none yet.
    pub updated_date: String,
    /// Messages to the business that no staff member has seen.
    pub unread_count: u32,
    /// The newest sequence, `"0"` where there is none.
    pub last_sequence: Sequence,
    /// Whether the participant has a live connection now.
    pub online: bool,
    /// What is known of the participant beside name and picture.
    #[serde(default)]
    pub person: Person,
    /// Place of the last merge into it among its messages, `"0"` for none.
    #[serde(default)]
    pub joined_sequence: Sequence,
    /// Where it was merged into: then it is no line of the list any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<ConversationId>,
}

/// What the business knows of a participant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// Mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The site's own id of its member, `sub` of the signed identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Name and mail come from a signed identity; otherwise they are what the visitor says.
    #[serde(default)]
    pub verified: bool,
}

/// Another conversation of the same person has become part of this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Merge {
    /// The conversation that was.
    pub conversation_id: ConversationId,
    /// Whose it was.
    pub participant: crate::participant::ParticipantId,
    /// When, as a place among the messages: those of the other conversation stand before it.
    pub sequence: Sequence,
    /// `YYYY-MM-DDThh:mm:ss.sssZ`.
    pub created_date: String,
    /// How many messages came along.
    pub messages: u32,
}

/// Answer of `GET /staff/v1/conversations`: newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ConversationsPage {
    /// Newest first.
    pub conversations: Vec<ConversationSummary>,
    /// To pass as `before`; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// A message with what only the business may see.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct StaffMessage {
    /// As both pages draw it.
    pub shown: ShownMessage,
    /// Which side may see it; `BUSINESS` is drawn as a note.
    pub visibility: Visibility,
    /// The app that sent it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_id: Option<AppId>,
    /// The staff member who wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff_id: Option<StaffId>,
    /// Left unread count and preview alone.
    #[serde(default)]
    pub silent: bool,
    /// Presses of its postback buttons, oldest first.
    #[serde(default)]
    pub interactions: Vec<Interaction>,
    /// The participant who wrote it was proven to be a member at that time.
    #[serde(default, skip_serializing_if = "is_false")]
    pub verified: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
fn is_false(value: &bool) -> bool {
    !value
}

/// One accepted press of a postback button.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Interaction {
    /// The message with the button.
    pub message_id: MessageId,
    /// The button's opaque id.
    pub button_id: String,
    /// Its label.
    pub label: String,
    /// The sender's own id for the button.
    pub interaction_id: String,
    /// `YYYY-MM-DDThh:mm:ss.sssZ`.
    pub created_date: String,
}

/// `POST /staff/v1/conversations/{id}/messages`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct StaffSendRequest {
    /// `UUIDv7` of the sender.
    pub client_id: ClientId,
    /// Any type, direction and visibility.
    pub message: MessageDraft,
    /// The last sequence the sender saw; if the thread has moved on, the send is refused (rule 15).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen_sequence: Option<Sequence>,
}

/// Answer of `POST /staff/v1/conversations/{id}/messages`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct StaffSendAnswer {
    /// As stored.
    pub message: StaffMessage,
}

/// Answer of `GET /staff/v1/conversations/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ConversationAnswer {
    /// The list line.
    pub conversation: ConversationSummary,
    /// How far each side has got.
    pub marks: Marks,
    /// Where it was merged into, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<ConversationId>,
    /// What was merged into it, oldest first.
    #[serde(default)]
    pub merges: Vec<Merge>,
}
