//! Attachments: a file is uploaded when it is chosen, and goes with the next message once it is there.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use shopbell_protocol::media::UploadAnswer;
use shopbell_protocol::{BasicItem, ErrorBody};
use shopbell_sync::outbox::{self, Verdict};
use shopbell_sync::{Failure, LocalId, Reason};
use web_sys::File;

use super::connection::Connection;
use super::routes;
use super::store::{Attachment, Notice, Upload};
use crate::codec;
use crate::platform::fetch::{Body, Fetch, FetchAnswer, FetchOptions, fetch};
use crate::platform::files::{ObjectUrl, object_url, percent_encode};
use crate::platform::random;

/// Code of the [`Reason`] why a file without a byte is not uploaded.
pub const EMPTY: &str = "EMPTY_FILE";

/// The files in the tray of the composer, with their uploads.
pub struct Attachments {
    connection: Rc<Connection>,
    files: RefCell<Vec<Chosen>>,
}

struct Chosen {
    id: LocalId,
    file: File,
    /// Ends with the attachment.
    _preview: Option<ObjectUrl>,
    upload: ArcRwSignal<Upload>,
    fetch: Option<Fetch>,
    item: Option<BasicItem>,
}

impl Attachments {
    /// An empty tray.
    pub fn new(connection: Rc<Connection>) -> Rc<Self> {
        Rc::new(Self {
            connection,
            files: RefCell::default(),
        })
    }

    /// Takes files into the tray and uploads them. Those that are too large are told of and left out.
    pub fn add(self: &Rc<Self>, files: Vec<File>) {
        self.connection.start();
        let state = self.connection.state;
        let max_bytes = state
            .settings
            .with_untracked(|settings| settings.upload_max_bytes);
        for file in files {
            let size_bytes = size_of(&file);
            if max_bytes > 0 && size_bytes > max_bytes {
                state.notice.set(Some(Notice::FileTooLarge { name: file.name() }));
                continue;
            }
            // The upload's own idempotency key, so that a repeat stores one file.
            let id = LocalId::from(random::uuid_v7().as_str());
            let preview = if file.type_().starts_with("image/") {
                object_url(&file)
            } else {
                None
            };
            let upload = ArcRwSignal::new(if size_bytes == 0 {
                Upload::Failed {
                    reason: Reason {
                        code: EMPTY.to_owned(),
                        message: String::new(),
                    },
                    can_retry: false,
                }
            } else {
                Upload::Uploading(0.0)
            });
            state.attachments.update(|all| {
                all.push(Attachment {
                    id: id.clone(),
                    name: file.name(),
                    size_bytes,
                    preview_url: preview.as_ref().map(|url| url.as_str().to_owned()),
                    upload: upload.clone(),
                });
            });
            let chosen = Chosen {
                id: id.clone(),
                file,
                _preview: preview,
                upload,
                fetch: None,
                item: None,
            };
            self.files.borrow_mut().push(chosen);
            if size_bytes > 0 {
                self.upload(&id);
            }
        }
    }

    /// Uploads a file again that failed.
    pub fn retry(self: &Rc<Self>, id: &LocalId) {
        let failed = self.with(id, |chosen| {
            chosen
                .upload
                .with_untracked(|upload| matches!(upload, Upload::Failed { .. }))
        });
        if failed == Some(true) {
            self.upload(id);
        }
    }

    /// Takes a file out of the tray; an upload under way ends.
    pub fn remove(&self, id: &LocalId) {
        self.connection
            .state
            .attachments
            .update(|all| all.retain(|attachment| attachment.id != *id));
        self.files.borrow_mut().retain(|chosen| chosen.id != *id);
    }

    /// Takes those out of the tray that are uploaded, at most `limit`, as items of a message.
    pub fn take_done(&self, limit: usize) -> Vec<BasicItem> {
        let mut taken = Vec::new();
        let mut gone = Vec::new();
        self.files
            .borrow_mut()
            .retain_mut(|chosen| match chosen.item.take() {
                Some(item) if taken.len() < limit => {
                    taken.push(item);
                    gone.push(chosen.id.clone());
                    false
                }
                kept => {
                    chosen.item = kept;
                    true
                }
            });
        if !gone.is_empty() {
            self.connection
                .state
                .attachments
                .update(|all| all.retain(|attachment| !gone.contains(&attachment.id)));
        }
        taken
    }

    /// The token may have come meanwhile: starts what waited for it.
    pub fn start_waiting(self: &Rc<Self>) {
        let waiting: Vec<LocalId> = self
            .files
            .borrow()
            .iter()
            .filter(|chosen| {
                chosen.fetch.is_none()
                    && chosen
                        .upload
                        .with_untracked(|upload| matches!(upload, Upload::Uploading(_)))
            })
            .map(|chosen| chosen.id.clone())
            .collect();
        for id in &waiting {
            self.upload(id);
        }
    }

    fn upload(self: &Rc<Self>, id: &LocalId) {
        // Without a token it stays at 0 % until the session has answered.
        let token = self.connection.token();
        self.with(id, |chosen| {
            chosen.upload.set(Upload::Uploading(0.0));
            chosen.fetch = None;
            let Some(token) = token else { return };
            let started = self.ask(chosen, &token);
            if started.is_none() {
                chosen.upload.set(Upload::Failed {
                    reason: Reason::offline(),
                    can_retry: true,
                });
            }
            chosen.fetch = started;
        });
    }

    fn ask(self: &Rc<Self>, chosen: &Chosen, token: &str) -> Option<Fetch> {
        let bearer = ["Bearer ", token].concat();
        let name = percent_encode(&chosen.file.name());
        let mime = Some(chosen.file.type_()).filter(|mime| !mime.is_empty());
        let (this, id, progress) = (Rc::downgrade(self), chosen.id.clone(), chosen.upload.clone());
        fetch(
            &FetchOptions {
                method: "POST",
                path: routes::UPLOADS,
                headers: &[
                    ("Authorization", &bearer),
                    (
                        "Content-Type",
                        mime.as_deref().unwrap_or("application/octet-stream"),
                    ),
                    ("Shopbell-Filename", &name),
                    ("Idempotency-Key", chosen.id.as_str()),
                ],
                body: Body::Blob(&chosen.file),
                timeout_ms: 0,
            },
            Some(Box::new(move |part| progress.set(Upload::Uploading(part)))),
            Box::new(move |answer| {
                if let Some(this) = this.upgrade() {
                    this.uploaded(&id, &answer);
                }
            }),
        )
    }

    fn uploaded(&self, id: &LocalId, answer: &FetchAnswer) {
        let result = routes::read(answer, codec::upload_answer);
        self.with(id, |chosen| {
            // `fetch` stays until the next upload: it is told of its own end right now.
            match result {
                Ok(UploadAnswer::Image(image)) => chosen.item = Some(BasicItem::Image(image)),
                Ok(UploadAnswer::File(file)) => chosen.item = Some(BasicItem::File(file)),
                Err(failure) => {
                    chosen.upload.set(failed(failure));
                    return;
                }
            }
            chosen.upload.set(Upload::Done);
        });
    }

    fn with<T>(&self, id: &LocalId, change: impl FnOnce(&mut Chosen) -> T) -> Option<T> {
        self.files
            .borrow_mut()
            .iter_mut()
            .find(|chosen| chosen.id == *id)
            .map(change)
    }
}

fn failed(failure: Failure) -> Upload {
    match failure {
        Failure::Lost => Upload::Failed {
            reason: Reason::offline(),
            can_retry: true,
        },
        Failure::Refused(error) => Upload::Failed {
            can_retry: can_retry(&error),
            reason: outbox::reason(&error),
        },
    }
}

/// Whether the same file may get through another time.
fn can_retry(error: &ErrorBody) -> bool {
    // What came too slowly or not whole says nothing about the file.
    let of_the_way = matches!(error.code(), "REQUEST_TIMEOUT" | "ABORTED");
    of_the_way || outbox::verdict(error) != Verdict::Never
}

fn size_of(file: &File) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a size in bytes; `as` saturates"
    )]
    let bytes = file.size() as u64;
    bytes
}

#[cfg(test)]
mod tests {
    use shopbell_protocol::{Rule, Violations, code};

    use super::*;

    #[test]
    fn a_retry_is_offered_only_where_the_file_is_not_what_is_wrong() {
        let refused = |code| failed(Failure::Refused(ErrorBody::application(code, "")));
        let offered = |upload| matches!(upload, Upload::Failed { can_retry: true, .. });
        for code in [
            code::RESOURCE_EXHAUSTED,
            code::UNAVAILABLE,
            code::INTERNAL,
            code::UNAUTHENTICATED,
            "REQUEST_TIMEOUT",
            "ABORTED",
        ] {
            assert!(offered(refused(code)), "{code}");
        }
        assert!(offered(failed(Failure::Lost)));
        for code in [code::UNSUPPORTED_MEDIA_TYPE, code::BODY_TOO_LARGE] {
            assert!(!offered(refused(code)), "{code}");
        }
        let damaged = ErrorBody::validation(Violations::one("body", Rule::Format, "is damaged"));
        assert!(!offered(failed(Failure::Refused(damaged))));
    }
}
