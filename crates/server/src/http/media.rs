//! `GET /media/{id}/{filename}?expires=&signature=`

use std::io::SeekFrom;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use tokio_util::io::ReaderStream;

use super::error::ApiError;
use super::extract::query::Query;
use super::openapi::PublicErrors;
use super::state::AppState;
use crate::media::filename;
use crate::service::OpenedMedia;

/// A picture or file, by a link from a message
#[utoipa::path(
    get, path = "/media/{id}/{filename}", operation_id = "getMedia", tag = "Media",
    params(
        ("id" = String, Path, description = "The media's id"),
        ("filename" = String, Path, description = "For people; not looked at"),
        ("expires" = String, Query, description = "From the link"),
        ("signature" = String, Query, description = "From the link")
    ),
    responses(
        (status = 200, description = "The bytes", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 206, description = "The asked part", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 304, description = "If-None-Match names what is there"),
        (status = 416, description = "The asked part is not there; Content-Range says the size"),
        PublicErrors
    )
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    path: Result<Path<(String, String)>, axum::extract::rejection::PathRejection>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Ok(Path((id, _filename))) = path else {
        return Err(ApiError::not_found("Media not found"));
    };
    let (expires, signature) = (
        query.text("expires").unwrap_or_default(),
        query.text("signature").unwrap_or_default(),
    );
    let opened = state.service().open_media(&id.into(), expires, signature).await?;
    let mut file = tokio::fs::File::open(state.media().whole(&opened.storage_name))
        .await
        .map_err(|error| {
            tracing::error!(%error, media.id = %opened.id, "a stored file cannot be read");
            ApiError::not_found("Media not found")
        })?;
    let tag = format!("\"{}\"", opened.storage_name);
    let mut response = Response::new(Body::empty());
    common_headers(response.headers_mut(), &opened, &tag);
    if headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|given| given.as_bytes() == tag.as_bytes())
    {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return Ok(response);
    }
    let size = opened.size_bytes;
    let whole = Part {
        first: 0,
        length: size,
    };
    let asked = headers
        .get(header::RANGE)
        .and_then(|range| range.to_str().ok())
        .map(|range| part(range, size));
    let part = match asked {
        None | Some(Asked::Whole) => whole,
        Some(Asked::Part(part)) => {
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            let range = format!(
                "bytes {}-{}/{size}",
                part.first,
                part.first + part.length.saturating_sub(1)
            );
            insert(response.headers_mut(), header::CONTENT_RANGE, range);
            part
        }
        Some(Asked::Nothing) => {
            *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
            insert(
                response.headers_mut(),
                header::CONTENT_RANGE,
                format!("bytes */{size}"),
            );
            return Ok(response);
        }
    };
    if part.first > 0 {
        file.seek(SeekFrom::Start(part.first)).await.map_err(|error| {
            tracing::error!(%error, media.id = %opened.id, "a stored file cannot be read");
            ApiError::internal()
        })?;
    }
    response
        .headers_mut()
        .insert(header::CONTENT_LENGTH, HeaderValue::from(part.length));
    *response.body_mut() = Body::from_stream(ReaderStream::with_capacity(file.take(part.length), 65_536));
    Ok(response)
}

fn common_headers(out: &mut HeaderMap, opened: &OpenedMedia, tag: &str) {
    let content_type = match opened.mime_type.as_str() {
        "text/plain" => "text/plain; charset=utf-8",
        other => other,
    };
    insert(out, header::CONTENT_TYPE, content_type.to_owned());
    insert(
        out,
        header::CONTENT_DISPOSITION,
        filename::disposition(opened.picture, &opened.filename),
    );
    insert(
        out,
        header::CACHE_CONTROL,
        format!("private, max-age={}, immutable", opened.valid_for_s),
    );
    insert(out, header::ETAG, tag.to_owned());
    out.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    out.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    // Opened by itself it is a document of this origin: without scripts, forms or anything to load.
    out.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'"),
    );
    out.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    // The link is the credential; the business's own pages may show the picture too.
    out.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
}

fn insert(out: &mut HeaderMap, name: HeaderName, value: String) {
    if let Ok(value) = HeaderValue::try_from(value) {
        out.insert(name, value);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    first: u64,
    length: u64,
}

#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Whole,
    Part(Part),
    Nothing,
}

/// One range of bytes; of several, or of what we do not understand, the whole is sent, as RFC 9110 allows.
fn part(range: &str, size: u64) -> Asked {
    let Some((first, last)) = range
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
    else {
        return Asked::Whole;
    };
    match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last && first < size => Asked::Part(Part {
            first,
            length: last.min(size - 1) - first + 1,
        }),
        (Ok(first), Err(_)) if last.is_empty() && first < size => Asked::Part(Part {
            first,
            length: size - first,
        }),
        (Err(_), Ok(last)) if first.is_empty() && last > 0 && size > 0 => {
            let length = last.min(size);
            Asked::Part(Part {
                first: size - length,
                length,
            })
        }
        (Ok(first), _) if first >= size && (last.is_empty() || last.parse::<u64>().is_ok()) => Asked::Nothing,
        (Err(_), Ok(0)) if first.is_empty() => Asked::Nothing,
        _ => Asked::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_to_the_file() {
        let bytes = |first, length| Asked::Part(Part { first, length });
        assert_eq!(part("bytes=0-99", 10), bytes(0, 10));
        assert_eq!(part("bytes=2-4", 10), bytes(2, 3));
        assert_eq!(part("bytes=7-", 10), bytes(7, 3));
        assert_eq!(part("bytes=-3", 10), bytes(7, 3));
        assert_eq!(part("bytes=-30", 10), bytes(0, 10));
        for nothing in ["bytes=10-", "bytes=10-12", "bytes=-0"] {
            assert_eq!(part(nothing, 10), Asked::Nothing, "{nothing}");
        }
        for whole in ["bytes=0-1,3-4", "lines=1-2", "bytes=4-2", "bytes=x-y", "bytes=-"] {
            assert_eq!(part(whole, 10), Asked::Whole, "{whole}");
        }
    }
}
