//! Uploads in several requests: begun, gone on with, finished; and what is forgotten after a while.

use shopbell_protocol::media::UploadAnswer;
use shopbell_protocol::{ClientId, MediaId, Rule, Violations};

use super::media::{MediaOwner, NewUpload, upload_answer};
use super::{Service, ServiceError, ServiceResult};
use crate::ids::{guid, secret_text};
use crate::store::{MediaRow, Progress, StartUpload, StartedUpload, Swept, UploadRow};

/// The limit of a day, as the settings call it.
const DAY_LIMIT: &str = "media.uploads_mib_per_day";

/// An upload as its owner announces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncedUpload {
    /// The owner's own id for it: announced again, it is the same upload.
    pub client_id: Option<ClientId>,
    /// As the owner calls it; empty where it has no name.
    pub filename: String,
    /// When whole.
    pub length_bytes: u64,
}

/// How far an upload is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UploadState {
    /// Not whole yet.
    UnderWay(UploadUnderWay),
    /// Whole.
    Whole {
        /// Its id.
        id: MediaId,
        /// Bytes.
        length_bytes: u64,
        /// What messages may name.
        answer: Box<UploadAnswer>,
    },
}

/// An upload that is not whole yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadUnderWay {
    /// Its id, and then the media's.
    pub id: MediaId,
    /// Name in the media folder.
    pub storage_name: String,
    /// As its owner calls it.
    pub filename: String,
    /// When whole.
    pub length_bytes: u64,
    /// So much is on the disk.
    pub offset_bytes: u64,
    /// Forgotten then.
    pub expires_micros: u64,
}

impl Service {
    /// Begins an upload, or finds the one announced before with the same client id, whole or not.
    ///
    /// # Errors
    /// `Invalid`; `IdempotencyKeyReused` for the same client id with another length; `ResourceExhausted` when a visitor
    /// has uploaded too much in the last day; store errors.
    pub async fn start_upload(
        &self,
        owner: &MediaOwner,
        announced: AnnouncedUpload,
    ) -> ServiceResult<UploadState> {
        if announced.length_bytes == 0 {
            return Err(
                Violations::one("Upload-Length", Rule::Min, "is 0; an empty file is not taken").into(),
            );
        }
        let (now, length_bytes) = (self.now_micros(), announced.length_bytes);
        let row = UploadRow {
            id: MediaId(secret_text(self.random())?),
            site_id: owner.site_id().clone(),
            owner: owner.stored(),
            client_id: announced.client_id,
            storage_name: guid(self.random())?,
            filename: announced.filename,
            length_bytes,
            offset_bytes: 0,
            created_micros: now,
            expires_micros: now.saturating_add(self.keep_unsent_micros()),
        };
        let day_bytes = match owner {
            MediaOwner::Participant(..) => Some(self.config().upload_day_bytes),
            MediaOwner::Staff(..) => None,
        };
        let started = self.store().start_upload(StartUpload { row, day_bytes }).await?;
        let state = match started {
            StartedUpload::UnderWay(row) => UploadState::UnderWay(row.into()),
            StartedUpload::Whole(row) => self.whole(row).await?,
            StartedUpload::DayFull { room_at_micros } => {
                return Err(ServiceError::ResourceExhausted {
                    limit: DAY_LIMIT,
                    retry_after_ms: room_at_micros.saturating_sub(now).div_ceil(1_000),
                });
            }
        };
        if state.length_bytes() == length_bytes {
            Ok(state)
        } else {
            Err(ServiceError::IdempotencyKeyReused)
        }
    }

    /// How far an upload is.
    ///
    /// # Errors
    /// `NotFound` for one that is unknown, somebody else's or forgotten; store errors.
    pub async fn upload(&self, owner: &MediaOwner, id: &MediaId) -> ServiceResult<UploadState> {
        let (site, stored) = (owner.site_id(), owner.stored());
        let under_way = self.store().upload(id.clone()).await?.filter(|row| {
            row.site_id == *site && row.owner == stored && row.expires_micros > self.now_micros()
        });
        if let Some(row) = under_way {
            return Ok(UploadState::UnderWay(row.into()));
        }
        let whole = self.store().media(vec![id.clone()]).await?.pop();
        match whole.filter(|row| row.site_id == *site && row.owner == stored) {
            Some(row) => self.whole(row).await,
            None => Err(ServiceError::NotFound { what: "Upload" }),
        }
    }

    /// More of an upload is on the disk; answers until when it is kept.
    ///
    /// # Errors
    /// `NotFound` when it has been given up meanwhile; store errors.
    pub async fn upload_advanced(&self, id: &MediaId, offset_bytes: u64) -> ServiceResult<u64> {
        let expires_micros = self.now_micros().saturating_add(self.keep_unsent_micros());
        let progress = Progress {
            id: id.clone(),
            offset_bytes,
            expires_micros,
        };
        if self.store().advance_upload(progress).await? {
            Ok(expires_micros)
        } else {
            Err(ServiceError::NotFound { what: "Upload" })
        }
    }

    /// An upload is whole, under its final name: makes it known, so that messages may name it.
    ///
    /// # Errors
    /// `Invalid`; `NotFound` when it has been given up meanwhile; store errors.
    pub async fn finish_upload(
        &self,
        owner: &MediaOwner,
        id: &MediaId,
        upload: NewUpload,
    ) -> ServiceResult<UploadAnswer> {
        // The store knows its client id.
        let media = self.new_media(owner, id.clone(), None, upload)?;
        let row = self
            .store()
            .finish_upload(media)
            .await?
            .ok_or(ServiceError::NotFound { what: "Upload" })?;
        let site = self.site_row(Some(&row.site_id)).await?;
        Ok(upload_answer(&self.view(&site), row))
    }

    /// Forgets an upload that is not whole.
    ///
    /// # Errors
    /// Store errors.
    pub async fn drop_upload(&self, id: &MediaId) -> ServiceResult<()> {
        Ok(self.store().drop_upload(id.clone()).await?)
    }

    /// Forgets some of what nobody has sent and what nobody has finished in time; the files are the caller's to remove.
    /// Empty when nothing is left to forget.
    ///
    /// # Errors
    /// Store errors.
    pub async fn sweep_media(&self) -> ServiceResult<Swept> {
        let now = self.now_micros();
        let before = now.saturating_sub(self.keep_unsent_micros());
        Ok(self.store().sweep_media(before, now).await?)
    }

    /// Those of the names in the media folder that nothing is known about.
    ///
    /// # Errors
    /// Store errors.
    pub async fn unknown_files(&self, storage_names: Vec<String>) -> ServiceResult<Vec<String>> {
        Ok(self.store().unknown_files(storage_names).await?)
    }

    /// For how long a file is kept that no message names, and an upload with which nobody goes on.
    pub fn keep_unsent_micros(&self) -> u64 {
        self.config().keep_unsent_s.saturating_mul(1_000_000)
    }

    async fn whole(&self, row: MediaRow) -> ServiceResult<UploadState> {
        let site = self.site_row(Some(&row.site_id)).await?;
        Ok(UploadState::Whole {
            id: row.id.clone(),
            length_bytes: row.size_bytes,
            answer: Box::new(upload_answer(&self.view(&site), row)),
        })
    }
}

impl UploadState {
    /// Bytes, when whole.
    pub fn length_bytes(&self) -> u64 {
        match self {
            Self::UnderWay(upload) => upload.length_bytes,
            Self::Whole { length_bytes, .. } => *length_bytes,
        }
    }

    /// So much is on the disk.
    pub fn offset_bytes(&self) -> u64 {
        match self {
            Self::UnderWay(upload) => upload.offset_bytes,
            Self::Whole { length_bytes, .. } => *length_bytes,
        }
    }
}

impl From<UploadRow> for UploadUnderWay {
    fn from(row: UploadRow) -> Self {
        Self {
            id: row.id,
            storage_name: row.storage_name,
            filename: row.filename,
            length_bytes: row.length_bytes,
            offset_bytes: row.offset_bytes,
            expires_micros: row.expires_micros,
        }
    }
}
