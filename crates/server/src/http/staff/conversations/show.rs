//! `GET /staff/v1/conversations/{id}`

use axum::extract::State;
use shopbell_protocol::staff::ConversationAnswer;

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Staff;
use crate::http::extract::path::PathId;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;

/// One conversation: its line in the list, and how far each side has got
#[utoipa::path(
    get, path = "/staff/v1/conversations/{id}", operation_id = "showConversation", tag = "Staff API",
    params(("id" = String, Path, description = "A GUID")), security(("staffSession" = [])),
    responses((status = 200, description = "The conversation", body = ConversationAnswer), StaffErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Staff(caller): Staff,
    PathId(id): PathId,
) -> Answered<ConversationAnswer> {
    Ok(Answer(
        state
            .service()
            .conversation_for_staff(&caller, &id.into())
            .await?,
    ))
}
