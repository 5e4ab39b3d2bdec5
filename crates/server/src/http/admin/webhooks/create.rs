//! `POST /admin/v1/webhooks`

use axum::extract::State;
use shopbell_protocol::admin::{MadeWebhook, NewWebhook};

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Owner;
use crate::http::extract::json::Json;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;

/// Makes an endpoint that is told of events from now on; its secret is shown in this answer only
#[utoipa::path(
    post, path = "/admin/v1/webhooks", operation_id = "createWebhook", tag = "Admin API",
    request_body = NewWebhook,
    security(("staffSession" = []), ("apiKey" = [])),
    responses((status = 200, description = "The endpoint", body = MadeWebhook), StaffErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Owner(caller): Owner,
    Json(request): Json<NewWebhook>,
) -> Answered<MadeWebhook> {
    Ok(Answer(state.service().create_webhook(&caller, request).await?))
}
