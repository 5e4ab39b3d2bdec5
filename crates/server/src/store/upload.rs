//! Uploads that are not whole yet, and what is thrown away after a while.

use shopbell_protocol::{ClientId, MediaId, SiteId};

use super::MediaRow;

/// An upload that is not whole yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRow {
    /// The id that its media will have; unguessable.
    pub id: MediaId,
    /// Of this site.
    pub site_id: SiteId,
    /// Kind and id of who uploads.
    pub owner: String,
    /// The uploader's own id for it.
    pub client_id: Option<ClientId>,
    /// Name in the media folder.
    pub storage_name: String,
    /// As the uploader calls it.
    pub filename: String,
    /// When whole.
    pub length_bytes: u64,
    /// So much is on the disk.
    pub offset_bytes: u64,
    /// When it began.
    pub created_micros: u64,
    /// Forgotten then.
    pub expires_micros: u64,
}

/// An upload to be begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartUpload {
    /// As it will be stored; `created_micros` is now.
    pub row: UploadRow,
    /// What its owner may upload in a day, where there is a bound.
    pub day_bytes: Option<u64>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartedUpload {
    /// It began now, or before under the same client id.
    UnderWay(UploadRow),
    /// One with the same client id is whole already.
    Whole(MediaRow),
    /// The owner has uploaded too much in the last day; there is room then.
    DayFull {
        /// Microseconds since 1970.
        room_at_micros: u64,
    },
}

/// More of an upload is on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Which.
    pub id: MediaId,
    /// So much.
    pub offset_bytes: u64,
    /// Forgotten then.
    pub expires_micros: u64,
}

/// Names in the media folder of what was forgotten.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swept {
    /// Of whole files.
    pub whole: Vec<String>,
    /// Of partial ones.
    pub partial: Vec<String>,
}

impl Swept {
    /// Whether there was nothing.
    pub fn is_empty(&self) -> bool {
        self.whole.is_empty() && self.partial.is_empty()
    }
}
