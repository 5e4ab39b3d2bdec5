//! `GET /admin/v1/webhooks/{id}`

use axum::extract::State;
use shopbell_protocol::admin::WebhookEndpoint;

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Owner;
use crate::http::extract::path::PathId;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;

/// One webhook endpoint
#[utoipa::path(
    get, path = "/admin/v1/webhooks/{id}", operation_id = "showWebhook", tag = "Admin API",
    params(("id" = String, Path, description = "The endpoint's id")),
    security(("staffSession" = []), ("apiKey" = [])),
    responses((status = 200, description = "The endpoint", body = WebhookEndpoint), StaffErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Owner(caller): Owner,
    PathId(id): PathId,
) -> Answered<WebhookEndpoint> {
    Ok(Answer(state.service().webhook(&caller, &id).await?))
}
