//! `POST /inbox/v2/conversations/{id}/indications`

use axum::extract::State;
use shopbell_protocol::inbox::{AddMessageIndicationsRequest, EmptyAnswer};

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::App;
use crate::http::extract::json::Json;
use crate::http::extract::path::PathId;
use crate::http::openapi::AppErrors;
use crate::http::state::AppState;

/// One side has been handed messages, or has looked at them
#[utoipa::path(
    post, path = "/inbox/v2/conversations/{id}/indications", operation_id = "addMessageIndications", tag = "Inbox API",
    params(("id" = String, Path, description = "The conversation; a GUID")), request_body = AddMessageIndicationsRequest,
    security(("apiKey" = [])),
    responses((status = 200, description = "Recorded", body = EmptyAnswer), AppErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    App(caller): App,
    PathId(id): PathId,
    Json(request): Json<AddMessageIndicationsRequest>,
) -> Answered<EmptyAnswer> {
    state
        .service()
        .add_message_indications(&caller, &id, request)
        .await?;
    Ok(Answer(EmptyAnswer {}))
}
