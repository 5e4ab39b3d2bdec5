//! `GET /admin/v1/identity/keys`

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Owner;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;
use crate::service::IdentityKey;

/// Every key for signed identities.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IdentityKeysAnswer {
    /// Oldest first.
    keys: Vec<IdentityKey>,
}

/// The keys for signed identities
#[utoipa::path(
    get, path = "/admin/v1/identity/keys", operation_id = "listIdentityKeys", tag = "Admin API",
    security(("staffSession" = []), ("apiKey" = [])),
    responses((status = 200, description = "The keys, without their secrets", body = IdentityKeysAnswer), StaffErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Owner(caller): Owner,
) -> Answered<IdentityKeysAnswer> {
    let keys = state.service().identity_keys(Some(&caller)).await?;
    Ok(Answer(IdentityKeysAnswer { keys }))
}
