//! What upload routes have in common: places for those that run at once, and how a stored file becomes known.
//!
//! Visitors upload in steps, which go on after an interruption: [`tus`]. The staff's page uploads in one request:
//! [`take`].

pub(crate) mod running;
pub(crate) mod tus;

use axum::body::Body;
use axum::http::HeaderMap;
use shopbell_protocol::ClientId;
use shopbell_protocol::media::UploadAnswer;
use tokio::sync::OwnedSemaphorePermit;

use super::error::ApiError;
use super::extract::body::announced;
use super::places::Place;
use super::state::AppState;
use crate::media::receive::{self, LookedAt};
use crate::media::{Arriving, filename};
use crate::service::{MediaOwner, NewUpload};

const FILENAME: &str = "shopbell-filename";

/// Held while an upload's bytes come in.
struct Room {
    _own: Place<String>,
    _shared: OwnedSemaphorePermit,
}

/// Takes a place among the uploads of this caller and of everybody.
fn room(state: &AppState, owner: &MediaOwner) -> Result<Room, ApiError> {
    let holder = match owner {
        MediaOwner::Participant(_, participant) => participant.guid().to_owned(),
        MediaOwner::Staff(_, staff) => staff.as_str().to_owned(),
    };
    let most = state.config().media.uploads_per_caller;
    let own = state.uploaders().take(holder, most).ok_or_else(|| {
        let text = format!("More than {most} uploads at once; please send it again");
        ApiError::exhausted("media.uploads_per_caller", text, 2_000)
    })?;
    let shared = state.uploads().clone().try_acquire_owned().map_err(|_full| {
        let text = "Too many uploads at once; please send it again";
        ApiError::exhausted("media.uploads_at_once", text, 2_000)
    })?;
    Ok(Room {
        _own: own,
        _shared: shared,
    })
}

/// A whole file as the rules want to know it.
fn described(storage_name: String, name: &str, size_bytes: u64, looked_at: LookedAt) -> NewUpload {
    NewUpload {
        storage_name,
        filename: filename::clean(name, &looked_at.kind),
        mime_type: looked_at.kind.mime_type.to_owned(),
        size_bytes,
        dimensions: looked_at.dimensions,
    }
}

/// Runs to the end even when the caller hangs up: a file of which nothing is known, or bytes that were not confirmed,
/// would be left otherwise.
async fn to_the_end<T: Send + 'static>(
    state: &AppState,
    work: impl Future<Output = Result<T, ApiError>> + Send + 'static,
) -> Result<T, ApiError> {
    state.tasks().spawn(work).await.map_err(|error| {
        tracing::error!(%error, "an upload broke off");
        ApiError::internal()
    })?
}

/// Takes an upload in one request.
///
/// # Errors
/// As [`take_file`].
pub(crate) async fn take(
    state: &AppState,
    owner: &MediaOwner,
    key: Option<ClientId>,
    headers: &HeaderMap,
    body: Body,
) -> Result<UploadAnswer, ApiError> {
    let limit = state.config().media.upload_max_bytes;
    if announced(headers).is_some_and(|length| length > limit) {
        return Err(ApiError::body_too_large(limit));
    }
    let name = filename::of_header(headers.get(FILENAME).and_then(|name| name.to_str().ok()));
    take_file(state, owner, key, &name, body).await
}

/// Takes a file that comes whole, under the name that its owner gives it.
///
/// # Errors
/// As [`receive::receive`] and the rules say; nothing is left behind.
pub(crate) async fn take_file(
    state: &AppState,
    owner: &MediaOwner,
    key: Option<ClientId>,
    name: &str,
    body: Body,
) -> Result<UploadAnswer, ApiError> {
    if let Some(key) = &key
        && let Some(answer) = state.service().find_upload(owner, key).await?
    {
        return Ok(answer);
    }
    let _room = room(state, owner)?;
    let storage_name = state.service().new_storage_name()?;
    let received = receive::receive(body, state.media(), &storage_name, &state.config().media).await?;
    let upload = described(storage_name, name, received.size_bytes, received.looked_at);
    if let MediaOwner::Participant(_, participant) = owner {
        state.rates().take_upload(participant.guid(), upload.size_bytes)?;
    }
    let work = finish(state.clone(), owner.clone(), key, received.arriving, upload);
    to_the_end(state, work).await
}

/// Puts the file in its place and makes it known: both, or neither.
async fn finish(
    state: AppState,
    owner: MediaOwner,
    key: Option<ClientId>,
    arriving: Arriving,
    upload: NewUpload,
) -> Result<UploadAnswer, ApiError> {
    let storage_name = upload.storage_name.clone();
    let (folder, name) = (state.media().clone(), storage_name.clone());
    on_disk(move || folder.keep(arriving, &name)).await?;
    let registered = state.service().register_upload(&owner, key, upload).await;
    if !matches!(&registered, Ok(registered) if !registered.repeated) {
        state.media().remove(&storage_name);
    }
    Ok(registered?.answer)
}

/// Work on the file system, where it may block.
async fn on_disk(work: impl FnOnce() -> std::io::Result<()> + Send + 'static) -> Result<(), ApiError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|error| receive::not_written(&error)),
        Err(error) => {
            tracing::error!(%error, "storing an upload broke off");
            Err(ApiError::internal())
        }
    }
}
