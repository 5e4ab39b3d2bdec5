//! [`WidgetState`]: everything a view may read, as signals.
//!
//! Fine-grained on purpose: a new message adds one row to [`WidgetState::rows`]; an acknowledgement, a status or a
//! button state writes only the signal inside its row.

use shopbell_protocol::widget::SiteSettings;
use shopbell_protocol::{ConversationId, ParticipantId, ShownMessage};
pub use shopbell_sync::{Connection, HistoryState as History, Typist};
use shopbell_sync::{LocalId, Reason};

use crate::dom::{ArcField, Field};

/// The widget's state. `Copy`; provided as context at the root.
#[derive(Clone, Copy)]
pub struct WidgetState {
    /// How the chat reaches its server.
    pub connection: Field<Connection>,
    /// Who talks where.
    pub conversation: Field<Conversation>,
    /// The timeline, oldest first. The list changes when a row comes, goes or moves; a row's own change only its signal.
    pub rows: Field<Vec<Row>>,
    /// Whether there are older messages to load.
    pub history: Field<History>,
    /// What stands in the composer. The view writes it on input; the page's `prefill` writes it too.
    pub draft: Field<String>,
    /// What stands in the tray of the composer.
    pub attachments: Field<Vec<Attachment>>,
    /// What is on its way up for messages that were sent; each bears the id of its message's row.
    pub uploads: Field<Vec<Attachment>>,
    /// How the site wants the chat; defaults until the session has answered.
    pub settings: Field<SiteSettings>,
    /// Who of the business is typing.
    pub typing: Field<Option<Typist>>,
    /// Whether somebody of the business is there; `None` while not known.
    pub presence: Field<Option<bool>>,
    /// Messages of the business that were not looked at.
    pub unread: Field<u32>,
    /// The newest message that came while the page was open (not from history), to be announced once.
    pub arrived: Field<Option<Row>>,
    /// What the visitor has to be told; the view shows it until it is dismissed or replaced.
    pub notice: Field<Option<Notice>>,
}

/// Who talks where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversation {
    /// Absent until the first message.
    pub id: Option<ConversationId>,
    /// Absent before the session.
    pub participant: Option<ParticipantId>,
    /// Whether the session has answered: before that an empty timeline means "not known", not "empty".
    pub known: bool,
}

/// A place in the visitor's timeline.
pub type Row = super::rows::Row<ShownMessage>;

/// A picture or file on its way into a message.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Key in the tray.
    pub id: LocalId,
    /// As the file is called.
    pub name: String,
    /// Bytes.
    pub size_bytes: u64,
    /// Object URL of a picture, to be drawn small; ends with the attachment.
    pub preview_url: Option<String>,
    /// How far it has got.
    pub upload: ArcField<Upload>,
}

/// How far an upload has got.
#[derive(Clone, Debug, PartialEq)]
pub enum Upload {
    /// Part that has left, 0.0 to 1.0.
    Uploading(f64),
    /// On the server; goes with the next send.
    Done,
    /// Stopped: shown with a retry unless the same again would fail again (`can_retry`).
    Failed {
        /// Why.
        reason: Reason,
        /// Whether a retry may help.
        can_retry: bool,
    },
}

/// What the visitor has to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The server refuses this page or visitor.
    Refused(Reason),
    /// What is sent does not outlive the page, because the browser's storage fails.
    MemoryOnly,
    /// A chosen file is larger than the site takes; the limit is in the settings.
    FileTooLarge {
        /// Which file.
        name: String,
    },
}

impl WidgetState {
    /// The state before anything has happened.
    pub fn new() -> Self {
        Self {
            connection: Field::default(),
            conversation: Field::default(),
            rows: Field::default(),
            history: Field::default(),
            draft: Field::default(),
            attachments: Field::default(),
            uploads: Field::default(),
            settings: Field::default(),
            typing: Field::default(),
            presence: Field::default(),
            unread: Field::default(),
            arrived: Field::default(),
            notice: Field::default(),
        }
    }
}

impl Default for WidgetState {
    fn default() -> Self {
        Self::new()
    }
}

impl PartialEq for Attachment {
    /// The same attachment, however far it has got.
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}
