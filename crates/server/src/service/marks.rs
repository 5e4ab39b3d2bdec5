//! How far each side has got: delivered and seen.

use shopbell_protocol::shown::{Marks, Side};
use shopbell_protocol::{ConversationId, Sequence, SiteId};

use super::{ParticipantCaller, Service, ServiceError, ServiceResult, StaffCaller, member};
use crate::store::MarkMove;

impl Service {
    /// The participant has looked at everything up to `sequence`. Never moves back, and never beyond what they may see.
    ///
    /// # Errors
    /// Store errors.
    pub async fn participant_seen(
        &self,
        caller: &ParticipantCaller,
        sequence: Sequence,
    ) -> ServiceResult<Marks> {
        self.participant_mark(caller, sequence, true).await
    }

    /// A connection of the participant has been handed everything up to `sequence`.
    ///
    /// # Errors
    /// Store errors.
    pub async fn participant_delivered(
        &self,
        caller: &ParticipantCaller,
        sequence: Sequence,
    ) -> ServiceResult<Marks> {
        self.participant_mark(caller, sequence, false).await
    }

    /// A staff member has looked at everything up to `sequence`; resets the unread count.
    ///
    /// # Errors
    /// `ConversationNotFound`; store errors.
    pub async fn staff_seen(
        &self,
        caller: &StaffCaller,
        conversation: &ConversationId,
        sequence: Sequence,
    ) -> ServiceResult<Marks> {
        self.staff_mark(caller, conversation, sequence, true).await
    }

    /// A connection of the staff has been handed everything up to `sequence`.
    ///
    /// # Errors
    /// `ConversationNotFound`; store errors.
    pub async fn staff_delivered(
        &self,
        caller: &StaffCaller,
        conversation: &ConversationId,
        sequence: Sequence,
    ) -> ServiceResult<Marks> {
        self.staff_mark(caller, conversation, sequence, false).await
    }

    async fn participant_mark(
        &self,
        caller: &ParticipantCaller,
        sequence: Sequence,
        seen: bool,
    ) -> ServiceResult<Marks> {
        let conversation = caller.conversation_id.clone();
        let mark = MarkMove {
            conversation,
            side: Side::Participant,
            seen,
            sequence,
        };
        match self.advance(&caller.site_id, mark).await {
            // Without a conversation there is nothing to have got to.
            Ok(marks) => Ok(marks.unwrap_or_default()),
            Err(ServiceError::ConversationMerged { .. }) => Err(member::past()),
            Err(error) => Err(error),
        }
    }

    async fn staff_mark(
        &self,
        caller: &StaffCaller,
        conversation: &ConversationId,
        sequence: Sequence,
        seen: bool,
    ) -> ServiceResult<Marks> {
        self.check_site(caller, conversation).await?;
        let mark = MarkMove {
            conversation: conversation.clone(),
            side: Side::Business,
            seen,
            sequence,
        };
        self.advance(&caller.site_id, mark)
            .await?
            .ok_or(ServiceError::ConversationNotFound)
    }

    pub(super) async fn advance(&self, site_id: &SiteId, mark: MarkMove) -> ServiceResult<Option<Marks>> {
        let site_id = site_id.clone();
        self.to_the_end(|service| async move {
            let conversation_id = mark.conversation.clone();
            let Some((overview, moved)) = service.store().move_mark(mark).await? else {
                return Ok(None);
            };
            if let Some(into) = overview.conversation.merged_into {
                return Err(ServiceError::ConversationMerged { into });
            }
            if moved {
                service.look_again(site_id, conversation_id);
            }
            Ok(Some(overview.marks))
        })
        .await
    }

    /// That the conversation is one of the caller's site.
    pub(super) async fn check_site(
        &self,
        caller: &StaffCaller,
        conversation: &ConversationId,
    ) -> ServiceResult<()> {
        let row = self.store().conversation(conversation.clone()).await?;
        let row = row
            .filter(|row| row.site_id == caller.site_id)
            .ok_or(ServiceError::ConversationNotFound)?;
        match row.merged_into {
            Some(into) => Err(ServiceError::ConversationMerged { into }),
            None => Ok(()),
        }
    }
}
