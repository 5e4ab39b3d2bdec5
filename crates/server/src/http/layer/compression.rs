//! JSON on its way to phones: a page of history is several times smaller in brotli or gzip.
//!
//! Only around calls that answer JSON: pages are compressed when they are built, and media are what they are. An answer
//! may hold a secret beside what somebody else wrote, which is how lengths give secrets away; but no other site's page
//! can make a browser ask here: tokens travel in a header, and the staff's cookie is for our own pages only.

use axum::Router;
use axum::extract::Request;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, Version, header};
use axum::middleware::{Next, from_fn};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{Predicate as _, SizeAbove};

/// Answers below this fit one packet either way.
const FROM_BYTES: u64 = 1_024;
/// Of both codings: most of what the highest levels gain, for less time than the bytes would be on their way.
const QUALITY: CompressionLevel = CompressionLevel::Precise(4);

/// Compresses large JSON answers of these calls for whoever accepts it.
pub(crate) fn json<S: Clone + Send + Sync + 'static>(calls: Router<S>) -> Router<S> {
    let layer = CompressionLayer::new()
        .quality(QUALITY)
        .compress_when(SizeAbove::new(FROM_BYTES).and(is_json));
    calls
        .layer(layer)
        .layer(from_fn(async |mut request: Request, next: Next| {
            keep_known(request.headers_mut());
            next.run(request).await
        }))
}

fn is_json(_status: StatusCode, _version: Version, headers: &HeaderMap, _extensions: &Extensions) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|value| {
        let value = value.as_bytes();
        value.starts_with(b"application/json") || value == b"application/x-ndjson"
    })
}

/// Leaves only the codings that we have: who refuses an answer as it is (`identity;q=0`) would be told 406 when
/// everything asked for has been done.
fn keep_known(headers: &mut HeaderMap) {
    let known: Vec<&str> = headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter(|part| {
            let coding = part.split(';').next().unwrap_or_default().trim();
            coding.eq_ignore_ascii_case("gzip") || coding.eq_ignore_ascii_case("br")
        })
        .collect();
    match HeaderValue::try_from(known.join(",")) {
        Ok(known) if !known.is_empty() => {
            headers.insert(header::ACCEPT_ENCODING, known);
        }
        _ => {
            headers.remove(header::ACCEPT_ENCODING);
        }
    }
}
