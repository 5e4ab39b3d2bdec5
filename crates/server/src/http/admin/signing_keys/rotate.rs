//! `POST /admin/v1/signing-keys`

use axum::extract::State;
use shopbell_protocol::admin::{Rotation, SigningKeys};

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Owner;
use crate::http::extract::json::Json;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;

/// Makes a key that signs once the overlap is over
#[utoipa::path(
    post, path = "/admin/v1/signing-keys", operation_id = "rotateSigningKey", tag = "Admin API",
    request_body = Rotation,
    security(("staffSession" = []), ("apiKey" = [])),
    responses((status = 200, description = "The keys as they are now", body = SigningKeys), StaffErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Owner(caller): Owner,
    Json(request): Json<Rotation>,
) -> Answered<SigningKeys> {
    Ok(Answer(
        state.service().rotate_signing_key(Some(&caller), request).await?,
    ))
}
