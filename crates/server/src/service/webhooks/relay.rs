//! What calls the endpoints: one loop for each, so that none waits for another, and no chat for any of them.
//!
//! A loop looks when something was stored, when an attempt has ended, when the next delivery is due, and on a slow timer
//! that covers everything that rang no bell (another process, a clock that was set). What it knows is in the store.

use std::collections::HashMap;
use std::time::Duration;

use tokio::task::{Id, JoinSet};
use tokio_util::sync::CancellationToken;

use super::body::{self, Told};
use super::give_up;
use crate::clock::to_wire_date;
use crate::service::events::event;
use crate::service::{Service, ServiceError, ServiceResult};
use crate::store::webhook::{
    AttemptDone, AttemptRow, DOWN_AFTER, DueDelivery, EndpointRow, EndpointWork, Outcome,
};
use crate::webhook::outbound::Answered;
use crate::webhook::schedule;

/// Requests to one endpoint at once, each of another conversation.
const AT_ONCE: usize = 8;
/// Events read from the log in one transaction: few, because chats share the writer.
const READ_AT_ONCE: u32 = 100;
/// See the module.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// How long what was delivered is kept for the log of attempts, and how much of it is forgotten at a time.
const KEEP_DELIVERED: Duration = Duration::from_hours(72);
const PRUNE_AT_ONCE: u32 = 500;
const PRUNE_EVERY_MICROS: u64 = 600_000_000;
/// Given to requests under way when the server stops; what is cut is sent again by its successor.
const END_WITHIN: Duration = Duration::from_secs(2);

impl Service {
    /// Calls every endpoint until the server stops.
    pub async fn relay_webhooks(self, stopping: CancellationToken) {
        let mut loops: JoinSet<u64> = JoinSet::new();
        let mut running: HashMap<u64, Id> = HashMap::new();
        self.make_first_signing_key().await;
        let mut prune_at = 0;
        loop {
            match self.store().active_endpoints().await {
                Ok(endpoints) => {
                    for endpoint in endpoints {
                        running.entry(endpoint).or_insert_with(|| {
                            let work = self.clone().relay_to(endpoint, stopping.clone());
                            loops
                                .spawn(async move {
                                    work.await;
                                    endpoint
                                })
                                .id()
                        });
                    }
                }
                Err(error) => tracing::warn!(%error, "webhook endpoints cannot be read at the moment"),
            }
            if self.now_micros() >= prune_at {
                let wait = self.prune_deliveries().await;
                prune_at = self.now_micros().saturating_add(wait);
            }
            let changed = self.inner.endpoints_changed.notified();
            tokio::select! {
                () = stopping.cancelled() => break,
                () = changed => {}
                Some(ended) = loops.join_next_with_id() => {
                    let id = match ended { Ok((id, _)) => id, Err(error) => error.id() };
                    running.retain(|_, running| *running != id);
                }
                () = tokio::time::sleep(LOOK_AGAIN) => {}
            }
        }
        while loops.join_next().await.is_some() {}
    }

    /// Who has changed an endpoint calls this; so does who has moved a clock.
    pub fn endpoints_changed(&self) {
        self.inner.endpoints_changed.notify_one();
        self.inner.stored.send_replace(());
    }

    /// So that the first token need not wait for it, and the owner can always be shown it.
    async fn make_first_signing_key(&self) {
        let made = match self.site_row(None).await {
            Ok(site) => self.signing_key_rows(&site.id).await.map(drop),
            Err(error) => Err(error),
        };
        if let Err(error) = made {
            tracing::warn!(%error, "the key that signs webhooks cannot be made at the moment");
        }
    }

    /// Forgets some of what was delivered long ago; microseconds until there may be more.
    async fn prune_deliveries(&self) -> u64 {
        let keep = u64::try_from(KEEP_DELIVERED.as_micros()).unwrap_or(u64::MAX);
        let before = self.now_micros().saturating_sub(keep);
        match self.store().prune_deliveries(before, PRUNE_AT_ONCE).await {
            Ok(gone) if gone >= PRUNE_AT_ONCE.into() => 0,
            Ok(_) => PRUNE_EVERY_MICROS,
            Err(error) => {
                tracing::warn!(%error, "old webhook deliveries cannot be forgotten at the moment");
                PRUNE_EVERY_MICROS
            }
        }
    }

    /// The loop of one endpoint; ends when it is not called any more.
    async fn relay_to(self, endpoint: u64, stopping: CancellationToken) {
        let mut stored = self.inner.stored.subscribe();
        // Deliveries under way. A loop that is dropped takes them along.
        let mut under_way: JoinSet<()> = JoinSet::new();
        let mut deliveries: HashMap<Id, u64> = HashMap::new();
        loop {
            stored.borrow_and_update();
            let wait = match self.look(endpoint, deliveries.values().copied().collect()).await {
                Ok(Some(look)) => {
                    for due in look.due {
                        let (number, row) = (due.number, look.row.clone());
                        let id = under_way.spawn(self.clone().deliver(row, due)).id();
                        deliveries.insert(id, number);
                    }
                    look.wait
                }
                Ok(None) => break,
                Err(error) => {
                    tracing::warn!(%error, "webhook deliveries cannot be read at the moment");
                    LOOK_AGAIN
                }
            };
            tokio::select! {
                () = stopping.cancelled() => break,
                Ok(()) = stored.changed() => {}
                Some(ended) = under_way.join_next_with_id() => {
                    let id = match ended { Ok((id, ())) => id, Err(error) => error.id() };
                    deliveries.remove(&id);
                }
                () = tokio::time::sleep(wait) => {}
            }
        }
        let ended = async { while under_way.join_next().await.is_some() {} };
        let _in_time_or_cut = tokio::time::timeout(END_WITHIN, ended).await;
    }

    /// What to begin now; reads on in the log where there is news. `None` when the endpoint is not called any more.
    async fn look(&self, endpoint: u64, under_way: Vec<u64>) -> ServiceResult<Option<Look>> {
        // Those under way are still due, so that much more is asked for.
        let limit = u32::try_from(AT_ONCE + under_way.len()).unwrap_or(u32::MAX);
        let read = async || {
            self.store()
                .endpoint_work(endpoint, self.now_micros(), limit)
                .await
        };
        let Some(mut work) = read().await? else {
            return Ok(None);
        };
        let mut more = false;
        if work.news {
            let now = self.now_micros();
            self.store()
                .owe_deliveries(endpoint, now, give_up(now), READ_AT_ONCE)
                .await?;
            match read().await? {
                Some(after) => work = after,
                None => return Ok(None),
            }
            more = work.news;
        }
        let wait = if more {
            Duration::ZERO
        } else {
            self.until(work.next_due)
        };
        let EndpointWork { row, mut due, .. } = work;
        // One that seems to be down is asked one thing at a time.
        let at_once = if row.failed_in_a_row >= DOWN_AFTER {
            1
        } else {
            AT_ONCE
        };
        due.retain(|due| !under_way.contains(&due.number));
        due.truncate(at_once.saturating_sub(under_way.len()));
        Ok(Some(Look { row, due, wait }))
    }

    fn until(&self, due: Option<u64>) -> Duration {
        let due = due.map(|due| Duration::from_micros(due.saturating_sub(self.now_micros())));
        due.unwrap_or(LOOK_AGAIN).min(LOOK_AGAIN)
    }

    /// Tries one delivery and records what came of it.
    async fn deliver(self, row: EndpointRow, due: DueDelivery) {
        let delivery = due.number;
        if let Err(error) = self.try_delivery(row, due).await {
            tracing::warn!(%error, delivery, "a webhook attempt cannot be recorded at the moment; it will be made again");
            // It is still due: not at once again, while the disk is full.
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    async fn try_delivery(&self, row: EndpointRow, due: DueDelivery) -> ServiceResult<()> {
        let gone = due.event.is_none();
        let (attempt, answered) = match due.event {
            Some(logged) => {
                let site = self.site_row(Some(&row.site_id)).await?;
                let number = Some(logged.number);
                let event = event(&self.view(&site), logged);
                self.attempt(&row, Told { event, number }).await?
            }
            None => (self.nothing_to_tell(), None),
        };
        let now_micros = self.now_micros();
        let outcome = if attempt.error.is_none() {
            Outcome::Delivered
        } else if now_micros >= due.give_up || gone {
            Outcome::Dead
        } else {
            let asked = answered.and_then(|answered| answered.retry_after);
            let delay = schedule::delay(due.failures, self.unit()?, asked);
            let delay = u64::try_from(delay.as_micros()).unwrap_or(u64::MAX);
            Outcome::Retry {
                due: now_micros.saturating_add(delay),
            }
        };
        // "Gone" is the one answer that says: never again.
        let disable = (attempt.status == Some(410)).then(|| {
            let date = to_wire_date(now_micros);
            format!("it answered 410 Gone at {date}, which asks not to be called any more")
        });
        if let Some(reason) = &disable {
            tracing::warn!(endpoint = row.id, reason, "a webhook endpoint is disabled");
        }
        let done = AttemptDone {
            endpoint: row.number,
            delivery: due.number,
            attempt,
            outcome,
            disable,
            now_micros,
        };
        Ok(self.store().record_attempt(done).await?)
    }

    fn nothing_to_tell(&self) -> AttemptRow {
        AttemptRow {
            started: self.now_micros(),
            duration_ms: 0,
            status: None,
            error: Some("the message it is about does not exist any more".to_owned()),
        }
    }

    /// One request, whatever comes of it.
    pub(super) async fn attempt(
        &self,
        row: &EndpointRow,
        told: Told,
    ) -> ServiceResult<(AttemptRow, Option<Answered>)> {
        let key = self.signing_key(&row.site_id).await?;
        let (started, watch) = (self.now_micros(), tokio::time::Instant::now());
        let endpoint = row.clone();
        // A signature takes a millisecond of computing: not where chats are answered.
        let post =
            tokio::task::spawn_blocking(move || body::post(&endpoint, &told, key.as_ref(), started)).await;
        let post = post
            .ok()
            .and_then(Result::ok)
            .ok_or_else(|| ServiceError::Internal {
                reason: "a webhook cannot be signed".to_owned(),
            })?;
        let answer = self.config().webhooks.post(post).await;
        let (status, error) = match &answer {
            Ok(Answered { status, .. }) => (Some(*status), complaint(*status)),
            Err(failed) => (None, Some(failed.to_string())),
        };
        let attempt = AttemptRow {
            started,
            duration_ms: u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX),
            status,
            error,
        };
        Ok((attempt, answer.ok()))
    }

    /// A number of 0.0 to 1.0.
    fn unit(&self) -> ServiceResult<f64> {
        let mut bytes = [0; 4];
        self.random().fill(&mut bytes)?;
        Ok(f64::from(u32::from_be_bytes(bytes)) / f64::from(u32::MAX))
    }
}

struct Look {
    row: EndpointRow,
    due: Vec<DueDelivery>,
    wait: Duration,
}

fn complaint(status: u16) -> Option<String> {
    match status {
        200..=299 => None,
        300..=399 => Some(format!("answered {status}; redirects are not followed")),
        _ => Some(format!("answered {status}")),
    }
}
