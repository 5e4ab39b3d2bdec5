//! Attachments: a file goes up from the moment it is chosen. With its message it leaves the tray, whether it is up or not;
//! the message then waits for it, and so does what is sent after it.

use std::cell::RefCell;

use shopbell_protocol::media::UploadAnswer;
use shopbell_protocol::{BasicItem, ClientId, ContentKind, ErrorBody, FileMessage, MessageContent};
use shopbell_sync::upload::may_retry;
use shopbell_sync::{Input, LocalId, Reason, outbox};
use web_sys::File;

use super::connection::Connection;
use super::store::{Attachment, Notice, Upload};
use super::uploads::Work;
use crate::dom::ArcField;
use crate::platform::files::{ObjectUrl, object_url};
use crate::platform::random;

/// Code of the [`Reason`] why a file without a byte is not uploaded.
pub const EMPTY: &str = "EMPTY_FILE";

/// The files that are not yet in a message that may leave.
#[derive(Default)]
pub(super) struct Attachments {
    pub(super) files: RefCell<Vec<Chosen>>,
    /// Messages that wait for some of them, with places kept free for those.
    messages: RefCell<Vec<(ClientId, MessageContent)>>,
}

/// A file on its way up, or up.
pub(super) struct Chosen {
    /// Also the upload's own idempotency key, so that a repeat stores one file.
    pub(super) id: LocalId,
    pub(super) file: File,
    /// Ends with the attachment.
    _preview: Option<ObjectUrl>,
    pub(super) view: ArcField<Upload>,
    pub(super) upload: shopbell_sync::Upload,
    pub(super) work: Work,
    item: Option<BasicItem>,
    /// Absent while it stands in the tray.
    message: Option<ClientId>,
}

impl Chosen {
    pub(super) fn is_under_way(&self) -> bool {
        self.view
            .with_untracked(|upload| matches!(upload, Upload::Uploading(_)))
    }
}

/// What can be done with files, behind the door of [`crate::lazy::files`]. [`super::tray`] calls it.
pub(crate) struct Tray {
    pub(super) attach: fn(&Connection, Vec<File>),
    pub(super) retry: fn(&Connection, &LocalId),
    pub(super) detach: fn(&Connection, &LocalId),
    pub(super) take: fn(&Connection, &ClientId, usize, &mut Vec<BasicItem>) -> bool,
    pub(super) await_files: fn(&Connection, ClientId, MessageContent),
    pub(super) files_of: fn(&Connection, &ClientId) -> Vec<(String, File)>,
    pub(super) restore: fn(&Connection, &ClientId, MessageContent, Vec<(String, File)>),
    pub(super) retry_message: fn(&Connection, &str),
    pub(super) drop_message: fn(&Connection, &str),
    pub(super) forget: fn(&Connection),
    pub(super) go_on: fn(&Connection),
}

impl Tray {
    pub(crate) fn new() -> Self {
        Self {
            attach: Connection::do_attach,
            retry: Connection::do_retry,
            detach: Connection::do_detach,
            take: Connection::do_take,
            await_files: Connection::do_await,
            files_of: Connection::do_files_of,
            restore: Connection::do_restore,
            retry_message: Connection::do_retry_message,
            drop_message: Connection::do_drop,
            forget: Connection::do_forget,
            go_on: Connection::do_go_on,
        }
    }
}

impl Connection {
    /// Takes files into the tray and uploads them. Those that are too large are told of and left out.
    fn do_attach(&self, files: Vec<File>) {
        self.start();
        let max_bytes = self
            .state
            .settings
            .with_untracked(|settings| settings.upload_max_bytes);
        for file in files {
            let size_bytes = size_of(&file);
            if max_bytes > 0 && size_bytes > max_bytes {
                let name = file.name();
                self.state.notice.set(Some(Notice::FileTooLarge { name }));
                continue;
            }
            let id = LocalId::from(random::uuid_v7().as_str());
            let preview = if file.type_().starts_with("image/") {
                object_url(&file)
            } else {
                None
            };
            let view = ArcField::new(if size_bytes == 0 {
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
            self.state.attachments.update(|all| {
                all.push(Attachment {
                    id: id.clone(),
                    name: file.name(),
                    size_bytes,
                    preview_url: preview.as_ref().map(|url| url.as_str().to_owned()),
                    upload: view.clone(),
                });
            });
            self.attachments.files.borrow_mut().push(Chosen {
                id: id.clone(),
                file,
                _preview: preview,
                view,
                upload: shopbell_sync::Upload::new(size_bytes),
                work: Work::None,
                item: None,
                message: None,
            });
            if size_bytes > 0 {
                self.upload(&id);
            }
        }
    }

    /// Uploads a file again that failed.
    fn do_retry(&self, id: &LocalId) {
        let failed = self.with_file(id, |chosen| {
            let failed = !chosen.is_under_way() && chosen.item.is_none();
            if failed {
                chosen.view.set(Upload::Uploading(0.0));
                if let Some(message) = &chosen.message {
                    self.show_upload(message, chosen);
                }
            }
            failed
        });
        if failed == Some(true) {
            self.upload(id);
        }
    }

    /// Takes a file out of the tray; an upload under way ends, here and at the server.
    fn do_detach(&self, id: &LocalId) {
        self.state
            .attachments
            .update(|all| all.retain(|attachment| attachment.id != *id));
        self.give_up(|chosen| chosen.id == *id);
    }

    /// Takes what is in the tray into a message, at most `limit`: what is up as it is, what is not as a place kept free.
    /// What failed stays. Answers whether all of it is up.
    fn do_take(&self, message: &ClientId, limit: usize, items: &mut Vec<BasicItem>) -> bool {
        let (mut taken, mut whole) = (Vec::new(), true);
        let mut files = self.attachments.files.borrow_mut();
        files.retain_mut(|chosen| {
            let in_tray = chosen.message.is_none() && taken.len() < limit;
            if !in_tray || (chosen.item.is_none() && !chosen.is_under_way()) {
                return true;
            }
            taken.push(chosen.id.clone());
            if let Some(item) = chosen.item.take() {
                items.push(item);
                return false;
            }
            whole = false;
            chosen.message = Some(message.clone());
            self.show_upload(message, chosen);
            items.push(place_for(&chosen.file));
            true
        });
        drop(files);
        if !taken.is_empty() {
            self.state
                .attachments
                .update(|all| all.retain(|attachment| !taken.contains(&attachment.id)));
        }
        whole
    }

    /// The message waits for the files that it was given.
    fn do_await(&self, message: ClientId, content: MessageContent) {
        self.attachments.messages.borrow_mut().push((message, content));
    }

    /// The files that a message waits for, in order.
    fn do_files_of(&self, message: &ClientId) -> Vec<(String, File)> {
        let files = self.attachments.files.borrow();
        let of_it = files
            .iter()
            .filter(|chosen| chosen.message.as_ref() == Some(message));
        of_it
            .map(|chosen| (chosen.id.as_str().to_owned(), chosen.file.clone()))
            .collect()
    }

    /// Files of a message that an earlier page has begun to send go on.
    fn do_restore(&self, message: &ClientId, content: MessageContent, files: Vec<(String, File)>) {
        self.do_await(message.clone(), content);
        for (id, file) in files {
            let id = LocalId::from(id.as_str());
            let chosen = Chosen {
                id: id.clone(),
                _preview: None,
                view: ArcField::new(Upload::Uploading(0.0)),
                upload: shopbell_sync::Upload::again(size_of(&file)),
                file,
                work: Work::None,
                item: None,
                message: Some(message.clone()),
            };
            self.show_upload(message, &chosen);
            self.attachments.files.borrow_mut().push(chosen);
            self.upload(&id);
        }
    }

    /// A message is to be sent again: files of it that failed, too.
    fn do_retry_message(&self, message: &str) {
        let files = self.attachments.files.borrow();
        let of_it = files
            .iter()
            .filter(|chosen| chosen.message.as_ref().is_some_and(|id| id.as_str() == message));
        let ids: Vec<_> = of_it.map(|chosen| chosen.id.clone()).collect();
        drop(files);
        for id in &ids {
            self.do_retry(id);
        }
    }

    /// A message was given up, and its files with it.
    fn do_drop(&self, message: &str) {
        let is_it = |id: &ClientId| id.as_str() == message;
        self.attachments
            .messages
            .borrow_mut()
            .retain(|(id, _)| !is_it(id));
        self.hide_uploads(message);
        self.give_up(|chosen| chosen.message.as_ref().is_some_and(is_it));
    }

    /// Nothing of the files stays.
    fn do_forget(&self) {
        self.attachments.messages.borrow_mut().clear();
        self.state.attachments.set(Vec::new());
        self.state.uploads.set(Vec::new());
        self.give_up(|_| true);
    }

    /// A file is up.
    pub(super) fn uploaded(&self, id: &LocalId, media: UploadAnswer) {
        let message = self.with_file(id, |chosen| {
            chosen.item = Some(match media {
                UploadAnswer::Image(image) => BasicItem::Image(image),
                UploadAnswer::File(file) => BasicItem::File(file),
            });
            chosen.view.set(Upload::Done);
            chosen.message.clone()
        });
        if let Some(message) = message.flatten() {
            self.fill(message);
        }
    }

    /// The server will not have a file.
    pub(super) fn upload_refused(&self, id: &LocalId, error: ErrorBody) {
        let message = self.with_file(id, |chosen| {
            chosen.view.set(Upload::Failed {
                reason: outbox::reason(&error),
                can_retry: may_retry(&error),
            });
            chosen.message.clone()
        });
        if let Some(message) = message.flatten() {
            self.hide_uploads(message.as_str());
            self.input(Input::FilesRefused(message, error));
        }
    }

    /// Lets a message go whose files are all up.
    fn fill(&self, message: ClientId) {
        let mut files = self.attachments.files.borrow_mut();
        let is_of_it = |chosen: &Chosen| chosen.message.as_ref() == Some(&message);
        if files
            .iter()
            .any(|chosen| is_of_it(chosen) && chosen.item.is_none())
        {
            return;
        }
        let mut items = Vec::new();
        files.retain_mut(|chosen| {
            let stays = !is_of_it(chosen);
            if !stays {
                items.extend(chosen.item.take());
            }
            stays
        });
        drop(files);
        let mut messages = self.attachments.messages.borrow_mut();
        let Some(at) = messages.iter().position(|(id, _)| *id == message) else {
            return;
        };
        let (client_id, mut content) = messages.swap_remove(at);
        drop(messages);
        self.hide_uploads(client_id.as_str());
        if let ContentKind::Basic(basic) = &mut content.kind {
            let places = basic.items.iter_mut().filter(|item| is_place(item));
            for (place, item) in places.zip(items) {
                *place = item;
            }
        }
        self.input(Input::Complete { client_id, content });
    }

    fn show_upload(&self, message: &ClientId, chosen: &Chosen) {
        let shown = Attachment {
            id: message.as_str().into(),
            name: chosen.file.name(),
            size_bytes: chosen.upload.size(),
            preview_url: None,
            upload: chosen.view.clone(),
        };
        self.state.uploads.update(|all| all.push(shown));
    }

    fn hide_uploads(&self, message: &str) {
        self.state
            .uploads
            .update(|all| all.retain(|upload| upload.id.as_str() != message));
    }

    fn give_up(&self, is_it: impl Fn(&Chosen) -> bool) {
        let mut given_up = Vec::new();
        self.attachments.files.borrow_mut().retain_mut(|chosen| {
            let stays = !is_it(chosen);
            if !stays {
                chosen.work = Work::None;
                given_up.extend(chosen.upload.location().map(str::to_owned));
            }
            stays
        });
        for location in &given_up {
            self.call_upload("DELETE", location);
        }
    }

    pub(super) fn with_file<T>(&self, id: &LocalId, change: impl FnOnce(&mut Chosen) -> T) -> Option<T> {
        self.attachments
            .files
            .borrow_mut()
            .iter_mut()
            .find(|chosen| chosen.id == *id)
            .map(change)
    }
}

/// Where a file will stand in its message: a file that is nowhere yet.
fn place_for(file: &File) -> BasicItem {
    BasicItem::File(FileMessage {
        filename: Some(file.name()),
        size_bytes: Some(size_of(file)),
        ..FileMessage::default()
    })
}

fn is_place(item: &BasicItem) -> bool {
    matches!(
        item,
        BasicItem::File(FileMessage {
            id: None,
            url: None,
            ..
        })
    )
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
