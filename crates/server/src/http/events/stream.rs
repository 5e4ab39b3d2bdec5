//! A log as server-sent events: one answer that does not end, each entry with its cursor as `id:`.
//!
//! The next page is read when the last one was taken, so a slow reader is not buffered for. While nothing happens a
//! comment goes out: proxies keep the connection, and a reader that is gone is noticed. At each of these moments the
//! credential is looked at again, because a key that was taken away must not go on reading for as long as it likes.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use serde::Serialize;
use shopbell_protocol::admin::KeyScope;
use shopbell_protocol::chat::ChatEvent;
use shopbell_protocol::event::Event;

use super::query::LogQuery;
use crate::http::error::ApiError;
use crate::http::extract::auth::authorization;
use crate::http::places::Place;
use crate::http::state::AppState;
use crate::service::{AppCaller, LogPage, Service, ServiceError, ServiceResult, log_place};

/// Streams that one program may hold open.
const STREAMS_PER_APP: usize = 20;
/// How long a reader is left without a sign of life.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// When a reader that lost the connection should come back.
const RETRY: &str = "retry: 2000\n\n";
const SIGN_OF_LIFE: &str = ":\n\n";

/// What is read from the event log.
pub(crate) trait Log: Send + 'static {
    /// One of them.
    type Entry: Serialize + Send;
    /// What a key must be good for.
    const SCOPE: KeyScope;

    /// What came after a place, or nothing within `wait`.
    fn read(
        service: Service,
        caller: AppCaller,
        place: (u64, u32),
        wait: Duration,
    ) -> impl Future<Output = ServiceResult<LogPage<Self::Entry>>> + Send;

    /// The name by which a browser's `EventSource` tells entries apart.
    fn kind(entry: &Self::Entry) -> &'static str;
}

/// Everything.
pub(crate) struct Events;

impl Log for Events {
    type Entry = Event;
    const SCOPE: KeyScope = KeyScope::Events;

    async fn read(
        service: Service,
        caller: AppCaller,
        (after, limit): (u64, u32),
        wait: Duration,
    ) -> ServiceResult<LogPage<Event>> {
        service.event_log(&caller, after, limit, wait).await
    }

    fn kind(entry: &Event) -> &'static str {
        entry.body.type_name()
    }
}

/// Texts in channels.
pub(crate) struct ChatEvents;

impl Log for ChatEvents {
    type Entry = ChatEvent;
    const SCOPE: KeyScope = KeyScope::Read;

    async fn read(
        service: Service,
        caller: AppCaller,
        (after, limit): (u64, u32),
        wait: Duration,
    ) -> ServiceResult<LogPage<ChatEvent>> {
        service.chat_log(&caller, after, limit, wait).await
    }

    fn kind(_entry: &ChatEvent) -> &'static str {
        "message"
    }
}

struct Reader {
    state: AppState,
    authorization: String,
    caller: AppCaller,
    after: u64,
    limit: u32,
    greeted: bool,
    _place: Place<String>,
}

/// The answer that does not end before the reader, the credential or the server does.
pub(crate) fn answer<L: Log>(
    state: &AppState,
    caller: AppCaller,
    headers: &HeaderMap,
    query: &LogQuery,
) -> Result<Response, ApiError> {
    let (after, limit) = log_place(query.after.as_deref(), query.limit)?;
    let place = state
        .event_streams()
        .take(caller.app_id.0.clone(), STREAMS_PER_APP)
        .ok_or_else(|| {
            let text = format!("A program may hold {STREAMS_PER_APP} streams open");
            ApiError::exhausted("streams_per_app", text, 5_000)
        })?;
    let reader = Reader {
        state: state.clone(),
        authorization: authorization(headers).unwrap_or_default().to_owned(),
        caller,
        after,
        limit,
        greeted: false,
        _place: place,
    };
    let chunks = stream::unfold(reader, |mut reader| async move {
        let chunk = reader.next::<L>().await?;
        Some((Ok::<_, Infallible>(Bytes::from(chunk)), reader))
    });
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/event-stream"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // Proxies that gather answers before they hand them on would hold back what should be live.
        (
            HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        ),
    ];
    Ok((headers, Body::from_stream(chunks)).into_response())
}

impl Reader {
    /// What is sent next; `None` ends the answer, and its reader asks again.
    async fn next<L: Log>(&mut self) -> Option<String> {
        if !self.greeted {
            self.greeted = true;
            return Some(RETRY.to_owned());
        }
        let service = self.state.service().clone();
        let known = service
            .authenticate_key(&self.authorization, Some(L::SCOPE))
            .await;
        match known {
            Ok(caller) if caller == self.caller => {}
            Ok(_) | Err(ServiceError::Unauthenticated { .. } | ServiceError::PermissionDenied { .. }) => {
                return None;
            }
            // Not the credential: reading says whether there is more to it.
            Err(_) => {}
        }
        let read = L::read(service, self.caller.clone(), (self.after, self.limit), HEARTBEAT);
        let page = tokio::select! {
            page = read => page.map_err(ApiError::from).ok()?,
            () = self.state.stopping().cancelled() => return None,
        };
        self.after = page.cursor;
        if page.entries.is_empty() {
            return Some(SIGN_OF_LIFE.to_owned());
        }
        let mut text = String::new();
        for (number, entry) in &page.entries {
            // JSON has no line feeds of its own, so an entry is one line of data.
            let data = serde_json::to_string(entry).ok()?;
            let kind = L::kind(entry);
            // Writing to a text cannot fail.
            let _infallible = write!(text, "id: {number}\nevent: {kind}\ndata: {data}\n\n");
        }
        Some(text)
    }
}
