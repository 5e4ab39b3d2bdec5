//! Says "look again" to whoever shows a conversation or a site, and carries what is never stored: typing, presence.
//!
//! Lossy by contract. A subscriber that was too slow, or whose signal was lost on the way, finds everything in the
//! store with its next look, which it takes on a slow timer too. A message that was just stored comes along, so that most
//! of its readers need no look. Start reading at [`Broker`].
//!
//! `contract` is the suite that every broker passes.

#[cfg(any(test, feature = "testing"))]
pub mod contract;
mod local;

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use shopbell_protocol::shown::Side;
use shopbell_protocol::{ConversationId, SiteId, StaffId};

use crate::store::Arrival;

pub use local::LocalBroker;

/// What one can listen to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Everything of one conversation of this site.
    Conversation(SiteId, ConversationId),
    /// Everything of all conversations of a site, for the staff and for readers of the event log.
    Site(SiteId),
}

/// Something is new in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// Of this site.
    pub site_id: SiteId,
    /// In this conversation.
    pub conversation_id: ConversationId,
    /// What.
    pub kind: SignalKind,
}

/// What is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignalKind {
    /// Something was stored: look into the store.
    Look,
    /// A message was stored, and it is the only news: whoever holds everything before it need not look for it.
    Stored(Arc<Arrival>),
    /// Sessions of the site's staff ended: whoever holds a connection with one looks whether it was theirs. Concerns no
    /// conversation.
    SessionsEnded,
    /// Somebody is typing, or stopped.
    Typing {
        /// The side that types.
        side: Side,
        /// Display name, where there is one.
        who: Option<String>,
        /// Which member of the staff, so that nobody is told of their own typing: names may be empty, or the same.
        staff_id: Option<StaffId>,
        /// Typing now.
        on: bool,
    },
    /// A side came or went. For [`Side::Business`] it concerns every conversation of the site, whatever
    /// `conversation_id` says.
    Presence {
        /// The side that came or went.
        side: Side,
        /// There now.
        online: bool,
    },
}

/// What a subscriber is handed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A signal.
    Signal(Signal),
    /// Signals were lost: look at everything.
    Missed,
    /// The broker has stopped; no more will come.
    Closed,
}

/// The way from a change to those who show it.
pub trait Broker: Debug + Send + Sync + 'static {
    /// Hands `signal` to the subscribers of its conversation and of its site. Never waits; may lose it.
    fn publish(&self, signal: Signal);

    /// Hands `signal` to every conversation of its site that somebody listens to, and to the site's subscribers.
    fn publish_to_site(&self, signal: Signal);

    /// Listens from now on.
    fn subscribe(&self, topic: Topic) -> Subscription;
}

/// Listening ends when this is dropped.
pub struct Subscription(Box<dyn Listen>);

impl Subscription {
    /// Made by brokers.
    pub fn new(listen: Box<dyn Listen>) -> Self {
        Self(listen)
    }

    /// Waits for the next signal. Cancel safe: dropping the future loses nothing.
    pub async fn heard(&mut self) -> Heard {
        self.0.heard().await
    }
}

impl Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Subscription")
    }
}

/// The receiving end that a broker makes.
#[async_trait]
pub trait Listen: Send + Sync {
    /// Waits for the next signal; cancel safe.
    async fn heard(&mut self) -> Heard;
}
