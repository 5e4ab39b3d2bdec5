//! The body of a request as bytes: counted while it arrives, and given up when it does not.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::http::error::ApiError;

/// Reads a whole body of at most `limit_bytes`.
///
/// # Errors
/// 413 above the limit (at once where `Content-Length` says so), 408 when it takes too long, 400 when it is cut off.
pub(crate) async fn read(
    headers: &HeaderMap,
    body: Body,
    limit_bytes: usize,
    within: Duration,
) -> Result<Bytes, ApiError> {
    let limit = u64::try_from(limit_bytes).unwrap_or(u64::MAX);
    if announced(headers).is_some_and(|length| length > limit) {
        return Err(ApiError::body_too_large(limit));
    }
    match tokio::time::timeout(within, Limited::new(body, limit_bytes).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(ApiError::body_too_large(limit)),
        Ok(Err(_cut_off)) => Err(ApiError::cut_off()),
        Err(_elapsed) => Err(ApiError::too_slow(within.as_secs())),
    }
}

/// What `Content-Length` says.
pub(crate) fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
