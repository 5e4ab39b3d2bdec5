//! Every way a request can be refused, as status and envelope (`inbox-api.md` section 1.8).
//!
//! No answer leaves without one of the two forms, what the framework refuses included, and no internal text reaches
//! the wire. The mapping of the rules' own errors is in [`service`].

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use shopbell_protocol::{ErrorBody, Rule, Violations, code};

mod service;

/// A refused request.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    body: Box<ErrorBody>,
}

impl ApiError {
    /// The input is wrong, field by field.
    pub(crate) fn validation(violations: Violations) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorBody::validation(violations))
    }

    /// One field is wrong.
    pub(crate) fn field(field: impl Into<String>, rule: Rule, description: impl Into<String>) -> Self {
        Self::validation(Violations::one(field, rule, description))
    }

    /// No, a wrong or an expired credential; `needed` says what to send.
    pub(crate) fn unauthenticated(needed: &str) -> Self {
        Self::application(StatusCode::UNAUTHORIZED, code::UNAUTHENTICATED, needed)
    }

    /// Authenticated, but not for this.
    pub(crate) fn permission_denied(why: &str) -> Self {
        Self::application(StatusCode::FORBIDDEN, code::PERMISSION_DENIED, why)
    }

    /// No such thing or route.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::application(StatusCode::NOT_FOUND, code::NOT_FOUND, what)
    }

    /// The route is there, the method is not.
    pub(crate) fn method_not_allowed() -> Self {
        let text = "This address does not know that method; the Allow header says which it does";
        Self::application(StatusCode::METHOD_NOT_ALLOWED, code::METHOD_NOT_ALLOWED, text)
    }

    /// The body is above `limit_bytes`.
    pub(crate) fn body_too_large(limit_bytes: u64) -> Self {
        let text = format!("The body is larger than {limit_bytes} bytes");
        let mut error = Self::application(StatusCode::PAYLOAD_TOO_LARGE, code::BODY_TOO_LARGE, text);
        error.body = Box::new(error.body.with_data("limitBytes", limit_bytes));
        error
    }

    /// The body is of another type than `expected`.
    pub(crate) fn unsupported_media_type(expected: &str) -> Self {
        let text = format!("The Content-Type of the body must be {expected}");
        Self::application(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            code::UNSUPPORTED_MEDIA_TYPE,
            text,
        )
    }

    /// The body did not arrive in time.
    pub(crate) fn too_slow(within_s: u64) -> Self {
        let text = format!("The body did not arrive within {within_s} seconds");
        Self::application(StatusCode::REQUEST_TIMEOUT, "REQUEST_TIMEOUT", text)
    }

    /// The body ended before it was whole.
    pub(crate) fn cut_off() -> Self {
        let text = "The body ended before it was whole; send it again";
        Self::application(StatusCode::BAD_REQUEST, code::ABORTED, text)
    }

    /// Too many or too fast: which limit, and when to come back.
    pub(crate) fn exhausted(limit: &str, text: impl Into<String>, retry_after_ms: u64) -> Self {
        let body = ErrorBody::application(code::RESOURCE_EXHAUSTED, text)
            .with_data("limit", limit)
            .with_data("retryAfterMs", retry_after_ms);
        Self::new(StatusCode::TOO_MANY_REQUESTS, body)
    }

    /// Cannot serve now; the same request is safe to repeat.
    pub(crate) fn unavailable(text: &str, retry_after_ms: u64) -> Self {
        let body = ErrorBody::application(code::UNAVAILABLE, text).with_data("retryAfterMs", retry_after_ms);
        Self::new(StatusCode::SERVICE_UNAVAILABLE, body)
    }

    /// Something broke on our side; the caller learns only that.
    pub(crate) fn internal() -> Self {
        let text =
            "Something went wrong on our side; the X-Wix-Request-Id of this answer helps to find out what";
        Self::application(StatusCode::INTERNAL_SERVER_ERROR, code::INTERNAL, text)
    }

    /// Any application error.
    pub(crate) fn application(status: StatusCode, code: &str, text: impl Into<String>) -> Self {
        Self::new(status, ErrorBody::application(code, text))
    }

    /// Status and body as they are.
    pub(crate) fn new(status: StatusCode, body: ErrorBody) -> Self {
        Self {
            status,
            body: Box::new(body),
        }
    }

    /// Whether the same request gets the same answer, however often it is sent.
    pub(crate) fn is_final(&self) -> bool {
        self.status.is_client_error()
    }

    /// The status it is answered with.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// What is said of it, for an edge that says it in other words.
    pub(crate) fn body(&self) -> &ErrorBody {
        &self.body
    }

    /// What a socket sends instead of a response.
    pub(crate) fn into_body(self) -> ErrorBody {
        *self.body
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let retry_after_s = self.body.retry_after_ms().map(|ms| ms.div_ceil(1_000).max(1));
        let mut response = json(self.status, &self.body);
        if let Some(seconds) = retry_after_s {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// A JSON answer that no cache keeps.
pub(crate) fn json<T: serde::Serialize>(status: StatusCode, value: &T) -> Response {
    let (status, bytes) = match serde_json::to_vec(value) {
        Ok(bytes) => (status, bytes),
        Err(error) => {
            tracing::error!(%error, "an answer cannot be written as JSON");
            let text = br#"{"message":"Something went wrong on our side","details":{"applicationError":{"code":"INTERNAL","description":"Something went wrong on our side","data":{}}}}"#;
            (StatusCode::INTERNAL_SERVER_ERROR, text.to_vec())
        }
    };
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exhausted_limit_is_named_with_the_time_to_come_back() {
        let response = ApiError::exhausted("app requests per second", "Too fast", 1_500).into_response();
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()[header::RETRY_AFTER], "2");
    }

    #[test]
    fn an_application_error_says_the_same_text_twice() {
        let body = serde_json::to_value(ApiError::not_found("No such page").into_body()).unwrap();
        assert_eq!(
            body,
            serde_json::json!({"message": "No such page", "details": {"applicationError":
                {"code": "NOT_FOUND", "description": "No such page", "data": {}}}})
        );
    }
}
