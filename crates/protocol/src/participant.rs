//! Who is who in a conversation.

use serde::{Deserialize, Serialize};

use crate::wire::count_given;

/// The person opposite the business, at one stage: exactly one id (`inbox-api.md` section 2.11).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "RawParticipantId", into = "RawParticipantId")]
pub enum ParticipantId {
    /// Anonymous; a GUID.
    AnonymousVisitor(String),
    /// Gave a name, a mail address or a phone number; a GUID.
    Contact(String),
    /// Signed in to the site; a GUID.
    Member(String),
    /// None or several ids; refused as input.
    Unsupported {
        /// How many of the known members were there.
        members: u8,
    },
}

impl ParticipantId {
    /// The GUID, `""` where there is none.
    pub fn guid(&self) -> &str {
        match self {
            Self::AnonymousVisitor(id) | Self::Contact(id) | Self::Member(id) => id,
            Self::Unsupported { .. } => "",
        }
    }

    /// Name of the wire field that holds the id.
    pub fn field(&self) -> &'static str {
        match self {
            Self::AnonymousVisitor(_) => "anonymousVisitorId",
            Self::Contact(_) => "contactId",
            Self::Member(_) => "memberId",
            Self::Unsupported { .. } => "",
        }
    }
}

#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names of the wire")]
struct RawParticipantId {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    anonymous_visitor_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contact_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    member_id: Option<String>,
}

impl From<RawParticipantId> for ParticipantId {
    fn from(raw: RawParticipantId) -> Self {
        match (raw.anonymous_visitor_id, raw.contact_id, raw.member_id) {
            (Some(id), None, None) => Self::AnonymousVisitor(id),
            (None, Some(id), None) => Self::Contact(id),
            (None, None, Some(id)) => Self::Member(id),
            (visitor, contact, member) => Self::Unsupported {
                members: count_given([visitor.is_some(), contact.is_some(), member.is_some()]),
            },
        }
    }
}

impl From<ParticipantId> for RawParticipantId {
    fn from(id: ParticipantId) -> Self {
        let mut raw = Self::default();
        match id {
            ParticipantId::AnonymousVisitor(id) => raw.anonymous_visitor_id = Some(id),
            ParticipantId::Contact(id) => raw.contact_id = Some(id),
            ParticipantId::Member(id) => raw.member_id = Some(id),
            ParticipantId::Unsupported { .. } => {}
        }
        raw
    }
}

/// Who wrote a message or pressed a button: `IdentificationData` (`inbox-api.md` section 2.6), one member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Sender {
    /// An anonymous visitor.
    AnonymousVisitorId(String),
    /// A contact.
    ContactId(String),
    /// A member.
    MemberId(String),
    /// A person of the staff.
    WixUserId(String),
    /// An app or API key.
    AppId(String),
}

impl Sender {
    /// The GUID.
    pub fn guid(&self) -> &str {
        match self {
            Self::AnonymousVisitorId(id)
            | Self::ContactId(id)
            | Self::MemberId(id)
            | Self::WixUserId(id)
            | Self::AppId(id) => id,
        }
    }
}

impl From<&ParticipantId> for Option<Sender> {
    fn from(id: &ParticipantId) -> Self {
        match id {
            ParticipantId::AnonymousVisitor(id) => Some(Sender::AnonymousVisitorId(id.clone())),
            ParticipantId::Contact(id) => Some(Sender::ContactId(id.clone())),
            ParticipantId::Member(id) => Some(Sender::MemberId(id.clone())),
            ParticipantId::Unsupported { .. } => None,
        }
    }
}

#[cfg(feature = "openapi")]
crate::wire::schema_as!(ParticipantId => RawParticipantId, "ParticipantId");
