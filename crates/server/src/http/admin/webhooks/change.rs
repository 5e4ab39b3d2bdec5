//! `PATCH /admin/v1/webhooks/{id}`

use axum::extract::State;
use shopbell_protocol::admin::{WebhookChange, WebhookEndpoint};

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Owner;
use crate::http::extract::json::Json;
use crate::http::extract::path::PathId;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;

/// Changes, pauses or resumes an endpoint
#[utoipa::path(
    patch, path = "/admin/v1/webhooks/{id}", operation_id = "changeWebhook", tag = "Admin API",
    params(("id" = String, Path, description = "The endpoint's id")),
    request_body = WebhookChange,
    security(("staffSession" = []), ("apiKey" = [])),
    responses((status = 200, description = "The endpoint as it is now", body = WebhookEndpoint), StaffErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Owner(caller): Owner,
    PathId(id): PathId,
    Json(request): Json<WebhookChange>,
) -> Answered<WebhookEndpoint> {
    Ok(Answer(
        state.service().change_webhook(&caller, &id, request).await?,
    ))
}
