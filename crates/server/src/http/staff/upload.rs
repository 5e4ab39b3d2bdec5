//! `POST /staff/v1/uploads`

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use shopbell_protocol::media::UploadAnswer;

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Staff;
use crate::http::extract::idempotency::IdempotencyKey;
use crate::http::openapi::{StaffErrors, UploadErrors};
use crate::http::state::AppState;
use crate::http::upload;
use crate::service::MediaOwner;

/// Uploads a picture or file; put the answer into a message to send it
#[utoipa::path(
    post, path = "/staff/v1/uploads", operation_id = "uploadAsStaff", tag = "Staff API",
    params(
        ("Shopbell-Filename" = Option<String>, Header, description = "Percent-encoded UTF-8"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer again")
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file itself"),
    security(("staffSession" = [])),
    responses((status = 200, description = "What to put into a message", body = UploadAnswer), StaffErrors, UploadErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Staff(caller): Staff,
    IdempotencyKey(key): IdempotencyKey,
    headers: HeaderMap,
    body: Body,
) -> Answered<UploadAnswer> {
    Ok(Answer(
        upload::take(&state, &MediaOwner::from(&caller), key, &headers, body).await?,
    ))
}
