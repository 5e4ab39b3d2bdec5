//! `GET /events/v1`

use std::time::Duration;

use axum::extract::State;
use shopbell_protocol::event::EventsPage;
use shopbell_protocol::limits::EVENTS_WAIT_MAX_S;

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::App;
use crate::http::extract::query::Query;
use crate::http::openapi::AppErrors;
use crate::http::state::AppState;

/// What happened after a cursor, oldest first; waits while there is nothing
#[utoipa::path(
    get, path = "/events/v1", operation_id = "listEvents", tag = "Events",
    params(
        ("after" = Option<String>, Query, description = "The cursor of the answer before; absent: from the beginning"),
        ("limit" = Option<i64>, Query, description = "1 to 1000, default 100"),
        ("wait" = Option<u32>, Query, description = "Seconds to wait while there is nothing; 0 to 60, default 0")
    ),
    security(("apiKey" = [])),
    responses((status = 200, description = "The page", body = EventsPage), AppErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    App(caller): App,
    query: Query,
) -> Answered<EventsPage> {
    let wait = Duration::from_secs(query.bounded("wait", 0, EVENTS_WAIT_MAX_S, 0)?.into());
    let limit = query.number("limit")?;
    let after = query.text("after").filter(|after| !after.is_empty());
    let service = state.service();
    tokio::select! {
        page = service.events_after(&caller, after, limit, wait) => Ok(Answer(page?)),
        // Whoever waits while the server stops is answered with what there is, and asks its successor next.
        () = state.stopping().cancelled() => {
            Ok(Answer(service.events_after(&caller, after, limit, Duration::ZERO).await?))
        }
    }
}
