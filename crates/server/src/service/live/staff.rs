//! The looks of the staff's connections: the list, and each opened conversation.

use shopbell_protocol::ConversationId;
use shopbell_protocol::shown::Side;
use shopbell_protocol::staff::{Interaction, StaffMessage};

use super::{
    ListChanges, LiveMessage, News, Place, StaffChanges, StaffOpened, buttons, is_next, joined_since, live,
    next_place, query,
};
use crate::broker::{Signal, SignalKind, Subscription, Topic};
use crate::service::view::interactions;
use crate::service::{Service, ServiceError, ServiceResult, StaffCaller};
use crate::store::{Arrival, Audience, Changes};

/// Lines of the conversation list in one look.
const LIST_CHANGES: u32 = 100;

impl Service {
    /// Listens to everything of the site: each signal names its conversation.
    pub fn follow_as_staff(&self, caller: &StaffCaller) -> Subscription {
        self.broker().subscribe(Topic::Site(caller.site_id.clone()))
    }

    /// What the `opened` frame says.
    ///
    /// # Errors
    /// `ConversationNotFound`; store errors.
    pub async fn open_for_staff(
        &self,
        caller: &StaffCaller,
        conversation: &ConversationId,
    ) -> ServiceResult<StaffOpened> {
        let overview = self
            .store()
            .overview(conversation.clone(), Audience::Business)
            .await?;
        let overview = overview
            .filter(|overview| overview.conversation.site_id == caller.site_id)
            .ok_or(ServiceError::ConversationNotFound)?;
        if let Some(into) = overview.conversation.merged_into {
            return Err(ServiceError::ConversationMerged { into });
        }
        Ok(StaffOpened {
            joined_sequence: overview.conversation.joined_sequence,
            last_sequence: overview.last_sequence,
            marks: overview.marks,
            participant_online: self.participant_online(conversation),
            place: Place {
                after: overview.last_sequence,
                revision: overview.conversation.revision,
                joined: overview.conversation.joined_revision,
            },
        })
    }

    /// What changed in an opened conversation since `place`; at most `limit` messages.
    ///
    /// # Errors
    /// `ConversationNotFound`; store errors.
    pub async fn staff_changes(
        &self,
        caller: &StaffCaller,
        conversation: &ConversationId,
        place: Place,
        limit: u32,
    ) -> ServiceResult<StaffChanges> {
        let changes = self
            .store()
            .changes(query(conversation, Audience::Business, place, limit))
            .await?;
        let changes = changes
            .filter(|changes| changes.conversation.site_id == caller.site_id)
            .ok_or(ServiceError::ConversationNotFound)?;
        if let Some(into) = changes.conversation.merged_into {
            return Err(ServiceError::ConversationMerged { into });
        }
        let start_over = joined_since(&changes, place);
        let site = self.site_row(Some(&caller.site_id)).await?;
        let view = self.view(&site);
        let buttons = buttons(&changes, place.revision, view.now_micros);
        let interactions = pressed_since(&changes, place.revision);
        let next = next_place(&changes, place);
        let messages = changes
            .messages
            .into_iter()
            .map(|message| view.for_staff(message));
        Ok(StaffChanges {
            start_over,
            messages: live(changes.previous, messages, |message| message.shown.sequence),
            buttons,
            interactions,
            marks: changes.marks,
            place: next,
            more: changes.more,
        })
    }

    /// What a message that was just stored in an opened conversation of the caller's site is to a reader at `place`, without a
    /// look.
    ///
    /// # Errors
    /// Store errors.
    pub async fn staff_news(
        &self,
        caller: &StaffCaller,
        place: Place,
        arrival: &Arrival,
    ) -> ServiceResult<News<LiveMessage<StaffMessage>>> {
        match is_next(place, arrival.previous, arrival.message.sequence) {
            News::Nothing => Ok(News::Nothing),
            News::Look => Ok(News::Look),
            News::All(()) => {
                let site = self.site_row(Some(&caller.site_id)).await?;
                Ok(News::All(LiveMessage {
                    message: self.view(&site).for_staff(arrival.message.clone()),
                    previous_sequence: arrival.previous,
                }))
            }
        }
    }

    /// The revision of the conversation list now; pass it to [`Self::list_changes`] to hear of what comes next.
    ///
    /// # Errors
    /// Store errors.
    pub async fn list_revision(&self, caller: &StaffCaller) -> ServiceResult<u64> {
        Ok(self.store().revision(caller.site_id.clone()).await?)
    }

    /// Lines of the conversation list that changed after `revision`; at most 100.
    ///
    /// # Errors
    /// Store errors.
    pub async fn list_changes(&self, caller: &StaffCaller, revision: u64) -> ServiceResult<ListChanges> {
        let rows = self
            .store()
            .conversations_changed(caller.site_id.clone(), revision, LIST_CHANGES)
            .await?;
        let site = self.site_row(Some(&caller.site_id)).await?;
        Ok(ListChanges {
            more: rows.len() >= usize::try_from(LIST_CHANGES).unwrap_or(usize::MAX),
            revision: rows.last().map_or(revision, |row| row.revision),
            conversations: rows.into_iter().map(|row| self.summary(&site, row)).collect(),
        })
    }

    /// A staff member is typing, or stopped.
    ///
    /// # Errors
    /// `ConversationNotFound`; store errors.
    pub async fn staff_typing(
        &self,
        caller: &StaffCaller,
        conversation: &ConversationId,
        on: bool,
    ) -> ServiceResult<()> {
        self.check_site(caller, conversation).await?;
        let who = if caller.name.is_empty() {
            self.site_row(Some(&caller.site_id)).await?.name.clone()
        } else {
            caller.name.clone()
        };
        self.broker().publish(Signal {
            site_id: caller.site_id.clone(),
            conversation_id: conversation.clone(),
            kind: SignalKind::Typing {
                side: Side::Business,
                who: Some(who),
                staff_id: Some(caller.staff_id.clone()),
                on,
            },
        });
        Ok(())
    }
}

/// Presses after `revision`, and not beyond the revision that the look reached: where it was cut, the next one tells the
/// others.
fn pressed_since(changes: &Changes, revision: u64) -> Vec<Interaction> {
    let mut pressed: Vec<(u64, Interaction)> = changes
        .pressed
        .iter()
        .flat_map(|message| interactions(message, revision, changes.revision))
        .collect();
    // Not by date: the clock may have stepped back between two presses.
    pressed.sort_by_key(|(revision, _)| *revision);
    pressed.into_iter().map(|(_, interaction)| interaction).collect()
}
