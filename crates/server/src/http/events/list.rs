//! `GET /events/v1`

use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use shopbell_protocol::event::EventsPage;

use super::query::LogQuery;
use super::stream;
use crate::http::answer::Answer;
use crate::http::error::ApiError;
use crate::http::extract::auth::App;
use crate::http::extract::query::Query;
use crate::http::openapi::AppErrors;
use crate::http::state::AppState;

/// What happened after a cursor, oldest first; waits while there is nothing
///
/// With `Accept: text/event-stream` the answer does not end: each event is sent when it happens, with its cursor as
/// `id:`, its type as `event:` and itself as `data:`. `Last-Event-ID` goes on after the last one received.
#[utoipa::path(
    get, path = "/events/v1", operation_id = "listEvents", tag = "Events",
    params(
        ("after" = Option<String>, Query, description = "The cursor of the answer before; absent: from the beginning"),
        ("limit" = Option<i64>, Query, description = "1 to 1000, default 100"),
        ("wait" = Option<u32>, Query, description = "Seconds to wait while there is nothing; 0 to 60, default 0"),
        ("Last-Event-ID" = Option<String>, Header, description = "Of a stream: the last id received; wins over after")
    ),
    security(("apiKey" = [])),
    responses(
        (status = 200, description = "The page, or the stream", content(
            (EventsPage = "application/json"),
            (String = "text/event-stream"),
        )),
        AppErrors
    )
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    App(caller): App,
    headers: HeaderMap,
    query: Query,
) -> Result<Response, ApiError> {
    let query = LogQuery::read(&query, &headers)?;
    if query.streamed {
        return stream::answer::<stream::Events>(&state, caller, &headers, &query);
    }
    let service = state.service();
    let after = query.after.as_deref();
    let page: EventsPage = tokio::select! {
        page = service.events_after(&caller, after, query.limit, query.wait) => page?,
        // Whoever waits while the server stops is answered with what there is, and asks its successor next.
        () = state.stopping().cancelled() => {
            service.events_after(&caller, after, query.limit, Duration::ZERO).await?
        }
    };
    Ok(Answer(page).into_response())
}
