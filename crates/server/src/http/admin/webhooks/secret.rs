//! `POST /admin/v1/webhooks/{id}/secret`

use axum::extract::State;
use shopbell_protocol::admin::{MadeWebhook, Rotation};

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Owner;
use crate::http::extract::json::Json;
use crate::http::extract::path::PathId;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;

/// Makes a new secret; for the overlap every request is signed with both
#[utoipa::path(
    post, path = "/admin/v1/webhooks/{id}/secret", operation_id = "rotateWebhookSecret", tag = "Admin API",
    params(("id" = String, Path, description = "The endpoint's id")),
    request_body = Rotation,
    security(("staffSession" = []), ("apiKey" = [])),
    responses((status = 200, description = "The endpoint with its new secret", body = MadeWebhook), StaffErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Owner(caller): Owner,
    PathId(id): PathId,
    Json(request): Json<Rotation>,
) -> Answered<MadeWebhook> {
    Ok(Answer(
        state
            .service()
            .rotate_webhook_secret(&caller, &id, request)
            .await?,
    ))
}
