//! [`InboxState`]: everything a view may read, as signals.

use std::collections::HashMap;

use leptos::prelude::*;
use shopbell_protocol::staff::{StaffMessage, StaffSession};
use shopbell_protocol::widget::SiteSettings;
use shopbell_protocol::{ConversationId, Sequence, StaffId};
use shopbell_widget::dom::{ArcField, Field};

use super::draft::{Draft, Uploaded};
use super::field::FieldError;
use super::roster::Roster;

/// The page's state. `Copy`; made once, by [`InboxState::new`].
#[derive(Clone, Copy)]
pub struct InboxState {
    /// Who is signed in.
    pub session: RwSignal<Session>,
    /// The answer to a sign-in is under way.
    pub signing_in: RwSignal<bool>,
    /// Why the last sign-in failed.
    pub sign_in_failure: RwSignal<Option<SignInFailure>>,
    /// How the page reaches its server.
    pub connection: RwSignal<Connection>,
    /// The conversation list as far as it is loaded.
    pub roster: RwSignal<Roster>,
    /// What the list is doing.
    pub listing: RwSignal<Loading>,
    /// What stands in the filter.
    pub filter: RwSignal<String>,
    /// The conversation that is open.
    pub open: RwSignal<Option<ConversationId>>,
    /// Its messages, oldest first. The list changes when a row comes, goes or moves; a row's own change only its signal.
    pub rows: Field<Vec<Row>>,
    /// Whether it has older messages.
    pub history: RwSignal<History>,
    /// What was unread when it was opened; `None` where nothing was.
    pub unread: RwSignal<Option<UnreadMark>>,
    /// Who is typing where.
    pub typing: RwSignal<HashMap<ConversationId, Typist>>,
    /// What has been begun in the open conversation.
    pub draft: RwSignal<Draft>,
    /// Drafts of the others, for the list and for coming back.
    pub drafts: RwSignal<HashMap<ConversationId, Draft>>,
    /// Pictures and files for the next reply or note.
    pub attachments: RwSignal<Vec<Attachment>>,
    /// Those of the others; their uploads go on meanwhile.
    pub trays: RwSignal<HashMap<ConversationId, Vec<Attachment>>>,
    /// What is wrong with the draft, field by field.
    pub errors: RwSignal<Vec<FieldError>>,
    /// What stands in the way of sending.
    pub obstacle: RwSignal<Option<Obstacle>>,
    /// The newest message that came live into the open conversation, to be announced once.
    pub arrived: RwSignal<Option<Row>>,
    /// Milliseconds since 1970, coarse: for ages and days.
    pub now_ms: Field<f64>,
    /// Whether the page is in front and has the focus, so that what it shows is being looked at.
    pub attentive: Signal<bool>,
    /// Who was signed in last on this page.
    pub last_staff: RwSignal<Option<StaffId>>,
}

/// Who is signed in.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Session {
    /// Not known yet.
    #[default]
    Checking,
    /// Nobody; `ended` where somebody was until the cookie was no longer good.
    SignedOut {
        /// Say so, and that nothing was lost.
        ended: bool,
    },
    /// Somebody.
    SignedIn(Box<StaffSession>),
}

/// Why a sign-in failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInFailure {
    /// Address or password is wrong.
    Credentials,
    /// Too many tries.
    TooMany,
    /// No answer came.
    NoAnswer,
    /// Anything else.
    Other,
}

/// How the page reaches its server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// On the way, for the first time.
    #[default]
    Connecting,
    /// Frames flow.
    Online,
    /// Was online, and is on the way again.
    Reconnecting,
    /// The device has no network.
    Offline,
}

impl Connection {
    /// The value of `data-connection`. Not `Debug`, which the built page is without.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Online => "online",
            Self::Reconnecting => "reconnecting",
            Self::Offline => "offline",
        }
    }
}

/// A list that is read page by page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Loading {
    /// Nothing to do.
    #[default]
    Idle,
    /// A page is on its way.
    Running,
    /// It did not come.
    Failed,
}

/// Where the unread messages of a conversation stood when it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnreadMark {
    /// The newest message then.
    pub last_sequence: Sequence,
    /// How many of the participant's, up to there, no staff member had seen.
    pub count: u32,
}

/// Older messages of the open conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum History {
    /// Nothing is known yet: the newest page is on its way.
    #[default]
    Unknown,
    /// There are older messages.
    More,
    /// A page is on its way.
    Loading,
    /// It did not come.
    Failed,
    /// The first message is here.
    Complete,
}

/// A place in the timeline.
pub type Row = shopbell_widget::state::rows::Row<StaffMessage>;

/// Who is typing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typist {
    /// The participant, or else a colleague.
    pub participant: bool,
    /// Display name.
    pub name: Option<String>,
}

/// A picture or file on its way into a message.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Key.
    pub id: String,
    /// As the file is called.
    pub name: String,
    /// Bytes.
    pub size_bytes: f64,
    /// Object URL of a picture; ends with the attachment.
    pub preview_url: Option<String>,
    /// How far it has got.
    pub upload: ArcField<Upload>,
}

/// How far an upload has got.
#[derive(Clone, Debug, PartialEq)]
pub enum Upload {
    /// Part that has left, 0.0 to 1.0.
    Running(f64),
    /// On the server; goes with the next send.
    Done(Uploaded),
    /// Stopped.
    Failed(UploadFailure),
}

/// Why an upload stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadFailure {
    /// No answer came.
    Interrupted,
    /// Over the limit.
    TooLarge,
    /// Of a type that is not taken.
    Refused,
}

/// What stands in the way of sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The thread has moved on: nothing was sent, the draft is still here, one more press sends.
    MovedOn,
    /// An upload is still running.
    Uploading,
    /// The server refused it, in its words.
    Refused(String),
}

impl InboxState {
    /// The state before anything is known.
    pub fn new(now_ms: Field<f64>, attentive: Signal<bool>) -> Self {
        Self {
            session: RwSignal::default(),
            signing_in: RwSignal::default(),
            sign_in_failure: RwSignal::default(),
            connection: RwSignal::default(),
            roster: RwSignal::default(),
            listing: RwSignal::default(),
            filter: RwSignal::default(),
            open: RwSignal::default(),
            rows: Field::default(),
            history: RwSignal::default(),
            unread: RwSignal::default(),
            typing: RwSignal::default(),
            draft: RwSignal::default(),
            drafts: RwSignal::default(),
            attachments: RwSignal::default(),
            trays: RwSignal::default(),
            errors: RwSignal::default(),
            obstacle: RwSignal::default(),
            arrived: RwSignal::default(),
            now_ms,
            attentive,
            last_staff: RwSignal::default(),
        }
    }
}

impl Session {
    /// The name under which the participant reads what is written here: one's own, or that of the business where there is
    /// none but the login. The same rule as the server's.
    pub fn sender_name(&self) -> Option<&str> {
        let Self::SignedIn(session) = self else {
            return None;
        };
        let own =
            Some(session.staff.name.as_str()).filter(|name| !name.is_empty() && *name != session.staff.email);
        own.or(Some(session.settings.business_name.as_str()))
            .filter(|name| !name.is_empty())
    }

    /// How the site is set up, where somebody is signed in.
    pub fn settings(&self) -> Option<&SiteSettings> {
        match self {
            Self::SignedIn(session) => Some(&session.settings),
            Self::Checking | Self::SignedOut { .. } => None,
        }
    }
}

impl PartialEq for Attachment {
    /// The same attachment, however far it has got.
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}
