//! `DELETE /admin/v1/keys/{id}`

use axum::extract::State;
use serde_json::{Value, json};

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Owner;
use crate::http::extract::path::PathId;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;

/// Takes a key's right away, for good
#[utoipa::path(
    delete, path = "/admin/v1/keys/{id}", operation_id = "revokeKey", tag = "Admin API",
    params(("id" = String, Path, description = "The key's id")),
    security(("staffSession" = []), ("apiKey" = [])),
    responses((status = 200, description = "An empty object", body = Value), StaffErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Owner(caller): Owner,
    PathId(id): PathId,
) -> Answered<Value> {
    state.service().revoke_api_key(Some(&caller), &id).await?;
    Ok(Answer(json!({})))
}
