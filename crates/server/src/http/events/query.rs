//! What a reader of a log asks for: both logs, both ways of reading.

use std::time::Duration;

use axum::http::{HeaderMap, header};
use shopbell_protocol::limits::EVENTS_WAIT_MAX_S;

use crate::http::error::ApiError;
use crate::http::extract::query::Query;

/// The name is the browser's own: it sends back the `id:` of the last event that it got.
const LAST_EVENT_ID: &str = "last-event-id";

/// The query, and how the answer is to be given.
pub(crate) struct LogQuery {
    pub(crate) after: Option<String>,
    pub(crate) limit: Option<i64>,
    pub(crate) wait: Duration,
    /// As server-sent events.
    pub(crate) streamed: bool,
}

impl LogQuery {
    pub(crate) fn read(query: &Query, headers: &HeaderMap) -> Result<Self, ApiError> {
        let wait = query.bounded("wait", 0, EVENTS_WAIT_MAX_S, 0)?;
        let streamed = headers
            .get_all(header::ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(|kind| kind.split(';').next())
            .any(|kind| kind.trim().eq_ignore_ascii_case("text/event-stream"));
        // Whoever lost the connection goes on where it broke off, not where it once began.
        let last = headers
            .get(LAST_EVENT_ID)
            .filter(|_| streamed)
            .and_then(|value| value.to_str().ok());
        let after = last
            .or_else(|| query.text("after"))
            .filter(|after| !after.is_empty());
        Ok(Self {
            after: after.map(str::to_owned),
            limit: query.number("limit")?,
            wait: Duration::from_secs(wait.into()),
            streamed,
        })
    }
}
