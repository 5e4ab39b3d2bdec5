//! A good answer: always 200, always JSON (`inbox-api.md` section 1.6).

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::error::{ApiError, json};

/// The body of an answer.
pub(crate) struct Answer<T>(pub(crate) T);

/// What a handler returns.
pub(crate) type Answered<T> = Result<Answer<T>, ApiError>;

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self.0)
    }
}
