//! Conversations: get or create one, read one, list them for the staff.

use shopbell_protocol::inbox::{GetConversationAnswer, GetOrCreateConversationAnswer, GetOrCreateConversationRequest};
use shopbell_protocol::staff::{ConversationAnswer, ConversationsPage};
use shopbell_protocol::ConversationId;

use super::{AppCaller, Service, ServiceResult, StaffCaller, unbuilt};

impl Service {
    /// The one conversation of a participant; made if there is none yet (rule 1).
    ///
    /// # Errors
    /// `Invalid`; store errors.
    pub async fn get_or_create_conversation(
        &self,
        caller: &AppCaller,
        request: GetOrCreateConversationRequest,
    ) -> ServiceResult<GetOrCreateConversationAnswer> {
        let _ = (caller, request);
        Err(unbuilt())
    }

    /// A conversation by its id as it stands in the path.
    ///
    /// # Errors
    /// `Invalid` when it is no GUID, `ConversationNotFound`, `NotOwnedByBusiness`; store errors.
    pub async fn get_conversation(&self, caller: &AppCaller, id: &str) -> ServiceResult<GetConversationAnswer> {
        let _ = (caller, id);
        Err(unbuilt())
    }

    /// A page of the staff's conversation list, newest first.
    ///
    /// # Errors
    /// `Invalid` for a cursor (`before`) that was never issued, or a `limit` outside 0 to 100; store errors.
    pub async fn list_conversations(
        &self,
        caller: &StaffCaller,
        before: Option<&str>,
        limit: Option<i64>,
    ) -> ServiceResult<ConversationsPage> {
        let _ = (caller, before, limit);
        Err(unbuilt())
    }

    /// One conversation for the staff: its list line and marks.
    ///
    /// # Errors
    /// `ConversationNotFound`; store errors.
    pub async fn conversation_for_staff(
        &self,
        caller: &StaffCaller,
        id: &ConversationId,
    ) -> ServiceResult<ConversationAnswer> {
        let _ = (caller, id);
        Err(unbuilt())
    }
}
