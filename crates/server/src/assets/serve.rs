//! One file as an answer: variant by `Accept-Encoding`, 304 by `If-None-Match`, headers by what it is.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;

use super::{Asset, policy};

/// Which compressed variants the asker takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Encodings {
    brotli: bool,
    gzip: bool,
}

impl Encodings {
    /// From `Accept-Encoding`; `q=0` is a no.
    pub(crate) fn accepted(headers: &HeaderMap) -> Self {
        let mut accepted = Self::default();
        let values = headers
            .get_all(header::ACCEPT_ENCODING)
            .iter()
            .filter_map(|value| value.to_str().ok());
        for entry in values.flat_map(|value| value.split(',')) {
            let mut parts = entry.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            let refused = parts.any(|part| {
                part.strip_prefix("q=")
                    .is_some_and(|q| q.parse::<f32>().is_ok_and(|quality| quality <= 0.0))
            });
            match name.to_ascii_lowercase().as_str() {
                "br" => accepted.brotli = !refused,
                "gzip" => accepted.gzip = !refused,
                _ => {}
            }
        }
        accepted
    }
}

/// The answer with one file. `policy` is the content policy where it is a page.
pub(crate) fn answer(asset: &Asset, headers: &HeaderMap, policy: Option<HeaderValue>) -> Response {
    let accepted = Encodings::accepted(headers);
    let (encoding, bytes) = match (&asset.brotli, &asset.gzip) {
        (Some(bytes), _) if accepted.brotli => (Some("br"), bytes),
        (_, Some(bytes)) if accepted.gzip => (Some("gzip"), bytes),
        _ => (None, &asset.plain),
    };
    let tag = match encoding {
        Some(encoding) => format!("\"{}-{encoding}\"", asset.tag),
        None => format!("\"{}\"", asset.tag),
    };
    let mut response = Response::new(Body::empty());
    if matches(headers, &tag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        *response.body_mut() = Body::from(match bytes {
            std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            std::borrow::Cow::Owned(bytes) => Bytes::copy_from_slice(bytes),
        });
    }
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    if let Some(encoding) = encoding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    if asset.brotli.is_some() || asset.gzip.is_some() {
        out.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    if let Ok(tag) = HeaderValue::try_from(tag) {
        out.insert(header::ETAG, tag);
    }
    let cache = if asset.immutable {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    out.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    out.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
    if let (Some(page), Some(policy)) = (&asset.page, policy) {
        page_headers(out, page.kind, policy);
    }
    response
}

impl Asset {
    /// The page's policy, if it is a page.
    pub(crate) fn policy(&self) -> Option<&policy::PagePolicy> {
        self.page.as_ref()
    }
}

fn page_headers(out: &mut HeaderMap, kind: policy::PageKind, policy: HeaderValue) {
    out.insert(header::CONTENT_SECURITY_POLICY, policy);
    // The frame must not tell foreign picture hosts which shop it stands on; nor may a link out of the inbox.
    out.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    out.insert(
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), \
             microphone=(), midi=(), payment=(), serial=(), usb=()",
        ),
    );
    if kind == policy::PageKind::Widget {
        // A site that isolates itself may still frame the chat.
        out.insert(
            HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("cross-origin"),
        );
    } else {
        out.insert(
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        );
    }
}

fn matches(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|given| given == "*" || given.strip_prefix("W/").unwrap_or(given) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_with_quality_zero_is_refused() {
        let accepted = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, text.parse().unwrap());
            Encodings::accepted(&headers)
        };
        assert_eq!(
            accepted("gzip, deflate, br"),
            Encodings {
                brotli: true,
                gzip: true
            }
        );
        assert_eq!(
            accepted("br;q=0, gzip;q=0.5"),
            Encodings {
                brotli: false,
                gzip: true
            }
        );
        assert_eq!(accepted("identity"), Encodings::default());
    }
}
