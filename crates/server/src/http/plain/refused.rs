//! The page in place of another one that cannot be shown: why, and the way to it.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use maud::html;
use shopbell_protocol::code;

use super::draw::begin;
use super::view::View;
use super::{page_headers, words};
use crate::http::error::ApiError;
use crate::http::state::AppState;

/// When the browser asks again by itself, where the refusal does not say.
const AGAIN_MS: u64 = 5_000;

/// Draws it; `path` is where the page is that was wanted.
///
/// # Errors
/// When not even this can be drawn.
pub(super) async fn refused(
    state: &AppState,
    view: View,
    path: &str,
    error: &ApiError,
) -> Result<Response, ApiError> {
    let texts = view.texts();
    let back = view.address(path, &[]);
    let why = match error.body().code() {
        code::RESOURCE_EXHAUSTED => words::refused(texts, error.body(), None),
        code::UNAVAILABLE => texts.unreachable_notice.to_owned(),
        _ => texts.button_failed.to_owned(),
    };
    let page = html! {
        (begin(view, texts.chat))
        main {
            h1.visually-hidden { (texts.chat) }
            p.notice role="alert" { (why) }
            a.plain__link href=(back) { (texts.retry) }
        }
    };
    let mut response = (
        error.status(),
        page_headers(state, view).await?,
        page.into_string(),
    )
        .into_response();
    let passes = matches!(
        error.status(),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    );
    if passes {
        let again_s = error
            .body()
            .retry_after_ms()
            .unwrap_or(AGAIN_MS)
            .div_ceil(1_000)
            .max(1);
        // By its address: what was posted is not posted again.
        if let Ok(refresh) = HeaderValue::try_from(format!("{again_s}; url={back}")) {
            response.headers_mut().insert(header::REFRESH, refresh);
        }
    }
    Ok(response)
}
