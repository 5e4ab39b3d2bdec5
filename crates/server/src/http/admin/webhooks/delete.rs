//! `DELETE /admin/v1/webhooks/{id}`

use axum::extract::State;
use serde_json::{Value, json};

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Owner;
use crate::http::extract::path::PathId;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;

/// Forgets an endpoint with everything it is owed
#[utoipa::path(
    delete, path = "/admin/v1/webhooks/{id}", operation_id = "deleteWebhook", tag = "Admin API",
    params(("id" = String, Path, description = "The endpoint's id")),
    security(("staffSession" = []), ("apiKey" = [])),
    responses((status = 200, description = "An empty object", body = Value), StaffErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Owner(caller): Owner,
    PathId(id): PathId,
) -> Answered<Value> {
    state.service().delete_webhook(&caller, &id).await?;
    Ok(Answer(json!({})))
}
