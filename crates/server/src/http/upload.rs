//! What both upload routes do: find a repeated one, take the bytes, make the file known.

use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderMap;
use http_body_util::BodyExt as _;
use shopbell_protocol::ClientId;
use shopbell_protocol::media::UploadAnswer;

use super::error::ApiError;
use super::extract::body::announced;
use super::state::AppState;
use crate::media::{Arriving, filename, receive};
use crate::service::{MediaOwner, NewUpload};

const FILENAME: &str = "shopbell-filename";

/// Takes an upload.
///
/// # Errors
/// As [`receive::receive`] and the rules say; nothing is left behind.
pub(crate) async fn take(
    state: &AppState,
    owner: &MediaOwner,
    key: Option<ClientId>,
    headers: &HeaderMap,
    mut body: Body,
) -> Result<UploadAnswer, ApiError> {
    let limit = state.config().media.upload_max_bytes;
    if announced(headers).is_some_and(|length| length > limit) {
        linger(&mut body).await;
        return Err(ApiError::body_too_large(limit));
    }
    if let Some(key) = &key
        && let Some(answer) = state.service().find_upload(owner, key).await?
    {
        linger(&mut body).await;
        return Ok(answer);
    }
    let holder = match owner {
        MediaOwner::Participant(_, participant) => participant.guid().to_owned(),
        MediaOwner::Staff(_, staff) => staff.as_str().to_owned(),
    };
    let most = state.config().media.uploads_per_caller;
    let Some(_own_place) = state.uploaders().take(holder, most) else {
        linger(&mut body).await;
        let text = format!("More than {most} uploads at once; please send it again");
        return Err(ApiError::exhausted("media.uploads_per_caller", text, 2_000));
    };
    let Ok(_place) = state.uploads().try_acquire() else {
        linger(&mut body).await;
        let text = "Too many uploads at once; please send it again";
        return Err(ApiError::exhausted("media.uploads_at_once", text, 2_000));
    };
    let storage_name = state.service().new_storage_name()?;
    let received = receive::receive(body, state.media(), &storage_name, &state.config().media).await?;
    let upload = NewUpload {
        storage_name,
        filename: filename::clean(
            headers.get(FILENAME).and_then(|name| name.to_str().ok()),
            &received.kind,
        ),
        mime_type: received.kind.mime_type.to_owned(),
        size_bytes: received.size_bytes,
        dimensions: received.dimensions,
    };
    if let MediaOwner::Participant(_, participant) = owner {
        state.rates().take_upload(participant.guid(), upload.size_bytes)?;
    }
    // In a task of its own: a caller that hangs up in between would leave a file of which nothing is known.
    let work = finish(state.clone(), owner.clone(), key, received.arriving, upload);
    state.tasks().spawn(work).await.map_err(|error| {
        tracing::error!(%error, "registering an upload broke off");
        ApiError::internal()
    })?
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
    keep(&state, arriving, &storage_name).await?;
    let registered = state.service().register_upload(&owner, key, upload).await;
    if !matches!(&registered, Ok(registered) if !registered.repeated) {
        state.media().remove(&storage_name);
    }
    Ok(registered?.answer)
}

async fn keep(state: &AppState, arriving: Arriving, storage_name: &str) -> Result<(), ApiError> {
    let (folder, name) = (state.media().clone(), storage_name.to_owned());
    let kept = tokio::task::spawn_blocking(move || folder.keep(arriving, &name)).await;
    match kept {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => {
            tracing::error!(%error, "an upload cannot be moved to its place");
            Err(ApiError::unavailable(
                "The file cannot be stored at the moment; please send it again",
                10_000,
            ))
        }
        Err(error) => {
            tracing::error!(%error, "storing an upload broke off");
            Err(ApiError::internal())
        }
    }
}

/// Reads on for a moment: a browser that is still sending would otherwise see a broken connection, not the answer.
async fn linger(body: &mut Body) {
    let rest = async { while let Some(Ok(_frame)) = body.frame().await {} };
    let _gone_on_or_not = tokio::time::timeout(Duration::from_secs(2), rest).await;
}
