//! `POST /widget/v1/frames`: the socket's frames over requests.

use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use shopbell_protocol::limits::{FRAME_MAX_BYTES, PUBLIC_BODY_MAX_BYTES};
use shopbell_protocol::{ErrorBody, Rule, code};

use crate::http::error::ApiError;
use crate::http::extract::auth::own_page;
use crate::http::extract::body;
use crate::http::extract::client::ClientAddress;
use crate::http::openapi::PublicErrors;
use crate::http::rates::Caller;
use crate::http::state::AppState;
use crate::socket::exchange::Taken;

const ID: &str = "shopbell-exchange";
/// Frames, one to a line.
const LINES: &str = "application/x-ndjson";
/// As long as proxies usually let a request wait.
const WAIT: Duration = Duration::from_secs(25);

/// Frames of the socket over requests, for networks that let no WebSocket through
///
/// The first request brings `hello` under an id of the client's own; one without a body waits for frames, up to 25
/// seconds; one with a body brings more and is answered at once, without frames.
#[utoipa::path(
    post, path = "/widget/v1/frames", operation_id = "exchangeFrames", tag = "Widget API",
    params(("Shopbell-Exchange" = String, Header,
        description = "Made by the client for one exchange: 32 to 128 unguessable letters, digits and hyphens")),
    request_body(content = Option<String>, content_type = "application/x-ndjson", description = "Frames, one to a line"),
    responses(
        (status = 200, description = "Frames, one to a line", body = String, content_type = "application/x-ndjson"),
        PublicErrors
    )
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    address: ClientAddress,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    own_page(&headers, &state)?;
    let id = id(&headers)?;
    let open = state.exchanges().get(id);
    let limit = if open.is_some() {
        FRAME_MAX_BYTES
    } else {
        PUBLIC_BODY_MAX_BYTES
    };
    let bytes = body::read(&headers, body, limit, state.body_within()).await?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| ApiError::field("body", Rule::Format, "must be lines of JSON in UTF-8"))?;
    let frames: Vec<String> = text
        .lines()
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    let brings = !frames.is_empty();
    let (exchange, waits) = match open {
        Some(exchange) => (exchange, !brings),
        None if brings => {
            state.rates().take(Caller::Address(address))?;
            if state.stopping().is_cancelled() {
                return Err(ApiError::unavailable("The server is stopping", 2_000));
            }
            (state.exchanges().open(&state, id.to_owned(), address.0), true)
        }
        None => {
            state.rates().take(Caller::Address(address))?;
            return Err(over());
        }
    };
    if brings && !exchange.bring(frames).await {
        return Err(over());
    }
    if !waits {
        return Ok(lines(&[]));
    }
    match exchange.take(WAIT).await {
        Taken::Frames(frames) => Ok(lines(&frames)),
        Taken::Over => Err(over()),
    }
}

fn id(headers: &HeaderMap) -> Result<&str, ApiError> {
    let found = headers
        .get(ID)
        .and_then(|id| id.to_str().ok())
        .filter(|id| fits(id));
    found.ok_or_else(|| {
        let rule = "must be 32 to 128 letters, digits and hyphens that nobody can guess";
        ApiError::field("Shopbell-Exchange", Rule::Format, rule)
    })
}

fn fits(id: &str) -> bool {
    (32..=128).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Begin a new one and resume, as after a broken socket.
fn over() -> ApiError {
    let body = ErrorBody::application(code::NOT_FOUND, "There is no such exchange, or it is over");
    ApiError::new(axum::http::StatusCode::NOT_FOUND, body)
}

fn lines(frames: &[String]) -> Response {
    let mut response = Response::new(Body::from(frames.join("\n")));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(LINES));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}
