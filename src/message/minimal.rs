//! A minimal message: one line that reports an activity; with an address, a link.

use shopbell_protocol::MinimalContent;

use crate::dom::{El, Icon, icon};

use super::text::outside_link;
use super::{MessageContext, Undrawable, image};
use shopbell_protocol::drawn::link_address;

pub(super) fn line(ctx: &MessageContext, minimal: MinimalContent) -> Result<El, Undrawable> {
    if minimal.text.trim().is_empty() {
        return Err(Undrawable::Empty);
    }
    let words = El::new("span").attr("dir", "auto").text(&minimal.text);
    let mark = image::decoration("note__icon", minimal.icon_url.as_deref());
    Ok(match minimal.url.as_deref().and_then(link_address) {
        Some(url) => outside_link(&ctx.i18n, "note", url)
            .maybe(mark)
            .child(words)
            .child(icon(Icon::OpenOutside).class("icon--small")),
        None => El::with_class("p", "note").maybe(mark).child(words),
    })
}
