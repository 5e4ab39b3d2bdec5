//! Uploads that go on after an interruption: the server's half of tus 1.0.0, with creation, creation-with-upload,
//! termination and expiration.
//!
//! An offset is told only once the bytes before it are on the disk, and what an interrupted request has brought is kept.
//! Two things differ from a bare tus server: the metadata `clientId` makes creation idempotent, and the request that
//! makes an upload whole is answered 200 with what messages may name, as is every repetition of it.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use shopbell_protocol::media::UploadAnswer;
use shopbell_protocol::{ClientId, MediaId, Rule, Violations, code, validate};

use super::running::Hold;
use super::{described, on_disk, room, to_the_end};
use crate::clock::to_http_date;
use crate::http::error::{ApiError, json};
use crate::http::extract::body::announced;
use crate::http::state::AppState;
use crate::media::partial::Partial;
use crate::media::receive::{self, Timed, kind_of, look_at};
use crate::media::sniff::HEAD_BYTES;
use crate::service::{AnnouncedUpload, MediaOwner, UploadState, UploadUnderWay};

/// The one version that is spoken.
const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const CHUNK: &[u8] = b"application/offset+octet-stream";
/// At least so often an upload's bytes are brought to the disk and confirmed.
const CONFIRM_EVERY_BYTES: u64 = 4 << 20;
/// Longer names are cut when the file is kept; much longer ones are not worth keeping until then.
const NAME_MAX_BYTES: usize = 4_096;

/// Whether a request speaks tus at all.
pub(crate) fn spoken(headers: &HeaderMap) -> bool {
    headers.contains_key(TUS_RESUMABLE)
}

/// What a page or program may ask before it begins.
pub(crate) fn options(state: &AppState) -> Response {
    let headers = [
        ("tus-version", "1.0.0".to_owned()),
        (
            "tus-extension",
            "creation,creation-with-upload,termination,expiration".to_owned(),
        ),
        ("tus-max-size", state.config().media.upload_max_bytes.to_string()),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// Begins an upload, or finds the one that was begun with the same `clientId`.
///
/// # Errors
/// As the rules say; 412 for another version; as [`append`] where the first bytes come along.
pub(crate) async fn create(
    state: &AppState,
    owner: &MediaOwner,
    base: &str,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    version(headers)?;
    let length_bytes = number(headers, &UPLOAD_LENGTH)?;
    let limit = state.config().media.upload_max_bytes;
    if length_bytes > limit {
        return Err(ApiError::body_too_large(limit));
    }
    let (client_id, filename) = metadata(headers)?;
    let announced = AnnouncedUpload {
        client_id,
        filename,
        length_bytes,
    };
    let started = state.service().start_upload(owner, announced).await?;
    let (id, reached) = match started {
        UploadState::Whole {
            id,
            length_bytes,
            answer,
        } => (id, Reached::Whole { length_bytes, answer }),
        UploadState::UnderWay(upload) => {
            let id = upload.id.clone();
            let wanted = is_chunk(headers) && upload.offset_bytes == 0;
            let reached = match state.running().take(&id) {
                Some(hold) if wanted => append_held(state, owner, hold, upload, body).await?,
                _ => Reached::UnderWay(upload),
            };
            (id, reached)
        }
    };
    let mut response = reached.into_response(StatusCode::CREATED, StatusCode::CREATED);
    set(&mut response, header::LOCATION, &format!("{base}/{id}"));
    Ok(response)
}

/// How far an upload is. A request that still sends to it is told to end first.
///
/// # Errors
/// 404 for one that is unknown, somebody else's or forgotten.
pub(crate) async fn show(
    state: &AppState,
    owner: &MediaOwner,
    id: &MediaId,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    version(headers)?;
    // Whose it is comes first: nobody ends a stranger's request.
    state.service().upload(owner, id).await?;
    state.running().end(id).await;
    let found = state.service().upload(owner, id).await?;
    let length_bytes = found.length_bytes();
    let reached = Reached::from(found);
    let mut response = StatusCode::OK.into_response();
    reached.set_headers(&mut response);
    set(&mut response, UPLOAD_LENGTH, &length_bytes.to_string());
    Ok(response)
}

/// Takes the next bytes of an upload.
///
/// # Errors
/// 404 for an upload that is not there, 409 for another offset than the confirmed one, 423 while another request sends,
/// 415 for a kind of file that is not taken, 429, 503; what was written is kept in each but 415.
pub(crate) async fn append(
    state: &AppState,
    owner: &MediaOwner,
    id: &MediaId,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    version(headers)?;
    if !is_chunk(headers) {
        return Err(ApiError::unsupported_media_type(
            "application/offset+octet-stream",
        ));
    }
    let offset_bytes = number(headers, &UPLOAD_OFFSET)?;
    // Whose it is comes first: nobody holds up a stranger's upload.
    state.service().upload(owner, id).await?;
    let Some(hold) = state.running().take(id) else {
        let body =
            shopbell_protocol::ErrorBody::application(code::LOCKED, "Another request sends to this upload")
                .with_data("retryAfterMs", 1_000);
        return Err(ApiError::new(StatusCode::LOCKED, body));
    };
    // Read again, now that nobody else moves it.
    let found = state.service().upload(owner, id).await?;
    let confirmed = found.offset_bytes();
    if offset_bytes != confirmed {
        let body = shopbell_protocol::ErrorBody::application(
            code::UPLOAD_OFFSET,
            format!("The upload goes on at byte {confirmed}"),
        )
        .with_data("offset", confirmed);
        return Err(ApiError::new(StatusCode::CONFLICT, body));
    }
    let reached = match found {
        UploadState::UnderWay(upload) => {
            if announced(headers).is_some_and(|more| more > upload.length_bytes - offset_bytes) {
                return Err(too_long());
            }
            append_held(state, owner, hold, upload, body).await?
        }
        whole @ UploadState::Whole { .. } => Reached::from(whole),
    };
    Ok(reached.into_response(StatusCode::NO_CONTENT, StatusCode::OK))
}

/// Gives an upload up. A whole one stays: a message may name it already, and if none does it is swept.
///
/// # Errors
/// 404 for one that is unknown, somebody else's or forgotten.
pub(crate) async fn remove(
    state: &AppState,
    owner: &MediaOwner,
    id: &MediaId,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    version(headers)?;
    state.service().upload(owner, id).await?;
    state.running().end(id).await;
    let _hold = state.running().take(id);
    if let UploadState::UnderWay(upload) = state.service().upload(owner, id).await? {
        give_up(state, &upload).await?;
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Where an upload is after a request.
enum Reached {
    UnderWay(UploadUnderWay),
    Whole {
        length_bytes: u64,
        answer: Box<UploadAnswer>,
    },
}

impl From<UploadState> for Reached {
    fn from(state: UploadState) -> Self {
        match state {
            UploadState::UnderWay(upload) => Self::UnderWay(upload),
            UploadState::Whole {
                length_bytes, answer, ..
            } => Self::Whole { length_bytes, answer },
        }
    }
}

impl Reached {
    fn into_response(self, under_way: StatusCode, whole: StatusCode) -> Response {
        let mut response = match &self {
            Self::UnderWay(_) => under_way.into_response(),
            Self::Whole { answer, .. } => json(whole, answer),
        };
        self.set_headers(&mut response);
        response
    }

    fn set_headers(&self, response: &mut Response) {
        set(response, header::CACHE_CONTROL, "no-store");
        match self {
            Self::UnderWay(upload) => {
                set(response, UPLOAD_OFFSET, &upload.offset_bytes.to_string());
                set(response, UPLOAD_EXPIRES, &to_http_date(upload.expires_micros));
            }
            Self::Whole { length_bytes, .. } => set(response, UPLOAD_OFFSET, &length_bytes.to_string()),
        }
    }
}

/// Why a request brought no more.
enum Ended {
    /// What it brought is good.
    Short(ApiError),
    /// The file is not taken.
    Refused(ApiError),
}

async fn append_held(
    state: &AppState,
    owner: &MediaOwner,
    hold: Hold,
    upload: UploadUnderWay,
    body: Body,
) -> Result<Reached, ApiError> {
    let room = room(state, owner)?;
    let (own_state, owner) = (state.clone(), owner.clone());
    let work = async move {
        let reached = go_on(&own_state, &owner, &hold, upload, body).await;
        drop((hold, room));
        reached
    };
    to_the_end(state, work).await
}

async fn go_on(
    state: &AppState,
    owner: &MediaOwner,
    hold: &Hold,
    mut upload: UploadUnderWay,
    body: Body,
) -> Result<Reached, ApiError> {
    if upload.offset_bytes < upload.length_bytes {
        let opened = Partial::open(state.media(), &upload.storage_name, upload.offset_bytes).await;
        let Some(mut partial) = opened.map_err(|error| receive::not_written(&error))? else {
            tracing::warn!("an upload has less on the disk than was confirmed, and is given up");
            give_up(state, &upload).await?;
            return Err(ApiError::not_found("Upload not found"));
        };
        let ended = write(state, hold, &mut upload, &mut partial, body).await;
        if let Err(Ended::Refused(error)) = ended {
            give_up(state, &upload).await?;
            return Err(error);
        }
        let confirmed = confirm(state, &mut upload, &mut partial).await;
        if let Err(Ended::Short(error)) = ended {
            return Err(error);
        }
        confirmed?;
    }
    if upload.offset_bytes < upload.length_bytes {
        return Ok(Reached::UnderWay(upload));
    }
    match finish(state, owner, &upload).await {
        Ok(answer) => Ok(Reached::Whole {
            length_bytes: upload.length_bytes,
            answer: Box::new(answer),
        }),
        Err(Ended::Short(error)) => Err(error),
        Err(Ended::Refused(error)) => {
            give_up(state, &upload).await?;
            Err(error)
        }
    }
}

/// Writes what comes, and confirms it now and then.
async fn write(
    state: &AppState,
    hold: &Hold,
    upload: &mut UploadUnderWay,
    partial: &mut Partial,
    body: Body,
) -> Result<(), Ended> {
    let mut body = Timed::new(body, &state.config().media);
    let mut written = upload.offset_bytes;
    // The beginning says what the file is: no reason to take the rest of one that will be refused.
    let mut head = (written == 0).then(Vec::new);
    loop {
        let next = tokio::select! {
            next = body.next() => next.map_err(Ended::Short)?,
            () = hold.told_to_end().cancelled() => {
                let text = "Another request asked how far this upload is; go on where it was told";
                return Err(Ended::Short(ApiError::application(StatusCode::CONFLICT, code::ABORTED, text)));
            }
            () = state.stopping().cancelled() => {
                return Err(Ended::Short(ApiError::unavailable("The server is stopping", 2_000)));
            }
        };
        let Some(data) = next else { return Ok(()) };
        if written + data.len() as u64 > upload.length_bytes {
            return Err(Ended::Short(too_long()));
        }
        if let Some(begun) = &mut head {
            let room = HEAD_BYTES.saturating_sub(begun.len()).min(data.len());
            begun.extend_from_slice(data.get(..room).unwrap_or_default());
            if begun.len() == HEAD_BYTES {
                kind_of(begun).map_err(Ended::Refused)?;
                head = None;
            }
        }
        partial
            .write(&data)
            .await
            .map_err(|error| Ended::Short(receive::not_written(&error)))?;
        written += data.len() as u64;
        if written - upload.offset_bytes >= CONFIRM_EVERY_BYTES {
            confirm(state, upload, partial).await.map_err(Ended::Short)?;
        }
    }
}

/// Brings to the disk what was written, and only then says so.
async fn confirm(
    state: &AppState,
    upload: &mut UploadUnderWay,
    partial: &mut Partial,
) -> Result<(), ApiError> {
    let confirmed = partial
        .confirm()
        .await
        .map_err(|error| receive::not_written(&error))?;
    if confirmed > upload.offset_bytes {
        upload.expires_micros = state.service().upload_advanced(&upload.id, confirmed).await?;
        upload.offset_bytes = confirmed;
    }
    Ok(())
}

/// Looks at the whole file, puts it in its place and makes it known.
async fn finish(
    state: &AppState,
    owner: &MediaOwner,
    upload: &UploadUnderWay,
) -> Result<UploadAnswer, Ended> {
    let storage_name = upload.storage_name.clone();
    let looked_at = look_at(state.media().arrived(&storage_name))
        .await
        .map_err(|error| {
            if error.is_final() {
                Ended::Refused(error)
            } else {
                Ended::Short(error)
            }
        })?;
    let (folder, name) = (state.media().clone(), storage_name.clone());
    on_disk(move || folder.keep_partial(&name))
        .await
        .map_err(Ended::Short)?;
    let described = described(storage_name, &upload.filename, upload.length_bytes, looked_at);
    state
        .service()
        .finish_upload(owner, &upload.id, described)
        .await
        .map_err(|error| Ended::Short(error.into()))
}

/// Forgets an upload and removes its bytes; where that breaks off, the sweep goes on.
async fn give_up(state: &AppState, upload: &UploadUnderWay) -> Result<(), ApiError> {
    state.service().drop_upload(&upload.id).await?;
    let (folder, name) = (state.media().clone(), upload.storage_name.clone());
    on_disk(move || {
        folder.remove_partial(&name);
        Ok(())
    })
    .await
}

fn too_long() -> ApiError {
    ApiError::field(
        "body",
        Rule::MaxLength,
        "is longer than what Upload-Length leaves",
    )
}

fn version(headers: &HeaderMap) -> Result<(), ApiError> {
    if headers.get(TUS_RESUMABLE) == Some(&VERSION) {
        return Ok(());
    }
    let text = "Tus-Resumable must be 1.0.0";
    Err(ApiError::application(
        StatusCode::PRECONDITION_FAILED,
        code::TUS_VERSION,
        text,
    ))
}

fn is_chunk(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes() == CHUNK)
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, ApiError> {
    let shown = if *name == UPLOAD_LENGTH {
        "Upload-Length"
    } else {
        "Upload-Offset"
    };
    let Some(value) = headers.get(name) else {
        return Err(ApiError::field(shown, Rule::RequiredField, "is required"));
    };
    let digits = value
        .to_str()
        .ok()
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    digits
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| ApiError::field(shown, Rule::Format, "must be a number of bytes"))
}

/// `clientId` and `filename` of `Upload-Metadata`; other keys are not for us.
fn metadata(headers: &HeaderMap) -> Result<(Option<ClientId>, String), ApiError> {
    const FIELD: &str = "Upload-Metadata";
    let wrong = || {
        ApiError::field(
            FIELD,
            Rule::Format,
            "must be keys with values in base64, separated by commas",
        )
    };
    let Some(value) = headers.get(UPLOAD_METADATA) else {
        return Ok((None, String::new()));
    };
    let (mut client_id, mut filename) = (None, String::new());
    for pair in value.to_str().map_err(|_| wrong())?.split(',') {
        let (key, value) = pair.trim().split_once(' ').unwrap_or((pair.trim(), ""));
        if !matches!(key, "clientId" | "filename") {
            continue;
        }
        let value = STANDARD.decode(value.trim()).map_err(|_| wrong())?;
        let value = String::from_utf8(value).map_err(|_| wrong())?;
        if key == "filename" {
            if value.len() > NAME_MAX_BYTES {
                return Err(ApiError::field(
                    FIELD,
                    Rule::MaxLength,
                    "holds a filename that is too long",
                ));
            }
            filename = value;
        } else {
            let mut violations = Violations::default();
            validate::client_id(&value, "Upload-Metadata.clientId", &mut violations);
            client_id = Some(
                violations
                    .into_result(ClientId::from(value))
                    .map_err(ApiError::validation)?,
            );
        }
    }
    Ok((client_id, filename))
}

fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::try_from(value) {
        response.headers_mut().insert(name, value);
    }
}

/// Says which version is spoken, on every answer of these routes, refusals included.
pub(crate) fn mark(mut response: Response) -> Response {
    response.headers_mut().insert(TUS_RESUMABLE, VERSION);
    if response.status() == StatusCode::PRECONDITION_FAILED {
        response
            .headers_mut()
            .insert(HeaderName::from_static("tus-version"), VERSION);
    }
    response
}
