//! Bodies of the Widget API, `/widget/v1/…`. Auth: `Authorization: Bearer <visitor token>`, but for the session call.

use serde::{Deserialize, Serialize};

use crate::button::ButtonState;
use crate::content::MessageContent;
use crate::id::{ClientId, ConversationId, MessageId, Sequence, SiteId};
use crate::participant::ParticipantId;
use crate::shown::{Marks, ShownMessage};

/// `POST /widget/v1/session`: start, or go on with a token of an earlier visit.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SessionRequest {
    /// The site; the only one where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_id: Option<SiteId>,
    /// From an earlier session. An expired or forged one is answered 401; ask again without it for a new visitor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Proof of who the visitor is: a short-lived JWT that the site's own server has signed for its member. The session
    /// is then the member's, and what the visitor of `token` has written becomes part of the member's conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
}

/// `POST /widget/v1/contact`: what a visitor says of themselves. A claim, shown to the business as one.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ContactRequest {
    /// 1 to 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub name: Option<String>,
    /// A mail address; 3 to 254 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 3, max_length = 254))]
    pub email: Option<String>,
}

/// Answer of calls that have nothing to say.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Done {}

/// Answer of `POST /widget/v1/session`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SessionAnswer {
    /// To be kept and handed in next time; renewed on each session call.
    pub token: String,
    /// Who the visitor is.
    pub participant: ParticipantId,
    /// Absent until the first message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    /// The newest message that the participant may see; `"0"` where there is none.
    pub last_sequence: Sequence,
    /// Messages of the business that the participant has not seen.
    pub unread_count: u32,
    /// How the site wants the chat.
    pub settings: SiteSettings,
    /// `YYYY-MM-DDThh:mm:ss.sssZ`.
    pub server_time: String,
}

/// How the site wants the chat; for the visitor's eyes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct SiteSettings {
    /// The site's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site_id: Option<SiteId>,
    /// Shown in the header.
    pub business_name: String,
    /// Avatar of the business; `http(s)` or a path on the chat origin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub business_image_url: Option<String>,
    /// Shown in an empty conversation; the page has its own text where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub welcome_text: Option<String>,
    /// Largest upload.
    pub upload_max_bytes: u64,
    /// What the file dialog offers, as in `accept`.
    pub upload_accept: String,
}

/// `POST /widget/v1/messages`. Only basic and form contents; anything else is refused (rule 8).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SendRequest {
    /// `UUIDv7` of the sender; the same again answers the same again.
    pub client_id: ClientId,
    /// What it says.
    pub content: MessageContent,
}

/// Answer of `POST /widget/v1/messages`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SendAnswer {
    /// As stored, as its sender is shown it.
    pub message: ShownMessage,
}

/// `POST /widget/v1/postbacks`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PostbackRequest {
    /// `UUIDv7` of the press.
    pub client_id: ClientId,
    /// The message with the button.
    pub message_id: MessageId,
    /// The button's opaque id.
    pub button_id: String,
}

/// Answer of `POST /widget/v1/postbacks`: every button of the message whose state is now another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PostbackAnswer {
    /// The pressed button first.
    pub buttons: Vec<ButtonStateChange>,
}

/// The state of one button.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ButtonStateChange {
    /// The message with the button.
    pub message_id: MessageId,
    /// The button's opaque id.
    pub button_id: String,
    /// Its state now.
    pub state: ButtonState,
}

/// `GET /widget/v1/messages?before=SEQUENCE&limit=30` answers a [`crate::paging::HistoryPage`] of these;
/// `?after=SEQUENCE` what came since, for pages without a socket; `POST /widget/v1/seen` takes `{sequence}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SeenRequest {
    /// The newest message that was looked at.
    pub sequence: Sequence,
}

/// Answer of calls that have nothing to say but "marks are now these".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SeenAnswer {
    /// As this reader may know them.
    pub marks: Marks,
}
