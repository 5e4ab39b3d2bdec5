//! A body as it arrives: counted, written, looked at, and given up when it is too much, too slow or cut off.

use std::io::{self, Read as _};
use std::path::PathBuf;
use std::time::Duration;

use axum::body::{Body, Bytes};
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
    pub(crate) looked_at: LookedAt,
    pub(crate) size_bytes: u64,
}

/// What a whole file is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LookedAt {
    pub(crate) kind: Kind,
    pub(crate) dimensions: Option<(u32, u32)>,
}

/// A body that may neither stand still nor take too long.
pub(crate) struct Timed {
    body: Body,
    idle_s: u64,
    within_s: u64,
    until: Instant,
}

impl Timed {
    pub(crate) fn new(body: Body, config: &MediaConfig) -> Self {
        Self {
            body,
            idle_s: config.upload_idle_s,
            within_s: config.upload_within_s,
            until: Instant::now() + Duration::from_secs(config.upload_within_s),
        }
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// 408 when it is too slow, 400 when it is cut off.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        let idle = Duration::from_secs(self.idle_s);
        while let Some(frame) = timeout_at(self.until, timeout(idle, self.body.frame()))
            .await
            .map_err(|_elapsed| ApiError::too_slow(self.within_s))?
            .map_err(|_elapsed| ApiError::too_slow(self.idle_s))?
        {
            if let Ok(data) = frame.map_err(|_cut_off| ApiError::cut_off())?.into_data() {
                return Ok(Some(data));
            }
        }
        Ok(None)
    }
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
    let size_bytes = write(body, file, config).await?;
    if size_bytes == 0 {
        return Err(ApiError::field("body", Rule::MinLength, "is empty"));
    }
    let looked_at = look_at(arriving.path().to_owned()).await?;
    Ok(Received {
        arriving,
        looked_at,
        size_bytes,
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

/// Writes all of it and fsyncs; answers with the size.
async fn write(body: Body, file: File, config: &MediaConfig) -> Result<u64, ApiError> {
    let mut body = Timed::new(body, config);
    let mut file = BufWriter::with_capacity(65_536, file);
    let mut size_bytes = 0_u64;
    while let Some(data) = body.next().await? {
        size_bytes += data.len() as u64;
        if size_bytes > config.upload_max_bytes {
            return Err(ApiError::body_too_large(config.upload_max_bytes));
        }
        file.write_all(&data).await.map_err(|error| not_written(&error))?;
    }
    file.flush().await.map_err(|error| not_written(&error))?;
    file.get_ref()
        .sync_all()
        .await
        .map_err(|error| not_written(&error))?;
    Ok(size_bytes)
}

/// What a whole file is, by its content.
///
/// # Errors
/// 400 for a damaged picture, 415 for a kind that is not taken, 503 when it cannot be read.
pub(crate) async fn look_at(path: PathBuf) -> Result<LookedAt, ApiError> {
    let looked = tokio::task::spawn_blocking(move || {
        let file = std::fs::File::open(&path).map_err(|error| not_written(&error))?;
        let mut head = Vec::new();
        file.take(sniff::HEAD_BYTES as u64)
            .read_to_end(&mut head)
            .map_err(|error| not_written(&error))?;
        let kind = kind_of(&head)?;
        let dimensions = kind.picture.then(|| measure(&path)).transpose()?;
        Ok(LookedAt { kind, dimensions })
    });
    looked.await.unwrap_or_else(|error| {
        tracing::error!(%error, "looking at an upload broke off");
        Err(ApiError::internal())
    })
}

/// What a file is that begins like this.
///
/// # Errors
/// 415 for a kind that is not taken.
pub(crate) fn kind_of(head: &[u8]) -> Result<Kind, ApiError> {
    sniff::kind(head).ok_or_else(|| {
        let text =
            "This kind of file is not taken; pictures, PDF, text, office files, archives, sound and video are";
        let body =
            ErrorBody::application(code::UNSUPPORTED_MEDIA_TYPE, text).with_data("accept", sniff::ACCEPT);
        ApiError::new(axum::http::StatusCode::UNSUPPORTED_MEDIA_TYPE, body)
    })
}

fn measure(path: &std::path::Path) -> Result<(u32, u32), ApiError> {
    let file = std::fs::File::open(path).map_err(|error| not_written(&error))?;
    let Some((width, height)) = sniff::dimensions(std::io::BufReader::new(file)) else {
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

/// The disk does not take it: said in general words, and told to the log.
pub(crate) fn not_written(error: &io::Error) -> ApiError {
    tracing::error!(%error, "an upload cannot be written");
    let text = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "There is no room left for files on the server; tell its operator"
        }
        io::ErrorKind::ReadOnlyFilesystem => "The server cannot write files at the moment; tell its operator",
        _ => "The file cannot be stored at the moment; please send it again",
    };
    ApiError::unavailable(text, 10_000)
}
