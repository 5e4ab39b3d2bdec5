//! The store of a single server: one `SQLite` file in WAL mode.
//!
//! One `writer` thread takes jobs from a bounded queue and commits whatever has gathered while it was busy with the
//! last commit, so that concurrent calls share one fsync. Beside it, a few `readers` see each commit from the
//! moment it is answered. Start reading at [`SqliteStore::open`]; the use cases are one file per subject.

mod append;
mod changes;
mod connection;
mod conversations;
mod deliveries;
mod endpoints;
mod error;
mod events;
mod history;
mod identity;
#[cfg(any(test, feature = "testing"))]
mod inline;
mod keys;
mod marks;
mod media;
mod merge;
mod migrations;
mod press;
mod readers;
mod row;
mod sites;
mod uploads;
mod webhook_store;
mod writer;

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use rusqlite::Connection;
use shopbell_protocol::{ClientId, ConversationId, MediaId, SiteId};

use super::{
    Append, Appended, Audience, Changes, ChangesQuery, Claim, ConversationRow, FirstSite, GetOrCreate,
    History, IdentityKeyRow, KeyRow, ListPlace, ListedKey, LoggedEvent, MarkMove, MediaRow, MergeRow, NewKey,
    NewMedia, NewSession, OpenError, Overview, PressButton, Pressed, Progress, Prove, Proved, SiteRow,
    SiteUpdate, Slice, StaffRow, StartUpload, StartedUpload, Store, StoreResult, Swept, UploadRow,
};
use readers::Readers;
use writer::Writer;

#[cfg(any(test, feature = "testing"))]
pub use inline::{Conditions, InlineWriter};

/// See the module.
#[derive(Debug)]
pub struct SqliteStore {
    writer: Writer,
    readers: Readers,
}

/// What an operator may want otherwise, and tests do.
#[derive(Debug, Clone, Copy)]
pub struct SqliteOptions {
    /// How long a call waits for another program (a backup, a curious operator) to let go of the file.
    pub busy_timeout: Duration,
    /// Most pages of 4096 bytes that the file may have; what does not fit is answered like a full disk.
    pub max_pages: Option<u32>,
    /// Where `SQLite` keeps the file, if not in the file system: `memdb` for a database in memory.
    pub vfs: Option<&'static str>,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            busy_timeout: Duration::from_secs(5),
            max_pages: None,
            vfs: None,
        }
    }
}

impl SqliteStore {
    /// Opens the file, makes it where there is none, and brings it to this release's schema.
    ///
    /// # Errors
    /// [`OpenError`] says which file, what is wrong and what to do.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        Self::open_with(path, SqliteOptions::default())
    }

    /// Opens the file of a server that may be running: neither makes one nor changes its schema, so that a command of
    /// a newer release cannot pull the tables from under a server of an older one.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open_beside(path: &Path) -> Result<Self, OpenError> {
        let options = SqliteOptions::default();
        let connection = connection::open_beside(path, options)?;
        let readers = Readers::new(path, options);
        let writer = Writer::start(path, options, connection)?;
        Ok(Self { writer, readers })
    }

    /// As [`Self::open`], with other options.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open_with(path: &Path, options: SqliteOptions) -> Result<Self, OpenError> {
        let connection = connection::open_first(path, options)?;
        let readers = Readers::new(path, options);
        let writer = Writer::start(path, options, connection)?;
        Ok(Self { writer, readers })
    }

    /// How many transactions were committed since the start: less than the calls, when calls shared some.
    pub fn commits(&self) -> u64 {
        self.writer.commits()
    }

    async fn write<T, F>(&self, work: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        self.writer.write(work).await
    }

    async fn read<T, F>(&self, work: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        self.readers.read(work).await
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn create_first_site(&self, first: FirstSite) -> StoreResult<bool> {
        self.write(move |db| sites::create_first(db, &first)).await
    }

    async fn site(&self, id: Option<SiteId>) -> StoreResult<Option<SiteRow>> {
        self.read(move |db| sites::site(db, id.as_ref())).await
    }

    async fn update_site(&self, id: SiteId, update: SiteUpdate) -> StoreResult<Option<SiteRow>> {
        self.write(move |db| sites::update(db, &id, &update)).await
    }

    async fn api_key(&self, key_hash: [u8; 32]) -> StoreResult<Option<KeyRow>> {
        self.read(move |db| keys::find(db, key_hash)).await
    }

    async fn api_keys(&self) -> StoreResult<Vec<ListedKey>> {
        self.read(keys::list).await
    }

    async fn create_api_key(&self, key: NewKey) -> StoreResult<bool> {
        self.write(move |db| keys::create(db, &key)).await
    }

    async fn touch_api_key(&self, key_hash: [u8; 32], now_micros: u64) -> StoreResult<()> {
        self.write(move |db| keys::touch(db, key_hash, now_micros)).await
    }

    async fn delete_api_key(&self, key_hash: [u8; 32]) -> StoreResult<bool> {
        self.write(move |db| keys::delete(db, key_hash)).await
    }

    async fn set_staff_password(
        &self,
        email: String,
        password_hash: String,
    ) -> StoreResult<Option<StaffRow>> {
        self.write(move |db| sites::set_password(db, &email, &password_hash))
            .await
    }

    async fn staff_by_email(&self, email: String) -> StoreResult<Option<StaffRow>> {
        self.read(move |db| sites::staff_by_email(db, &email)).await
    }

    async fn create_staff_session(&self, session: NewSession) -> StoreResult<()> {
        self.write(move |db| sites::create_session(db, &session)).await
    }

    async fn staff_by_session(&self, token_hash: [u8; 32], now_micros: u64) -> StoreResult<Option<StaffRow>> {
        self.read(move |db| sites::staff_by_session(db, token_hash, now_micros))
            .await
    }

    async fn delete_staff_session(&self, token_hash: [u8; 32]) -> StoreResult<()> {
        self.write(move |db| sites::delete_session(db, token_hash)).await
    }

    async fn get_or_create_conversation(&self, wanted: GetOrCreate) -> StoreResult<(ConversationRow, bool)> {
        // Most calls ask for one that is there: that needs no place in the writer's queue.
        let id = wanted.id.clone();
        if let Some(there) = self.read(move |db| conversations::find(db, &id)).await? {
            return Ok((there.row, false));
        }
        self.write(move |db| conversations::get_or_create(db, &wanted).map(|(found, made)| (found.row, made)))
            .await
    }

    async fn conversation(&self, id: ConversationId) -> StoreResult<Option<ConversationRow>> {
        self.read(move |db| Ok(conversations::find(db, &id)?.map(|found| found.row)))
            .await
    }

    async fn overview(&self, id: ConversationId, audience: Audience) -> StoreResult<Option<Overview>> {
        self.read(move |db| match conversations::find(db, &id)? {
            Some(found) => marks::overview(db, found, audience).map(Some),
            None => Ok(None),
        })
        .await
    }

    async fn conversations(
        &self,
        site: SiteId,
        before: Option<ListPlace>,
        limit: u32,
    ) -> StoreResult<Vec<ConversationRow>> {
        self.read(move |db| conversations::newest(db, &site, before, limit))
            .await
    }

    async fn conversations_changed(
        &self,
        site: SiteId,
        revision: u64,
        limit: u32,
    ) -> StoreResult<Vec<ConversationRow>> {
        self.read(move |db| conversations::changed(db, &site, revision, limit))
            .await
    }

    async fn revision(&self, site: SiteId) -> StoreResult<u64> {
        self.read(move |db| sites::revision(db, &site)).await
    }

    async fn delete_conversation(&self, site: SiteId, id: ConversationId) -> StoreResult<bool> {
        self.write(move |db| conversations::delete(db, &site, &id)).await
    }

    async fn append_message(&self, append: Append) -> StoreResult<Appended> {
        self.write(move |db| append::append(db, append)).await
    }

    async fn history(
        &self,
        conversation: ConversationId,
        audience: Audience,
        slice: Slice,
    ) -> StoreResult<Option<History>> {
        self.read(move |db| history::history(db, &conversation, audience, slice))
            .await
    }

    async fn changes(&self, query: ChangesQuery) -> StoreResult<Option<Changes>> {
        self.read(move |db| changes::changes(db, &query)).await
    }

    async fn press_button(&self, press: PressButton) -> StoreResult<Pressed> {
        self.write(move |db| press::press(db, &press)).await
    }

    async fn move_mark(&self, mark: MarkMove) -> StoreResult<Option<(Overview, bool)>> {
        self.write(move |db| marks::advance(db, &mark)).await
    }

    async fn identity_keys(&self, site: SiteId) -> StoreResult<Vec<IdentityKeyRow>> {
        self.read(move |db| identity::keys(db, &site)).await
    }

    async fn create_identity_key(
        &self,
        key: IdentityKeyRow,
        replaces: Option<(String, u64)>,
    ) -> StoreResult<bool> {
        self.write(move |db| {
            let replaces = replaces.as_ref().map(|(id, expires)| (id.as_str(), *expires));
            identity::create_key(db, &key, replaces)
        })
        .await
    }

    async fn delete_identity_key(&self, site: SiteId, id: String) -> StoreResult<bool> {
        self.write(move |db| identity::delete_key(db, &site, &id)).await
    }

    async fn claim_profile(&self, claim: Claim) -> StoreResult<()> {
        self.write(move |db| identity::claim(db, &claim)).await
    }

    async fn prove_member(&self, prove: Prove) -> StoreResult<Proved> {
        // A member who opens the next page proves the same again: that needs no place in the writer's queue.
        let asked = prove.clone();
        let (settled, past) = self
            .read(move |db| {
                let known = conversations::find(db, &asked.member.id)?;
                let past = known.is_some_and(|known| known.row.merged_into.is_some());
                Ok((identity::settled(db, &asked)?, past))
            })
            .await?;
        if past {
            return Ok(Proved::Past);
        }
        if settled {
            return Ok(Proved::Known);
        }
        self.write(move |db| merge::prove(db, &prove)).await
    }

    async fn merges(&self, id: ConversationId) -> StoreResult<Vec<MergeRow>> {
        self.read(move |db| match conversations::find(db, &id)? {
            Some(found) => merge::merges(db, found.number),
            None => Ok(Vec::new()),
        })
        .await
    }

    async fn end_session(&self, id: [u8; 32], expires: u64, now_micros: u64) -> StoreResult<()> {
        self.write(move |db| identity::end_session(db, id, expires, now_micros))
            .await
    }

    async fn session_ended(&self, id: [u8; 32]) -> StoreResult<bool> {
        self.read(move |db| identity::session_ended(db, id)).await
    }

    async fn events_after(&self, site: SiteId, after: u64, limit: u32) -> StoreResult<Vec<LoggedEvent>> {
        self.read(move |db| events::after(db, &site, after, limit)).await
    }

    async fn create_media(&self, media: NewMedia) -> StoreResult<(MediaRow, bool)> {
        self.write(move |db| media::create(db, &media)).await
    }

    async fn media_by_client(
        &self,
        site: SiteId,
        owner: String,
        client: ClientId,
    ) -> StoreResult<Option<MediaRow>> {
        self.read(move |db| media::by_client(db, &site, &owner, &client))
            .await
    }

    async fn media(&self, ids: Vec<MediaId>) -> StoreResult<Vec<MediaRow>> {
        self.read(move |db| media::by_ids(db, &ids)).await
    }

    async fn start_upload(&self, start: StartUpload) -> StoreResult<StartedUpload> {
        self.write(move |db| uploads::start(db, start)).await
    }

    async fn upload(&self, id: MediaId) -> StoreResult<Option<UploadRow>> {
        self.read(move |db| uploads::by_id(db, &id)).await
    }

    async fn advance_upload(&self, progress: Progress) -> StoreResult<bool> {
        self.write(move |db| uploads::advance(db, &progress)).await
    }

    async fn finish_upload(&self, media: NewMedia) -> StoreResult<Option<MediaRow>> {
        self.write(move |db| uploads::finish(db, &media)).await
    }

    async fn drop_upload(&self, id: MediaId) -> StoreResult<()> {
        self.write(move |db| uploads::remove(db, &id)).await
    }

    async fn sweep_media(&self, before_micros: u64, now_micros: u64) -> StoreResult<Swept> {
        self.write(move |db| uploads::sweep(db, before_micros, now_micros))
            .await
    }

    async fn unknown_files(&self, storage_names: Vec<String>) -> StoreResult<Vec<String>> {
        self.read(move |db| uploads::unknown(db, storage_names)).await
    }

    async fn check(&self) -> StoreResult<()> {
        self.read(|db| db.query_row("SELECT count(*) FROM site", [], |_| Ok(())))
            .await?;
        // Takes the write lock and gives it back, so asking often costs nothing; but where the last change failed, only
        // a real one can tell whether that has mended.
        let failing = self.writer.failing();
        self.write(move |db| {
            if failing {
                db.execute("UPDATE site SET revision = revision + 1", [])?;
            }
            Ok(())
        })
        .await
    }

    async fn close(&self) {
        self.writer.close().await;
        self.readers.close();
    }
}
