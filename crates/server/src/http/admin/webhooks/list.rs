//! `GET /admin/v1/webhooks`

use axum::extract::State;
use shopbell_protocol::admin::WebhookEndpoints;

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Owner;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;

/// Every webhook endpoint of the site, oldest first
#[utoipa::path(
    get, path = "/admin/v1/webhooks", operation_id = "listWebhooks", tag = "Admin API",
    security(("staffSession" = []), ("apiKey" = [])),
    responses((status = 200, description = "The endpoints", body = WebhookEndpoints), StaffErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Owner(caller): Owner,
) -> Answered<WebhookEndpoints> {
    Ok(Answer(state.service().webhooks(&caller).await?))
}
