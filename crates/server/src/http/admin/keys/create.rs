//! `POST /admin/v1/keys`

use axum::extract::State;
use shopbell_protocol::admin::{MadeApiKey, NewApiKey};

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Owner;
use crate::http::extract::json::Json;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;

/// Makes a key for a new program; the answer is the only place that shows it
#[utoipa::path(
    post, path = "/admin/v1/keys", operation_id = "createKey", tag = "Admin API",
    request_body = NewApiKey, security(("staffSession" = []), ("apiKey" = [])),
    responses((status = 200, description = "The key", body = MadeApiKey), StaffErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Owner(caller): Owner,
    Json(request): Json<NewApiKey>,
) -> Answered<MadeApiKey> {
    Ok(Answer(
        state.service().create_api_key(Some(&caller), request).await?,
    ))
}
