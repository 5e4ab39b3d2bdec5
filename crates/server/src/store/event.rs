//! The log of what the business's programs are told.

use shopbell_protocol::event::EventBody;
use shopbell_protocol::{ConversationId, EventId};

use super::message::StoredMessage;

/// One entry of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedEvent {
    /// Its place in the log: rising, in the order of commits, never reused. The cursor.
    pub number: u64,
    /// By which receivers drop repeats.
    pub id: EventId,
    /// When.
    pub created: u64,
    /// In this conversation.
    pub conversation_id: ConversationId,
    /// What.
    pub fact: LoggedFact,
    /// JSON that the sending program gave a chat message, for programs only.
    pub metadata: Option<String>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum LoggedFact {
    /// A message was accepted; its direction says for whom.
    Message(Box<StoredMessage>),
    /// Anything else, as it is told.
    Other(Box<EventBody>),
}
