//! `DELETE /staff/v1/session`

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};

use super::cookie;
use crate::http::answer::Answer;
use crate::http::error::ApiError;
use crate::http::extract::auth::{SESSION_COOKIE, cookie_value, own_page};
use crate::http::openapi::PublicErrors;
use crate::http::state::AppState;

/// Signs out; without a session there is nothing to do
#[utoipa::path(
    delete, path = "/staff/v1/session", operation_id = "signOut", tag = "Staff API",
    responses((status = 200, description = "Signed out"), PublicErrors)
)]
pub(crate) async fn handler(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, ApiError> {
    own_page(&headers, &state)?;
    if let Some(token) = cookie_value(&headers, SESSION_COOKIE) {
        state.service().sign_out(&token).await?;
    }
    let mut response = Answer(serde_json::json!({})).into_response();
    response
        .headers_mut()
        .insert(header::SET_COOKIE, cookie(&state, "", 0)?);
    Ok(response)
}
