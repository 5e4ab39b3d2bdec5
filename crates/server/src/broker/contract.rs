//! What every broker must do, as tests that any broker can be put through.
#![expect(
    clippy::missing_panics_doc,
    reason = "these are tests, though not marked as such"
)]

use std::time::Duration;

use shopbell_protocol::{ConversationId, SiteId};
use tokio::time::timeout;

use super::{Broker, Heard, Signal, SignalKind, Subscription, Topic};

/// Longer than any broker takes; only a failing test waits for it.
const LONG: Duration = Duration::from_secs(10);

/// A signal reaches its conversation and its site, in order, and nobody else.
pub async fn a_signal_reaches_its_conversation_and_its_site_and_nobody_else(broker: &dyn Broker) {
    let mut here = broker.subscribe(Topic::Conversation("site".into(), "a".into()));
    let mut elsewhere = broker.subscribe(Topic::Conversation("site".into(), "b".into()));
    let mut site = broker.subscribe(Topic::Site("site".into()));
    let mut other_site = broker.subscribe(Topic::Site("other".into()));
    broker.publish(look("site", "a"));
    broker.publish(look("site", "b"));
    broker.publish(look("other", "c"));
    assert_eq!(heard(&mut here).await, Heard::Signal(look("site", "a")));
    assert_eq!(heard(&mut elsewhere).await, Heard::Signal(look("site", "b")));
    assert_eq!(heard(&mut site).await, Heard::Signal(look("site", "a")));
    assert_eq!(heard(&mut site).await, Heard::Signal(look("site", "b")));
    assert_eq!(heard(&mut other_site).await, Heard::Signal(look("other", "c")));
}

/// A signal to a site reaches its conversations and no other site's.
pub async fn a_signal_to_a_site_reaches_its_conversations_and_no_other_sites(broker: &dyn Broker) {
    let mut here = broker.subscribe(Topic::Conversation("site".into(), "a".into()));
    let mut elsewhere = broker.subscribe(Topic::Conversation("other".into(), "b".into()));
    broker.publish_to_site(look("site", ""));
    broker.publish(look("other", "b"));
    assert_eq!(heard(&mut here).await, Heard::Signal(look("site", "")));
    assert_eq!(heard(&mut elsewhere).await, Heard::Signal(look("other", "b")));
}

/// A subscriber that was too slow is told that it missed something, and then hears what comes.
pub async fn a_slow_subscriber_is_told_that_it_missed_something(broker: &dyn Broker) {
    let mut slow = broker.subscribe(Topic::Conversation("site".into(), "a".into()));
    for _ in 0..10_000 {
        broker.publish(look("site", "a"));
    }
    assert_eq!(heard(&mut slow).await, Heard::Missed);
    assert_eq!(heard(&mut slow).await, Heard::Signal(look("site", "a")));
}

async fn heard(subscription: &mut Subscription) -> Heard {
    timeout(LONG, subscription.heard()).await.unwrap_or(Heard::Closed)
}

fn look(site: &str, conversation: &str) -> Signal {
    Signal {
        site_id: SiteId::from(site),
        conversation_id: ConversationId::from(conversation),
        kind: SignalKind::Look,
    }
}
