//! Who is proven to be whom, and what becomes of two conversations of one person (rule 13).

use shopbell_protocol::{ConversationId, EventId, ParticipantId, Sequence, SiteId};

use super::conversation::GetOrCreate;

/// By which algorithm an identity is signed. It belongs to the key: what a token says of itself is not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityAlgorithm {
    /// HMAC with SHA-256, by a shared secret.
    Hs256,
    /// Ed25519, by a public key.
    EdDsa,
    /// RSA with PKCS#1 v1.5 and SHA-256, by a public key.
    Rs256,
}

impl IdentityAlgorithm {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Hs256, Self::EdDsa, Self::Rs256];

    /// As in a token's header.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::EdDsa => "EdDSA",
            Self::Rs256 => "RS256",
        }
    }

    /// The one of this name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }
}

/// A key by which a site proves who its member is.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentityKeyRow {
    /// `kid`.
    pub id: String,
    /// Of this site.
    pub site_id: SiteId,
    /// What its owner calls it.
    pub name: String,
    /// The one algorithm it is for.
    pub algorithm: IdentityAlgorithm,
    /// The secret, or the public key as PEM.
    pub material: Vec<u8>,
    /// When it was made.
    pub created: u64,
    /// Until when it counts, where another has taken its place.
    pub expires: Option<u64>,
}

// Not derived: a secret must not get into a log by `{:?}`.
impl std::fmt::Debug for IdentityKeyRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IdentityKeyRow")
            .field("id", &self.id)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

/// What is known of a participant; `None` leaves what was known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    /// Display name.
    pub name: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// Picture, `http` or `https`.
    pub image_url: Option<String>,
    /// The site's own id of its member.
    pub subject: Option<String>,
}

/// What a visitor says of themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Of this site.
    pub site_id: SiteId,
    /// Who says it.
    pub participant: ParticipantId,
    /// Their conversation, which need not exist.
    pub conversation_id: ConversationId,
    /// What they say.
    pub profile: Profile,
    /// When.
    pub now_micros: u64,
}

/// A participant is proven to be a member (or contact).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prove {
    /// Who, and the conversation that is theirs.
    pub member: GetOrCreate,
    /// What the proof says of them.
    pub profile: Profile,
    /// Which key proved it.
    pub key_id: String,
    /// The conversation of an earlier stage of the same person, proven by its own token.
    pub from: Option<ConversationId>,
    /// Of the event, where conversations are merged.
    pub event_id: EventId,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proved {
    /// Known from now on; there was nothing to merge.
    Known,
    /// Known from now on, and the two conversations have become one.
    Merged {
        /// Is no more.
        from: ConversationId,
        /// Goes on.
        into: ConversationId,
    },
    /// The proven stage itself has become part of another; nothing was done.
    Past,
}

/// A merge that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeRow {
    /// Became part of the conversation it is asked of.
    pub merged_id: ConversationId,
    /// Whose it was.
    pub participant: ParticipantId,
    /// Its place among the messages.
    pub sequence: Sequence,
    /// How many messages came along.
    pub messages: u32,
    /// When.
    pub created: u64,
}
