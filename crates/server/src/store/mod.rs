//! The truth. [`Store`] is what the service needs of a database; [`sqlite`] is the one for a single server.
//!
//! One method is one use case and one transaction: what a method says it did is on the disk when it returns, and
//! what it refused has left nothing behind. Which messages a reader may see is decided here, in the query, before a
//! page is counted ([`Audience`]). Rules that several stores would repeat stand in [`button`].
//!
//! `contract` is the suite that every store passes.

pub mod button;
#[cfg(any(test, feature = "testing"))]
pub mod contract;
pub mod conversation;
pub mod event;
pub mod identity;
pub mod media;
pub mod message;
pub mod site;
pub mod sqlite;
pub mod upload;
pub mod webhook;

mod error;

use std::fmt::Debug;

use async_trait::async_trait;
use shopbell_protocol::{ClientId, ConversationId, MediaId, SiteId};

pub use conversation::{ConversationRow, GetOrCreate, ListPlace, MarkMove, Overview};
pub use error::{OpenError, StoreError, StoreResult};
pub use event::{LoggedEvent, LoggedFact};
pub use identity::{Claim, IdentityAlgorithm, IdentityKeyRow, MergeRow, Profile, Prove, Proved};
pub use media::{MediaRow, NewMedia};
pub use message::{
    Append, Appended, Arrival, Audience, Changes, ChangesQuery, ClientKey, History, Press, PressButton,
    Pressed, Slice, StoredMessage, VisibleMessage, Writer,
};
pub use site::{FirstSite, KeyRow, ListedKey, NewKey, NewSession, SiteRow, SiteUpdate, StaffRow};
pub use upload::{Progress, StartUpload, StartedUpload, Swept, UploadRow};

pub use webhook::WebhookStore;

/// A database that keeps everything; what webhooks need of it is [`WebhookStore`].
#[async_trait]
pub trait Store: WebhookStore + Debug + Send + Sync + 'static {
    /// Makes the first site with its owner and key; `false` when a site is there already.
    async fn create_first_site(&self, first: FirstSite) -> StoreResult<bool>;

    /// The site of this id; the oldest where absent.
    async fn site(&self, id: Option<SiteId>) -> StoreResult<Option<SiteRow>>;

    /// Changes a site; `None` when it is unknown.
    async fn update_site(&self, id: SiteId, update: SiteUpdate) -> StoreResult<Option<SiteRow>>;

    /// The program that a key's hash belongs to.
    async fn api_key(&self, key_hash: [u8; 32]) -> StoreResult<Option<KeyRow>>;

    /// Every key of every program, oldest first.
    async fn api_keys(&self) -> StoreResult<Vec<ListedKey>>;

    /// Makes a key. `false`, and nothing is made, when the key that it replaces is gone or was replaced already.
    async fn create_api_key(&self, key: NewKey) -> StoreResult<bool>;

    /// Notes that a key was used.
    async fn touch_api_key(&self, key_hash: [u8; 32], now_micros: u64) -> StoreResult<()>;

    /// Takes a key's right away; `false` when there is no such key.
    async fn delete_api_key(&self, key_hash: [u8; 32]) -> StoreResult<bool>;

    /// The staff member with this login, in lower case.
    async fn staff_by_email(&self, email: String) -> StoreResult<Option<StaffRow>>;

    /// Sets the password of a login and ends all of its sessions; who it is, or `None` for an unknown login.
    async fn set_staff_password(&self, email: String, password_hash: String)
    -> StoreResult<Option<StaffRow>>;

    /// Starts a session, and forgets those that ended.
    async fn create_staff_session(&self, session: NewSession) -> StoreResult<()>;

    /// Who a session belongs to, unless it ended before `now_micros`.
    async fn staff_by_session(&self, token_hash: [u8; 32], now_micros: u64) -> StoreResult<Option<StaffRow>>;

    /// Ends a session.
    async fn delete_staff_session(&self, token_hash: [u8; 32]) -> StoreResult<()>;

    /// The one conversation of a participant, and whether this call made it. Of many simultaneous first calls
    /// exactly one makes it.
    async fn get_or_create_conversation(&self, wanted: GetOrCreate) -> StoreResult<(ConversationRow, bool)>;

    /// A conversation, whatever its site, merged or not.
    async fn conversation(&self, id: ConversationId) -> StoreResult<Option<ConversationRow>>;

    /// A conversation with what this audience may know of its state.
    async fn overview(&self, id: ConversationId, audience: Audience) -> StoreResult<Option<Overview>>;

    /// Conversations of a site, newest first, from `before` on.
    async fn conversations(
        &self,
        site: SiteId,
        before: Option<ListPlace>,
        limit: u32,
    ) -> StoreResult<Vec<ConversationRow>>;

    /// Conversations of a site that changed after `revision`, in the order of their change.
    async fn conversations_changed(
        &self,
        site: SiteId,
        revision: u64,
        limit: u32,
    ) -> StoreResult<Vec<ConversationRow>>;

    /// The newest revision of a site; 0 for an unknown one.
    async fn revision(&self, site: SiteId) -> StoreResult<u64>;

    /// Deletes a conversation of this site with its messages, presses and events; `false` when there is none. A merged
    /// one is none.
    async fn delete_conversation(&self, site: SiteId, id: ConversationId) -> StoreResult<bool>;

    /// Appends a message: idempotency, preconditions, sequence, message, list line and event in one transaction.
    async fn append_message(&self, append: Append) -> StoreResult<Appended>;

    /// Part of a conversation's history; `None` when it is unknown.
    async fn history(
        &self,
        conversation: ConversationId,
        audience: Audience,
        slice: Slice,
    ) -> StoreResult<Option<History>>;

    /// What changed in a conversation, as of one instant; `None` when it is unknown.
    async fn changes(&self, query: ChangesQuery) -> StoreResult<Option<Changes>>;

    /// Presses a button: idempotency, state, interaction and event in one transaction.
    async fn press_button(&self, press: PressButton) -> StoreResult<Pressed>;

    /// Moves a mark forward, never back and never beyond what the side may see. The second value says whether it
    /// moved. `None` when the conversation is unknown.
    async fn move_mark(&self, mark: MarkMove) -> StoreResult<Option<(Overview, bool)>>;

    /// The keys by which a site proves who its members are, oldest first.
    async fn identity_keys(&self, site: SiteId) -> StoreResult<Vec<IdentityKeyRow>>;

    /// Makes a key. Where it takes another's place, that one counts until the given time at most; `false` when there is
    /// no such other, and then nothing is made.
    async fn create_identity_key(
        &self,
        key: IdentityKeyRow,
        replaces: Option<(String, u64)>,
    ) -> StoreResult<bool>;

    /// Takes a key's right away; `false` when there is no such key.
    async fn delete_identity_key(&self, site: SiteId, id: String) -> StoreResult<bool>;

    /// Writes down what a visitor says of themselves; what was proven stays.
    async fn claim_profile(&self, claim: Claim) -> StoreResult<()>;

    /// Writes down what was proven, and makes the two conversations one: messages, presses, events, files, marks, the
    /// event and the note of the merge in one transaction.
    async fn prove_member(&self, prove: Prove) -> StoreResult<Proved>;

    /// What was merged into a conversation, oldest first.
    async fn merges(&self, id: ConversationId) -> StoreResult<Vec<MergeRow>>;

    /// A member's session ends before its time.
    async fn end_session(&self, id: [u8; 32], expires: u64, now_micros: u64) -> StoreResult<()>;

    /// Whether it has ended so.
    async fn session_ended(&self, id: [u8; 32]) -> StoreResult<bool>;

    /// The log of a site after a cursor, oldest first.
    async fn events_after(&self, site: SiteId, after: u64, limit: u32) -> StoreResult<Vec<LoggedEvent>>;

    /// Makes a stored file known; a repetition by owner and client id gets the first row, and `true`.
    async fn create_media(&self, media: NewMedia) -> StoreResult<(MediaRow, bool)>;

    /// The file that an owner registered under a client id.
    async fn media_by_client(
        &self,
        site: SiteId,
        owner: String,
        client: ClientId,
    ) -> StoreResult<Option<MediaRow>>;

    /// Those of the ids that exist, in any order.
    async fn media(&self, ids: Vec<MediaId>) -> StoreResult<Vec<MediaRow>>;

    /// Begins an upload, or finds the one that its owner began under the same client id; bounded by what the owner may
    /// upload in a day.
    async fn start_upload(&self, start: StartUpload) -> StoreResult<StartedUpload>;

    /// An upload that is not whole yet, its time over or not.
    async fn upload(&self, id: MediaId) -> StoreResult<Option<UploadRow>>;

    /// More of an upload is on the disk; `false` when it is gone.
    async fn advance_upload(&self, progress: Progress) -> StoreResult<bool>;

    /// An upload is whole: it becomes a file that messages may name. `None` when the upload is gone.
    async fn finish_upload(&self, media: NewMedia) -> StoreResult<Option<MediaRow>>;

    /// Forgets an upload that is not whole.
    async fn drop_upload(&self, id: MediaId) -> StoreResult<()>;

    /// Forgets some of the files that no message named and that were made known before `before_micros`, and of the
    /// uploads that ended before `now_micros`; empty when there are none left.
    async fn sweep_media(&self, before_micros: u64, now_micros: u64) -> StoreResult<Swept>;

    /// Those of the names in the media folder that nothing is known about.
    async fn unknown_files(&self, storage_names: Vec<String>) -> StoreResult<Vec<String>>;

    /// Whether reading and writing work now.
    async fn check(&self) -> StoreResult<()>;

    /// Finishes what was asked, then stops; later calls are answered `Unavailable`.
    async fn close(&self);
}
