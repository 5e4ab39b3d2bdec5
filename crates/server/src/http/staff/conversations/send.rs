//! `POST /staff/v1/conversations/{id}/messages`

use axum::extract::State;
use shopbell_protocol::staff::{StaffSendAnswer, StaffSendRequest};

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Staff;
use crate::http::extract::json::Json;
use crate::http::extract::path::PathId;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;

/// Sends as the staff member who is signed in
#[utoipa::path(
    post, path = "/staff/v1/conversations/{id}/messages", operation_id = "sendAsStaff", tag = "Staff API",
    params(("id" = String, Path, description = "A GUID")), request_body = StaffSendRequest,
    security(("staffSession" = [])),
    responses((status = 200, description = "As stored", body = StaffSendAnswer), StaffErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Staff(caller): Staff,
    PathId(id): PathId,
    Json(request): Json<StaffSendRequest>,
) -> Answered<StaffSendAnswer> {
    let message = state
        .service()
        .send_as_staff(&caller, &id.into(), request)
        .await?;
    Ok(Answer(StaffSendAnswer { message }))
}
