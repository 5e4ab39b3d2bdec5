//! `POST /widget/v1/session`

use axum::extract::State;
use axum::http::HeaderMap;
use shopbell_protocol::limits::PUBLIC_BODY_MAX_BYTES;
use shopbell_protocol::widget::{SessionAnswer, SessionRequest};

use crate::http::answer::{Answer, Answered};
use crate::http::extract::client::ClientAddress;
use crate::http::extract::json::Json;
use crate::http::layer::origin::Origin;
use crate::http::openapi::PublicErrors;
use crate::http::rates::Caller;
use crate::http::state::AppState;

/// Starts a visitor's session, or goes on with the token of an earlier one
#[utoipa::path(
    post, path = "/widget/v1/session", operation_id = "startSession", tag = "Widget API",
    request_body = SessionRequest,
    responses((status = 200, description = "The session", body = SessionAnswer), PublicErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    address: ClientAddress,
    headers: HeaderMap,
    Json(request): Json<SessionRequest, PUBLIC_BODY_MAX_BYTES>,
) -> Answered<SessionAnswer> {
    state.rates().take(Caller::Address(address))?;
    let origin = match Origin::of(&headers, state.public_origin()) {
        Origin::Own | Origin::Absent => None,
        Origin::Other(origin) => Some(origin),
    };
    Ok(Answer(
        state.service().start_session(request, origin.as_deref()).await?,
    ))
}
