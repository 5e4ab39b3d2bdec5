//! How far each side has got: delivered and seen.

use shopbell_protocol::shown::Marks;
use shopbell_protocol::{ConversationId, Sequence};

use super::{ParticipantCaller, Service, ServiceResult, StaffCaller, unbuilt};

impl Service {
    /// The participant has looked at everything up to `sequence`. Never moves back, and never beyond what they may see.
    ///
    /// # Errors
    /// Store errors.
    pub async fn participant_seen(&self, caller: &ParticipantCaller, sequence: Sequence) -> ServiceResult<Marks> {
        let _ = (caller, sequence);
        Err(unbuilt())
    }

    /// A connection of the participant has been handed everything up to `sequence`.
    ///
    /// # Errors
    /// Store errors.
    pub async fn participant_delivered(&self, caller: &ParticipantCaller, sequence: Sequence) -> ServiceResult<Marks> {
        let _ = (caller, sequence);
        Err(unbuilt())
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
        let _ = (caller, conversation, sequence);
        Err(unbuilt())
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
        let _ = (caller, conversation, sequence);
        Err(unbuilt())
    }
}
