//! Sending: by programs, by participants, by the staff (rules 2 to 9, 12, 15).
//!
//! Each way in checks the input, decides who writes, and hands one [`Append`] to the store, which decides the rest in
//! one transaction. What the server owns is set in `complete`.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shopbell_protocol::chat::{SendChatMessageAnswer, SendChatMessageRequest};
use shopbell_protocol::inbox::{SendMessageAnswer, SendMessageRequest};
use shopbell_protocol::message::{NewMessage, SendAs};
use shopbell_protocol::staff::{StaffMessage, StaffSendRequest};
use shopbell_protocol::widget::SendRequest;
use shopbell_protocol::{
    AppId, Button, ButtonAction, ClientId, ContentKind, ConversationId, Direction, MessageContent,
    MessageDraft, Orientation, Rule, ShownMessage, SiteId, Violations, limits, validate,
};

use super::{
    AppCaller, ParticipantCaller, Service, ServiceError, ServiceResult, StaffCaller, media::MediaOwner,
    member,
};
use crate::store::message::Body;
use crate::store::{Append, Appended, Arrival, ClientKey, StoredMessage, VisibleMessage, Writer};

/// What the ways in have found out.
struct Outgoing {
    site_id: SiteId,
    conversation_id: ConversationId,
    message: NewMessage,
    writer: Writer,
    app_id: Option<AppId>,
    client_id: Option<ClientId>,
    metadata: Option<String>,
    needs_channel: bool,
    last_seen_sequence: Option<shopbell_protocol::Sequence>,
    /// Place of the content in the request, for naming a picture that cannot be used.
    content_path: &'static str,
}

impl Service {
    /// `POST /inbox/v2/messages`; `key` is the `Idempotency-Key` header.
    ///
    /// # Errors
    /// `Invalid`, `ConversationNotFound`, `IdentityDoesNotMatch`, `InvalidMediaUrl`, `IdempotencyKeyReused`; store
    /// errors.
    pub async fn send_as_app(
        &self,
        caller: &AppCaller,
        request: SendMessageRequest,
        key: Option<ClientId>,
    ) -> ServiceResult<SendMessageAnswer> {
        let mut violations = Violations::default();
        let conversation_id = required_guid(
            request.conversation_id.as_deref(),
            "conversationId",
            &mut violations,
        );
        check_key(key.as_ref(), "Idempotency-Key", &mut violations);
        let send_as = request.send_as.unwrap_or(SendAs::Caller);
        if !send_as.is_known() {
            let expected = format!("is not one of {}", SendAs::VALUES.join(", "));
            violations.push("sendAs", Rule::InvalidEnumValue, expected);
        }
        let message = checked_draft(request.message, &mut violations);
        let mut message = message.filter(|_| violations.is_empty()).ok_or(violations)?;
        message.silent |= request.silent.unwrap_or(false);
        let stored = self
            .send(Outgoing {
                site_id: caller.site_id.clone(),
                conversation_id,
                writer: app_writer(caller, send_as, message.direction)?,
                message,
                app_id: Some(caller.app_id.clone()),
                client_id: key,
                metadata: None,
                needs_channel: false,
                last_seen_sequence: None,
                content_path: "message.content",
            })
            .await?;
        let site = self.site_row(Some(&caller.site_id)).await?;
        Ok(SendMessageAnswer {
            message: self.view(&site).for_app(stored),
        })
    }

    /// `POST /chat/v1/messages`; the channel exists only after a first message through the widget (rule 12).
    ///
    /// # Errors
    /// `Invalid`, `ChannelNotFound`, `IdempotencyKeyReused`; store errors.
    pub async fn send_to_channel(
        &self,
        caller: &AppCaller,
        request: SendChatMessageRequest,
        key: Option<ClientId>,
    ) -> ServiceResult<SendChatMessageAnswer> {
        let mut violations = Violations::default();
        let conversation_id = required_guid(request.channel_id.as_deref(), "channelId", &mut violations);
        check_key(key.as_ref(), "Idempotency-Key", &mut violations);
        check_chat_text(request.message_text.as_deref(), &mut violations);
        let metadata = request
            .metadata
            .map(|metadata| Value::Object(metadata).to_string());
        if metadata
            .as_ref()
            .is_some_and(|text| text.len() > limits::METADATA_MAX_BYTES)
        {
            let most = format!("is larger than {} bytes of JSON", limits::METADATA_MAX_BYTES);
            violations.push("metadata", Rule::MaxLength, most);
        }
        violations.into_result(())?;
        let content = MessageContent::text(request.message_text.unwrap_or_default());
        let (writer, direction) = if request.send_as_visitor == Some(true) {
            (Writer::OnBehalfOfParticipant, Direction::ParticipantToBusiness)
        } else {
            (
                Writer::App(caller.app_id.clone()),
                Direction::BusinessToParticipant,
            )
        };
        let sent = self.send(Outgoing {
            site_id: caller.site_id.clone(),
            conversation_id,
            message: NewMessage::chat(content, direction),
            writer,
            app_id: Some(caller.app_id.clone()),
            client_id: key,
            metadata,
            needs_channel: true,
            last_seen_sequence: None,
            content_path: "messageText",
        });
        match sent.await {
            Ok(stored) => Ok(SendChatMessageAnswer {
                message_id: stored.sequence.into(),
            }),
            // A conversation that nobody made is a channel that does not exist.
            Err(ServiceError::ConversationNotFound) => Err(ServiceError::ChannelNotFound),
            Err(error) => Err(error),
        }
    }

    /// Sends as the participant; the first message makes the conversation.
    ///
    /// # Errors
    /// `Invalid`, `InvalidMediaUrl`, `IdempotencyKeyReused`; store errors.
    pub async fn send_as_participant(
        &self,
        caller: &ParticipantCaller,
        request: SendRequest,
    ) -> ServiceResult<ShownMessage> {
        self.begin_send_as_participant(caller, request).await.await
    }

    /// The same in two steps: what is begun one after another is stored in that order, and several share a commit.
    pub async fn begin_send_as_participant(
        &self,
        caller: &ParticipantCaller,
        request: SendRequest,
    ) -> impl Future<Output = ServiceResult<ShownMessage>> + Send + use<> {
        let (service, site_id) = (self.clone(), caller.site_id.clone());
        let sending = self.begin_from_participant(caller, request).await;
        async move {
            let stored = sending?.await?;
            let site = service.site_row(Some(&site_id)).await?;
            let visible = VisibleMessage::new(stored).ok_or_else(|| ServiceError::Internal {
                reason: "a participant's own message is hidden".to_owned(),
            })?;
            Ok(service.view(&site).for_participant(visible))
        }
    }

    async fn begin_from_participant(
        &self,
        caller: &ParticipantCaller,
        request: SendRequest,
    ) -> ServiceResult<impl Future<Output = ServiceResult<StoredMessage>> + Send + use<>> {
        let mut violations = Violations::default();
        validate::client_id(request.client_id.as_str(), "clientId", &mut violations);
        validate::participant_content(&request.content, "content", &mut violations);
        violations.into_result(())?;
        self.begin_send(Outgoing {
            site_id: caller.site_id.clone(),
            conversation_id: caller.conversation_id.clone(),
            message: NewMessage::chat(request.content, Direction::ParticipantToBusiness),
            writer: Writer::Visitor(caller.participant.clone()),
            app_id: None,
            client_id: Some(request.client_id),
            metadata: None,
            needs_channel: false,
            last_seen_sequence: None,
            content_path: "content",
        })
        .await
    }

    /// Sends as a staff member.
    ///
    /// # Errors
    /// `Invalid`, `ConversationNotFound`, `InvalidMediaUrl`, `IdempotencyKeyReused`, `ThreadMovedOn`; store errors.
    pub async fn send_as_staff(
        &self,
        caller: &StaffCaller,
        conversation: &ConversationId,
        request: StaffSendRequest,
    ) -> ServiceResult<StaffMessage> {
        self.begin_send_as_staff(caller, conversation, request)
            .await
            .await
    }

    /// The same in two steps, as [`Self::begin_send_as_participant`].
    pub async fn begin_send_as_staff(
        &self,
        caller: &StaffCaller,
        conversation: &ConversationId,
        request: StaffSendRequest,
    ) -> impl Future<Output = ServiceResult<StaffMessage>> + Send + use<> {
        let (service, site_id) = (self.clone(), caller.site_id.clone());
        let sending = self.begin_from_staff(caller, conversation, request).await;
        async move {
            let stored = sending?.await?;
            let site = service.site_row(Some(&site_id)).await?;
            Ok(service.view(&site).for_staff(stored))
        }
    }

    async fn begin_from_staff(
        &self,
        caller: &StaffCaller,
        conversation: &ConversationId,
        request: StaffSendRequest,
    ) -> ServiceResult<impl Future<Output = ServiceResult<StoredMessage>> + Send + use<>> {
        let mut violations = Violations::default();
        validate::client_id(request.client_id.as_str(), "clientId", &mut violations);
        let message = checked_draft(Some(request.message), &mut violations);
        let message = message.filter(|_| violations.is_empty()).ok_or(violations)?;
        self.begin_send(Outgoing {
            site_id: caller.site_id.clone(),
            conversation_id: conversation.clone(),
            message,
            writer: Writer::Staff(caller.staff_id.clone()),
            app_id: None,
            client_id: Some(request.client_id),
            metadata: None,
            needs_channel: false,
            last_seen_sequence: request.last_seen_sequence,
            content_path: "message.content",
        })
        .await
    }

    async fn send(&self, outgoing: Outgoing) -> ServiceResult<StoredMessage> {
        self.begin_send(outgoing).await?.await
    }

    /// Everything up to the store's queue; the rest is the answer.
    async fn begin_send(
        &self,
        mut outgoing: Outgoing,
    ) -> ServiceResult<impl Future<Output = ServiceResult<StoredMessage>> + Send + use<>> {
        let site_id = outgoing.site_id.clone();
        let content_path = outgoing.content_path.to_owned();
        complete(&mut outgoing.message, outgoing.app_id.as_ref());
        let owner = match &outgoing.writer {
            Writer::Visitor(participant) => {
                Some(MediaOwner::Participant(site_id.clone(), participant.clone()))
            }
            Writer::OnBehalfOfParticipant | Writer::Staff(_) | Writer::App(_) => None,
        };
        let media = self
            .take_media(
                &mut outgoing.message.content,
                &site_id,
                owner.as_ref(),
                outgoing.content_path,
            )
            .await?;
        let client = outgoing
            .client_id
            .clone()
            .map(|id| client_key(&outgoing, id))
            .transpose()?;
        let visitor = owner.is_some();
        let append = Append {
            site_id: outgoing.site_id,
            conversation_id: outgoing.conversation_id,
            message: outgoing.message,
            writer: outgoing.writer,
            app_id: outgoing.app_id,
            client,
            metadata: outgoing.metadata,
            media,
            needs_channel: outgoing.needs_channel,
            last_seen_sequence: outgoing.last_seen_sequence,
            event_id: self.event_id()?,
            now_micros: self.now_micros(),
        };
        let appending = self.begin(|service| async move {
            let appended = service.store().append_message(append).await?;
            if let Appended::Stored(arrival) = &appended {
                service.hand_round(site_id, Arrival::clone(arrival));
            }
            Ok(appended)
        });
        let service = self.clone();
        Ok(async move {
            match appending.await? {
                Appended::Stored(arrival) => Ok(arrival.message),
                Appended::Repeated(stored) => Ok(*stored),
                Appended::KeyReused => Err(ServiceError::IdempotencyKeyReused),
                // That a conversation is there, at another site, is nothing to tell a sender.
                Appended::ConversationNotFound | Appended::OtherSite => {
                    Err(ServiceError::ConversationNotFound)
                }
                Appended::ChannelMissing => Err(ServiceError::ChannelNotFound),
                Appended::Merged(_) if visitor => Err(member::past()),
                Appended::Merged(into) => Err(ServiceError::ConversationMerged { into }),
                Appended::MovedOn(missed) => service.moved_on(missed).await,
                Appended::MediaGone => Err(ServiceError::InvalidMediaUrl { field: content_path }),
            }
        })
    }

    async fn moved_on(&self, missed: Vec<StoredMessage>) -> ServiceResult<StoredMessage> {
        let site = match missed.first() {
            Some(first) => self
                .store()
                .conversation(first.conversation_id.clone())
                .await?
                .map(|row| row.site_id),
            None => None,
        };
        let site = self.site_row(site.as_ref()).await?;
        let view = self.view(&site);
        Err(ServiceError::ThreadMovedOn {
            missed: missed
                .into_iter()
                .map(|message| view.for_staff(message))
                .collect(),
        })
    }
}

/// Rule 2: what the server owns, and what it adds where nothing is given.
fn complete(message: &mut NewMessage, app_id: Option<&AppId>) {
    let content = std::mem::take(&mut message.content);
    let mut content = content.map_buttons(|_, button| own_button(button, app_id));
    if let ContentKind::Template(template) = &mut content.kind
        && !template.orientation.is_known()
    {
        template.orientation = Orientation::Portrait;
    }
    if content.preview_text.as_deref().is_none_or(str::is_empty) {
        content.preview_text = Some(content.derived_preview()).filter(|preview| !preview.is_empty());
    }
    message.content = content;
}

fn own_button(mut button: Button, app_id: Option<&AppId>) -> Button {
    if let ButtonAction::Postback(properties) = &mut button.action {
        properties.app_id = app_id.cloned();
    }
    button
}

fn app_writer(caller: &AppCaller, send_as: SendAs, direction: Direction) -> ServiceResult<Writer> {
    match (send_as, direction) {
        (SendAs::Participant, Direction::ParticipantToBusiness) => Ok(Writer::OnBehalfOfParticipant),
        (
            SendAs::Participant,
            Direction::BusinessToParticipant | Direction::Unknown | Direction::Unrecognized,
        ) => Err(ServiceError::IdentityDoesNotMatch {
            reason: "A message sent as the participant has to go to the business: direction PARTICIPANT_TO_BUSINESS",
        }),
        (SendAs::BusinessUser, _) => Err(ServiceError::IdentityDoesNotMatch {
            reason: "An API key cannot send as a person of the staff",
        }),
        (SendAs::Caller | SendAs::Unknown | SendAs::Unrecognized, _) => {
            Ok(Writer::App(caller.app_id.clone()))
        }
    }
}

fn checked_draft(draft: Option<MessageDraft>, violations: &mut Violations) -> Option<NewMessage> {
    let Some(draft) = draft else {
        violations.push("message", Rule::RequiredField, "is required");
        return None;
    };
    match validate::draft(draft, "message") {
        Ok(message) => Some(message),
        Err(mut found) => {
            violations.0.append(&mut found.0);
            None
        }
    }
}

fn required_guid(id: Option<&str>, field: &str, violations: &mut Violations) -> ConversationId {
    match id {
        Some(id) => validate::guid(id, field, violations),
        None => violations.push(field, Rule::RequiredField, "is required"),
    }
    ConversationId(id.unwrap_or_default().to_ascii_lowercase())
}

fn check_key(key: Option<&ClientId>, field: &str, violations: &mut Violations) {
    if let Some(key) = key {
        validate::client_id(key.as_str(), field, violations);
    }
}

fn check_chat_text(text: Option<&str>, violations: &mut Violations) {
    const FIELD: &str = "messageText";
    match text.map(|text| text.chars().count()) {
        None => violations.push(FIELD, Rule::RequiredField, "is required"),
        Some(0) => violations.push(FIELD, Rule::MinLength, "has size 0, expected 1 or more"),
        Some(length) if length > limits::TEXT_MAX => {
            let found = format!("has size {length}, expected {} or less", limits::TEXT_MAX);
            violations.push(FIELD, Rule::MaxLength, found);
        }
        Some(_) => {}
    }
}

/// Whose ids they are, and a digest of everything that was asked: rule 5.
fn client_key(outgoing: &Outgoing, id: ClientId) -> ServiceResult<ClientKey> {
    let scope = match (&outgoing.writer, &outgoing.app_id) {
        (Writer::Staff(staff), _) => format!("staff:{staff}"),
        (_, Some(app)) => format!("app:{app}"),
        (Writer::Visitor(_) | Writer::OnBehalfOfParticipant | Writer::App(_), None) => {
            "participant".to_owned()
        }
    };
    let message = &outgoing.message;
    let asked = json!({
        "body": Body::of(message),
        "visibility": message.visibility,
        "direction": message.direction,
        "silent": message.silent,
        "onBehalf": matches!(outgoing.writer, Writer::OnBehalfOfParticipant),
        "metadata": outgoing.metadata,
    });
    let asked = serde_json::to_vec(&asked).map_err(|error| ServiceError::Internal {
        reason: error.to_string(),
    })?;
    Ok(ClientKey {
        scope,
        id,
        digest: Sha256::digest(asked).into(),
    })
}
