//! Chat events (`inbox-api.md` section 4.2): the texts of the event log, in the form of the Chat API, with the metadata
//! that their senders gave them.

use std::time::Duration;

use shopbell_protocol::chat::{ChatEvent, ChatEventsPage, ChatMessageType, ChatPayload};
use shopbell_protocol::{BasicItem, ContentKind, Direction, StaffId, Visibility, limits};
use tokio::time::Instant;

use super::events::{LogPage, log_place};
use super::start::OWNER_LOGIN;
use super::{AppCaller, Service, ServiceResult};
use crate::clock::to_wire_date;
use crate::store::{LoggedEvent, LoggedFact};

impl Service {
    /// Texts that went through the site's channels after `after`, oldest first; waits up to `wait` while there are none.
    ///
    /// # Errors
    /// `Invalid` for a cursor that was never issued or a `limit` outside 1 to 1000; store errors.
    pub async fn chat_events_after(
        &self,
        caller: &AppCaller,
        after: Option<&str>,
        limit: Option<i64>,
        wait: Duration,
    ) -> ServiceResult<ChatEventsPage> {
        let (after, limit) = log_place(after, limit)?;
        let page = self.chat_log(caller, after, limit, wait).await?;
        Ok(ChatEventsPage {
            events: page.entries.into_iter().map(|(_, event)| event).collect(),
            cursor: page.cursor.to_string(),
        })
    }

    /// The same, each event with its own place.
    ///
    /// # Errors
    /// Store errors.
    pub async fn chat_log(
        &self,
        caller: &AppCaller,
        mut after: u64,
        limit: u32,
        wait: Duration,
    ) -> ServiceResult<LogPage<ChatEvent>> {
        let until = Instant::now() + wait.min(Duration::from_secs(limits::EVENTS_WAIT_MAX_S.into()));
        let owner = self.owner_id().await?;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let logged = self.logged_after(caller, after, limit, left).await?;
            let ended = logged.is_empty();
            after = logged.last().map_or(after, |event| event.number);
            let entries: Vec<_> = logged
                .into_iter()
                .filter_map(|logged| Some((logged.number, chat_event(logged, &owner)?)))
                .collect();
            // A page of nothing but presses and pictures is passed over, not answered.
            if ended || !entries.is_empty() {
                return Ok(LogPage {
                    entries,
                    cursor: after,
                });
            }
        }
    }

    /// Who stands for the business where a single person has to.
    async fn owner_id(&self) -> ServiceResult<StaffId> {
        let owner = self.store().staff_by_email(OWNER_LOGIN.to_owned()).await?;
        Ok(owner.map_or_else(|| StaffId::from(""), |owner| owner.id))
    }
}

/// `None` for what is no text between the two sides.
fn chat_event(logged: LoggedEvent, owner: &StaffId) -> Option<ChatEvent> {
    let LoggedFact::Message(stored) = logged.fact else {
        return None;
    };
    let message = stored.message;
    let ContentKind::Basic(basic) = message.content.kind else {
        return None;
    };
    let texts: Vec<String> = basic
        .items
        .into_iter()
        .filter_map(|item| match item {
            BasicItem::Text(text) => Some(text),
            BasicItem::Image(_) | BasicItem::File(_) | BasicItem::Unsupported { .. } => None,
        })
        .collect();
    if texts.is_empty() || message.visibility != Visibility::BusinessAndParticipant {
        return None;
    }
    let text = texts.join("\n");
    Some(ChatEvent {
        id: logged.id,
        channel_id: logged.conversation_id,
        created_at: to_wire_date(logged.created),
        direction: message.direction.into(),
        metadata: logged
            .metadata
            .and_then(|json| serde_json::from_str(&json).ok())
            .unwrap_or_default(),
        participant_id: match message.direction {
            Direction::ParticipantToBusiness => stored.sender.guid().to_owned(),
            Direction::BusinessToParticipant | Direction::Unknown | Direction::Unrecognized => {
                owner.0.clone()
            }
        },
        summary: text.chars().take(limits::SUMMARY_MAX).collect(),
        payload: ChatPayload { text },
        kind: ChatMessageType::Text,
    })
}
