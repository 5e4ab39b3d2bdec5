//! `DELETE /inbox/v2/conversations/{id}`

use axum::extract::State;
use shopbell_protocol::inbox::EmptyAnswer;

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::App;

use crate::http::extract::path::PathId;
use crate::http::openapi::AppErrors;
use crate::http::state::AppState;

/// Deletes a conversation with everything that was said in it
#[utoipa::path(
    delete, path = "/inbox/v2/conversations/{id}", operation_id = "deleteConversation", tag = "Inbox API",
    params(("id" = String, Path, description = "The conversation; a GUID")),
    security(("apiKey" = [])),
    responses((status = 200, description = "It is gone", body = EmptyAnswer), AppErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    App(caller): App,
    PathId(id): PathId,
) -> Answered<EmptyAnswer> {
    state.service().delete_conversation(&caller, &id).await?;
    Ok(Answer(EmptyAnswer {}))
}
