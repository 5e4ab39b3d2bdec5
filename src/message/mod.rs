//! How a message looks, in the widget and in the inbox: values and callbacks in, elements out, no transport in sight.
//!
//! [`entry`] draws one row of a timeline: sender, bubbles, time, status. [`content`] draws text itself and hands the other
//! kinds to [`cards`], the one exhaustive match over them; a kind per file, with [`button`], [`image`] and [`file`] inside them. What a message carries is text and
//! checked addresses, never markup; a part that cannot be drawn returns [`Undrawable`] and becomes a notice, so one odd
//! message cannot take the others with it. The page's style sheets are `style/components/`: message, media, card, note.

mod avatar;
mod basic;
mod button;
mod cards;
mod entry;
mod file;
mod form;
mod image;
mod live;
mod minimal;
mod system;
mod template;
mod text;
mod unsupported;
mod viewer;

use shopbell_protocol::{BasicItem, ContentKind, MessageId, ShownContent};

use crate::dom::{El, Handler};
use crate::i18n::I18n;

use cards::Part;

pub use avatar::avatar;
pub(crate) use avatar::fill_avatar;
pub(crate) use cards::Cards;
pub use entry::{Entry, entry};
pub use live::Live;
pub use unsupported::Undrawable;

/// What all messages of a page have in common.
#[derive(Clone, Debug)]
pub struct MessageContext {
    /// Strings and formats.
    pub i18n: I18n,
    /// A postback button was pressed; `None` where they cannot be (the inbox, a preview).
    pub on_press: Option<Handler<PressButton>>,
}

/// A postback button was pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PressButton {
    /// The message with the button.
    pub message_id: MessageId,
    /// The button's opaque id.
    pub button_id: String,
}

/// The elements of a content, one for each bubble; never empty.
///
/// Text is drawn right here. For everything else the code may have to be fetched first; the preview text stands in.
pub fn content(ctx: &MessageContext, live: &Live, content: ShownContent) -> Vec<El> {
    let preview = content.preview_text;
    let later = |part| cards::later(ctx, live, preview.clone(), part);
    let kind = match content.kind {
        ContentKind::Basic(basic) if !basic.items.is_empty() => {
            let items = basic.items.into_iter().map(|item| match item {
                BasicItem::Text(text) if !text.trim().is_empty() => basic::bubble(ctx, &text),
                item => later(Part::Item(item)),
            });
            return items.collect();
        }
        kind => kind,
    };
    vec![later(Part::Whole(kind))]
}

/// The word for `data-kind`.
pub fn kind_name<B>(kind: &ContentKind<B>) -> &'static str {
    match kind {
        ContentKind::Basic(_) => "basic",
        ContentKind::Template(_) => "template",
        ContentKind::Minimal(_) => "minimal",
        ContentKind::Form(_) => "form",
        ContentKind::System(_) => "system",
        ContentKind::Unsupported { .. } => "unsupported",
    }
}
