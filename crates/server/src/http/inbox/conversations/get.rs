//! `GET /inbox/v2/conversations/{id}`

use axum::extract::State;
use shopbell_protocol::inbox::GetConversationAnswer;

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::App;
use crate::http::extract::path::PathId;
use crate::http::openapi::AppErrors;
use crate::http::state::AppState;

/// A conversation by its id
#[utoipa::path(
    get, path = "/inbox/v2/conversations/{id}", operation_id = "getConversation", tag = "Inbox API",
    params(("id" = String, Path, description = "A GUID")), security(("apiKey" = [])),
    responses((status = 200, description = "The conversation", body = GetConversationAnswer), AppErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    App(caller): App,
    PathId(id): PathId,
) -> Answered<GetConversationAnswer> {
    Ok(Answer(state.service().get_conversation(&caller, &id).await?))
}
