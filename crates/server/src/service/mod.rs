//! The rules of the chat: who may do what, in which order (`design.md` section 4). The only caller of store and broker.
//!
//! An edge authenticates a caller (`identity`) and passes it as the first argument of the call. Calls come in groups,
//! one file each: `start`, `identity`, `session`, `member`, `identity_keys`, `conversations`, `send`, `read`, `press`,
//! `marks`, `events`, `media`, `uploads`, `live`, `site`, `keys`, `webhooks`, `access`, `declared`, `chat_events`, `grant`.
//! What a participant is shown is made in `view` only.

mod access;
mod attachments;
mod caller;
mod chat_events;
mod config;
mod conversations;
mod cursor;
mod declared;
mod demo;
mod error;
mod events;
mod grant;
mod identity;
mod identity_keys;
mod keys;
mod live;
mod marks;
mod media;
mod media_links;
mod member;
mod presence;
mod press;
mod proof;
mod read;
mod secret;
mod send;
mod session;
mod site;
mod start;
mod token;
mod uploads;
mod view;
mod webhooks;

use std::future::Future;
use std::sync::Arc;

use futures_util::FutureExt as _;
use shopbell_protocol::{ClientId, ConversationId, EventId, SiteId};

use crate::broker::{Broker, Signal, SignalKind};
use crate::clock::{Clock, to_wire_date};
use crate::ids::{Random, ordered_guid};
use crate::store::{Arrival, SiteRow, Store};
use keys::KeyUses;
use presence::Presence;
use site::SiteCache;
use view::View;

pub use access::NewPassword;
pub use caller::{AppCaller, MemberSession, ParticipantCaller, StaffCaller};
pub use config::ServiceConfig;
pub use demo::{DEMO_MEMBERS, DemoMember};
pub use error::{ServiceError, ServiceResult};
pub use events::{LogPage, log_place};
pub use identity::{SESSION_COOKIE_MAX_AGE_S, SignedIn};
pub use identity_keys::{IdentityKey, MadeIdentityKey, NewIdentityKey};
pub use live::{
    ListChanges, LiveMessage, News, ParticipantChanges, ParticipantWelcome, Place, StaffChanges, StaffOpened,
};
pub use media::{MediaOwner, NewUpload, OpenedMedia, RegisteredUpload};
pub use presence::PresenceGuard;
pub use read::HistoryQuery;
pub use site::{Site, SiteChange};
pub use start::{FirstSecrets, FirstStart};
pub use uploads::{AnnouncedUpload, UploadState, UploadUnderWay};

/// The parts that a service is made of.
#[derive(Debug)]
pub struct Parts {
    /// The truth.
    pub store: Arc<dyn Store>,
    /// Says "look again".
    pub broker: Arc<dyn Broker>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where ids and secrets come from.
    pub random: Arc<dyn Random>,
}

/// The rules. Cheap to clone; all clones are the same service.
#[derive(Debug, Clone)]
pub struct Service {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    parts: Parts,
    config: ServiceConfig,
    sites: SiteCache,
    presence: Presence,
    key_uses: KeyUses,
    /// Rings when something was stored, for the loops that call webhook endpoints.
    stored: tokio::sync::watch::Sender<()>,
    /// Rings when there may be another endpoint to call.
    endpoints_changed: tokio::sync::Notify,
    // Hashing a password takes much memory; more at once than this wait.
    hashing: Arc<tokio::sync::Semaphore>,
}

impl Service {
    /// A service on these parts.
    pub fn new(parts: Parts, config: ServiceConfig) -> Self {
        let inner = Inner {
            parts,
            config,
            sites: SiteCache::default(),
            presence: Presence::default(),
            key_uses: KeyUses::default(),
            stored: tokio::sync::watch::Sender::new(()),
            endpoints_changed: tokio::sync::Notify::new(),
            hashing: Arc::new(tokio::sync::Semaphore::new(2)),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// How it was configured.
    pub fn config(&self) -> &ServiceConfig {
        &self.inner.config
    }

    /// Microseconds since 1970, by the app's clock.
    pub fn now_micros(&self) -> u64 {
        self.inner.parts.clock.now_micros()
    }

    /// The app's time as it stands on the wire.
    pub fn server_time(&self) -> String {
        to_wire_date(self.now_micros())
    }

    /// Whether the store can be read and written now; for `/readyz`.
    ///
    /// # Errors
    /// `Unavailable` says in `reason` what is wrong.
    pub async fn check(&self) -> ServiceResult<()> {
        Ok(self.store().check().await?)
    }

    /// Finishes what the store was asked for, then stops it; the last step of a graceful end.
    pub async fn close(&self) {
        self.store().close().await;
    }

    fn store(&self) -> &dyn Store {
        &*self.inner.parts.store
    }

    fn broker(&self) -> &dyn Broker {
        &*self.inner.parts.broker
    }

    fn random(&self) -> &dyn Random {
        &*self.inner.parts.random
    }

    /// An id for something that a page drawn by the server will send.
    ///
    /// # Errors
    /// `Unavailable` when the system has no randomness.
    pub fn new_client_id(&self) -> ServiceResult<ClientId> {
        Ok(ClientId(ordered_guid(self.random(), self.now_micros())?))
    }

    fn event_id(&self) -> ServiceResult<EventId> {
        Ok(EventId(ordered_guid(self.random(), self.now_micros())?))
    }

    fn view<'a>(&'a self, site: &'a SiteRow) -> View<'a> {
        View {
            site,
            public_origin: &self.inner.config.public_origin,
            now_micros: self.now_micros(),
        }
    }

    /// Hands a message that was just stored to whoever shows its conversation.
    fn hand_round(&self, site_id: SiteId, arrival: Arrival) {
        self.broker().publish(Signal {
            site_id,
            conversation_id: arrival.message.conversation_id.clone(),
            kind: SignalKind::Stored(Arc::new(arrival)),
        });
        self.inner.stored.send_replace(());
    }

    /// Tells whoever shows the conversation to look again.
    fn look_again(&self, site_id: SiteId, conversation_id: ConversationId) {
        self.broker().publish(Signal {
            site_id,
            conversation_id,
            kind: SignalKind::Look,
        });
        self.inner.stored.send_replace(());
    }

    /// Tells every connection of the site's staff to look whether its session was among those that ended.
    fn sessions_ended(&self, site_id: SiteId) {
        self.broker().publish(Signal {
            site_id,
            // Of no conversation: nobody listens to this one.
            conversation_id: ConversationId(String::new()),
            kind: SignalKind::SessionsEnded,
        });
    }

    /// Runs a change to its end even if the caller goes away: what was stored must be told to those who look.
    async fn to_the_end<T, F>(&self, work: impl FnOnce(Self) -> F) -> ServiceResult<T>
    where
        T: Send + 'static,
        F: Future<Output = ServiceResult<T>> + Send + 'static,
    {
        self.begin(work).await
    }

    /// The same, and begun before this returns: what one caller begins one after another reaches the store in that
    /// order, however long each then takes.
    fn begin<T, F, W>(&self, work: W) -> impl Future<Output = ServiceResult<T>> + Send + use<T, F, W>
    where
        W: FnOnce(Self) -> F,
        T: Send + 'static,
        F: Future<Output = ServiceResult<T>> + Send + 'static,
    {
        let mut work = Box::pin(work(self.clone()));
        let rest = match (&mut work).now_or_never() {
            Some(done) => Ok(done),
            None => Err(tokio::spawn(work)),
        };
        async {
            match rest {
                Ok(done) => done,
                Err(task) => task.await.map_err(|error| ServiceError::Internal {
                    reason: error.to_string(),
                })?,
            }
        }
    }
}
