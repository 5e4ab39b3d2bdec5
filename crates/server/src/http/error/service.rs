//! The rules' own errors as status and envelope: an exhaustive match, so that a new one must be decided here.

use axum::http::StatusCode;
use shopbell_protocol::{ErrorBody, Violations, code};

use super::ApiError;
use crate::service::ServiceError;

impl From<ServiceError> for ApiError {
    fn from(error: ServiceError) -> Self {
        let text = error.to_string();
        match error {
            ServiceError::Invalid(violations) => Self::validation(violations),
            ServiceError::Unauthenticated { .. } => {
                Self::application(StatusCode::UNAUTHORIZED, code::UNAUTHENTICATED, text)
            }
            ServiceError::IdentityRefused { field, .. } => {
                let body = ErrorBody::application(code::IDENTITY_REFUSED, text).with_data("field", field);
                Self::new(StatusCode::UNAUTHORIZED, body)
            }
            ServiceError::IdentityExpired => {
                Self::application(StatusCode::UNAUTHORIZED, code::IDENTITY_EXPIRED, text)
            }
            ServiceError::IdentityRequired => {
                Self::application(StatusCode::FORBIDDEN, code::IDENTITY_REQUIRED, text)
            }
            ServiceError::ConversationMerged { into } => {
                let body = ErrorBody::application(code::CONVERSATION_NOT_FOUND, text)
                    .with_data("mergedInto", into.0);
                Self::new(StatusCode::NOT_FOUND, body)
            }
            ServiceError::PermissionDenied { .. } => {
                Self::application(StatusCode::FORBIDDEN, code::PERMISSION_DENIED, text)
            }
            ServiceError::IdentityDoesNotMatch { .. } => {
                Self::application(StatusCode::FORBIDDEN, code::IDENTITY_DOES_NOT_MATCH, text)
            }
            ServiceError::ConversationNotFound => {
                Self::application(StatusCode::NOT_FOUND, code::CONVERSATION_NOT_FOUND, text)
            }
            ServiceError::NotJoined => {
                Self::application(StatusCode::UNAUTHORIZED, code::NOT_JOINED_CHATROOM, text)
            }
            ServiceError::NotOwnedByBusiness => {
                Self::application(StatusCode::FORBIDDEN, code::NOT_OWNED_BY_BUSINESS, text)
            }
            ServiceError::SiteNotFound => {
                Self::application(StatusCode::NOT_FOUND, code::INBOX_INSTANCE_NOT_FOUND, text)
            }
            ServiceError::NotFound { .. } => Self::application(StatusCode::NOT_FOUND, code::NOT_FOUND, text),
            ServiceError::InvalidMediaUrl { field } => {
                let body = ErrorBody::application(code::INVALID_MEDIA_URL, text).with_data("field", field);
                Self::new(StatusCode::BAD_REQUEST, body)
            }
            ServiceError::IdempotencyKeyReused => {
                Self::application(StatusCode::CONFLICT, code::IDEMPOTENCY_KEY_REUSED, text)
            }
            ServiceError::ThreadMovedOn { missed } => {
                let missed = serde_json::to_value(missed).unwrap_or_default();
                let body = ErrorBody::application(code::THREAD_MOVED_ON, text).with_data("missed", missed);
                Self::new(StatusCode::PRECONDITION_REQUIRED, body)
            }
            ServiceError::ChannelNotFound => {
                Self::application(StatusCode::PRECONDITION_REQUIRED, code::CHANNEL_NOT_FOUND, text)
            }
            ServiceError::ButtonExpired { state } => {
                let body =
                    ErrorBody::application(code::BUTTON_EXPIRED, text).with_data("state", state.as_str());
                Self::new(StatusCode::CONFLICT, body)
            }
            ServiceError::ResourceExhausted {
                limit,
                retry_after_ms,
            } => Self::exhausted(limit, text, retry_after_ms),
            ServiceError::Unavailable { reason } => {
                tracing::error!(reason, "cannot store or read at the moment");
                Self::unavailable(&text, 1_000)
            }
            ServiceError::Internal { reason } => {
                tracing::error!(reason, "a request failed on our side");
                Self::internal()
            }
        }
    }
}

impl From<Violations> for ApiError {
    fn from(violations: Violations) -> Self {
        Self::validation(violations)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internal_text_never_reaches_the_caller() {
        for error in [
            ServiceError::Internal {
                reason: "table messages is gone".into(),
            },
            ServiceError::Unavailable {
                reason: "table messages is gone".into(),
            },
        ] {
            let body = serde_json::to_string(&ApiError::from(error).into_body()).unwrap();
            assert!(!body.contains("table"), "{body}");
        }
    }
}
