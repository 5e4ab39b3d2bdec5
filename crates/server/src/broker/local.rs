//! The broker of a single process: a bounded ring per topic that somebody listens to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use async_trait::async_trait;

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::{Broker, Heard, Listen, Signal, Subscription, Topic};

/// Signals kept per conversation for a slow subscriber. Few: what it misses it finds in the store.
const CONVERSATION_RING: usize = 16;
/// Signals kept per site.
const SITE_RING: usize = 1024;

/// See the module.
#[derive(Debug, Default)]
pub struct LocalBroker {
    topics: Arc<Topics>,
}

type Topics = Mutex<HashMap<Topic, Entry>>;

#[derive(Debug)]
struct Entry {
    // Shared, so that a ring of a topic that is quiet is small.
    tx: broadcast::Sender<Arc<Signal>>,
    listeners: usize,
}

impl LocalBroker {
    /// How many topics somebody listens to.
    pub fn topics(&self) -> usize {
        lock(&self.topics).len()
    }
}

impl Broker for LocalBroker {
    fn publish(&self, signal: Signal) {
        let signal = Arc::new(signal);
        let topics = lock(&self.topics);
        let conversation = Topic::Conversation(signal.site_id.clone(), signal.conversation_id.clone());
        if let Some(entry) = topics.get(&conversation) {
            // An error means that nobody listens any more, which is what it would have done anyway.
            let _nobody = entry.tx.send(Arc::clone(&signal));
        }
        if let Some(entry) = topics.get(&Topic::Site(signal.site_id.clone())) {
            let _nobody = entry.tx.send(signal);
        }
    }

    fn publish_to_site(&self, signal: Signal) {
        let signal = Arc::new(signal);
        let topics = lock(&self.topics);
        for (topic, entry) in topics.iter() {
            let (Topic::Site(site) | Topic::Conversation(site, _)) = topic;
            if *site == signal.site_id {
                let _nobody = entry.tx.send(Arc::clone(&signal));
            }
        }
    }

    fn subscribe(&self, topic: Topic) -> Subscription {
        let mut topics = lock(&self.topics);
        let entry = topics.entry(topic.clone()).or_insert_with(|| Entry {
            tx: broadcast::Sender::new(match topic {
                Topic::Conversation(..) => CONVERSATION_RING,
                Topic::Site(_) => SITE_RING,
            }),
            listeners: 0,
        });
        entry.listeners += 1;
        let rx = entry.tx.subscribe();
        Subscription::new(Box::new(LocalListener {
            topics: Arc::downgrade(&self.topics),
            topic,
            rx,
        }))
    }
}

struct LocalListener {
    topics: Weak<Topics>,
    topic: Topic,
    rx: broadcast::Receiver<Arc<Signal>>,
}

#[async_trait]
impl Listen for LocalListener {
    async fn heard(&mut self) -> Heard {
        match self.rx.recv().await {
            Ok(signal) => Heard::Signal(Arc::unwrap_or_clone(signal)),
            Err(RecvError::Lagged(_)) => Heard::Missed,
            Err(RecvError::Closed) => Heard::Closed,
        }
    }
}

impl Drop for LocalListener {
    fn drop(&mut self) {
        let Some(topics) = self.topics.upgrade() else {
            return;
        };
        let mut topics = lock(&topics);
        if let Some(entry) = topics.get_mut(&self.topic) {
            entry.listeners = entry.listeners.saturating_sub(1);
            if entry.listeners == 0 {
                topics.remove(&self.topic);
            }
        }
    }
}

// The map stays whole whatever happened to the thread that held it: each change of it is a single step.
fn lock(topics: &Topics) -> std::sync::MutexGuard<'_, HashMap<Topic, Entry>> {
    topics.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::super::contract;
    use super::*;

    #[tokio::test]
    async fn a_signal_reaches_its_conversation_and_its_site_and_nobody_else() {
        contract::a_signal_reaches_its_conversation_and_its_site_and_nobody_else(&LocalBroker::default())
            .await;
    }

    #[tokio::test]
    async fn a_signal_to_a_site_reaches_its_conversations_and_no_other_sites() {
        contract::a_signal_to_a_site_reaches_its_conversations_and_no_other_sites(&LocalBroker::default())
            .await;
    }

    #[tokio::test]
    async fn a_slow_subscriber_is_told_that_it_missed_something() {
        contract::a_slow_subscriber_is_told_that_it_missed_something(&LocalBroker::default()).await;
    }

    #[tokio::test]
    async fn a_topic_without_listeners_leaves_nothing_behind() {
        let broker = LocalBroker::default();
        let one = broker.subscribe(Topic::Site("site".into()));
        let other = broker.subscribe(Topic::Site("site".into()));
        drop(one);
        assert_eq!(broker.topics(), 1);
        drop(other);
        assert_eq!(broker.topics(), 0);
    }
}
