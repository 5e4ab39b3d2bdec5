//! Who is connected: counted in memory, told as it changes, never stored.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use shopbell_protocol::shown::Side;
use shopbell_protocol::{ConversationId, SiteId};

use super::{ParticipantCaller, Service, StaffCaller};
use crate::broker::{Signal, SignalKind};

/// Connections by participant (as their conversation) and of the staff by site.
#[derive(Debug, Default)]
pub(super) struct Presence {
    participants: Mutex<HashMap<ConversationId, usize>>,
    staff: Mutex<HashMap<SiteId, usize>>,
}

/// A side is present while this lives; dropping it says that the connection is gone.
#[derive(Debug)]
pub struct PresenceGuard {
    service: Service,
    site_id: SiteId,
    /// `None` for a connection of the staff.
    conversation_id: Option<ConversationId>,
}

impl Service {
    /// A connection of the participant is there, until the guard is dropped.
    pub fn participant_connected(&self, caller: &ParticipantCaller) -> PresenceGuard {
        let guard = PresenceGuard {
            service: self.clone(),
            site_id: caller.site_id.clone(),
            conversation_id: Some(caller.conversation_id.clone()),
        };
        add(&self.inner.presence.participants, &caller.conversation_id, || {
            guard.tell(true);
        });
        guard
    }

    /// A connection of the staff is there, until the guard is dropped.
    pub fn staff_connected(&self, caller: &StaffCaller) -> PresenceGuard {
        let guard = PresenceGuard {
            service: self.clone(),
            site_id: caller.site_id.clone(),
            conversation_id: None,
        };
        add(&self.inner.presence.staff, &caller.site_id, || guard.tell(true));
        guard
    }

    /// Whether anybody of the staff is connected.
    pub fn staff_online(&self, site: &SiteId) -> bool {
        lock(&self.inner.presence.staff).contains_key(site)
    }

    /// Whether the participant of a conversation is connected.
    pub fn participant_online(&self, conversation: &ConversationId) -> bool {
        lock(&self.inner.presence.participants).contains_key(conversation)
    }
}

impl PresenceGuard {
    fn tell(&self, online: bool) {
        let signal = |conversation_id, side| Signal {
            site_id: self.site_id.clone(),
            conversation_id,
            kind: SignalKind::Presence { side, online },
        };
        if let Some(id) = &self.conversation_id {
            self.service
                .broker()
                .publish(signal(id.clone(), Side::Participant));
        } else {
            let every = ConversationId(String::new());
            self.service
                .broker()
                .publish_to_site(signal(every, Side::Business));
        }
    }
}

impl Drop for PresenceGuard {
    fn drop(&mut self) {
        let presence = &self.service.inner.presence;
        let tell = || self.tell(false);
        match &self.conversation_id {
            Some(id) => remove(&presence.participants, id, tell),
            None => remove(&presence.staff, &self.site_id, tell),
        }
    }
}

/// Tells the first. Under the lock, as the last is: otherwise one who goes while another comes could be told last, and
/// the side would look gone while it is there.
fn add<K: Hash + Eq + Clone>(counts: &Mutex<HashMap<K, usize>>, key: &K, tell: impl FnOnce()) {
    let mut counts = lock(counts);
    let count = counts.entry(key.clone()).or_default();
    *count += 1;
    if *count == 1 {
        tell();
    }
}

/// Tells the last.
fn remove<K: Hash + Eq>(counts: &Mutex<HashMap<K, usize>>, key: &K, tell: impl FnOnce()) {
    let mut counts = lock(counts);
    let Some(count) = counts.get_mut(key) else { return };
    *count = count.saturating_sub(1);
    if *count == 0 {
        counts.remove(key);
        tell();
    }
}

// Each change of a map is a single step: it stays whole whatever happened to the thread that held it.
fn lock<K>(counts: &Mutex<HashMap<K, usize>>) -> MutexGuard<'_, HashMap<K, usize>> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}
