//! A basic message: text, pictures, files; each item is a bubble of its own.

use shopbell_protocol::BasicItem;

use crate::dom::El;

use super::{MessageContext, Undrawable, file, image, text};

pub(super) fn item(ctx: &MessageContext, item: BasicItem) -> Result<El, Undrawable> {
    match item {
        // One with words in it never comes here: it is drawn without this chunk.
        BasicItem::Text(_) => Err(Undrawable::Empty),
        BasicItem::Image(picture) => image::picture(ctx, &picture),
        BasicItem::File(document) => file::card(ctx, &document),
        BasicItem::Unsupported { .. } => Err(Undrawable::Kind),
    }
}

pub(super) fn bubble(ctx: &MessageContext, text: &str) -> El {
    let class = if shopbell_protocol::drawn::is_emoji_only(text) {
        "bubble bubble--emoji"
    } else {
        "bubble"
    };
    let words = El::with_class("p", "bubble__text").attr("dir", "auto");
    El::with_class("div", class).child(text::write(words, &ctx.i18n, text))
}
