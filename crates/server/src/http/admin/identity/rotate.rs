//! `POST /admin/v1/identity/keys/{id}/rotate`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Owner;
use crate::http::extract::json::Json;
use crate::http::extract::path::PathId;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;
use crate::service::MadeIdentityKey;

/// A day: tokens live an hour, and people deploy within one.
const OVERLAP_S: u64 = 24 * 3_600;

/// How one key takes another's place.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RotateRequest {
    /// How long the old key goes on beside the new one; a day where absent.
    #[serde(default)]
    #[schema(maximum = 2_592_000)]
    overlap_seconds: Option<u64>,
    /// PEM of the new key; not with `HS256`.
    #[serde(default)]
    #[schema(max_length = 4096)]
    public_key: Option<String>,
}

/// Makes a key of the same kind in another's place
#[utoipa::path(
    post, path = "/admin/v1/identity/keys/{id}/rotate", operation_id = "rotateIdentityKey", tag = "Admin API",
    params(("id" = String, Path, description = "Of the key")),
    request_body = RotateRequest, security(("staffSession" = []), ("apiKey" = [])),
    responses((status = 200, description = "The new key; a secret is shown this once", body = MadeIdentityKey), StaffErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Owner(caller): Owner,
    PathId(id): PathId,
    Json(request): Json<RotateRequest>,
) -> Answered<MadeIdentityKey> {
    let overlap = request.overlap_seconds.unwrap_or(OVERLAP_S);
    let made = state
        .service()
        .rotate_identity_key(Some(&caller), &id, request.public_key, overlap)
        .await?;
    Ok(Answer(made))
}
