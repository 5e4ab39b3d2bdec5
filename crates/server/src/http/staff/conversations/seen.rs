//! `POST /staff/v1/conversations/{id}/seen`

use axum::extract::State;
use shopbell_protocol::widget::{SeenAnswer, SeenRequest};

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Staff;
use crate::http::extract::json::Json;
use crate::http::extract::path::PathId;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;

/// The staff have looked at everything up to a message
#[utoipa::path(
    post, path = "/staff/v1/conversations/{id}/seen", operation_id = "seenByStaff", tag = "Staff API",
    params(("id" = String, Path, description = "A GUID")), request_body = SeenRequest,
    security(("staffSession" = [])),
    responses((status = 200, description = "How far each side has got", body = SeenAnswer), StaffErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Staff(caller): Staff,
    PathId(id): PathId,
    Json(request): Json<SeenRequest>,
) -> Answered<SeenAnswer> {
    let marks = state
        .service()
        .staff_seen(&caller, &id.into(), request.sequence)
        .await?;
    Ok(Answer(SeenAnswer { marks }))
}
