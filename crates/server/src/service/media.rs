//! Pictures and files: what is known about each, and the links by which it is fetched.

use std::convert::Infallible;

use shopbell_protocol::media::UploadAnswer;
use shopbell_protocol::{
    ClientId, FileMessage, ImageMessage, MediaId, MessageContent, ParticipantId, Rule, SiteId, StaffId,
    Violations, limits, validate,
};

use super::attachments::{self, Attachment};
use super::view::View;
use super::{ParticipantCaller, Service, ServiceError, ServiceResult, StaffCaller};
use crate::ids::{guid, secret_text};
use crate::store::{MediaRow, NewMedia};

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

impl MediaOwner {
    pub(super) fn site_id(&self) -> &SiteId {
        match self {
            Self::Participant(site, _) | Self::Staff(site, _) => site,
        }
    }

    /// Kind and id in one text, as it is stored.
    pub(super) fn stored(&self) -> String {
        match self {
            Self::Participant(_, id) => format!("{}:{}", id.field(), id.guid().to_ascii_lowercase()),
            Self::Staff(_, id) => format!("staff:{id}"),
        }
    }
}

impl Service {
    /// A name for a new file in the media folder: random, and without anything that a file system minds.
    ///
    /// # Errors
    /// `Unavailable` when the system has no randomness.
    pub fn new_storage_name(&self) -> ServiceResult<String> {
        Ok(guid(self.random())?)
    }

    /// The answer that an upload with this key got before, if it came before: ask before taking the bytes.
    ///
    /// # Errors
    /// `Invalid` for a key that is none; store errors.
    pub async fn find_upload(
        &self,
        owner: &MediaOwner,
        key: &ClientId,
    ) -> ServiceResult<Option<UploadAnswer>> {
        let mut violations = Violations::default();
        validate::client_id(key.as_str(), "Idempotency-Key", &mut violations);
        violations.into_result(())?;
        let site_id = owner.site_id().clone();
        let row = self
            .store()
            .media_by_client(site_id.clone(), owner.stored(), key.clone())
            .await?;
        let site = self.site_row(Some(&site_id)).await?;
        Ok(row.map(|row| upload_answer(&self.view(&site), row)))
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
        let site = self.site_row(Some(owner.site_id())).await?;
        let media = self.new_media(owner, MediaId(secret_text(self.random())?), key, upload)?;
        let (row, repeated) = self.store().create_media(media).await?;
        Ok(RegisteredUpload {
            answer: upload_answer(&self.view(&site), row),
            repeated,
        })
    }

    /// The row of a stored file.
    ///
    /// # Errors
    /// `Invalid`.
    pub(super) fn new_media(
        &self,
        owner: &MediaOwner,
        id: MediaId,
        client_id: Option<ClientId>,
        upload: NewUpload,
    ) -> ServiceResult<NewMedia> {
        check(client_id.as_ref(), &upload)?;
        let row = MediaRow {
            id,
            site_id: owner.site_id().clone(),
            owner: owner.stored(),
            storage_name: upload.storage_name,
            filename: upload.filename,
            mime_type: upload.mime_type,
            size_bytes: upload.size_bytes,
            dimensions: upload.dimensions,
        };
        Ok(NewMedia {
            row,
            client_id,
            now_micros: self.now_micros(),
        })
    }

    /// What `GET /media/{id}/{filename}?expires=&signature=` may hand out.
    ///
    /// # Errors
    /// `NotFound` for an unknown id, a wrong signature and an ended link alike; store errors.
    pub async fn open_media(
        &self,
        id: &MediaId,
        expires: &str,
        signature: &str,
    ) -> ServiceResult<OpenedMedia> {
        let not_found = || ServiceError::NotFound { what: "Media" };
        let rows = self.store().media(vec![id.clone()]).await?;
        let row = rows.into_iter().next().ok_or_else(not_found)?;
        let site = self.site_row(Some(&row.site_id)).await?;
        let valid_for_s = self
            .view(&site)
            .links()
            .check(id, expires, signature)
            .ok_or_else(not_found)?;
        Ok(OpenedMedia {
            picture: row.picture(),
            id: row.id,
            storage_name: row.storage_name,
            filename: row.filename,
            mime_type: row.mime_type,
            size_bytes: row.size_bytes,
            valid_for_s,
        })
    }

    /// Turns every own picture and file that a content names into the form in which it is stored: by id, with what is
    /// known of it, without an address. `owner` is whose files may be used, and nothing else then; where absent, the
    /// whole site's files and addresses elsewhere. Answers with the files.
    pub(super) async fn take_media(
        &self,
        content: &mut MessageContent,
        site_id: &SiteId,
        owner: Option<&MediaOwner>,
        content_path: &str,
    ) -> ServiceResult<Vec<MediaId>> {
        let site = self.site_row(Some(site_id)).await?;
        let view = self.view(&site);
        let mut ids = Vec::new();
        let found: Result<(), Infallible> = attachments::visit(content, |_, attachment| {
            ids.extend(attachments::own_id(&attachment, &view.links()));
            Ok(())
        });
        match found {
            Ok(()) => {}
        }
        let rows = if ids.is_empty() {
            Vec::new()
        } else {
            self.store().media(ids).await?
        };
        let owner = owner.map(MediaOwner::stored);
        let usable = |id: &MediaId| {
            rows.iter()
                .find(|row| row.id == *id && row.site_id == *site_id)
                .filter(|row| owner.as_ref().is_none_or(|owner| row.owner == *owner))
        };
        attachments::visit(content, |path, attachment| {
            let refused = || ServiceError::InvalidMediaUrl {
                field: format!("{content_path}.{path}"),
            };
            let row = match attachments::own_id(&attachment, &view.links()) {
                Some(id) => Some(usable(&id).ok_or_else(refused)?),
                // An address elsewhere would have every reader's browser call there, and can change after the sending:
                // the business may choose that, a stranger may not.
                None if owner.is_some() => return Err(refused()),
                None => None,
            };
            take(attachment, row).ok_or_else(refused)
        })?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }
}

/// `None` for a file where a picture is wanted.
fn take(attachment: Attachment<'_>, row: Option<&MediaRow>) -> Option<()> {
    match (attachment, row) {
        (Attachment::Image(image), Some(row)) if row.picture() => {
            let filename = image.filename.take().unwrap_or_else(|| row.filename.clone());
            *image = ImageMessage {
                filename: Some(filename),
                url: None,
                url_expiration: None,
                ..image_of(row)
            };
        }
        (Attachment::File(file), Some(row)) => {
            let filename = file.filename.take().unwrap_or_else(|| row.filename.clone());
            *file = FileMessage {
                filename: Some(filename),
                url: None,
                url_expiration: None,
                ..file_of(row)
            };
        }
        (Attachment::Url(url), Some(row)) if row.picture() => {
            *url = attachments::stored_url(&row.id, &row.filename);
        }
        (Attachment::Image(_) | Attachment::Url(_), Some(_)) => return None,
        (Attachment::Image(image), None) => image.url_expiration = None,
        (Attachment::File(file), None) => file.url_expiration = None,
        (Attachment::Url(_), None) => {}
    }
    Some(())
}

pub(super) fn upload_answer(view: &View<'_>, row: MediaRow) -> UploadAnswer {
    let link = view.links().link(&row.id, &row.filename);
    let (url, url_expiration) = (Some(link.url), Some(link.expiration));
    if row.picture() {
        UploadAnswer::Image(ImageMessage {
            url,
            url_expiration,
            ..image_of(&row)
        })
    } else {
        UploadAnswer::File(FileMessage {
            url,
            url_expiration,
            ..file_of(&row)
        })
    }
}

fn image_of(row: &MediaRow) -> ImageMessage {
    ImageMessage {
        id: Some(row.id.clone()),
        url: None,
        filename: Some(row.filename.clone()),
        width: row.dimensions.map(|(width, _)| width),
        height: row.dimensions.map(|(_, height)| height),
        url_expiration: None,
    }
}

fn file_of(row: &MediaRow) -> FileMessage {
    FileMessage {
        id: Some(row.id.clone()),
        url: None,
        filename: Some(row.filename.clone()),
        mime_type: Some(row.mime_type.clone()),
        size_bytes: Some(row.size_bytes),
        url_expiration: None,
    }
}

fn check(key: Option<&ClientId>, upload: &NewUpload) -> Result<(), Violations> {
    let mut violations = Violations::default();
    if let Some(key) = key {
        validate::client_id(key.as_str(), "Idempotency-Key", &mut violations);
    }
    let length = upload.filename.chars().count();
    if length == 0 {
        violations.push(
            "Shopbell-Filename",
            Rule::MinLength,
            "has size 0, expected 1 or more",
        );
    }
    if length > limits::FILENAME_MAX {
        let found = format!("has size {length}, expected {} or less", limits::FILENAME_MAX);
        violations.push("Shopbell-Filename", Rule::MaxLength, found);
    }
    violations.into_result(())
}
