//! `GET /admin/v1/site`

use axum::extract::State;

use super::SiteAnswer;
use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Owner;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;

/// The site's settings
#[utoipa::path(
    get, path = "/admin/v1/site", operation_id = "showSite", tag = "Admin API",
    security(("staffSession" = []), ("apiKey" = [])),
    responses((status = 200, description = "The site", body = SiteAnswer), StaffErrors)
)]
pub(crate) async fn handler(State(state): State<AppState>, Owner(caller): Owner) -> Answered<SiteAnswer> {
    Ok(Answer(state.service().site(Some(&caller.site_id)).await?.into()))
}
