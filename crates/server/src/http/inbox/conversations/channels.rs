//! `GET /inbox/v2/conversations/{id}/channels`

use axum::extract::State;
use shopbell_protocol::inbox::ListConversationChannelsAnswer;

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::App;

use crate::http::extract::path::PathId;
use crate::http::openapi::AppErrors;
use crate::http::state::AppState;

/// Where the participant can be reached
#[utoipa::path(
    get, path = "/inbox/v2/conversations/{id}/channels", operation_id = "listConversationChannels", tag = "Inbox API",
    params(("id" = String, Path, description = "The conversation; a GUID")),
    security(("apiKey" = [])),
    responses((status = 200, description = "The channels", body = ListConversationChannelsAnswer), AppErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    App(caller): App,
    PathId(id): PathId,
) -> Answered<ListConversationChannelsAnswer> {
    Ok(Answer(state.service().conversation_channels(&caller, &id).await?))
}
