//! Messages as they are stored, and what is asked of a store about them.

use serde::{Deserialize, Serialize};
use shopbell_protocol::shown::Marks;
use shopbell_protocol::{
    AppId, Badge, ChannelType, ClientId, ConversationId, EventId, MediaId, MessageContent, MessageId,
    ParticipantId, Sender, Sequence, SiteId, StaffId, Visibility, message::NewMessage,
};

use super::conversation::ConversationRow;

/// Who reads; the store filters by it in the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Sees what is visible to both sides.
    Participant,
    /// Sees everything.
    Business,
}

/// A message as it is stored. Metadata is not here: nothing that is read back for people needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMessage {
    /// Where.
    pub conversation_id: ConversationId,
    /// Order, id and time in one.
    pub sequence: Sequence,
    /// What was sent; own media by id, without addresses.
    pub message: NewMessage,
    /// Who wrote it.
    pub sender: Sender,
    /// Display name of the staff member who wrote it.
    pub staff_name: Option<String>,
    /// The participant who wrote it was proven at that time.
    pub verified: bool,
    /// The app that sent it.
    pub app_id: Option<AppId>,
    /// The sender's own id of it.
    pub client_id: Option<ClientId>,
    /// Accepted presses of its buttons, oldest first.
    pub presses: Vec<Press>,
}

/// A stored message that the participant may see. What they are shown is made from this and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisibleMessage(StoredMessage);

impl VisibleMessage {
    /// `None` for a message that only the business may see. Queries filter before; this makes it a matter of types.
    pub fn new(message: StoredMessage) -> Option<Self> {
        (message.message.visibility == Visibility::BusinessAndParticipant).then_some(Self(message))
    }

    /// The message.
    pub fn into_inner(self) -> StoredMessage {
        self.0
    }
}

/// An accepted press of a postback button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Press {
    /// Opaque id of the button.
    pub button_id: String,
    /// Its label.
    pub label: String,
    /// The sender's own id for the button.
    pub interaction_id: String,
    /// When.
    pub created: u64,
    /// Of the change.
    pub revision: u64,
}

/// Who writes a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Writer {
    /// The participant, through the widget; the conversation is made with the first message.
    Visitor(ParticipantId),
    /// A program in the name of the conversation's participant.
    OnBehalfOfParticipant,
    /// A person of the staff.
    Staff(StaffId),
    /// A program.
    App(AppId),
}

/// The sender's own id for a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientKey {
    /// Whose ids these are: the same id of two senders is two ids.
    pub scope: String,
    /// The id.
    pub id: ClientId,
    /// Of everything that was asked; tells a repetition from a reuse.
    pub digest: [u8; 32],
}

/// A message to be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// Of this site.
    pub site_id: SiteId,
    /// To this conversation.
    pub conversation_id: ConversationId,
    /// Checked and completed.
    pub message: NewMessage,
    /// Who writes.
    pub writer: Writer,
    /// The app that sends.
    pub app_id: Option<AppId>,
    /// For idempotency.
    pub client: Option<ClientKey>,
    /// JSON, for programs only.
    pub metadata: Option<String>,
    /// The files that it names: they are kept from now on.
    pub media: Vec<MediaId>,
    /// Refuse unless the participant has written through the widget.
    pub needs_channel: bool,
    /// Refuse if somebody else wrote after this.
    pub last_seen_sequence: Option<Sequence>,
    /// Of the event that goes with it.
    pub event_id: EventId,
    /// When.
    pub now_micros: u64,
}

/// A message that was stored just now, and what it came after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The message.
    pub message: StoredMessage,
    /// The message before it, 0 for the first.
    pub previous: Sequence,
    /// The one before it that the participant may see, 0 for the first.
    pub previous_visible: Sequence,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// Stored now.
    Stored(Box<Arrival>),
    /// Stored before, under the same client id.
    Repeated(Box<StoredMessage>),
    /// The client id came before with something else.
    KeyReused,
    /// The conversation is unknown.
    ConversationNotFound,
    /// The conversation has become part of this one.
    Merged(ConversationId),
    /// The conversation belongs to another site.
    OtherSite,
    /// The participant has not written through the widget yet.
    ChannelMissing,
    /// Somebody else wrote since; oldest first, at most a page.
    MovedOn(Vec<StoredMessage>),
    /// A file that it names is not there any more.
    MediaGone,
}

/// Which part of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slice {
    /// The newest.
    Newest {
        /// At most.
        limit: u32,
    },
    /// The oldest.
    Oldest {
        /// At most.
        limit: u32,
    },
    /// Those nearest before a sequence.
    Before {
        /// Exclusive.
        sequence: Sequence,
        /// At most.
        limit: u32,
    },
    /// Those nearest after a sequence.
    After {
        /// Exclusive.
        sequence: Sequence,
        /// At most.
        limit: u32,
    },
}

/// Part of a history, as of one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// The conversation.
    pub conversation: ConversationRow,
    /// Newest message that the audience may see.
    pub last_sequence: Sequence,
    /// Marks, each at a message that the audience may see.
    pub marks: Marks,
    /// Oldest first.
    pub messages: Vec<StoredMessage>,
    /// Whether there is something before the first of them.
    pub older: bool,
    /// Whether there is something after the last of them.
    pub newer: bool,
}

/// What changed since a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangesQuery {
    /// In this conversation.
    pub conversation_id: ConversationId,
    /// For this audience.
    pub audience: Audience,
    /// Messages after this.
    pub after: Sequence,
    /// Presses after this.
    pub revision: u64,
    /// At most so many messages.
    pub limit: u32,
}

/// The answer, as of one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The conversation.
    pub conversation: ConversationRow,
    /// Marks, each at a message that the audience may see.
    pub marks: Marks,
    /// Oldest first.
    pub messages: Vec<StoredMessage>,
    /// The one before the first of them that the audience may see, 0 for none.
    pub previous: Sequence,
    /// Newest message that the audience may see, 0 for none.
    pub last_sequence: Sequence,
    /// Messages with presses after the revision, with all their presses.
    pub pressed: Vec<StoredMessage>,
    /// Up to here presses are told.
    pub revision: u64,
    /// There are more messages or presses.
    pub more: bool,
}

/// A press to be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PressButton {
    /// In this conversation.
    pub conversation_id: ConversationId,
    /// Of this message.
    pub message_id: MessageId,
    /// Of this button.
    pub button_id: String,
    /// The presser's own id of the press.
    pub client_id: ClientId,
    /// Of the event that goes with it.
    pub event_id: EventId,
    /// When.
    pub now_micros: u64,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pressed {
    /// Accepted now.
    Accepted(Box<StoredMessage>),
    /// Accepted before: this press, or one that rules it out.
    Before(Box<StoredMessage>),
    /// Too late.
    Expired,
    /// The client id came before for another button.
    KeyReused,
    /// The conversation has become part of another.
    Merged,
    /// No such message that the participant may see.
    MessageNotFound,
    /// No such postback button.
    ButtonNotFound,
}

/// The parts of a message that are stored as one JSON text.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Body {
    pub(crate) content: MessageContent,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) badges: Vec<Badge>,
    #[serde(default)]
    pub(crate) source_channel: ChannelType,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) target_channels: Vec<ChannelType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source_channel_id: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) target_channel_ids: Vec<String>,
}

impl Body {
    pub(crate) fn of(message: &NewMessage) -> Self {
        Self {
            content: message.content.clone(),
            badges: message.badges.clone(),
            source_channel: message.source_channel,
            target_channels: message.target_channels.clone(),
            source_channel_id: message.source_channel_id.clone(),
            target_channel_ids: message.target_channel_ids.clone(),
        }
    }

    /// A text that cannot be read becomes a message of unsupported kind: one bad row must not close a conversation.
    pub(crate) fn read(json: &str) -> Self {
        serde_json::from_str(json).unwrap_or_else(|error| {
            tracing::error!(%error, "a stored message cannot be read; it is shown as unsupported");
            Self {
                content: MessageContent::default(),
                badges: Vec::new(),
                source_channel: ChannelType::Unknown,
                target_channels: Vec::new(),
                source_channel_id: None,
                target_channel_ids: Vec::new(),
            }
        })
    }
}
