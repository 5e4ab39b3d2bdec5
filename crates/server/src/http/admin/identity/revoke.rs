//! `DELETE /admin/v1/identity/keys/{id}`

use axum::extract::State;
use shopbell_protocol::widget::Done;

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Owner;
use crate::http::extract::path::PathId;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;

/// Takes the right of a key for signed identities away, at once
#[utoipa::path(
    delete, path = "/admin/v1/identity/keys/{id}", operation_id = "revokeIdentityKey", tag = "Admin API",
    params(("id" = String, Path, description = "Of the key")),
    security(("staffSession" = []), ("apiKey" = [])),
    responses((status = 200, description = "It does not count any more", body = Done), StaffErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Owner(caller): Owner,
    PathId(id): PathId,
) -> Answered<Done> {
    state.service().revoke_identity_key(Some(&caller), &id).await?;
    Ok(Answer(Done {}))
}
