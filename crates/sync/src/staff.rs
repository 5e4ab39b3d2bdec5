//! The inbox's frames and a thread's, translated.
//!
//! One staff socket carries many threads: [`deliver`] says which thread a frame is for, [`command`] addresses what a
//! thread wants said, [`open`] is the greeting of one thread. Opening and keeping the socket is [`crate::link::Link`]'s.

use shopbell_protocol::frame::{Resume, StaffClientFrame, StaffServerFrame};
use shopbell_protocol::message::MessageDraft;
use shopbell_protocol::shown::Side;
use shopbell_protocol::staff::{Interaction, StaffMessage};
use shopbell_protocol::{ConversationId, Sequence};

use crate::thread::{Command, ThreadFrame};

/// Where a frame belongs.
#[derive(Debug, Clone, PartialEq)]
// On a 32-bit machine the variants are near enough in size, and the lint is silent.
#[cfg_attr(
    target_pointer_width = "64",
    expect(
        clippy::large_enum_variant,
        reason = "made and taken apart at once, never kept"
    )
)]
pub enum Delivery {
    /// To the thread of a conversation.
    Thread(ConversationId, ThreadFrame<StaffMessage>),
    /// A press to be written into a message of a thread: `thread.update(interaction.message_id, …)` with [`record`].
    Interaction(ConversationId, Interaction),
    /// To every thread and the list: start over.
    ResyncAll,
    /// To the page itself: welcome, list lines, presence, a colleague's typing, ping, goodbye, errors.
    Page(StaffServerFrame),
}

/// Says where a frame belongs.
pub fn deliver(frame: StaffServerFrame) -> Delivery {
    match frame {
        StaffServerFrame::Opened {
            conversation_id,
            last_sequence,
            marks,
        } => Delivery::Thread(conversation_id, ThreadFrame::Opened { last_sequence, marks }),
        StaffServerFrame::Ack {
            conversation_id,
            client_id,
            message,
        } => Delivery::Thread(
            conversation_id,
            ThreadFrame::Ack {
                client_id,
                message: *message,
            },
        ),
        StaffServerFrame::Reject {
            conversation_id,
            client_id,
            error,
        } => Delivery::Thread(conversation_id, ThreadFrame::Reject { client_id, error }),
        StaffServerFrame::Message {
            conversation_id,
            message,
            previous_sequence,
        } => Delivery::Thread(
            conversation_id,
            ThreadFrame::Message {
                message: *message,
                previous_sequence,
            },
        ),
        StaffServerFrame::ButtonState {
            conversation_id,
            change,
        } => Delivery::Thread(
            conversation_id,
            ThreadFrame::ButtonState {
                client_id: None,
                change,
            },
        ),
        StaffServerFrame::Indication {
            conversation_id,
            indication,
            performed_by,
            sequence,
        } => Delivery::Thread(
            conversation_id,
            ThreadFrame::Indication {
                indication,
                performed_by,
                sequence,
            },
        ),
        StaffServerFrame::Typing {
            conversation_id,
            performed_by: Side::Participant,
            who,
            on,
        } => Delivery::Thread(conversation_id, ThreadFrame::Typing { who, on }),
        StaffServerFrame::Resync {
            conversation_id: Some(conversation_id),
        } => Delivery::Thread(conversation_id, ThreadFrame::Resync),
        StaffServerFrame::Resync {
            conversation_id: None,
        } => Delivery::ResyncAll,
        StaffServerFrame::Interaction {
            conversation_id,
            interaction,
        } => Delivery::Interaction(conversation_id, interaction),
        other @ (StaffServerFrame::Welcome { .. }
        | StaffServerFrame::Conversation { .. }
        | StaffServerFrame::Merged { .. }
        | StaffServerFrame::Typing { .. }
        | StaffServerFrame::Presence { .. }
        | StaffServerFrame::Pong { .. }
        | StaffServerFrame::Ping { .. }
        | StaffServerFrame::Goodbye { .. }
        | StaffServerFrame::Error { .. }
        | StaffServerFrame::Unknown) => Delivery::Page(other),
    }
}

/// Writes a press into its message, once.
pub fn record(message: &mut StaffMessage, interaction: Interaction) {
    if !message.interactions.contains(&interaction) {
        message.interactions.push(interaction);
    }
}

/// The greeting of one thread.
pub fn open(conversation_id: ConversationId, after: Option<Sequence>) -> StaffClientFrame {
    StaffClientFrame::Open {
        conversation_id,
        resume: after.map(|after| Resume { after }),
    }
}

/// What a thread wants said, addressed. `careful`: refuse the send if the thread has moved on (rule 15). `None` for a
/// press, which only participants make.
pub fn command(
    conversation_id: ConversationId,
    command: Command<MessageDraft>,
    careful: bool,
) -> Option<StaffClientFrame> {
    Some(match command {
        Command::Send {
            client_id,
            draft,
            last_seen,
        } => StaffClientFrame::Send {
            conversation_id,
            client_id,
            message: Box::new(draft),
            last_seen_sequence: careful.then_some(last_seen),
        },
        Command::Press { .. } => return None,
        Command::Seen(sequence) => StaffClientFrame::Seen {
            conversation_id,
            sequence,
        },
        Command::Typing(on) => StaffClientFrame::Typing { conversation_id, on },
    })
}
