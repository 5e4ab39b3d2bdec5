//! What goes into a [`super::Client`] and what comes out.

use shopbell_protocol::paging::HistoryPage;
use shopbell_protocol::participant::ParticipantId;
use shopbell_protocol::widget::{SessionAnswer, SiteSettings};
use shopbell_protocol::{
    ClientFrame, ClientId, ConversationId, ErrorBody, MessageContent, MessageId, Sequence, ServerFrame,
    ShownMessage,
};

use crate::item::{LocalId, Reason};
use crate::keep::{Kept, Store};
use crate::link::Way;
use crate::thread::{Effect, PageRequest};

/// What happens to the client.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The chat is wanted. `token` is what an earlier visit has stored.
    Start {
        /// Of an earlier visit.
        token: Option<String>,
    },
    /// The chat is not wanted any more.
    Stop,
    /// The socket of the last [`Output::Connect`] is open.
    SocketOpened,
    /// It is gone, or could not be opened.
    SocketClosed,
    /// The socket of the last [`Output::TrySocket`] has opened.
    SocketWorks,
    /// It brought a frame.
    Frame(ServerFrame),
    /// Answer to [`Request::Session`].
    Session(Result<Box<SessionAnswer>, Failure>),
    /// Answer to [`Request::Page`].
    Page(PageRequest, Result<HistoryPage<ShownMessage>, Failure>),
    /// The browser says whether there is a network.
    Network(bool),
    /// The page is looked at again.
    Wake,
    /// Time has passed.
    Tick,
    /// The visitor sends.
    Send {
        /// A fresh id.
        client_id: ClientId,
        /// What it says.
        content: MessageContent,
        /// Whether it is whole; if not, [`Input::Complete`] follows when its files are up.
        ready: bool,
        /// This machine's date, shown until the server's is known.
        created_date: String,
    },
    /// Files of a message are up: it leaves, with this content.
    Complete {
        /// Of the message.
        client_id: ClientId,
        /// What it says, the files' addresses included.
        content: MessageContent,
    },
    /// A file of a message is not taken: the message does not leave.
    FilesRefused(ClientId, ErrorBody),
    /// The storage has written an entry ([`Store::Put`]), or could not.
    Written(ClientId, bool),
    /// What an earlier page or an ended tab has left, in order; this page sends it now. Awaited once after the start.
    Restored(Vec<Kept<MessageContent>>),
    /// What waits in another tab: shown here, sent there.
    Elsewhere(Kept<MessageContent>),
    /// What waited in another tab was given up there.
    Gone(ClientId),
    /// The page hands over what its own server has signed for its member: whoever writes is that member from then on. What
    /// waits to be sent goes along, but for what another member has written.
    Identify(String),
    /// A token that another page of this visitor has stored while this one had none; it goes with the question under way.
    TokenFound(String),
    /// The visitor is somebody else from now on, and nothing of the former one stays. The owner drops the requests under
    /// way first: their answers are the former one's.
    SignOut,
    /// The visitor sends a failed message again.
    Retry(LocalId),
    /// The visitor gives a failed message up.
    Discard(LocalId),
    /// The visitor presses a postback button.
    Press {
        /// A fresh id.
        client_id: ClientId,
        /// The message with the button.
        message_id: MessageId,
        /// The button.
        button_id: String,
    },
    /// Older messages are wanted.
    LoadEarlier,
    /// Everything up to here was looked at.
    Look(Sequence),
    /// The composer's text is another; false once it is empty.
    Typed(bool),
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// None came, or one that cannot be read.
    Lost,
    /// The server refused.
    Refused(ErrorBody),
}

/// What to ask over HTTP; each is answered by the input of the same name.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// `POST /widget/v1/session`.
    Session {
        /// To go on with, if there is one.
        token: Option<String>,
        /// What the page has handed over.
        identity: Option<String>,
    },
    /// `GET /widget/v1/messages`.
    Page(PageRequest),
}

/// What to do or to show.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Open a socket, or what looks like one and goes by requests.
    Connect(Way),
    /// Frames go by requests: see whether a socket opens now, and hand in [`Input::SocketWorks`] if it does.
    TrySocket,
    /// Let go of the socket; hand in nothing more of it.
    Close,
    /// Send a frame.
    Frame(ClientFrame),
    /// Ask over HTTP, with [`Client::token`] where there is one.
    Request(Request),
    /// Keep this token for the next visit, or forget it.
    StoreToken(Option<String>),
    /// The server has taken what the page has handed over.
    Identified,
    /// What proved who the visitor is counts no more, or never did: the page is asked for a fresh one.
    IdentityWanted(Reason),
    /// Keep or forget what waits; only of [`super::Client::keeping`].
    Store(Store<MessageContent>),
    /// What waits does not outlive the page, because the storage fails. Comes once.
    MemoryOnly,
    /// How the chat reaches its server.
    Connection(Connection),
    /// Who talks where; the conversation is absent until the first message.
    Session {
        /// The visitor.
        participant: ParticipantId,
        /// Theirs.
        conversation_id: Option<ConversationId>,
    },
    /// How the site wants the chat.
    Settings(SiteSettings),
    /// Whether somebody of the business is there.
    Presence(bool),
    /// The server refuses this visitor or page; it is tried again later.
    Denied(Reason),
    /// What the conversation shows. What it wants sent or loaded has become a frame or a request already.
    Show(Effect<ShownMessage>),
}

/// How the chat reaches its server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Connection {
    /// Not wanted yet.
    #[default]
    Idle,
    /// On the way for the first time.
    Connecting,
    /// Messages flow.
    Online,
    /// Was online, and is on the way again.
    Reconnecting,
    /// The network is there, but several tries failed. It goes on trying.
    Unreachable,
    /// The browser has no network.
    Offline,
}
