//! Which pages of other origins may call the programs' surfaces (`inbox-api.md` section 1.4).
//!
//! Any: the credential is a key in a header, which no page has unless its author put it there. The widget's and the
//! inbox's own surfaces have no such headers, so pages of other origins cannot read their answers.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

const CONSISTENT: HeaderName = HeaderName::from_static("x-wix-consistent");

/// Answers a preflight, and opens every other answer.
pub(crate) async fn programs(request: Request, next: Next) -> Response {
    let consistent = request.headers().get(CONSISTENT).cloned();
    let preflight = request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if preflight {
        let mut response = StatusCode::NO_CONTENT.into_response();
        preflight_headers(response.headers_mut());
        response
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("X-Wix-Request-Id, X-Wix-Consistent, Retry-After"),
    );
    // The SDK repeats whatever it finds here. Every read of ours sees every earlier write, so nothing needs to be said.
    headers.insert(CONSISTENT, consistent.unwrap_or(HeaderValue::from_static("1")));
    response
}

fn preflight_headers(headers: &mut HeaderMap) {
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET, POST, DELETE, OPTIONS"),
    );
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static(
            "authorization, content-type, wix-site-id, wix-account-id, x-wix-bi-gateway, x-wix-consistent, \
             idempotency-key, last-event-id",
        ),
    );
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
}
