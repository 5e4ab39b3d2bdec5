//! `POST /chat/v1/messages`

use axum::extract::State;
use shopbell_protocol::chat::{SendChatMessageAnswer, SendChatMessageRequest};

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::App;
use crate::http::extract::idempotency::IdempotencyKey;
use crate::http::extract::json::Json;
use crate::http::openapi::AppErrors;
use crate::http::state::AppState;

/// Sends a text to a channel, which exists once its visitor has written through the widget
#[utoipa::path(
    post, path = "/chat/v1/messages", operation_id = "sendChatMessage", tag = "Chat API",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer again")),
    request_body = SendChatMessageRequest, security(("apiKey" = [])),
    responses((status = 200, description = "Stored", body = SendChatMessageAnswer), AppErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    App(caller): App,
    IdempotencyKey(key): IdempotencyKey,
    Json(request): Json<SendChatMessageRequest>,
) -> Answered<SendChatMessageAnswer> {
    Ok(Answer(
        state.service().send_to_channel(&caller, request, key).await?,
    ))
}
