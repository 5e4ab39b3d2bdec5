//! Sending: by programs, by participants, by the staff (rules 2 to 9, 12, 15).

use shopbell_protocol::chat::{SendChatMessageAnswer, SendChatMessageRequest};
use shopbell_protocol::inbox::{SendMessageAnswer, SendMessageRequest};
use shopbell_protocol::staff::{StaffMessage, StaffSendRequest};
use shopbell_protocol::widget::SendRequest;
use shopbell_protocol::{ClientId, ConversationId, ShownMessage};

use super::{AppCaller, ParticipantCaller, Service, ServiceResult, StaffCaller, unbuilt};

impl Service {
    /// `POST /inbox/v2/messages`; `key` is the `Idempotency-Key` header.
    ///
    /// # Errors
    /// `Invalid`, `ConversationNotFound`, `NotOwnedByBusiness`, `IdentityDoesNotMatch`, `InvalidMediaUrl`,
    /// `IdempotencyKeyReused`, `ResourceExhausted`; store errors.
    pub async fn send_as_app(
        &self,
        caller: &AppCaller,
        request: SendMessageRequest,
        key: Option<ClientId>,
    ) -> ServiceResult<SendMessageAnswer> {
        let _ = (caller, request, key);
        Err(unbuilt())
    }

    /// `POST /chat/v1/messages`; the channel exists only after a first message through the widget (rule 12).
    ///
    /// # Errors
    /// As [`Self::send_as_app`], and `ChannelNotFound`.
    pub async fn send_to_channel(
        &self,
        caller: &AppCaller,
        request: SendChatMessageRequest,
        key: Option<ClientId>,
    ) -> ServiceResult<SendChatMessageAnswer> {
        let _ = (caller, request, key);
        Err(unbuilt())
    }

    /// Sends as the participant; the first message makes the conversation.
    ///
    /// # Errors
    /// `Invalid`, `InvalidMediaUrl`, `IdempotencyKeyReused`, `ResourceExhausted`; store errors.
    pub async fn send_as_participant(
        &self,
        caller: &ParticipantCaller,
        request: SendRequest,
    ) -> ServiceResult<ShownMessage> {
        let _ = (caller, request);
        Err(unbuilt())
    }

    /// Sends as a staff member.
    ///
    /// # Errors
    /// `Invalid`, `ConversationNotFound`, `InvalidMediaUrl`, `IdempotencyKeyReused`, `ThreadMovedOn`,
    /// `ResourceExhausted`; store errors.
    pub async fn send_as_staff(
        &self,
        caller: &StaffCaller,
        conversation: &ConversationId,
        request: StaffSendRequest,
    ) -> ServiceResult<StaffMessage> {
        let _ = (caller, conversation, request);
        Err(unbuilt())
    }
}
