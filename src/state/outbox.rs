//! The outbox beyond the page: what the engine wants kept goes to the database, and what the database tells to the engine.

use shopbell_protocol::{ClientId, MessageContent};
use shopbell_sync::{Deed, Input, Kept, Store};

use super::connection::{Connection, TOKEN};
use crate::codec;
use crate::platform::database::{Record, Told};

impl Connection {
    pub(super) fn store(&self, store: Store<MessageContent>) {
        let Some(database) = &self.database else { return };
        match store {
            Store::Put(kept) => database.put(&Record {
                text: codec::kept(&kept),
                token: self.token(),
                files: self.files_of(&kept.client_id),
                id: kept.client_id.0,
            }),
            Store::Remove(client_id) => database.remove(client_id.as_str()),
            Store::Clear => {
                self.forget_files();
                database.clear();
            }
        }
    }

    pub(super) fn told(&self, told: Told) {
        match told {
            Told::Written(id, well) => {
                let id = ClientId(id);
                self.input(Input::Written(id.clone(), well));
                // What the server has said of its files meanwhile had no row to stand at.
                self.retry_files(id.as_str());
            }
            Told::Restored(records) => self.restored(records),
            Told::Elsewhere(text) => {
                if let Some(kept) = codec::read_kept(&text) {
                    self.input(Input::Elsewhere(kept));
                }
            }
            Told::Cleared => self.page_calls(|served| served.forgotten()),
            Told::Gone(id) => self.input(Input::Gone(ClientId(id))),
            Told::Turn => {
                if self.storage.get(TOKEN).is_some() {
                    self.end_turn();
                }
                if !self.turn.replace(true) {
                    self.resume();
                }
            }
        }
    }

    fn restored(&self, records: Vec<Record>) {
        let token = records.iter().rev().find_map(|record| record.token.clone());
        if let (Some(token), None) = (token, self.storage.get(TOKEN)) {
            self.storage.set(TOKEN, &token);
        }
        let (mut entries, mut unready) = (Vec::new(), Vec::new());
        for record in records {
            let Some(kept) = codec::read_kept(&record.text) else {
                continue;
            };
            if let Kept {
                client_id,
                deed: Deed::Send {
                    draft, ready: false, ..
                },
                ..
            } = &kept
            {
                unready.push((client_id.clone(), draft.clone(), record.files));
            }
            entries.push(kept);
        }
        let any = !entries.is_empty();
        self.input(Input::Restored(entries));
        for (client_id, content, files) in unready {
            self.restore_files(client_id, content, files);
        }
        self.restored.set(true);
        if any {
            self.start();
        }
        self.resume();
    }
}
