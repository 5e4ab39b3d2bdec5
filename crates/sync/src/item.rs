//! [`Item`]: a message as it stands in the timeline, from keystroke to "seen".

use std::sync::Arc;

use shopbell_protocol::{ButtonState, MessageId, Sequence};

use crate::message::TimelineMessage;

/// The name of an item on this screen; an acknowledgement never changes it.
///
/// The `clientId` where the message has one, its sequence otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalId(Arc<str>);

/// Why something was refused or did not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// A code of `shopbell_protocol::code`, or one of [`Reason::OFFLINE`], [`Reason::INVALID`].
    pub code: String,
    /// The server's own words, in English; pages have a text per code and fall back on this.
    pub message: String,
}

/// How far a message has got. Only messages of the reader's own side go beyond [`Status::Received`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Written by the other side.
    Received,
    /// On its way to the server, or waiting for a connection.
    Sending,
    /// Stored.
    Sent,
    /// Reached a connection of the other side.
    Delivered,
    /// The other side looked at it.
    Seen,
    /// Refused or held back.
    Failed {
        /// Why.
        reason: Reason,
        /// Whether sending the same again may succeed: offer a retry.
        can_retry: bool,
        /// When the engine sends it again by itself, in the caller's milliseconds; nothing to do for the sender then.
        retry_at_ms: Option<u64>,
    },
}

/// A press of a postback button that the server has not confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Press {
    /// The button's opaque id.
    pub button_id: String,
    /// `None`: on its way. Otherwise why it failed; it may be pressed again.
    pub failed: Option<Reason>,
}

/// How a postback button is to be drawn: the server's state, with what this screen knows on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ButtonFace {
    /// May be pressed.
    Idle,
    /// Pressed; the outcome is not known yet.
    Pending,
    /// Pressed and accepted.
    Done,
    /// The press did not arrive; may be pressed again.
    Failed,
    /// Too late.
    Expired,
}

/// A message in the timeline. Cheap to clone.
#[derive(Debug, Clone, PartialEq)]
pub struct Item<M> {
    /// Key of the row.
    pub id: LocalId,
    /// The message; while it is not stored its sequence is 0 and its date is this machine's.
    pub message: Arc<M>,
    /// How far it has got.
    pub status: Status,
    /// Presses under way or failed; empty for almost every message.
    pub presses: Vec<Press>,
}

impl LocalId {
    /// The text of the id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for LocalId {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl Reason {
    /// There is no way to the server.
    pub const OFFLINE: &'static str = "OFFLINE";
    /// A field is wrong; the same again would be refused again.
    pub const INVALID: &'static str = "INVALID_ARGUMENT";

    /// No answer came.
    pub fn offline() -> Self {
        Self {
            code: Self::OFFLINE.to_owned(),
            message: String::new(),
        }
    }
}

impl Status {
    /// The word for `data-status`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Seen => "seen",
            Self::Failed { .. } => "failed",
        }
    }
}

impl ButtonFace {
    /// The word for `data-state`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Pending => "pending",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Expired => "expired",
        }
    }

    /// Whether a press would be taken.
    pub fn can_press(self) -> bool {
        matches!(self, Self::Idle | Self::Failed)
    }
}

impl<M: TimelineMessage> Item<M> {
    /// Its place in the conversation; `None` while the server has not stored it.
    pub fn sequence(&self) -> Option<Sequence> {
        let sequence = self.message.sequence();
        (sequence != Sequence(0)).then_some(sequence)
    }

    /// The server's id; `None` while it has not stored the message.
    pub fn message_id(&self) -> Option<MessageId> {
        self.sequence().map(MessageId::from)
    }

    /// How a button of this message is to be drawn.
    pub fn button_face(&self, button_id: &str, state: ButtonState) -> ButtonFace {
        // The server's last word stands above a press of ours that it made pointless.
        match state {
            ButtonState::Done => return ButtonFace::Done,
            ButtonState::Expired => return ButtonFace::Expired,
            ButtonState::Idle | ButtonState::Pending | ButtonState::Unknown | ButtonState::Unrecognized => {}
        }
        match self.presses.iter().find(|press| press.button_id == button_id) {
            Some(Press { failed: None, .. }) => ButtonFace::Pending,
            Some(Press { failed: Some(_), .. }) => ButtonFace::Failed,
            None => match state {
                ButtonState::Idle => ButtonFace::Idle,
                ButtonState::Pending
                | ButtonState::Done
                | ButtonState::Expired
                | ButtonState::Unknown
                | ButtonState::Unrecognized => ButtonFace::Pending,
            },
        }
    }
}
