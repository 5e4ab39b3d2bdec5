//! Pictures and files inside messages (`inbox-api.md` section 2.4).

use serde::{Deserialize, Serialize};

use crate::id::MediaId;
use crate::wire::server_owned;

/// A picture. At least one of `id` and `url` is given on input; the server writes both for its own media.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ImageMessage {
    /// The stored picture; at most 2000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MediaId>,
    /// `http` or `https`; at most 2000. For stored pictures valid until `urlExpiration`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// At most 255.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// Pixels of the original.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Pixels of the original.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// When `url` stops working; set by the server.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "server_owned"
    )]
    pub url_expiration: Option<String>,
}

/// A file. At least one of `id` and `url` is given on input; the server writes both for its own media.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FileMessage {
    /// The stored file; at most 2000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MediaId>,
    /// `http` or `https`; at most 2000. For stored files valid until `urlExpiration`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// At most 255.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// At most 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Ours: bytes, where the server knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size_bytes: Option<u64>,
    /// When `url` stops working; set by the server.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "server_owned"
    )]
    pub url_expiration: Option<String>,
}

/// Answer to an upload (`POST /widget/v1/uploads`, `POST /staff/v1/uploads`).
///
/// The request body is the file itself; its headers are `Content-Type`, `Shopbell-Filename` (percent-encoded UTF-8)
/// and `Idempotency-Key`. Put the answer's `image` or `file` into a basic item to send it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum UploadAnswer {
    /// It is a picture.
    Image(ImageMessage),
    /// It is any other file.
    File(FileMessage),
}
