//! `POST /inbox/v2/messages`

use axum::extract::State;
use shopbell_protocol::inbox::{SendMessageAnswer, SendMessageRequest};

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::App;
use crate::http::extract::idempotency::IdempotencyKey;
use crate::http::extract::json::Json;
use crate::http::openapi::AppErrors;
use crate::http::state::AppState;

/// Sends a message of any type into a conversation
#[utoipa::path(
    post, path = "/inbox/v2/messages", operation_id = "sendMessage", tag = "Inbox API",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer again")),
    request_body = SendMessageRequest, security(("apiKey" = [])),
    responses((status = 200, description = "The message as stored", body = SendMessageAnswer), AppErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    App(caller): App,
    IdempotencyKey(key): IdempotencyKey,
    Json(request): Json<SendMessageRequest>,
) -> Answered<SendMessageAnswer> {
    Ok(Answer(state.service().send_as_app(&caller, request, key).await?))
}
