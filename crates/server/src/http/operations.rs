//! For the operator: is it alive, is it ready, what has it done.

use std::fmt::Write as _;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::answer::{Answer, Answered};
use super::error::ApiError;
use super::openapi::PublicErrors;
use super::state::AppState;

/// Alive: the process answers
#[utoipa::path(get, path = "/healthz", operation_id = "healthz", tag = "Operations",
    responses((status = 200, description = "Alive")))]
pub(crate) async fn healthz() -> Answer<serde_json::Value> {
    Answer(serde_json::json!({"status": "alive"}))
}

/// Ready: the store can be read and written, and the server is not stopping
#[utoipa::path(get, path = "/readyz", operation_id = "readyz", tag = "Operations",
    responses((status = 200, description = "Ready"), PublicErrors))]
pub(crate) async fn readyz(State(state): State<AppState>) -> Answered<serde_json::Value> {
    if state.stopping().is_cancelled() {
        return Err(ApiError::unavailable("The server is stopping", 2_000));
    }
    state.service().check().await?;
    Ok(Answer(serde_json::json!({"status": "ready"})))
}

/// Counters in the text form that Prometheus reads
#[utoipa::path(get, path = "/metrics", operation_id = "metrics", tag = "Operations",
    responses((status = 200, description = "Counters since the start", body = String)))]
pub(crate) async fn metrics(State(state): State<AppState>) -> Response {
    let (answered, frames_in, frames_out, resyncs) = state.counters().read();
    let mut text = String::from("# TYPE shopbell_http_answers_total counter\n");
    for (class, count) in answered.iter().enumerate().skip(1) {
        // Writing to a text cannot fail.
        let _infallible = writeln!(text, "shopbell_http_answers_total{{class=\"{class}xx\"}} {count}");
    }
    for (name, kind, value) in [
        ("shopbell_socket_frames_received_total", "counter", frames_in),
        ("shopbell_socket_frames_sent_total", "counter", frames_out),
        ("shopbell_socket_resyncs_total", "counter", resyncs),
        (
            "shopbell_participant_sockets",
            "gauge",
            state.participant_sockets().held() as u64,
        ),
        (
            "shopbell_staff_sockets",
            "gauge",
            state.staff_sockets().held() as u64,
        ),
    ] {
        let _infallible = writeln!(text, "# TYPE {name} {kind}\n{name} {value}");
    }
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        text,
    )
        .into_response()
}
