//! Pictures and files on their way to the server.

use std::cell::RefCell;
use std::collections::HashMap;

use leptos::prelude::*;
use shopbell_protocol::media::UploadAnswer;
use shopbell_protocol::{ErrorBody, code};
use shopbell_widget::dom::ArcField;
use shopbell_widget::platform::fetch::{Body, Fetch, FetchOptions, fetch};
use shopbell_widget::platform::files::{ObjectUrl, object_url, percent_encode};
use shopbell_widget::platform::random;
use web_sys::File;

use super::desk::Failure;
use super::draft::Uploaded;
use super::store::{Attachment, InboxState, Upload, UploadFailure};
use crate::api;

/// Uploads under way and done, by attachment; ending one ends its request and its picture.
#[derive(Debug, Default)]
pub struct Uploads(RefCell<HashMap<String, Held>>);

/// What an attachment holds on to.
#[derive(Debug)]
struct Held {
    _request: Option<Fetch>,
    _picture: Option<ObjectUrl>,
}

impl Uploads {
    /// Begins to upload files and puts them into the tray.
    pub fn start(&self, state: InboxState, files: Vec<File>) {
        let limit = state
            .session
            .with_untracked(|session| session.settings().map(|settings| settings.upload_max_bytes));
        for file in files {
            let id = random::uuid_v7();
            let picture = file
                .type_()
                .starts_with("image/")
                .then(|| object_url(&file))
                .flatten();
            let upload = ArcField::new(Upload::Running(0.0));
            let attachment = Attachment {
                id: id.clone(),
                name: file.name(),
                size_bytes: file.size(),
                preview_url: picture.as_ref().map(|url| url.as_str().to_owned()),
                upload: upload.clone(),
            };
            #[expect(clippy::cast_precision_loss, reason = "a limit of megabytes")]
            let too_large = limit.is_some_and(|limit| limit > 0 && file.size() > limit as f64);
            let running = if too_large {
                upload.set(Upload::Failed(UploadFailure::TooLarge));
                None
            } else {
                send(&id, &file, &upload)
            };
            self.0.borrow_mut().insert(
                id,
                Held {
                    _request: running,
                    _picture: picture,
                },
            );
            state
                .attachments
                .update(|attachments| attachments.push(attachment));
        }
    }

    /// Takes an attachment back.
    pub fn end(&self, state: InboxState, id: &str) {
        state
            .attachments
            .update(|attachments| attachments.retain(|attachment| attachment.id != id));
        // Out of the map first: ending a request must not find the map borrowed.
        let ended = self.0.borrow_mut().remove(id);
        drop(ended);
    }
}

fn send(id: &str, file: &File, upload: &ArcField<Upload>) -> Option<Fetch> {
    let name = percent_encode(&file.name());
    let kind = file.type_();
    let kind = if kind.is_empty() {
        "application/octet-stream"
    } else {
        &kind
    };
    let headers = [
        ("content-type", kind),
        ("shopbell-filename", name.as_str()),
        ("idempotency-key", id),
    ];
    let options = FetchOptions {
        method: "POST",
        path: api::UPLOADS,
        headers: &headers,
        body: Body::Blob(file),
        timeout_ms: 0,
    };
    let (progress, done) = (upload.clone(), upload.clone());
    let running = fetch(
        &options,
        Some(Box::new(move |part| {
            if progress.with_untracked(|upload| matches!(upload, Upload::Running(_))) {
                progress.set(Upload::Running(part));
            }
        })),
        Box::new(move |answer| {
            done.set(match api::read::<UploadAnswer>(&answer) {
                Ok(UploadAnswer::Image(image)) => Upload::Done(Uploaded::Image(image)),
                Ok(UploadAnswer::File(file)) => Upload::Done(Uploaded::File(file)),
                Err(failure) => Upload::Failed(why(&failure)),
            });
        }),
    );
    if running.is_none() {
        upload.set(Upload::Failed(UploadFailure::Interrupted));
    }
    running
}

fn why(failure: &Failure) -> UploadFailure {
    match failure {
        Failure::Lost => UploadFailure::Interrupted,
        Failure::Refused(error) => refusal(error),
    }
}

fn refusal(error: &ErrorBody) -> UploadFailure {
    match error.code() {
        code::BODY_TOO_LARGE => UploadFailure::TooLarge,
        code::UNAVAILABLE | code::RESOURCE_EXHAUSTED | code::INTERNAL | code::UNAUTHENTICATED => {
            UploadFailure::Interrupted
        }
        _ => UploadFailure::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_upload_says_whether_size_or_type_was_wrong() {
        let failure = |code| Failure::Refused(Box::new(ErrorBody::application(code, "no")));
        assert_eq!(why(&failure(code::BODY_TOO_LARGE)), UploadFailure::TooLarge);
        assert_eq!(
            why(&failure(code::UNSUPPORTED_MEDIA_TYPE)),
            UploadFailure::Refused
        );
        assert_eq!(why(&failure(code::UNAVAILABLE)), UploadFailure::Interrupted);
        assert_eq!(why(&Failure::Lost), UploadFailure::Interrupted);
    }
}
