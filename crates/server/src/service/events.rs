//! The event log, for programs that ask instead of being called (rule 14).

use std::time::Duration;

use shopbell_protocol::event::{
    Event, EventBody, EventsPage, MessageSentToBusiness, MessageSentToParticipant,
};
use shopbell_protocol::{Direction, Rule, Violations, limits};

use super::view::View;
use super::{AppCaller, Service, ServiceResult};
use crate::broker::{Heard, SignalKind, Subscription, Topic};
use crate::clock::to_wire_date;
use crate::store::{LoggedEvent, LoggedFact, StoreResult};

const LIMIT_DEFAULT: u32 = 100;
/// A waiting reader looks again this often, whatever the broker says: a lost signal costs this much and no event.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Entries of a log, oldest first, each with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct LogPage<E> {
    /// Places rise.
    pub entries: Vec<(u64, E)>,
    /// Where the next page begins; beyond the last entry where what came then is not of this log.
    pub cursor: u64,
}

impl Service {
    /// What came after `after` (from the beginning where absent), oldest first; waits up to `wait` while there is
    /// nothing.
    ///
    /// # Errors
    /// `Invalid` for a cursor that was never issued or a `limit` outside 1 to 1000; store errors.
    pub async fn events_after(
        &self,
        caller: &AppCaller,
        after: Option<&str>,
        limit: Option<i64>,
        wait: Duration,
    ) -> ServiceResult<EventsPage> {
        let (after, limit) = log_place(after, limit)?;
        let page = self.event_log(caller, after, limit, wait).await?;
        Ok(EventsPage {
            events: page.entries.into_iter().map(|(_, event)| event).collect(),
            cursor: page.cursor.to_string(),
        })
    }

    /// The same, each event with its own place.
    ///
    /// # Errors
    /// Store errors.
    pub async fn event_log(
        &self,
        caller: &AppCaller,
        after: u64,
        limit: u32,
        wait: Duration,
    ) -> ServiceResult<LogPage<Event>> {
        let logged = self.logged_after(caller, after, limit, wait).await?;
        let site = self.site_row(Some(&caller.site_id)).await?;
        let view = self.view(&site);
        Ok(LogPage {
            cursor: logged.last().map_or(after, |event| event.number),
            entries: logged
                .into_iter()
                .map(|logged| (logged.number, event(&view, logged)))
                .collect(),
        })
    }

    /// Where the log of events is read from: what came after a number, or nothing within `wait`.
    pub(super) async fn logged_after(
        &self,
        caller: &AppCaller,
        after: u64,
        limit: u32,
        wait: Duration,
    ) -> ServiceResult<Vec<LoggedEvent>> {
        let wait = wait.min(Duration::from_secs(limits::EVENTS_WAIT_MAX_S.into()));
        // Before the first look, so that nothing falls between the two.
        let mut subscription = self.broker().subscribe(Topic::Site(caller.site_id.clone()));
        let found = async {
            loop {
                let events = self
                    .store()
                    .events_after(caller.site_id.clone(), after, limit)
                    .await?;
                if !events.is_empty() || wait.is_zero() {
                    return Ok(events);
                }
                // The end of the time is as good a reason to look as a signal.
                let _heard = tokio::time::timeout(LOOK_AGAIN, stored_something(&mut subscription)).await;
            }
        };
        let events: StoreResult<_> = if wait.is_zero() {
            found.await
        } else {
            tokio::time::timeout(wait, found)
                .await
                .unwrap_or_else(|_| Ok(Vec::new()))
        };
        Ok(events?)
    }
}

/// A cursor, and how many entries at most.
///
/// # Errors
/// The violation by its parameter.
pub fn log_place(after: Option<&str>, limit: Option<i64>) -> Result<(u64, u32), Violations> {
    let mut violations = Violations::default();
    let after = match after.filter(|after| !after.is_empty()).map(str::parse) {
        None => 0,
        Some(Ok(after)) => after,
        Some(Err(_)) => {
            violations.push("after", Rule::Format, "is not a cursor of the event log");
            0
        }
    };
    let limit = match limit.map(u32::try_from) {
        None => LIMIT_DEFAULT,
        Some(Ok(limit @ 1..=limits::EVENTS_LIMIT_MAX)) => limit,
        Some(Ok(0) | Err(_)) => {
            violations.push(
                "limit",
                Rule::Min,
                format!("has to be from 1 to {}", limits::EVENTS_LIMIT_MAX),
            );
            LIMIT_DEFAULT
        }
        Some(Ok(_)) => {
            violations.push(
                "limit",
                Rule::Max,
                format!("has to be from 1 to {}", limits::EVENTS_LIMIT_MAX),
            );
            LIMIT_DEFAULT
        }
    };
    violations.into_result((after, limit))
}

/// Waits for a signal that something was stored; typing and presence are not in the log.
async fn stored_something(subscription: &mut Subscription) {
    loop {
        match subscription.heard().await {
            Heard::Signal(signal) => match signal.kind {
                SignalKind::Look | SignalKind::Stored(_) => return,
                SignalKind::SessionsEnded | SignalKind::Typing { .. } | SignalKind::Presence { .. } => {}
            },
            Heard::Missed => return,
            // Nothing more will come; the timer goes on.
            Heard::Closed => std::future::pending().await,
        }
    }
}

pub(super) fn event(view: &View<'_>, logged: LoggedEvent) -> Event {
    let conversation_id = logged.conversation_id;
    let body = match logged.fact {
        LoggedFact::Other(body) => *body,
        LoggedFact::Message(stored) => {
            let message = view.for_app(*stored);
            match message.direction {
                Direction::ParticipantToBusiness => EventBody::MessageSentToBusiness(MessageSentToBusiness {
                    conversation_id,
                    message,
                    interaction_info: None,
                }),
                Direction::BusinessToParticipant | Direction::Unknown | Direction::Unrecognized => {
                    EventBody::MessageSentToParticipant(MessageSentToParticipant {
                        conversation_id,
                        message,
                    })
                }
            }
        }
    };
    Event {
        id: logged.id,
        created_date: to_wire_date(logged.created),
        body,
    }
}
