//! The tray's verbs: before the first file there is nothing to do, and the code behind them has not come.

use shopbell_protocol::{BasicItem, ClientId, MessageContent};
use shopbell_sync::LocalId;
use web_sys::File;

use super::attachments::Tray;
use super::connection::Connection;
use crate::lazy;

impl Connection {
    /// Takes files into the tray of the composer and uploads them.
    pub(super) fn attach(&self, files: Vec<File>) {
        self.with_tray(|this, tray| (tray.attach)(this, files));
    }

    /// Files of a message that an earlier page has begun to send go on.
    pub(super) fn restore_files(
        &self,
        message: ClientId,
        content: MessageContent,
        files: Vec<(String, File)>,
    ) {
        self.with_tray(move |this, tray| (tray.restore)(this, &message, content, files));
    }

    pub(super) fn retry_upload(&self, id: &LocalId) {
        if let Some(tray) = self.tray.get() {
            (tray.retry)(self, id);
        }
    }

    pub(super) fn detach(&self, id: &LocalId) {
        if let Some(tray) = self.tray.get() {
            (tray.detach)(self, id);
        }
    }

    /// Takes what is in the tray into a message; answers whether all of it is up.
    pub(super) fn take_files(&self, message: &ClientId, limit: usize, items: &mut Vec<BasicItem>) -> bool {
        self.tray
            .get()
            .is_none_or(|tray| (tray.take)(self, message, limit, items))
    }

    pub(super) fn await_files(&self, message: ClientId, content: MessageContent) {
        if let Some(tray) = self.tray.get() {
            (tray.await_files)(self, message, content);
        }
    }

    pub(super) fn files_of(&self, message: &ClientId) -> Vec<(String, File)> {
        self.tray
            .get()
            .map(|tray| (tray.files_of)(self, message))
            .unwrap_or_default()
    }

    pub(super) fn retry_files(&self, message: &str) {
        if let Some(tray) = self.tray.get() {
            (tray.retry_message)(self, message);
        }
    }

    pub(super) fn drop_files(&self, message: &str) {
        if let Some(tray) = self.tray.get() {
            (tray.drop_message)(self, message);
        }
    }

    pub(super) fn forget_files(&self) {
        if let Some(tray) = self.tray.get() {
            (tray.forget)(self);
        }
    }

    pub(super) fn go_on_uploading(&self) {
        if let Some(tray) = self.tray.get() {
            (tray.go_on)(self);
        }
    }

    fn with_tray(&self, then: impl FnOnce(&Self, &Tray) + 'static) {
        let this = self.this.clone();
        lazy::with(lazy::files, move |files| {
            if let Some(this) = this.upgrade() {
                then(&this, this.tray.get_or_init(|| files.tray));
            }
        });
    }
}
