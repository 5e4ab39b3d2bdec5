//! `GET /inbox/v2/conversations/{id}/messages/{messageId}/indications`

use axum::extract::State;
use shopbell_protocol::inbox::GetMessageIndicationsAnswer;

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::App;

use crate::http::extract::path::PathIds;
use crate::http::openapi::AppErrors;
use crate::http::state::AppState;

/// How far a message has got
#[utoipa::path(
    get, path = "/inbox/v2/conversations/{id}/messages/{messageId}/indications", operation_id = "getMessageIndications", tag = "Inbox API",
    params(("id" = String, Path, description = "The conversation; a GUID"), ("messageId" = String, Path, description = "Digits")),
    security(("apiKey" = [])),
    responses((status = 200, description = "Oldest first", body = GetMessageIndicationsAnswer), AppErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    App(caller): App,
    PathIds(id, message): PathIds,
) -> Answered<GetMessageIndicationsAnswer> {
    Ok(Answer(
        state
            .service()
            .message_indications(&caller, &id, &message)
            .await?,
    ))
}
