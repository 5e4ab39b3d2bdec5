//! Everything that a call of the service can answer instead of doing it.

use shopbell_protocol::staff::StaffMessage;
use shopbell_protocol::{ConversationId, Violations, button::ButtonState};

use crate::ids::NoRandomness;
use crate::store::StoreError;

/// Why the service did not do what was asked. Nothing was stored, except where a variant says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The input is wrong, field by field. 400.
    #[error("{0}")]
    Invalid(Violations),
    /// No, a wrong or an expired credential. 401.
    #[error("{reason}")]
    Unauthenticated {
        /// For the caller; names no secret.
        reason: &'static str,
    },
    /// The signed identity is none that this site accepts. 401, `data.field`.
    #[error("{field} {reason}")]
    IdentityRefused {
        /// Path in the request and in the token: `identity.exp`.
        field: String,
        /// Reads well right after the field's name.
        reason: &'static str,
    },
    /// The proof has run out: that of a token, or that of a member's session. 401.
    #[error("The proof of who you are has run out; a fresh one is needed")]
    IdentityExpired,
    /// Names and mail addresses are taken from a signed identity only. 403.
    #[error("This needs an identity that the site has signed")]
    IdentityRequired,
    /// The conversation has become part of another. 404, `data.mergedInto`; a code as for an unknown one.
    #[error("Conversation not found")]
    ConversationMerged {
        /// Where it goes on.
        into: ConversationId,
    },
    /// Authenticated, but not allowed to. 403.
    #[error("{reason}")]
    PermissionDenied {
        /// For the caller.
        reason: &'static str,
    },
    /// The sender or direction does not fit the caller. 403.
    #[error("{reason}")]
    IdentityDoesNotMatch {
        /// For the caller.
        reason: &'static str,
    },
    /// The conversation is unknown. 404.
    #[error("Conversation not found")]
    ConversationNotFound,
    /// Whoever asks for messages is no party of the conversation. 401.
    #[error("You are no party of this conversation")]
    NotJoined,
    /// The conversation belongs to another site. 403.
    #[error("The conversation belongs to another site")]
    NotOwnedByBusiness,
    /// The site is unknown. 404.
    #[error("Site not found")]
    SiteNotFound,
    /// Nothing of that name that the caller may see. 404.
    #[error("{what} not found")]
    NotFound {
        /// "Message", "Button", "Media".
        what: &'static str,
    },
    /// A picture or file cannot be used: no such media, of another site, or of another participant. 400.
    #[error("{field} names no picture or file that can be used here")]
    InvalidMediaUrl {
        /// Path in the request.
        field: String,
    },
    /// The same client id came before with something else. 409.
    #[error("This idempotency key was used before with a different request")]
    IdempotencyKeyReused,
    /// The thread has moved on since the sender looked (rule 15). 428, `data.missed`.
    #[error("The conversation has moved on since you looked; nothing was sent")]
    ThreadMovedOn {
        /// What came since, oldest first; at most a page.
        missed: Vec<StaffMessage>,
    },
    /// The participant has not written through the widget yet (rule 12). 428.
    #[error("This channel does not exist yet: the visitor has to write a first message through the widget")]
    ChannelNotFound,
    /// The button cannot be pressed any more. 409, `data.state`.
    #[error("This button cannot be pressed any more")]
    ButtonExpired {
        /// Its state, `EXPIRED`.
        state: ButtonState,
    },
    /// Too many or too fast. 429, `data.limit`, `data.retryAfterMs`.
    #[error("Too many requests: {limit}")]
    ResourceExhausted {
        /// Which limit, as a name of the settings.
        limit: &'static str,
        /// When the same request may be sent again.
        retry_after_ms: u64,
    },
    /// Cannot store or read at the moment (disk full, database locked). 503; safe to send again.
    #[error("Shopbell cannot store at the moment; please send it again")]
    Unavailable {
        /// For the log, not for the caller.
        reason: String,
    },
    /// Something broke on our side. 500, without details.
    #[error("Something went wrong on our side")]
    Internal {
        /// For the log, not for the caller.
        reason: String,
    },
}

/// What a call of the service answers.
pub type ServiceResult<T> = Result<T, ServiceError>;

impl From<Violations> for ServiceError {
    fn from(violations: Violations) -> Self {
        Self::Invalid(violations)
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable { reason } => Self::Unavailable { reason },
            StoreError::Corrupt { reason } | StoreError::Internal { reason } => Self::Internal { reason },
        }
    }
}

impl From<NoRandomness> for ServiceError {
    fn from(error: NoRandomness) -> Self {
        Self::Unavailable {
            reason: error.to_string(),
        }
    }
}
