//! What nobody has sent or finished in time, and files of which nothing is known: forgotten, then removed.

use std::time::{Duration, SystemTime};

use tokio_util::sync::CancellationToken;

use super::folder::MediaFolder;
use crate::service::{Service, ServiceResult};

/// How often; by the machine's time, while what is too old is decided by the app's clock.
const EVERY: Duration = Duration::from_hours(1);
/// Files that are asked about at once.
const ASKED: usize = 1_000;

/// Sweeps until the server stops.
pub(crate) async fn run(service: Service, folder: MediaFolder, stopping: CancellationToken) {
    loop {
        match sweep(&service, &folder).await {
            Ok(0) => {}
            Ok(files) => tracing::info!(media.files = files, "removed files that nobody sent"),
            Err(error) => {
                tracing::warn!(%error, "files that nobody sent could not be removed; the next sweep tries again");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = stopping.cancelled() => return,
        }
    }
}

/// One sweep; answers how many files were removed.
///
/// # Errors
/// Store errors; what was forgotten by then is found by the next sweep as files of which nothing is known.
pub async fn sweep(service: &Service, folder: &MediaFolder) -> ServiceResult<usize> {
    let mut files = 0;
    loop {
        let swept = service.sweep_media().await?;
        if swept.is_empty() {
            break;
        }
        files += swept.whole.len() + swept.partial.len();
        let folder = folder.clone();
        in_background(move || {
            swept.whole.iter().for_each(|name| folder.remove(name));
            swept.partial.iter().for_each(|name| folder.remove_partial(name));
        })
        .await;
    }
    Ok(files + unknown(service, folder).await?)
}

/// A file has its row a moment after it is there, and loses it a moment before it goes: only old ones are looked at.
async fn unknown(service: &Service, folder: &MediaFolder) -> ServiceResult<usize> {
    let before_micros = service.now_micros().saturating_sub(service.keep_unsent_micros());
    let before = SystemTime::UNIX_EPOCH + Duration::from_micros(before_micros);
    let listed = {
        let folder = folder.clone();
        in_background(move || folder.older_than(before)).await
    };
    let names = match listed {
        Some(Ok(names)) => names,
        Some(Err(error)) => {
            tracing::warn!(%error, "the media folder cannot be listed");
            return Ok(0);
        }
        None => return Ok(0),
    };
    let mut files = 0;
    for asked in names.chunks(ASKED) {
        let unknown = service.unknown_files(asked.to_vec()).await?;
        files += unknown.len();
        let folder = folder.clone();
        in_background(move || {
            for name in &unknown {
                folder.remove(name);
                folder.remove_partial(name);
            }
        })
        .await;
    }
    Ok(files)
}

async fn in_background<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}
