//! `/widget/v1/uploads`: uploads that go on after an interruption (tus 1.0.0).

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use shopbell_protocol::MediaId;
use shopbell_protocol::media::UploadAnswer;

use crate::http::answer::Answer;
use crate::http::error::ApiError;
use crate::http::extract::auth::Participant;
use crate::http::extract::idempotency::IdempotencyKey;
use crate::http::extract::path::PathId;
use crate::http::openapi::{ParticipantErrors, UploadErrors};
use crate::http::state::AppState;
use crate::http::upload::{self, tus};
use crate::service::MediaOwner;

const BASE: &str = "/widget/v1/uploads";

/// Begins an upload, or finds the one that was begun with the same clientId
#[utoipa::path(
    post, path = "/widget/v1/uploads", operation_id = "startUpload", tag = "Widget API",
    params(
        ("Tus-Resumable" = Option<String>, Header, description = "1.0.0; without it the body is the whole file"),
        ("Upload-Length" = Option<u64>, Header, description = "Bytes of the whole file; with Tus-Resumable"),
        ("Upload-Metadata" = Option<String>, Header,
            description = "clientId and filename, each followed by a space and its value in base64, separated by a comma")
    ),
    request_body(content = Option<Vec<u8>>, content_type = "application/offset+octet-stream",
        description = "The first bytes, or nothing"),
    security(("visitorToken" = [])),
    responses(
        (status = 200, description = "The whole file, sent at once", body = UploadAnswer),
        (status = 201, description = "Location says where to send the rest, Upload-Offset how much there is; the body is there \
            once the file is whole", body = UploadAnswer),
        ParticipantErrors, UploadErrors
    )
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    Participant(caller): Participant,
    IdempotencyKey(key): IdempotencyKey,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let owner = MediaOwner::from(&caller);
    if tus::spoken(&headers) {
        tus::create(&state, &owner, BASE, &headers, body).await
    } else {
        let answer = upload::take(&state, &owner, key, &headers, body).await?;
        Ok(Answer(answer).into_response())
    }
}

/// How far an upload is; ends a request that still sends to it
#[utoipa::path(
    head, path = "/widget/v1/uploads/{id}", operation_id = "showUpload", tag = "Widget API",
    params(("id" = String, Path, description = "From Location"), ("Tus-Resumable" = String, Header, description = "1.0.0")),
    security(("visitorToken" = [])),
    responses((status = 200, description = "Upload-Offset, Upload-Length, and Upload-Expires while it is not whole"),
        ParticipantErrors, UploadErrors)
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    Participant(caller): Participant,
    PathId(id): PathId,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    tus::show(&state, &MediaOwner::from(&caller), &MediaId::from(id), &headers).await
}

/// Sends the next bytes of an upload
#[utoipa::path(
    patch, path = "/widget/v1/uploads/{id}", operation_id = "continueUpload", tag = "Widget API",
    params(
        ("id" = String, Path, description = "From Location"),
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
        ("Upload-Offset" = u64, Header, description = "What the server confirmed last")
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream", description = "The next bytes"),
    security(("visitorToken" = [])),
    responses(
        (status = 200, description = "The file is whole: what to put into a message", body = UploadAnswer),
        (status = 204, description = "Not whole yet; Upload-Offset says how much is on the disk"),
        ParticipantErrors, UploadErrors
    )
)]
pub(crate) async fn append(
    State(state): State<AppState>,
    Participant(caller): Participant,
    PathId(id): PathId,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    tus::append(
        &state,
        &MediaOwner::from(&caller),
        &MediaId::from(id),
        &headers,
        body,
    )
    .await
}

/// Gives up an upload that is not whole
#[utoipa::path(
    delete, path = "/widget/v1/uploads/{id}", operation_id = "giveUploadUp", tag = "Widget API",
    params(("id" = String, Path, description = "From Location"), ("Tus-Resumable" = String, Header, description = "1.0.0")),
    security(("visitorToken" = [])),
    responses((status = 204, description = "It is gone; a whole one stays"), ParticipantErrors, UploadErrors)
)]
pub(crate) async fn remove(
    State(state): State<AppState>,
    Participant(caller): Participant,
    PathId(id): PathId,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    tus::remove(&state, &MediaOwner::from(&caller), &MediaId::from(id), &headers).await
}

/// What this server speaks
pub(crate) async fn options(State(state): State<AppState>) -> Response {
    tus::options(&state)
}
