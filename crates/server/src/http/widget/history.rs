//! `GET /widget/v1/messages`

use std::time::Duration;

use axum::extract::State;
use shopbell_protocol::ShownMessage;
use shopbell_protocol::limits::EVENTS_WAIT_MAX_S;
use shopbell_protocol::paging::HistoryPage;

use crate::broker::Heard;
use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Participant;
use crate::http::extract::query::Query;
use crate::http::history_query;
use crate::http::openapi::ParticipantErrors;
use crate::http::state::AppState;

/// A page of the visitor's conversation, oldest first; with `after` and `wait`, what comes next
#[utoipa::path(
    get, path = "/widget/v1/messages", operation_id = "visitorHistory", tag = "Widget API",
    params(
        ("before" = Option<String>, Query, description = "Only messages before this sequence, the nearest to it"),
        ("after" = Option<String>, Query, description = "Only messages after this sequence, the nearest to it"),
        ("limit" = Option<i64>, Query, description = "1 to 100, default 30"),
        ("wait" = Option<u32>, Query, description = "With after: seconds to wait while there is nothing; 0 to 60")
    ),
    security(("visitorToken" = [])),
    responses((status = 200, description = "The page", body = HistoryPage<ShownMessage>), ParticipantErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Participant(caller): Participant,
    query: Query,
) -> Answered<HistoryPage<ShownMessage>> {
    let part = history_query::read(&query)?;
    let wait = query.bounded("wait", 0, EVENTS_WAIT_MAX_S, 0)?;
    let service = state.service();
    if wait == 0 || part.after.is_none() {
        return Ok(Answer(service.participant_history(&caller, part).await?));
    }
    // Listening starts before the first look, so that nothing falls between the two.
    let mut subscription = service.follow_as_participant(&caller);
    let until = tokio::time::sleep(Duration::from_secs(wait.into()));
    tokio::pin!(until);
    loop {
        let page = service.participant_history(&caller, part).await?;
        if !page.messages.is_empty() || until.is_elapsed() || state.stopping().is_cancelled() {
            return Ok(Answer(page));
        }
        tokio::select! {
            heard = subscription.heard() => if heard == Heard::Closed {
                return Ok(Answer(page));
            },
            () = &mut until => {}
            () = state.stopping().cancelled() => {}
        }
    }
}
