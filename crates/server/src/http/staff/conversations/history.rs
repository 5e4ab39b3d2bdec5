//! `GET /staff/v1/conversations/{id}/messages`

use axum::extract::State;
use shopbell_protocol::ConversationId;
use shopbell_protocol::message::Direction;
use shopbell_protocol::paging::HistoryPage;
use shopbell_protocol::staff::StaffMessage;

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Staff;
use crate::http::extract::path::PathId;
use crate::http::extract::query::Query;
use crate::http::history_query;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;

/// A page of a conversation, oldest first
#[utoipa::path(
    get, path = "/staff/v1/conversations/{id}/messages", operation_id = "staffHistory", tag = "Staff API",
    params(
        ("id" = String, Path, description = "A GUID"),
        ("before" = Option<String>, Query, description = "Only messages before this sequence, the nearest to it"),
        ("after" = Option<String>, Query, description = "Only messages after this sequence, the nearest to it"),
        ("limit" = Option<i64>, Query, description = "1 to 100, default 30")
    ),
    security(("staffSession" = [])),
    responses((status = 200, description = "The page", body = HistoryPage<StaffMessage>), StaffErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Staff(caller): Staff,
    PathId(id): PathId,
    query: Query,
) -> Answered<HistoryPage<StaffMessage>> {
    let part = history_query::read(&query)?;
    let (service, id) = (state.service(), ConversationId::from(id));
    let mut page = service.staff_history(&caller, &id, part).await?;
    let mut newest_first = page.messages.iter().rev().map(|message| &message.shown);
    let handed_over = newest_first.find(|shown| shown.direction == Direction::ParticipantToBusiness);
    if let Some(sequence) = handed_over.map(|shown| shown.sequence)
        && sequence > page.marks.business_delivered
    {
        page.marks = service.staff_delivered(&caller, &id, sequence).await?;
    }
    Ok(Answer(page))
}
