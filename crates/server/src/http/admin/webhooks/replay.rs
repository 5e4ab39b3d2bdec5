//! `POST /admin/v1/webhooks/{id}/replay`

use axum::extract::State;
use shopbell_protocol::admin::{ReplayRequest, Replayed};

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Owner;
use crate::http::extract::json::Json;
use crate::http::extract::path::PathId;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;

/// Lets dead letters be tried again
#[utoipa::path(
    post, path = "/admin/v1/webhooks/{id}/replay", operation_id = "replayWebhook", tag = "Admin API",
    params(("id" = String, Path, description = "The endpoint's id")),
    request_body = ReplayRequest,
    security(("staffSession" = []), ("apiKey" = [])),
    responses((status = 200, description = "How many", body = Replayed), StaffErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Owner(caller): Owner,
    PathId(id): PathId,
    Json(request): Json<ReplayRequest>,
) -> Answered<Replayed> {
    Ok(Answer(
        state.service().replay_webhook(&caller, &id, request).await?,
    ))
}
