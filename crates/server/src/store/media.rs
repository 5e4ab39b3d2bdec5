//! What is known about stored pictures and files.

use shopbell_protocol::{ClientId, MediaId, SiteId};

/// A stored file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaRow {
    /// Its id; unguessable.
    pub id: MediaId,
    /// Of this site.
    pub site_id: SiteId,
    /// Kind and id of who uploaded it.
    pub owner: String,
    /// Name in the media folder.
    pub storage_name: String,
    /// As the uploader called it.
    pub filename: String,
    /// As sniffed.
    pub mime_type: String,
    /// Bytes.
    pub size_bytes: u64,
    /// Width and height of a picture.
    pub dimensions: Option<(u32, u32)>,
}

impl MediaRow {
    /// Whether pages may show it in place.
    pub fn picture(&self) -> bool {
        self.dimensions.is_some() && self.mime_type.starts_with("image/")
    }
}

/// A file to be made known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMedia {
    /// What is known.
    pub row: MediaRow,
    /// The uploader's own id for the upload.
    pub client_id: Option<ClientId>,
    /// When.
    pub now_micros: u64,
}
