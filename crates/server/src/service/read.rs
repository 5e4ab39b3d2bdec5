//! Reading messages: pages for programs, history for pages. The store filters by audience.

use shopbell_protocol::inbox::{ListMessagesAnswer, ListMessagesRequest};
use shopbell_protocol::paging::HistoryPage;
use shopbell_protocol::staff::StaffMessage;
use shopbell_protocol::{ConversationId, Sequence, ShownMessage};

use super::{AppCaller, ParticipantCaller, Service, ServiceResult, StaffCaller, unbuilt};

/// Which part of the history. With neither place: the newest page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HistoryQuery {
    /// What stands before this sequence, nearest to it.
    pub before: Option<Sequence>,
    /// What came after this sequence, nearest to it. Not together with `before`.
    pub after: Option<Sequence>,
    /// 1 to 100; 30 where absent.
    pub limit: Option<i64>,
}

impl Service {
    /// `GET /inbox/v2/messages`.
    ///
    /// # Errors
    /// `Invalid`, `ConversationNotFound`, `NotOwnedByBusiness`; store errors.
    pub async fn list_messages(
        &self,
        caller: &AppCaller,
        request: ListMessagesRequest,
    ) -> ServiceResult<ListMessagesAnswer> {
        let _ = (caller, request);
        Err(unbuilt())
    }

    /// What the participant may see of their conversation; empty while there is none.
    ///
    /// # Errors
    /// `Invalid`; store errors.
    pub async fn participant_history(
        &self,
        caller: &ParticipantCaller,
        query: HistoryQuery,
    ) -> ServiceResult<HistoryPage<ShownMessage>> {
        let _ = (caller, query);
        Err(unbuilt())
    }

    /// A conversation for the staff.
    ///
    /// # Errors
    /// `Invalid`, `ConversationNotFound`; store errors.
    pub async fn staff_history(
        &self,
        caller: &StaffCaller,
        conversation: &ConversationId,
        query: HistoryQuery,
    ) -> ServiceResult<HistoryPage<StaffMessage>> {
        let _ = (caller, conversation, query);
        Err(unbuilt())
    }
}
