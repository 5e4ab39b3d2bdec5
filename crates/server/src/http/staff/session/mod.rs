//! The staff's session: a cookie that no script can read and no other site can send.

pub(crate) mod show;
pub(crate) mod sign_in;
pub(crate) mod sign_out;

use axum::http::HeaderValue;

use crate::http::error::ApiError;
use crate::http::extract::auth::SESSION_COOKIE;
use crate::http::state::AppState;

/// The cookie with a session's token; an empty one that is over at once ends it.
fn cookie(state: &AppState, token: &str, max_age_s: u64) -> Result<HeaderValue, ApiError> {
    let secure = if state.public_origin().starts_with("https:") {
        "; Secure"
    } else {
        ""
    };
    HeaderValue::try_from(format!(
        "{SESSION_COOKIE}={token}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Strict{secure}"
    ))
    .map_err(|_| ApiError::internal())
}
