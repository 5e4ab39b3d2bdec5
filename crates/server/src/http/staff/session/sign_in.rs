//! `POST /staff/v1/session`

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use shopbell_protocol::limits::PUBLIC_BODY_MAX_BYTES;
use shopbell_protocol::staff::{SignInRequest, StaffSession};

use super::cookie;
use crate::http::answer::Answer;
use crate::http::error::ApiError;
use crate::http::extract::auth::own_page;
use crate::http::extract::client::ClientAddress;
use crate::http::extract::json::Json;
use crate::http::openapi::PublicErrors;
use crate::http::rates::Caller;
use crate::http::state::AppState;
use crate::service::SESSION_COOKIE_MAX_AGE_S;

/// Signs in; the answer sets the session cookie
#[utoipa::path(
    post, path = "/staff/v1/session", operation_id = "signIn", tag = "Staff API",
    request_body = SignInRequest,
    responses((status = 200, description = "Signed in", body = StaffSession), PublicErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    address: ClientAddress,
    headers: HeaderMap,
    Json(request): Json<SignInRequest, PUBLIC_BODY_MAX_BYTES>,
) -> Result<Response, ApiError> {
    own_page(&headers, &state)?;
    let login = request.email.trim().to_lowercase();
    // Only wrong attempts count: whoever guesses is slowed down, whoever knows is not. The address comes first, so that
    // what it is refused does not count for the login, which many may guess at.
    let counted = [Caller::SignIn(address), Caller::Login(&login)];
    for caller in counted {
        state.rates().take(caller)?;
    }
    let service = state.service();
    let signed_in = service.sign_in(request).await?;
    for caller in counted {
        state.rates().give_back(caller);
    }
    let session = service.staff_session(&signed_in.staff).await?;
    let mut response = Answer(session).into_response();
    let cookie = cookie(&state, &signed_in.token, SESSION_COOKIE_MAX_AGE_S)?;
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}
