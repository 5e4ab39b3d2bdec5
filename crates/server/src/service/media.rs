//! Pictures and files: what is known about each, and the links by which it is fetched.

use shopbell_protocol::media::UploadAnswer;
use shopbell_protocol::{ClientId, MediaId, ParticipantId, SiteId, StaffId};

use super::{ParticipantCaller, Service, ServiceResult, StaffCaller, unbuilt};

/// Who has uploaded something. A participant may send only what they uploaded themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaOwner {
    /// A visitor, contact or member.
    Participant(SiteId, ParticipantId),
    /// A person of the staff.
    Staff(SiteId, StaffId),
}

impl From<&ParticipantCaller> for MediaOwner {
    fn from(caller: &ParticipantCaller) -> Self {
        Self::Participant(caller.site_id.clone(), caller.participant.clone())
    }
}

impl From<&StaffCaller> for MediaOwner {
    fn from(caller: &StaffCaller) -> Self {
        Self::Staff(caller.site_id.clone(), caller.staff_id.clone())
    }
}

/// A file that has been stored completely, sniffed and measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUpload {
    /// Name of the file in the media folder, from [`Service::new_storage_name`].
    pub storage_name: String,
    /// As the uploader calls it; 1 to 255.
    pub filename: String,
    /// As sniffed; at most 100.
    pub mime_type: String,
    /// As counted.
    pub size_bytes: u64,
    /// Width and height of a picture.
    pub dimensions: Option<(u32, u32)>,
}

/// Answer of [`Service::register_upload`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredUpload {
    /// For the uploader.
    pub answer: UploadAnswer,
    /// The same key came before: this is its first answer, and the new file is not wanted.
    pub repeated: bool,
}

/// A stored file that a link may open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedMedia {
    /// Its id.
    pub id: MediaId,
    /// Name of the file in the media folder.
    pub storage_name: String,
    /// As the uploader called it.
    pub filename: String,
    /// As sniffed at the upload.
    pub mime_type: String,
    /// Bytes.
    pub size_bytes: u64,
    /// Whether it is a picture that pages may show in place.
    pub picture: bool,
    /// Seconds until the link ends; bounds how long an answer may be cached.
    pub valid_for_s: u64,
}

impl Service {
    /// A name for a new file in the media folder: random, and without anything that a file system minds.
    ///
    /// # Errors
    /// `Unavailable` when the system has no randomness.
    pub fn new_storage_name(&self) -> ServiceResult<String> {
        Err(unbuilt())
    }

    /// The answer that an upload with this key got before, if it came before: ask before taking the bytes.
    ///
    /// # Errors
    /// `ResourceExhausted`; store errors.
    pub async fn find_upload(&self, owner: &MediaOwner, key: &ClientId) -> ServiceResult<Option<UploadAnswer>> {
        let _ = (owner, key);
        Err(unbuilt())
    }

    /// Makes a stored file known, so that messages may name it.
    ///
    /// # Errors
    /// `Invalid`; store errors.
    pub async fn register_upload(
        &self,
        owner: &MediaOwner,
        key: Option<ClientId>,
        upload: NewUpload,
    ) -> ServiceResult<RegisteredUpload> {
        let _ = (owner, key, upload);
        Err(unbuilt())
    }

    /// What `GET /media/{id}/{filename}?expires=&signature=` may hand out.
    ///
    /// # Errors
    /// `NotFound` for an unknown id, a wrong signature and an ended link alike; store errors.
    pub async fn open_media(&self, id: &MediaId, expires: &str, signature: &str) -> ServiceResult<OpenedMedia> {
        let _ = (id, expires, signature);
        Err(unbuilt())
    }
}
