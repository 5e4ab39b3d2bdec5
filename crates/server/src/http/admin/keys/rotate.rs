//! `POST /admin/v1/keys/{id}/rotate`

use axum::extract::State;
use shopbell_protocol::admin::{MadeApiKey, Rotation};

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Owner;
use crate::http::extract::json::Json;
use crate::http::extract::path::PathId;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;

/// Makes a key that takes this one's place; both are valid for the overlap
#[utoipa::path(
    post, path = "/admin/v1/keys/{id}/rotate", operation_id = "rotateKey", tag = "Admin API",
    params(("id" = String, Path, description = "The key's id")),
    request_body = Rotation, security(("staffSession" = []), ("apiKey" = [])),
    responses((status = 200, description = "The new key", body = MadeApiKey), StaffErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Owner(caller): Owner,
    PathId(id): PathId,
    Json(rotation): Json<Rotation>,
) -> Answered<MadeApiKey> {
    let made = state.service().rotate_api_key(Some(&caller), &id, rotation);
    Ok(Answer(made.await?))
}
