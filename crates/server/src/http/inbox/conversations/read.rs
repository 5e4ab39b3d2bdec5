//! `POST /inbox/v2/conversations/{id}/read`

use axum::extract::State;
use shopbell_protocol::inbox::{EmptyAnswer, ReadConversationRequest};

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::App;
use crate::http::extract::json::Json;
use crate::http::extract::path::PathId;
use crate::http::openapi::AppErrors;
use crate::http::state::AppState;

/// One side has read the conversation
#[utoipa::path(
    post, path = "/inbox/v2/conversations/{id}/read", operation_id = "readConversation", tag = "Inbox API",
    params(("id" = String, Path, description = "The conversation; a GUID")), request_body = ReadConversationRequest,
    security(("apiKey" = [])),
    responses((status = 200, description = "Recorded", body = EmptyAnswer), AppErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    App(caller): App,
    PathId(id): PathId,
    Json(request): Json<ReadConversationRequest>,
) -> Answered<EmptyAnswer> {
    state.service().read_conversation(&caller, &id, request).await?;
    Ok(Answer(EmptyAnswer {}))
}
