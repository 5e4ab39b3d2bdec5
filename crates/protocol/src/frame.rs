//! Frames of the socket `shopbell.v1`: one JSON text frame per message, `type` first (`design.md` section 5).
//!
//! [`ClientFrame`] and [`ServerFrame`] run between a participant and `GET /widget/v1/socket`;
//! [`StaffClientFrame`] and [`StaffServerFrame`] between the inbox page and `GET /staff/v1/socket`, where one socket
//! carries the conversation list and any number of opened conversations. A frame of an unknown type is ignored by
//! both sides: a newer peer may speak it.

use serde::{Deserialize, Serialize};

use crate::content::MessageContent;
use crate::error::ErrorBody;
use crate::id::{ClientId, ConversationId, MessageId, Sequence};
use crate::message::MessageDraft;
use crate::participant::ParticipantId;
use crate::shown::{IndicationType, Marks, ShownMessage, Side};
use crate::staff::{ConversationSummary, Interaction, StaffMember, StaffMessage};
use crate::widget::{ButtonStateChange, SiteSettings};

/// The WebSocket subprotocol.
pub const SUBPROTOCOL: &str = "shopbell.v1";

/// Where to go on: everything after this sequence is sent before the live frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Resume {
    /// The newest message the reader holds.
    pub after: Sequence,
}

/// Participant to server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ClientFrame {
    /// First frame of a connection; the token travels here, never in an address.
    Hello {
        /// Visitor token.
        token: String,
        /// Absent: nothing is replayed, history is read over HTTP.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resume: Option<Resume>,
    },
    /// Sends a message; answered by `ack` or `reject`.
    Send {
        /// `UUIDv7` of the sender.
        client_id: ClientId,
        /// Basic or form.
        content: MessageContent,
    },
    /// Presses a button; answered by `buttonState` frames or `reject`.
    Postback {
        /// `UUIDv7` of the press.
        client_id: ClientId,
        /// The message with the button.
        message_id: MessageId,
        /// The button's opaque id.
        button_id: String,
    },
    /// Everything up to here was looked at.
    Seen {
        /// Newest looked at.
        sequence: Sequence,
    },
    /// The participant is typing, or stopped.
    Typing {
        /// Typing now.
        on: bool,
    },
    /// Is the other side there? Answered by `pong` with the same number.
    Ping {
        /// Any number.
        n: u64,
    },
    /// A frame of a newer peer; ignored.
    #[serde(other)]
    Unknown,
}

/// Server to participant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ServerFrame {
    /// Answer to `hello`; what came after `resume.after` follows, then live frames.
    Welcome {
        /// Who the token speaks for.
        participant: ParticipantId,
        /// Absent until the first message.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversation_id: Option<ConversationId>,
        /// The newest message that this reader may see.
        last_sequence: Sequence,
        /// How far each side has got.
        #[serde(default)]
        marks: Marks,
        /// How the site wants the chat.
        settings: SiteSettings,
        /// `YYYY-MM-DDThh:mm:ss.sssZ`.
        server_time: String,
    },
    /// Stored: here are id and sequence.
    Ack {
        /// Of the send.
        client_id: ClientId,
        /// As stored.
        message: ShownMessage,
    },
    /// Refused; nothing was stored.
    Reject {
        /// Of the send or press.
        client_id: ClientId,
        /// Why.
        error: ErrorBody,
    },
    /// A message, one's own from another tab included.
    Message {
        /// The message.
        message: ShownMessage,
        /// The one before it that this reader may see, `"0"` for the first: a loss is noticed at once.
        previous_sequence: Sequence,
    },
    /// A button's state is now another.
    ButtonState {
        /// Of the press that caused it, on the connection that pressed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client_id: Option<ClientId>,
        /// Which button, which state.
        #[serde(flatten)]
        change: ButtonStateChange,
    },
    /// One side has got as far as `sequence`.
    Indication {
        /// `DELIVERED` or `SEEN`.
        indication: IndicationType,
        /// The side that got it.
        performed_by: Side,
        /// Up to and including this message.
        sequence: Sequence,
    },
    /// The business is typing, or stopped.
    Typing {
        /// Display name of who types.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        who: Option<String>,
        /// Typing now.
        on: bool,
    },
    /// Whether staff are there to answer.
    Presence {
        /// Somebody of the staff is connected.
        online: bool,
    },
    /// Answer to `ping`.
    Pong {
        /// The same number.
        n: u64,
    },
    /// The server asks whether the client is there; answered by `pong` of the WebSocket's own kind is not enough.
    Ping {
        /// Any number.
        n: u64,
    },
    /// Start over from a page of history: this reader was too slow, or its place is gone.
    Resync {},
    /// The server is going; come back no sooner than this.
    Goodbye {
        /// Milliseconds.
        retry_after_ms: u64,
    },
    /// The connection is refused (bad token, too many connections); it is closed after this.
    Error {
        /// Why.
        error: ErrorBody,
    },
    /// A frame of a newer peer; ignored.
    #[serde(other)]
    Unknown,
}

/// Inbox page to server. The session cookie is the credential; `hello` only opens the talk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum StaffClientFrame {
    /// First frame of a connection.
    Hello {},
    /// Show me this conversation live; answered by `opened`, then what came after `resume.after`, then live frames.
    Open {
        /// Which.
        conversation_id: ConversationId,
        /// Absent: nothing is replayed, history is read over HTTP.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resume: Option<Resume>,
    },
    /// No more of it.
    Close {
        /// Which.
        conversation_id: ConversationId,
    },
    /// Sends a message; answered by `ack` or `reject`.
    Send {
        /// Where.
        conversation_id: ConversationId,
        /// `UUIDv7` of the sender.
        client_id: ClientId,
        /// Any type, direction and visibility.
        message: Box<MessageDraft>,
        /// Refuse if the thread has moved on (rule 15).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_seen_sequence: Option<Sequence>,
    },
    /// Everything up to here was looked at.
    Seen {
        /// Where.
        conversation_id: ConversationId,
        /// Newest looked at.
        sequence: Sequence,
    },
    /// This staff member is typing, or stopped.
    Typing {
        /// Where.
        conversation_id: ConversationId,
        /// Typing now.
        on: bool,
    },
    /// Is the other side there?
    Ping {
        /// Any number.
        n: u64,
    },
    /// A frame of a newer peer; ignored.
    #[serde(other)]
    Unknown,
}

/// Server to inbox page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum StaffServerFrame {
    /// Answer to `hello`.
    Welcome {
        /// Who is signed in.
        staff: StaffMember,
        /// `YYYY-MM-DDThh:mm:ss.sssZ`.
        server_time: String,
    },
    /// Answer to `open`.
    Opened {
        /// Which.
        conversation_id: ConversationId,
        /// The newest message.
        last_sequence: Sequence,
        /// How far each side has got.
        #[serde(default)]
        marks: Marks,
    },
    /// An opened conversation has become part of another; it is not open any more.
    Merged {
        /// Which.
        conversation_id: ConversationId,
        /// Where it goes on.
        into: ConversationId,
    },
    /// A line of the conversation list is new or another; sent for every conversation of the site.
    Conversation {
        /// The line.
        conversation: Box<ConversationSummary>,
    },
    /// Stored: here are id and sequence.
    Ack {
        /// Where.
        conversation_id: ConversationId,
        /// Of the send.
        client_id: ClientId,
        /// As stored.
        message: Box<StaffMessage>,
    },
    /// Refused; nothing was stored.
    Reject {
        /// Where.
        conversation_id: ConversationId,
        /// Of the send.
        client_id: ClientId,
        /// Why.
        error: ErrorBody,
    },
    /// A message of an opened conversation.
    Message {
        /// Where.
        conversation_id: ConversationId,
        /// The message.
        message: Box<StaffMessage>,
        /// The one before it, `"0"` for the first.
        previous_sequence: Sequence,
    },
    /// A button's state is now another.
    ButtonState {
        /// Where.
        conversation_id: ConversationId,
        /// Which button, which state.
        #[serde(flatten)]
        change: ButtonStateChange,
    },
    /// A participant pressed a postback button.
    Interaction {
        /// Where.
        conversation_id: ConversationId,
        /// What was pressed.
        interaction: Interaction,
    },
    /// One side has got as far as `sequence`.
    Indication {
        /// Where.
        conversation_id: ConversationId,
        /// `DELIVERED` or `SEEN`.
        indication: IndicationType,
        /// The side that got it.
        performed_by: Side,
        /// Up to and including this message.
        sequence: Sequence,
    },
    /// Somebody is typing in a conversation, or stopped.
    Typing {
        /// Where.
        conversation_id: ConversationId,
        /// The side that types.
        performed_by: Side,
        /// Display name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        who: Option<String>,
        /// Typing now.
        on: bool,
    },
    /// Whether a participant is connected.
    Presence {
        /// Where.
        conversation_id: ConversationId,
        /// Connected.
        online: bool,
    },
    /// Answer to `ping`.
    Pong {
        /// The same number.
        n: u64,
    },
    /// The server asks whether the client is there; any frame answers it, `ping` does best.
    Ping {
        /// Any number.
        n: u64,
    },
    /// Start over from a page of history: of one conversation, or of everything where absent.
    Resync {
        /// Which.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversation_id: Option<ConversationId>,
    },
    /// The server is going; come back no sooner than this.
    Goodbye {
        /// Milliseconds.
        retry_after_ms: u64,
    },
    /// The connection or a frame is refused.
    Error {
        /// Why.
        error: ErrorBody,
    },
    /// A frame of a newer peer; ignored.
    #[serde(other)]
    Unknown,
}
