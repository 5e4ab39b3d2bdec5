//! The operations that the Inbox API declares beside its four calls (`inbox-api.md` section 2.12): one message, how far
//! it has got, reading, deleting, channels.

use shopbell_protocol::inbox::{
    AddMessageIndicationsRequest, GetMessageAnswer, GetMessageIndicationsAnswer,
    ListConversationChannelsAnswer, MessageIndication, ReadConversationRequest,
};
use shopbell_protocol::shown::Side;
use shopbell_protocol::{
    ChannelType, ConversationId, Direction, IndicationType, MessageId, Rule, Sequence, Violations, limits,
    validate,
};

use super::{AppCaller, Service, ServiceError, ServiceResult};
use crate::clock::{from_wire_date, to_wire_date};
use crate::store::{Audience, ConversationRow, MarkMove, Slice, StoredMessage};

/// What can be recorded; a failure has nothing that it could move.
const RECORDED: &str = "SENT, DELIVERED, SEEN";

impl Service {
    /// One message by its id as it stands in the path.
    ///
    /// # Errors
    /// `Invalid` for the form of an id, `ConversationNotFound`, `NotOwnedByBusiness`, `NotFound`; store errors.
    pub async fn get_message(
        &self,
        caller: &AppCaller,
        conversation: &str,
        message: &str,
    ) -> ServiceResult<GetMessageAnswer> {
        let (_, message) = self.message_of(caller, conversation, message).await?;
        let site = self.site_row(Some(&caller.site_id)).await?;
        Ok(GetMessageAnswer {
            message: self.view(&site).for_app(message),
        })
    }

    /// How far a message has got with the side that it is for.
    ///
    /// # Errors
    /// As [`Self::get_message`].
    pub async fn message_indications(
        &self,
        caller: &AppCaller,
        conversation: &str,
        message: &str,
    ) -> ServiceResult<GetMessageIndicationsAnswer> {
        let (row, message) = self.message_of(caller, conversation, message).await?;
        let (delivered, seen) = match message.message.direction {
            Direction::ParticipantToBusiness => (row.marks.business_delivered, row.marks.business_seen),
            Direction::BusinessToParticipant | Direction::Unknown | Direction::Unrecognized => {
                (row.marks.participant_delivered, row.marks.participant_seen)
            }
        };
        let sequence = message.sequence;
        let indication = |indication, timestamp| MessageIndication {
            conversation_id: row.id.clone(),
            message_id: sequence.into(),
            indication,
            channel: ChannelType::Chat,
            timestamp,
        };
        let mut message_indications = vec![indication(IndicationType::Sent, Some(to_wire_date(sequence.0)))];
        if delivered >= sequence {
            message_indications.push(indication(IndicationType::Delivered, None));
        }
        if seen >= sequence {
            message_indications.push(indication(IndicationType::Seen, None));
        }
        Ok(GetMessageIndicationsAnswer { message_indications })
    }

    /// A side has been handed messages, or has looked at them.
    ///
    /// # Errors
    /// `Invalid`, `ConversationNotFound`, `NotOwnedByBusiness`, `NotFound` for a message that is not there; store errors.
    pub async fn add_message_indications(
        &self,
        caller: &AppCaller,
        conversation: &str,
        request: AddMessageIndicationsRequest,
    ) -> ServiceResult<()> {
        let mut violations = Violations::default();
        let ids = request.message_ids.unwrap_or_default();
        if ids.is_empty() {
            violations.push("messageIds", Rule::MinSize, "has size 0, expected 1 or more");
        }
        if ids.len() > limits::INDICATED_MAX {
            let found = format!(
                "has size {}, expected {} or less",
                ids.len(),
                limits::INDICATED_MAX
            );
            violations.push("messageIds", Rule::MaxSize, found);
        }
        match request.indication {
            None => violations.push("indication", Rule::RequiredField, "is required"),
            Some(IndicationType::Sent | IndicationType::Delivered | IndicationType::Seen) => {}
            Some(IndicationType::Error | IndicationType::Unknown | IndicationType::Unrecognized) => {
                let expected = format!("is not one of {RECORDED}");
                violations.push("indication", Rule::InvalidEnumValue, expected);
            }
        }
        violations.into_result(())?;
        let row = self.conversation_of(caller, conversation).await?;
        for id in &ids {
            self.message_in(&row, *id).await?;
        }
        let newest = ids.into_iter().max().map_or(Sequence(0), Sequence::from);
        let seen = match request.indication {
            Some(IndicationType::Seen) => true,
            Some(IndicationType::Delivered) => false,
            // Every message that is there was sent.
            _ => return Ok(()),
        };
        self.mark_as_app(row, request.performed_by, newest, seen).await
    }

    /// The participant, or the business, has read the conversation.
    ///
    /// # Errors
    /// `Invalid`, `ConversationNotFound`, `NotOwnedByBusiness`, `IdentityDoesNotMatch` for another participant; store
    /// errors.
    pub async fn read_conversation(
        &self,
        caller: &AppCaller,
        conversation: &str,
        request: ReadConversationRequest,
    ) -> ServiceResult<()> {
        let mut violations = Violations::default();
        if request
            .channel_id
            .is_some_and(|id| id.chars().count() > limits::CHANNEL_ID_MAX)
        {
            let most = format!("has more than {} characters", limits::CHANNEL_ID_MAX);
            violations.push("channelId", Rule::MaxLength, most);
        }
        let until = match request.timestamp.as_deref().map(from_wire_date) {
            None => u64::MAX,
            // The whole of that millisecond: dates on the wire are cut to it.
            Some(Some(micros)) => micros.saturating_add(999),
            Some(None) => {
                violations.push("timestamp", Rule::Format, "is not a date, expected RFC 3339");
                0
            }
        };
        let reader = match request.read_by {
            None => None,
            Some(id) => match validate::participant_id(Some(&id), "readBy") {
                Ok(id) => Some(id),
                Err(mut found) => {
                    violations.0.append(&mut found.0);
                    None
                }
            },
        };
        violations.into_result(())?;
        let row = self.conversation_of(caller, conversation).await?;
        let side = match reader {
            None => Side::Business,
            Some(reader)
                if reader.field() == row.participant.field()
                    && reader.guid().eq_ignore_ascii_case(row.participant.guid()) =>
            {
                Side::Participant
            }
            Some(_) => {
                return Err(ServiceError::IdentityDoesNotMatch {
                    reason: "Only the conversation's own participant can have read it",
                });
            }
        };
        self.mark_as_app(row, Some(side), Sequence(until), true).await
    }

    /// Deletes a conversation with everything that was said in it. Its participant's next message begins a new one.
    ///
    /// # Errors
    /// `Invalid` for the form of the id, `ConversationNotFound`, `NotOwnedByBusiness`; store errors.
    pub async fn delete_conversation(&self, caller: &AppCaller, conversation: &str) -> ServiceResult<()> {
        let row = self.conversation_of(caller, conversation).await?;
        self.to_the_end(|service| async move {
            let (site_id, id) = (row.site_id, row.id);
            let deleted = service
                .store()
                .delete_conversation(site_id.clone(), id.clone())
                .await?;
            if !deleted {
                return Err(ServiceError::ConversationNotFound);
            }
            service.look_again(site_id, id);
            Ok(())
        })
        .await
    }

    /// Where the participant can be reached.
    ///
    /// # Errors
    /// As [`Self::delete_conversation`].
    pub async fn conversation_channels(
        &self,
        caller: &AppCaller,
        conversation: &str,
    ) -> ServiceResult<ListConversationChannelsAnswer> {
        let row = self.conversation_of(caller, conversation).await?;
        let chat = row.channel_exists.then(|| ChannelType::Chat.as_str().to_owned());
        Ok(ListConversationChannelsAnswer {
            channel_ids: chat.into_iter().collect(),
        })
    }

    /// A conversation of the caller's site that has not been merged away.
    pub(super) async fn conversation_of(
        &self,
        caller: &AppCaller,
        id: &str,
    ) -> ServiceResult<ConversationRow> {
        let mut violations = Violations::default();
        validate::guid(id, "conversationId", &mut violations);
        violations.into_result(())?;
        let row = self
            .store()
            .conversation(id.into())
            .await?
            .ok_or(ServiceError::ConversationNotFound)?;
        if row.site_id != caller.site_id {
            return Err(ServiceError::NotOwnedByBusiness);
        }
        if let Some(into) = row.merged_into {
            return Err(ServiceError::ConversationMerged { into });
        }
        Ok(row)
    }

    async fn message_of(
        &self,
        caller: &AppCaller,
        conversation: &str,
        message: &str,
    ) -> ServiceResult<(ConversationRow, StoredMessage)> {
        let row = self.conversation_of(caller, conversation).await?;
        let id = message
            .parse()
            .ok()
            .filter(|_| message.bytes().all(|byte| byte.is_ascii_digit()))
            .ok_or_else(|| Violations::one("messageId", Rule::Format, "must be digits"))?;
        let message = self.message_in(&row, id).await?;
        Ok((row, message))
    }

    async fn message_in(&self, row: &ConversationRow, id: MessageId) -> ServiceResult<StoredMessage> {
        const NOTHING: ServiceError = ServiceError::NotFound { what: "Message" };
        let before = Sequence(id.0.checked_sub(1).ok_or(NOTHING)?);
        let slice = Slice::After {
            sequence: before,
            limit: 1,
        };
        let history = self
            .store()
            .history(row.id.clone(), Audience::Business, slice)
            .await?;
        history
            .and_then(|history| history.messages.into_iter().next())
            .filter(|message| message.sequence.0 == id.0)
            .ok_or(NOTHING)
    }

    async fn mark_as_app(
        &self,
        row: ConversationRow,
        performed_by: Option<Side>,
        sequence: Sequence,
        seen: bool,
    ) -> ServiceResult<()> {
        let side = match performed_by {
            Some(Side::Business) => Side::Business,
            Some(Side::Participant | Side::Unknown | Side::Unrecognized) | None => Side::Participant,
        };
        let mark = MarkMove {
            conversation: ConversationId(row.id.0),
            side,
            seen,
            sequence,
        };
        let moved = self.advance(&row.site_id, mark).await?;
        moved.map(|_marks| ()).ok_or(ServiceError::ConversationNotFound)
    }
}
