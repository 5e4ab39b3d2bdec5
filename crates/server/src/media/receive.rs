//! A body as it arrives: counted, written, and given up when it is too much, too slow or cut off.

use std::io;
use std::time::Duration;

use axum::body::Body;
use http_body_util::BodyExt as _;
use shopbell_protocol::{ErrorBody, Rule, code};
use tokio::fs::File;
use tokio::io::{AsyncWriteExt as _, BufWriter};
use tokio::time::{Instant, timeout, timeout_at};

use super::folder::{Arriving, MediaFolder};
use super::sniff::{self, Kind};
use crate::config::MediaConfig;
use crate::http::error::ApiError;

/// A file that is whole, on the disk, and known for what it is; not yet under its final name.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) arriving: Arriving,
    pub(crate) kind: Kind,
    pub(crate) size_bytes: u64,
    pub(crate) dimensions: Option<(u32, u32)>,
}

/// Takes a body into the folder.
///
/// # Errors
/// 400 when it is empty, cut off or a damaged picture, 408 when it is too slow, 413 above the limit, 415 for a kind of
/// file that is not taken, 503 when it cannot be written. Nothing is left behind in any of these cases.
pub(crate) async fn receive(
    body: Body,
    folder: &MediaFolder,
    storage_name: &str,
    config: &MediaConfig,
) -> Result<Received, ApiError> {
    let (arriving, file) = create(folder.arriving(storage_name)).await?;
    let (head, size_bytes) = write(body, file, config).await?;
    if size_bytes == 0 {
        return Err(ApiError::field("body", Rule::MinLength, "is empty"));
    }
    let kind = sniff::kind(&head).ok_or_else(not_taken)?;
    let dimensions = if kind.picture {
        Some(measure(&arriving).await?)
    } else {
        None
    };
    Ok(Received {
        arriving,
        kind,
        size_bytes,
        dimensions,
    })
}

/// Makes the file. Its guard goes along: were it here, a caller that hangs up now would have it removed before it is made.
async fn create(arriving: Arriving) -> Result<(Arriving, File), ApiError> {
    let created = tokio::task::spawn_blocking(move || {
        let file = std::fs::File::create_new(arriving.path())?;
        Ok((arriving, File::from_std(file)))
    });
    created
        .await
        .unwrap_or_else(|error| Err(io::Error::other(error)))
        .map_err(|error| not_written(&error))
}

/// Writes all of it and fsyncs; answers with the beginning and the size.
async fn write(mut body: Body, file: File, config: &MediaConfig) -> Result<(Vec<u8>, u64), ApiError> {
    let idle = Duration::from_secs(config.upload_idle_s);
    let until = Instant::now() + Duration::from_secs(config.upload_within_s);
    let mut file = BufWriter::with_capacity(65_536, file);
    let mut head = Vec::new();
    let mut size_bytes = 0_u64;
    while let Some(frame) = timeout_at(until, timeout(idle, body.frame()))
        .await
        .map_err(|_elapsed| ApiError::too_slow(config.upload_within_s))?
        .map_err(|_elapsed| ApiError::too_slow(config.upload_idle_s))?
    {
        let Ok(data) = frame.map_err(|_cut_off| ApiError::cut_off())?.into_data() else {
            continue;
        };
        size_bytes += data.len() as u64;
        if size_bytes > config.upload_max_bytes {
            return Err(ApiError::body_too_large(config.upload_max_bytes));
        }
        let room = sniff::HEAD_BYTES.saturating_sub(head.len()).min(data.len());
        head.extend_from_slice(data.get(..room).unwrap_or_default());
        file.write_all(&data).await.map_err(|error| not_written(&error))?;
    }
    file.flush().await.map_err(|error| not_written(&error))?;
    file.get_ref()
        .sync_all()
        .await
        .map_err(|error| not_written(&error))?;
    Ok((head, size_bytes))
}

async fn measure(arriving: &Arriving) -> Result<(u32, u32), ApiError> {
    let path = arriving.path().to_owned();
    let measured = tokio::task::spawn_blocking(move || {
        let file = std::fs::File::open(path).ok()?;
        sniff::dimensions(std::io::BufReader::new(file))
    });
    let Ok(Some((width, height))) = measured.await else {
        return Err(ApiError::field(
            "body",
            Rule::Format,
            "is a picture whose size cannot be read; it may be damaged",
        ));
    };
    let most = shopbell_protocol::limits::IMAGE_SIDE_MAX;
    if width > most || height > most {
        let text = format!("is a picture of {width} × {height} pixels, expected {most} or less on each side");
        return Err(ApiError::field("body", Rule::Max, text));
    }
    Ok((width, height))
}

fn not_taken() -> ApiError {
    let text =
        "This kind of file is not taken; pictures, PDF, text, office files, archives, sound and video are";
    let body = ErrorBody::application(code::UNSUPPORTED_MEDIA_TYPE, text).with_data("accept", sniff::ACCEPT);
    ApiError::new(axum::http::StatusCode::UNSUPPORTED_MEDIA_TYPE, body)
}

fn not_written(error: &io::Error) -> ApiError {
    tracing::error!(%error, "an upload cannot be written");
    let text = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "There is no room left for files on the server; tell its operator"
        }
        _ => "The file cannot be stored at the moment; please send it again",
    };
    ApiError::unavailable(text, 10_000)
}
