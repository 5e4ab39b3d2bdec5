//! The composer's form as it is posted: `multipart/form-data`, its file last.
//!
//! The fields before the file are read first, so that whatever is wrong with the file, the typed text is known.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use multer::{Constraints, Field, Multipart, SizeLimit};
use shopbell_protocol::ClientId;
use shopbell_protocol::limits::JSON_BODY_MAX_BYTES;

use crate::http::error::ApiError;

/// Names of the form's fields, in the order in which they are posted.
pub(super) const CLIENT_ID: &str = "clientId";
pub(super) const FILE_ID: &str = "fileId";
pub(super) const TOKEN: &str = "token";
pub(super) const TEXT: &str = "text";
pub(super) const FILE: &str = "file";

/// What somebody has posted; the file is still on its way.
#[derive(Debug, Default)]
pub(super) struct Posted {
    /// Of the message.
    pub(super) client_id: Option<ClientId>,
    /// Of the file's upload.
    pub(super) file_id: Option<ClientId>,
    /// Of the session that begins with this message.
    pub(super) token: Option<String>,
    /// As typed, with line feeds.
    pub(super) text: String,
    /// Where one was chosen.
    pub(super) file: Option<PostedFile>,
}

/// A file, to be read while it comes.
#[derive(Debug)]
pub(super) struct PostedFile {
    /// As its owner calls it.
    pub(super) name: String,
    field: Field<'static>,
}

impl PostedFile {
    /// Its bytes.
    pub(super) fn into_body(self) -> Body {
        Body::from_stream(self.field)
    }
}

/// Reads up to the file.
///
/// # Errors
/// 415 for another kind of form, 413 for fields that are too long, 408 when it takes too long, 400 when it is cut off.
pub(super) async fn read(headers: &HeaderMap, body: Body, within: Duration) -> Result<Posted, ApiError> {
    let kind = headers.get(header::CONTENT_TYPE);
    let boundary = kind
        .and_then(|kind| kind.to_str().ok())
        .and_then(|kind| multer::parse_boundary(kind).ok())
        .ok_or_else(|| ApiError::unsupported_media_type("multipart/form-data"))?;
    let limit = SizeLimit::new().for_field(TEXT, JSON_BODY_MAX_BYTES as u64);
    let limit = [CLIENT_ID, FILE_ID, TOKEN]
        .into_iter()
        .fold(limit, |limit, name| limit.for_field(name, 1_024));
    let known = vec![CLIENT_ID, FILE_ID, TOKEN, TEXT, FILE];
    let constraints = Constraints::new().allowed_fields(known).size_limit(limit);
    let form = Multipart::with_constraints(body.into_data_stream(), boundary, constraints);
    tokio::time::timeout(within, fields(form))
        .await
        .map_err(|_elapsed| ApiError::too_slow(within.as_secs()))?
        .map_err(|error| match error {
            multer::Error::FieldSizeExceeded { limit, .. } => ApiError::body_too_large(limit),
            _unreadable => ApiError::cut_off(),
        })
}

async fn fields(mut form: Multipart<'static>) -> Result<Posted, multer::Error> {
    let mut posted = Posted::default();
    while let Some(field) = form.next_field().await? {
        match field.name() {
            Some(FILE) => {
                let name = field.file_name().unwrap_or_default().to_owned();
                // Without a choice browsers post a file without name and bytes.
                if !name.is_empty() {
                    posted.file = Some(PostedFile { name, field });
                    return Ok(posted);
                }
            }
            Some(CLIENT_ID) => posted.client_id = Some(ClientId(field.text().await?)),
            Some(FILE_ID) => posted.file_id = Some(ClientId(field.text().await?)),
            Some(TOKEN) => posted.token = Some(field.text().await?),
            // Forms post the line ends of the network.
            Some(TEXT) => posted.text = field.text().await?.replace("\r\n", "\n"),
            _ => {}
        }
    }
    Ok(posted)
}
