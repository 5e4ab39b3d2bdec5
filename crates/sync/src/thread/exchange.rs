//! What goes into a [`super::Thread`] and what comes out, the same for both audiences.

use shopbell_protocol::shown::{Marks, Side};
use shopbell_protocol::widget::ButtonStateChange;
use shopbell_protocol::{ClientId, ErrorBody, IndicationType, MessageId, Sequence};

use crate::item::{Item, LocalId, Reason};
use crate::keep::Store;
use crate::message::TimelineMessage;
use crate::resume::PageRequest;
use crate::timeline::Change;
use crate::typing::Typist;

/// "It is now", and a fresh random number; the engine has neither of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// Milliseconds of any clock that does not run backwards.
    pub now_ms: u64,
    /// 0.0 to 1.0.
    pub unit: f64,
}

/// What a server tells of one conversation, the same for both audiences.
#[derive(Debug, Clone, PartialEq)]
pub enum ThreadFrame<M> {
    /// `welcome`, or `opened`.
    Opened {
        /// The newest message that this reader may see.
        last_sequence: Sequence,
        /// How far each side has got.
        marks: Marks,
    },
    /// A message.
    Message {
        /// The message.
        message: M,
        /// The one before it for this reader.
        previous_sequence: Sequence,
    },
    /// Stored.
    Ack {
        /// Of the send.
        client_id: ClientId,
        /// As stored.
        message: M,
    },
    /// Refused: a send or a press.
    Reject {
        /// Of the send or press.
        client_id: ClientId,
        /// Why.
        error: ErrorBody,
    },
    /// A button's state.
    ButtonState {
        /// Of the press that it answers.
        client_id: Option<ClientId>,
        /// Which, and how it is.
        change: ButtonStateChange,
    },
    /// One side has got as far as `sequence`.
    Indication {
        /// `DELIVERED` or `SEEN`.
        indication: IndicationType,
        /// Which side.
        performed_by: Side,
        /// Up to here.
        sequence: Sequence,
    },
    /// The other side is typing, or stopped.
    Typing {
        /// Display name.
        who: Option<String>,
        /// Typing now.
        on: bool,
    },
    /// Start over from a page of history.
    Resync,
}

/// What the server is to be told of one conversation, the same for both audiences.
#[derive(Debug, Clone, PartialEq)]
pub enum Command<D> {
    /// Send a message.
    Send {
        /// The same on each resend.
        client_id: ClientId,
        /// What it says.
        draft: D,
        /// Up to where its sender's screen showed everything (rule 15); what they sent since, the server knows itself.
        last_seen: Sequence,
    },
    /// Press a button.
    Press {
        /// The same on each resend.
        client_id: ClientId,
        /// The message with the button.
        message_id: MessageId,
        /// The button.
        button_id: String,
    },
    /// Everything up to here was looked at.
    Seen(Sequence),
    /// We are typing, or stopped.
    Typing(bool),
}

/// What has to be done or shown. To be carried out in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect<M: TimelineMessage> {
    /// Tell the server. Comes only while there is a way to it.
    Send(Command<M::Draft>),
    /// Ask for a page; hand the answer to [`Thread::page`] or [`Thread::page_failed`] with the same request.
    Load(PageRequest),
    /// The timeline is now another.
    Timeline(Change<M>),
    /// A message came while the screen was open, from the other side or another screen of one's own.
    Arrived(Item<M>),
    /// A message of this screen is stored.
    Accepted(Item<M>),
    /// A message of this screen was refused, and is not sent again by itself.
    Refused {
        /// Its row.
        id: LocalId,
        /// Why.
        reason: Reason,
    },
    /// The other side is typing, or nobody is.
    Typing(Option<Typist>),
    /// Messages of the other side that were not looked at.
    Unread(u32),
    /// Older messages.
    History(HistoryState),
    /// Keep or forget an entry; only after [`Thread::keep`]. A put is answered by [`Thread::written`].
    Store(Store<M::Draft>),
    /// What waits does not outlive the page, because the storage fails. Comes once.
    MemoryOnly,
}

/// Older messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HistoryState {
    /// The conversation has not been opened.
    #[default]
    Unknown,
    /// There are more.
    More,
    /// A page is on its way.
    Loading,
    /// A page did not come; asking again may help.
    Failed,
    /// The first message is here.
    Complete,
}
