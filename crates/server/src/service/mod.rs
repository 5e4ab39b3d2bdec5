//! The rules of the chat: who may do what, in which order (`design.md` section 4). The only caller of store and broker.
//!
//! An edge authenticates a caller ([`identity`]), and passes it as the first argument of the call. Calls come in
//! groups, one file each: [`start`], [`identity`], [`session`], [`conversations`], [`send`], [`read`], [`press`],
//! [`marks`], [`events`], [`media`], [`live`], [`site`]. What a participant is shown is made in [`view`] only.

pub mod caller;
pub mod config;
pub mod error;
pub mod live;
pub mod media;

mod conversations;
mod events;
mod identity;
mod marks;
mod press;
mod read;
mod send;
mod session;
mod site;
mod start;

use std::sync::Arc;

use crate::broker::Broker;
use crate::clock::{Clock, to_wire_date};
use crate::ids::Random;
use crate::store::Store;

pub use caller::{AppCaller, ParticipantCaller, StaffCaller};
pub use config::{Rate, Rates, ServiceConfig};
pub use error::{ServiceError, ServiceResult};
pub use identity::{SESSION_COOKIE_MAX_AGE_S, SignedIn};
pub use live::{ListChanges, LiveMessage, ParticipantChanges, ParticipantWelcome, Place, PresenceGuard, StaffChanges, StaffOpened};
pub use media::{MediaOwner, NewUpload, OpenedMedia, RegisteredUpload};
pub use read::HistoryQuery;
pub use site::{Site, SiteChange};
pub use start::{FirstSecrets, FirstStart};

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
}

impl Service {
    /// A service on these parts.
    pub fn new(parts: Parts, config: ServiceConfig) -> Self {
        Self { inner: Arc::new(Inner { parts, config }) }
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
        Err(unbuilt())
    }
}

fn unbuilt() -> ServiceError {
    ServiceError::Internal { reason: "not built".to_owned() }
}
