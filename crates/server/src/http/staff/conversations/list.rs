//! `GET /staff/v1/conversations`

use axum::extract::State;
use shopbell_protocol::staff::ConversationsPage;

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Staff;
use crate::http::extract::query::Query;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;

/// A page of the conversation list, newest first
#[utoipa::path(
    get, path = "/staff/v1/conversations", operation_id = "listConversations", tag = "Staff API",
    params(
        ("before" = Option<String>, Query, description = "The cursor of the page before"),
        ("limit" = Option<i64>, Query, description = "0 to 100, default 30")
    ),
    security(("staffSession" = [])),
    responses((status = 200, description = "The page", body = ConversationsPage), StaffErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Staff(caller): Staff,
    query: Query,
) -> Answered<ConversationsPage> {
    let before = query.text("before").filter(|before| !before.is_empty());
    let limit = query.number("limit")?;
    Ok(Answer(
        state.service().list_conversations(&caller, before, limit).await?,
    ))
}
