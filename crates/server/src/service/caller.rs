//! Who is calling: made by authentication only, and the first argument of every call that needs one.

use shopbell_protocol::staff::StaffMember;
use shopbell_protocol::{AppId, ConversationId, ParticipantId, SiteId, StaffId};

/// A program with an API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppCaller {
    /// The site it acts for.
    pub site_id: SiteId,
    /// Its identity in messages.
    pub app_id: AppId,
}

/// A signed-in person of the staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffCaller {
    /// The site they answer for.
    pub site_id: SiteId,
    /// Their identity in messages.
    pub staff_id: StaffId,
    /// Login.
    pub email: String,
    /// Shown to participants.
    pub name: String,
    /// May administer.
    pub owner: bool,
}

/// A visitor, contact or member with a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParticipantCaller {
    /// The site the token is for.
    pub site_id: SiteId,
    /// Who the token speaks for.
    pub participant: ParticipantId,
    /// Their one conversation, whether it exists yet or not.
    pub conversation_id: ConversationId,
    /// Of somebody proven by a signed identity; `None` for a visitor.
    pub session: Option<MemberSession>,
}

/// How long somebody's proof holds on one device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberSession {
    /// SHA-256 of the signed identity that it began with.
    pub id: [u8; 32],
    /// Seconds since 1970.
    pub expires_s: u64,
}

impl StaffCaller {
    /// As the inbox page is told; one without a name goes by the login there.
    pub fn member(&self) -> StaffMember {
        StaffMember {
            id: self.staff_id.clone(),
            email: self.email.clone(),
            name: if self.name.is_empty() {
                self.email.clone()
            } else {
                self.name.clone()
            },
            owner: self.owner,
        }
    }
}
