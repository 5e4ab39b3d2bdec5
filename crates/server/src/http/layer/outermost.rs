//! Around everything: an id for each request, a line in the log, and no panic that leaves without an answer.

use std::panic::AssertUnwindSafe;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::http::error::ApiError;
use crate::http::state::AppState;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-wix-request-id");

/// Runs the request.
pub(crate) async fn around(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let id = state.next_request_id();
    let started = Instant::now();
    // The pattern, not the address: signatures and ids of media stand in addresses.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("unknown", MatchedPath::as_str)
        .to_owned();
    let method = request.method().clone();
    let span =
        tracing::info_span!("request", request.id = %id, request.method = %method, request.route = %route);
    let answered = AssertUnwindSafe(next.run(request))
        .catch_unwind()
        .instrument(span.clone())
        .await;
    let _entered = span.enter();
    let mut response = answered.unwrap_or_else(|_panic| {
        tracing::error!("a handler panicked");
        ApiError::internal().into_response()
    });
    let status = response.status().as_u16();
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    state.counters().request(status);
    tracing::debug!(
        response.status = status,
        response.duration_ms = duration_ms,
        "answered"
    );
    if let Ok(value) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
