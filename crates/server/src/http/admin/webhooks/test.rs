//! `POST /admin/v1/webhooks/{id}/test`

use axum::extract::State;
use shopbell_protocol::admin::WebhookDelivery;

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Owner;
use crate::http::extract::path::PathId;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;

/// Sends an event that never happened, once and now; the answer says what came of it
#[utoipa::path(
    post, path = "/admin/v1/webhooks/{id}/test", operation_id = "testWebhook", tag = "Admin API",
    params(("id" = String, Path, description = "The endpoint's id")),
    security(("staffSession" = []), ("apiKey" = [])),
    responses((status = 200, description = "The attempt", body = WebhookDelivery), StaffErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Owner(caller): Owner,
    PathId(id): PathId,
) -> Answered<WebhookDelivery> {
    Ok(Answer(state.service().test_webhook(&caller, &id).await?))
}
