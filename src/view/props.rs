//! What the views are given and what they report: fields and handlers.

use shopbell_protocol::Sequence;
use shopbell_sync::LocalId;

use crate::dom::{Condition, Field, Handler};
use crate::i18n::I18n;
use crate::message::PressButton;
use crate::state::store::WidgetState;

/// Everything between the views and the app. The app fills it once and hands it to [`super::attach`].
#[derive(Clone)]
pub struct WidgetProps {
    /// Strings and formats.
    pub i18n: I18n,
    /// What is shown. Views only read it, but for the draft.
    pub state: WidgetState,
    /// A coarse clock in milliseconds since 1970, for the headings of days; a tick per minute is enough.
    pub now_ms: Field<f64>,
    /// The visitor can see the panel: it is maximized and the page is in front.
    pub visible: Condition,
    /// Rises each time the composer should take the focus.
    pub focus_requests: Field<u32>,

    /// Sends the text and the attachments that are ready. `true`: taken, the composer empties itself.
    pub on_send: Handler<String, bool>,
    /// Files were chosen, pasted or dropped.
    pub on_attach: Handler<Vec<web_sys::File>>,
    /// Uploads an attachment again.
    pub on_retry_upload: Handler<LocalId>,
    /// Takes an attachment back.
    pub on_detach: Handler<LocalId>,
    /// Sends a failed message again.
    pub on_retry: Handler<LocalId>,
    /// Gives a failed message up.
    pub on_discard: Handler<LocalId>,
    /// A postback button was pressed.
    pub on_press: Handler<PressButton>,
    /// The visitor nears the oldest message. May come again while the answer is under way.
    pub on_load_earlier: Handler<()>,
    /// The visitor wants the panel out of the way.
    pub on_minimize: Handler<()>,
    /// A key was typed. The app thins these out.
    pub on_typing: Handler<()>,
    /// Everything up to here was on screen. May come again.
    pub on_seen: Handler<Sequence>,
    /// Takes the notice away.
    pub on_dismiss: Handler<()>,
}
