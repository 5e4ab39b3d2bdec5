//! `POST /admin/v1/identity/keys`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Owner;
use crate::http::extract::json::Json;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;
use crate::service::{MadeIdentityKey, NewIdentityKey};

/// A key that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct IdentityKeyRequest {
    /// What its owner calls it.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// `HS256` (the secret is made here and shown once), `EdDSA` or `RS256` (with `publicKey`).
    algorithm: String,
    /// PEM, `BEGIN PUBLIC KEY`; not with `HS256`.
    #[serde(default)]
    #[schema(max_length = 4096)]
    public_key: Option<String>,
}

/// Makes a key for signed identities
#[utoipa::path(
    post, path = "/admin/v1/identity/keys", operation_id = "createIdentityKey", tag = "Admin API",
    request_body = IdentityKeyRequest, security(("staffSession" = []), ("apiKey" = [])),
    responses((status = 200, description = "The key; a secret is shown this once", body = MadeIdentityKey), StaffErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Owner(caller): Owner,
    Json(request): Json<IdentityKeyRequest>,
) -> Answered<MadeIdentityKey> {
    let new = NewIdentityKey {
        name: request.name,
        algorithm: request.algorithm,
        public_key: request.public_key,
    };
    Ok(Answer(
        state.service().create_identity_key(Some(&caller), new).await?,
    ))
}
