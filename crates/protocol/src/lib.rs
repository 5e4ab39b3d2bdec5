//! Every type that crosses one of Shopbell's wires, its limits and its validation, once.
//!
//! No I/O, no clock, no randomness: the server, the sync engine and both pages share these types, and the
//! OpenAPI document is generated from them. Reading is lenient (a value of tomorrow decodes as `Unknown` or
//! `Unsupported`), accepting is strict: [`validate`] names the field and the rule.
//!
//! Reading order: [`id`], [`message`] and [`content`] are the heart; [`shown`] is what a reader of a conversation
//! gets; [`frame`] is the socket; [`inbox`], [`oauth`], [`chat`], [`widget`], [`staff`], [`event`] and [`admin`] are the
//! HTTP surfaces. [`drawn`] is what every page reads out of a message's texts.

pub mod admin;
pub mod button;
pub mod chat;
pub mod content;
pub mod conversation;
pub mod drawn;
pub mod error;
pub mod event;
pub mod frame;
pub mod id;
pub mod inbox;
pub mod limits;
pub mod media;
pub mod message;
pub mod oauth;
pub mod paging;
pub mod participant;
pub mod shown;
pub mod staff;
pub mod validate;
pub mod widget;

mod wire;

pub use button::{
    Button, ButtonAction, ButtonState, PostbackProperties, PostbackUse, ShownAction, ShownButton,
};
pub use content::{
    BasicContent, BasicItem, ContentKind, ContentType, FormContent, FormField, FormMedia, MessageContent,
    MinimalContent, Orientation, SystemContent, TemplateContent,
};
pub use conversation::{Conversation, DisplayData};
pub use error::{ApplicationError, ErrorBody, ErrorDetails, FieldViolation, Rule, Violations, code};
pub use frame::{ClientFrame, ServerFrame};
pub use id::{AppId, ClientId, ConversationId, EventId, MediaId, MessageId, Sequence, SiteId, StaffId};
pub use media::{FileMessage, ImageMessage};
pub use message::{Badge, BadgeVisibility, ChannelType, Direction, Message, MessageDraft, Visibility};
pub use participant::{ParticipantId, Sender};
pub use shown::{IndicationType, SenderKind, ShownBadge, ShownContent, ShownMessage, ShownSender};
