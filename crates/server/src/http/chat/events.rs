//! `GET /chat/v1/events`

use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use shopbell_protocol::chat::ChatEventsPage;

use crate::http::answer::Answer;
use crate::http::error::ApiError;
use crate::http::events::query::LogQuery;
use crate::http::events::stream;
use crate::http::extract::auth::App;
use crate::http::extract::query::Query;
use crate::http::openapi::AppErrors;
use crate::http::state::AppState;

/// Texts that went through channels after a cursor, oldest first, with their metadata; waits while there are none
///
/// With `Accept: text/event-stream` the answer does not end: each event is sent when it happens, with its cursor as
/// `id:`, `message` as `event:` and itself as `data:`. `Last-Event-ID` goes on after the last one received.
#[utoipa::path(
    get, path = "/chat/v1/events", operation_id = "listChatEvents", tag = "Chat API",
    params(
        ("after" = Option<String>, Query, description = "The cursor of the answer before; absent: from the beginning"),
        ("limit" = Option<i64>, Query, description = "1 to 1000, default 100"),
        ("wait" = Option<u32>, Query, description = "Seconds to wait while there is nothing; 0 to 60, default 0"),
        ("Last-Event-ID" = Option<String>, Header, description = "Of a stream: the last id received; wins over after")
    ),
    security(("apiKey" = [])),
    responses(
        (status = 200, description = "The page, or the stream", content(
            (ChatEventsPage = "application/json"),
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
        return stream::answer::<stream::ChatEvents>(&state, caller, &headers, &query);
    }
    let service = state.service();
    let after = query.after.as_deref();
    let page: ChatEventsPage = tokio::select! {
        page = service.chat_events_after(&caller, after, query.limit, query.wait) => page?,
        // Whoever waits while the server stops is answered with what there is, and asks its successor next.
        () = state.stopping().cancelled() => {
            service.chat_events_after(&caller, after, query.limit, Duration::ZERO).await?
        }
    };
    Ok(Answer(page).into_response())
}
