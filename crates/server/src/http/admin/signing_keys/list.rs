//! `GET /admin/v1/signing-keys`

use axum::extract::State;
use shopbell_protocol::admin::SigningKeys;

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Owner;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;

/// The public keys by which webhook tokens are checked, newest first
#[utoipa::path(
    get, path = "/admin/v1/signing-keys", operation_id = "listSigningKeys", tag = "Admin API",
    security(("staffSession" = []), ("apiKey" = [])),
    responses((status = 200, description = "The keys", body = SigningKeys), StaffErrors)
)]
pub(crate) async fn handler(State(state): State<AppState>, Owner(caller): Owner) -> Answered<SigningKeys> {
    Ok(Answer(state.service().signing_keys(Some(&caller)).await?))
}
