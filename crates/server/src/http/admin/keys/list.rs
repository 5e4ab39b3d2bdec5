//! `GET /admin/v1/keys`

use axum::extract::State;
use shopbell_protocol::admin::ApiKeys;

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Owner;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;

/// Every key of the site, oldest first; never the keys themselves
#[utoipa::path(
    get, path = "/admin/v1/keys", operation_id = "listKeys", tag = "Admin API",
    security(("staffSession" = []), ("apiKey" = [])),
    responses((status = 200, description = "The keys", body = ApiKeys), StaffErrors)
)]
pub(crate) async fn handler(State(state): State<AppState>, Owner(caller): Owner) -> Answered<ApiKeys> {
    let keys = state.service().api_keys(Some(&caller)).await?;
    Ok(Answer(ApiKeys { keys }))
}
