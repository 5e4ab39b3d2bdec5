//! `GET /inbox/v2/conversations/{id}/messages/{messageId}`

use axum::extract::State;
use shopbell_protocol::inbox::GetMessageAnswer;

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::App;

use crate::http::extract::path::PathIds;
use crate::http::openapi::AppErrors;
use crate::http::state::AppState;

/// A message by its id
#[utoipa::path(
    get, path = "/inbox/v2/conversations/{id}/messages/{messageId}", operation_id = "getMessage", tag = "Inbox API",
    params(("id" = String, Path, description = "The conversation; a GUID"), ("messageId" = String, Path, description = "Digits")),
    security(("apiKey" = [])),
    responses((status = 200, description = "The message", body = GetMessageAnswer), AppErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    App(caller): App,
    PathIds(id, message): PathIds,
) -> Answered<GetMessageAnswer> {
    Ok(Answer(state.service().get_message(&caller, &id, &message).await?))
}
