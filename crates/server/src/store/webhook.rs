//! What webhooks need of a store: endpoints, what they are owed, how each attempt went, the keys that sign.
//!
//! What an endpoint is owed follows from the event log: each endpoint has read the log up to a number, and reading on
//! writes deliveries and the new number in one transaction. So an event is owed from the moment it is logged, without a
//! row of its own in the transaction of a message.

use async_trait::async_trait;
use shopbell_protocol::admin::{DeliveryState, EndpointState, WebhookFormat};
use shopbell_protocol::{EventId, SiteId};

use super::{LoggedEvent, StoreResult};

/// Failures in a row after which an endpoint counts as down: it is then asked one thing at a time, and its first success
/// wakes everything that waits.
pub const DOWN_AFTER: u32 = 5;

/// A program's address that is told of events.
#[derive(Clone, PartialEq, Eq)]
pub struct EndpointRow {
    /// The store's own key.
    pub number: u64,
    /// A GUID.
    pub id: String,
    /// Of this site.
    pub site_id: SiteId,
    /// What its owner calls it.
    pub name: String,
    /// What is called.
    pub url: String,
    /// What a request carries.
    pub format: WebhookFormat,
    /// Event types; empty for all.
    pub types: Vec<String>,
    /// Signs, for `Standard`.
    pub secret: Option<Vec<u8>>,
    /// Signs beside it until then.
    pub old_secret: Option<(Vec<u8>, u64)>,
    /// Whether it is called.
    pub state: EndpointState,
    /// Why it is disabled.
    pub disabled_reason: Option<String>,
    /// The first failure after which nothing succeeded.
    pub failing_since: Option<u64>,
    /// Failed attempts after which nothing succeeded.
    pub failed_in_a_row: u32,
    /// When it was made.
    pub created: u64,
}

// Not derived: a secret must not get into a log by `{:?}`.
impl std::fmt::Debug for EndpointRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EndpointRow")
            .field("id", &self.id)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// An endpoint as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedEndpoint {
    /// The endpoint.
    pub row: EndpointRow,
    /// Deliveries that wait, events that were not read from the log yet included.
    pub waiting: u64,
    /// Deliveries that were given up.
    pub dead: u64,
    /// The last attempt.
    pub last_attempt: Option<AttemptRow>,
}

/// What to change of an endpoint; `None` leaves a field as it is.
#[derive(Clone, Default)]
pub struct EndpointUpdate {
    /// What its owner calls it.
    pub name: Option<String>,
    /// What is called.
    pub url: Option<String>,
    /// Event types.
    pub types: Option<Vec<String>>,
    /// Whether it is called. Made active again, it gets `give_up` for what waits, and is tried at once.
    pub state: Option<EndpointState>,
    /// A new secret, and until when the present one signs beside it.
    pub secret: Option<(Vec<u8>, u64)>,
    /// When.
    pub now_micros: u64,
    /// Until when what waits is tried, once it is called again.
    pub give_up: u64,
}

/// One try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptRow {
    /// When it began.
    pub started: u64,
    /// How long it took.
    pub duration_ms: u64,
    /// HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// What was wrong; `None` when it was accepted.
    pub error: Option<String>,
}

/// A delivery whose time has come.
#[derive(Debug, Clone, PartialEq)]
pub struct DueDelivery {
    /// The store's own key.
    pub number: u64,
    /// How often it failed.
    pub failures: u32,
    /// A failure after this is the last.
    pub give_up: u64,
    /// What to tell; `None` when the log's message is gone.
    pub event: Option<LoggedEvent>,
}

/// What there is to do for an endpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct EndpointWork {
    /// The endpoint as it is now.
    pub row: EndpointRow,
    /// The log has events that it has not read.
    pub news: bool,
    /// Deliveries whose time has come, those that waited longest first; of each conversation at most one.
    pub due: Vec<DueDelivery>,
    /// When the first of the others comes.
    pub next_due: Option<u64>,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Accepted.
    Delivered,
    /// To be tried again, then.
    Retry {
        /// When.
        due: u64,
    },
    /// Given up.
    Dead,
}

/// An attempt with its outcome, to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptDone {
    /// Of this endpoint.
    pub endpoint: u64,
    /// Of this delivery.
    pub delivery: u64,
    /// How it went.
    pub attempt: AttemptRow,
    /// What came of it.
    pub outcome: Outcome,
    /// The endpoint is not to be called any more, and why.
    pub disable: Option<String>,
    /// When.
    pub now_micros: u64,
}

/// A test event that was tried, to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestDone {
    /// Of this endpoint.
    pub endpoint: u64,
    /// The event's id.
    pub event_id: EventId,
    /// The event's type.
    pub event_type: String,
    /// How it went.
    pub attempt: AttemptRow,
}

/// A delivery as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    /// The store's own key.
    pub number: u64,
    /// The event's id.
    pub event_id: EventId,
    /// The event's type.
    pub event_type: String,
    /// How it stands.
    pub state: DeliveryState,
    /// Since when it is owed.
    pub created: u64,
    /// When it is tried next; `None` for a finished one.
    pub due: Option<u64>,
    /// Oldest first.
    pub attempts: Vec<AttemptRow>,
}

/// Which deliveries to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveriesQuery {
    /// Of this endpoint.
    pub endpoint: u64,
    /// Only these.
    pub state: Option<DeliveryState>,
    /// Only older ones.
    pub before: Option<u64>,
    /// At most.
    pub limit: u32,
}

/// Dead letters to be tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// Of this endpoint.
    pub endpoint: u64,
    /// Which; `None` for all.
    pub deliveries: Option<Vec<u64>>,
    /// When.
    pub now_micros: u64,
    /// Until when they are tried.
    pub give_up: u64,
}

/// A key that signs tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKeyRow {
    /// The token's `kid`.
    pub id: String,
    /// Of this site.
    pub site_id: SiteId,
    /// PKCS#8, PEM.
    pub private_pem: String,
    /// SPKI, PEM.
    pub public_pem: String,
    /// From when on it signs.
    pub signs_from: u64,
    /// When it was made.
    pub created: u64,
}

impl std::fmt::Debug for SigningKeyRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKeyRow")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// The part of a store that webhooks need.
#[async_trait]
pub trait WebhookStore {
    /// Makes an endpoint, which is told of what comes from now on; `number` is the store's to choose. `None` when the
    /// site has `most` already.
    async fn create_endpoint(&self, row: EndpointRow, most: u32) -> StoreResult<Option<EndpointRow>>;

    /// The endpoints of a site, oldest first.
    async fn endpoints(&self, site: SiteId) -> StoreResult<Vec<ListedEndpoint>>;

    /// Changes an endpoint; `false` when it is gone.
    async fn update_endpoint(&self, endpoint: u64, update: EndpointUpdate) -> StoreResult<bool>;

    /// Forgets an endpoint with everything it is owed; `false` when it is gone.
    async fn delete_endpoint(&self, endpoint: u64) -> StoreResult<bool>;

    /// Every endpoint that is called, of all sites.
    async fn active_endpoints(&self) -> StoreResult<Vec<u64>>;

    /// What there is to do for an endpoint; `None` when it is gone or not called.
    async fn endpoint_work(
        &self,
        endpoint: u64,
        now_micros: u64,
        limit: u32,
    ) -> StoreResult<Option<EndpointWork>>;

    /// Reads on in the log for an endpoint that is called: at most `limit` events, deliveries and place in one
    /// transaction.
    async fn owe_deliveries(
        &self,
        endpoint: u64,
        now_micros: u64,
        give_up: u64,
        limit: u32,
    ) -> StoreResult<()>;

    /// Records an attempt and what came of it; the next delivery of the conversation may follow. Nothing when the
    /// delivery is gone.
    async fn record_attempt(&self, done: AttemptDone) -> StoreResult<()>;

    /// Records a test event; its delivery's number.
    async fn record_test(&self, done: TestDone) -> StoreResult<u64>;

    /// Deliveries of an endpoint, newest first.
    async fn deliveries(&self, query: DeliveriesQuery) -> StoreResult<Vec<DeliveryRow>>;

    /// Lets dead letters wait again; how many.
    async fn replay(&self, replay: Replay) -> StoreResult<u64>;

    /// Forgets some of what was delivered before then; how many.
    async fn prune_deliveries(&self, before: u64, limit: u32) -> StoreResult<u64>;

    /// Keys of a site, newest first.
    async fn signing_keys(&self, site: SiteId) -> StoreResult<Vec<SigningKeyRow>>;

    /// Adds a key; with `first`, only where the site has none. Whether it was added.
    async fn add_signing_key(&self, key: SigningKeyRow, first: bool) -> StoreResult<bool>;
}
