//! The `Idempotency-Key` header (`design.md` section 4, rule 5).

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use shopbell_protocol::{ClientId, Rule, Violations, validate};

use crate::http::error::ApiError;

/// Name of the header, and of the field in a complaint about it.
const HEADER: &str = "Idempotency-Key";

/// The sender's own id for a request, if it gave one.
pub(crate) struct IdempotencyKey(pub(crate) Option<ClientId>);

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let Some(value) = parts.headers.get(HEADER) else {
            return Ok(Self(None));
        };
        let Ok(text) = value.to_str() else {
            return Err(ApiError::field(
                HEADER,
                Rule::Format,
                "has characters other than printable ASCII",
            ));
        };
        let mut violations = Violations::default();
        validate::client_id(text, HEADER, &mut violations);
        violations
            .into_result(Self(Some(text.into())))
            .map_err(ApiError::validation)
    }
}
