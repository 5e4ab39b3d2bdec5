//! What goes into the desk and what comes out of it.

use shopbell_protocol::frame::{StaffClientFrame, StaffServerFrame};
use shopbell_protocol::message::MessageDraft;
use shopbell_protocol::paging::HistoryPage;
use shopbell_protocol::staff::{ConversationSummary, StaffMessage};
use shopbell_protocol::{ClientId, ConversationId, ErrorBody, Sequence};
use shopbell_sync::{Change, HistoryState, Item, LocalId, PageRequest, Reason};

use crate::state::store::{Connection, Typist};

/// What happens to the desk.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// Somebody is signed in.
    Start,
    /// Nobody is any more; what waits to be sent stays.
    Stop,
    /// The socket of the last [`Output::Connect`] is open.
    SocketOpened,
    /// It is gone, or could not be opened.
    SocketClosed,
    /// It brought a frame.
    Frame(Box<StaffServerFrame>),
    /// The browser says whether there is a network.
    Network(bool),
    /// The page is looked at again.
    Wake,
    /// Time has passed.
    Tick,
    /// A conversation is opened.
    Open {
        /// Which.
        conversation: ConversationId,
        /// Its newest message, as the list says.
        last_sequence: Sequence,
    },
    /// No conversation is in front any more.
    Leave,
    /// Something happens in a conversation.
    Thread(ConversationId, ThreadInput),
}

/// What happens in one conversation.
#[derive(Debug, Clone, PartialEq)]
pub enum ThreadInput {
    /// Answer to [`Request::Page`].
    Page(PageRequest, Result<HistoryPage<StaffMessage>, Failure>),
    /// Answer to [`Request::Send`].
    Sent(ClientId, Result<Box<StaffMessage>, Failure>),
    /// A message is sent.
    Send {
        /// A fresh id.
        client_id: ClientId,
        /// What it says.
        draft: Box<MessageDraft>,
        /// This machine's date, shown until the server's is known.
        created_date: String,
    },
    /// A failed message is sent again.
    Retry(LocalId),
    /// A failed message is given up.
    Discard(LocalId),
    /// Older messages are wanted.
    LoadEarlier,
    /// Everything up to here was looked at.
    Look(Sequence),
    /// The text is another; false once it is empty.
    Typed(bool),
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// None came, or one that cannot be read.
    Lost,
    /// The server refused.
    Refused(Box<ErrorBody>),
}

/// What to do or to show.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Open a socket.
    Connect,
    /// Let go of the socket; hand in nothing more of it.
    Close,
    /// Send a frame.
    Frame(StaffClientFrame),
    /// Ask over HTTP; the answer comes back as the [`ThreadInput`] of the same name.
    Request(ConversationId, Request),
    /// How the page reaches its server.
    Connection(Connection),
    /// Read the newest page of the conversation list again.
    Relist,
    /// A line of the list.
    Row(Box<ConversationSummary>),
    /// The first has become part of the second.
    Merged(ConversationId, ConversationId),
    /// Whether a participant is connected.
    Presence(ConversationId, bool),
    /// Who is typing in a conversation.
    Typing(ConversationId, Option<Typist>),
    /// The session is over.
    SignedOut,
    /// Something to show in one conversation.
    Thread(ConversationId, ThreadOutput),
}

/// What to ask over HTTP about one conversation.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// `GET …/messages`.
    Page(PageRequest),
    /// `POST …/messages`.
    Send {
        /// The same on each resend.
        client_id: ClientId,
        /// What it says.
        draft: Box<MessageDraft>,
        /// Refuse if the thread has moved on.
        last_seen: Option<Sequence>,
    },
    /// `POST …/seen`; its answer is not needed.
    Seen(Sequence),
}

/// Something to show in one conversation.
#[derive(Debug, Clone, PartialEq)]
pub enum ThreadOutput {
    /// The timeline is another.
    Timeline(Change<StaffMessage>),
    /// A message came while it was open.
    Arrived(Item<StaffMessage>),
    /// A message of this page is stored.
    Accepted(Item<StaffMessage>),
    /// A message of this page was refused and is not sent again by itself.
    Refused(LocalId, Reason),
    /// Older messages.
    History(HistoryState),
}
