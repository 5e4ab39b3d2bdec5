//! `GET /widget/v1/messages`

use std::time::Duration;

use axum::extract::State;
use shopbell_protocol::ShownMessage;
use shopbell_protocol::limits::EVENTS_WAIT_MAX_S;
use shopbell_protocol::message::Direction;
use shopbell_protocol::paging::HistoryPage;

use crate::broker::Heard;
use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Participant;
use crate::http::extract::query::Query;
use crate::http::history_query;
use crate::http::openapi::ParticipantErrors;
use crate::http::state::AppState;
use crate::service::{HistoryQuery, ParticipantCaller, ServiceResult};

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
    let mut page = if wait == 0 || part.after.is_none() {
        state.service().participant_history(&caller, part).await?
    } else {
        next_page(&state, &caller, part, Duration::from_secs(wait.into())).await?
    };
    let handed_over = page
        .messages
        .iter()
        .rev()
        .find(|message| message.direction == Direction::BusinessToParticipant);
    if let Some(sequence) = handed_over.map(|message| message.sequence)
        && sequence > page.marks.participant_delivered
    {
        page.marks = state.service().participant_delivered(&caller, sequence).await?;
    }
    Ok(Answer(page))
}

/// What comes after a place: at once if there is something, else when there is, for `wait` at most.
async fn next_page(
    state: &AppState,
    caller: &ParticipantCaller,
    part: HistoryQuery,
    wait: Duration,
) -> ServiceResult<HistoryPage<ShownMessage>> {
    let service = state.service();
    // Listening starts before the first look, so that nothing falls between the two.
    let mut subscription = service.follow_as_participant(caller);
    let until = tokio::time::sleep(wait);
    tokio::pin!(until);
    loop {
        let page = service.participant_history(caller, part).await?;
        if !page.messages.is_empty() || until.is_elapsed() || state.stopping().is_cancelled() {
            return Ok(page);
        }
        tokio::select! {
            heard = subscription.heard() => if heard == Heard::Closed {
                return Ok(page);
            },
            () = &mut until => {}
            () = state.stopping().cancelled() => {}
        }
    }
}
