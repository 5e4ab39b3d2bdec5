//! `GET /staff/v1/session`

use axum::extract::State;
use shopbell_protocol::staff::StaffSession;

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Staff;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;

/// Who is signed in
#[utoipa::path(
    get, path = "/staff/v1/session", operation_id = "showStaffSession", tag = "Staff API",
    security(("staffSession" = [])),
    responses((status = 200, description = "Signed in", body = StaffSession), StaffErrors)
)]
pub(crate) async fn handler(State(state): State<AppState>, Staff(caller): Staff) -> Answered<StaffSession> {
    Ok(Answer(state.service().staff_session(&caller).await?))
}
