//! Sites and the people and programs that act for them.

use shopbell_protocol::admin::KeyScope;
use shopbell_protocol::{AppId, SiteId, StaffId};

/// A website of a business.
#[derive(Clone, PartialEq, Eq)]
pub struct SiteRow {
    /// Its id.
    pub id: SiteId,
    /// Shown name.
    pub name: String,
    /// Avatar of the business.
    pub image_url: Option<String>,
    /// Shown in an empty conversation.
    pub welcome_text: Option<String>,
    /// Where the widget may live; empty for anywhere.
    pub allowed_origins: Vec<String>,
    /// Signs visitor tokens, media links and cursors.
    pub secret: [u8; 32],
    /// A name or mail address is taken from a signed identity only.
    pub identity_required: bool,
}

// Not derived: a secret must not get into a log by `{:?}`.
impl std::fmt::Debug for SiteRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SiteRow")
            .field("id", &self.id)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What to change of a site; `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteUpdate {
    /// Shown name.
    pub name: Option<String>,
    /// Avatar; `Some(None)` takes it away.
    pub image_url: Option<Option<String>>,
    /// Welcome text; `Some(None)` takes it away.
    pub welcome_text: Option<Option<String>>,
    /// Where the widget may live.
    pub allowed_origins: Option<Vec<String>>,
    /// Whether a name or mail address is taken from a signed identity only.
    pub identity_required: Option<bool>,
}

/// A person of the staff.
#[derive(Clone, PartialEq, Eq)]
pub struct StaffRow {
    /// Their id.
    pub id: StaffId,
    /// The site they answer for.
    pub site_id: SiteId,
    /// Login, in lower case.
    pub email: String,
    /// argon2id, PHC text.
    pub password_hash: String,
    /// Shown to participants.
    pub name: String,
    /// May administer.
    pub owner: bool,
}

impl std::fmt::Debug for StaffRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StaffRow")
            .field("id", &self.id)
            .field("site_id", &self.site_id)
            .finish_non_exhaustive()
    }
}

/// A program that acts for a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// For this site.
    pub site_id: SiteId,
    /// Its identity in messages.
    pub app_id: AppId,
    /// What the key may be used for.
    pub scopes: Vec<KeyScope>,
    /// Not valid from then on.
    pub expires_micros: Option<u64>,
    /// When it was last seen to be used.
    pub last_used_micros: Option<u64>,
    /// When a new key took its place.
    pub replaced_micros: Option<u64>,
}

/// A key to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// SHA-256 of the key.
    pub key_hash: [u8; 32],
    /// For this site, as this program.
    pub row: KeyRow,
    /// What its owner calls it.
    pub name: String,
    /// When.
    pub now_micros: u64,
    /// The key whose place it takes, and until when at most that one stays valid.
    pub replaces: Option<([u8; 32], u64)>,
}

/// A key as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedKey {
    /// SHA-256 of the key.
    pub key_hash: [u8; 32],
    /// What it is for.
    pub row: KeyRow,
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub created_micros: u64,
}

/// A session of a staff member, to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// Whose.
    pub staff_id: StaffId,
    /// When it ends.
    pub expires: u64,
    /// Sessions that ended before this are forgotten.
    pub now_micros: u64,
}

/// Site, owner and key of the first start.
#[derive(Debug, Clone)]
pub struct FirstSite {
    /// The site.
    pub site: SiteRow,
    /// The owner.
    pub owner: StaffRow,
    /// SHA-256 of the first key.
    pub key_hash: [u8; 32],
    /// Identity of the first key's program.
    pub app_id: AppId,
    /// Name of the first key.
    pub key_name: String,
    /// When.
    pub now_micros: u64,
}
