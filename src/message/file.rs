//! A file in a message: its name, type and size, and a press saves it.

use shopbell_protocol::FileMessage;
use shopbell_protocol::drawn::{extension, picture_address};

use crate::dom::{El, Icon, icon};
use crate::i18n::with_name;

use super::text::outside_link;
use super::{MessageContext, Undrawable};

pub(super) fn card(ctx: &MessageContext, file: &FileMessage) -> Result<El, Undrawable> {
    // On its way up it has no address, and there is nothing to save.
    let url = match file.url.as_deref() {
        Some(url) => Some(picture_address(url).ok_or(Undrawable::Address)?),
        None => None,
    };
    let texts = ctx.i18n.texts;
    let name = file
        .filename
        .as_deref()
        .filter(|name| !name.is_empty())
        .unwrap_or(texts.file);
    let card = match url {
        Some(url) => outside_link(&ctx.i18n, "file", url)
            .attr("download", name)
            .attr("title", &with_name(texts.download, name)),
        None => El::with_class("div", "file"),
    };
    Ok(card
        .child(El::with_class("span", "file__type").child(icon(Icon::File)))
        .child(
            El::with_class("span", "file__text")
                .child(
                    El::with_class("span", "file__name")
                        .attr("dir", "auto")
                        .text(name),
                )
                .child(El::with_class("span", "file__detail").text(&detail(ctx, file))),
        )
        .maybe(url.map(|_| icon(Icon::Download))))
}

fn detail(ctx: &MessageContext, file: &FileMessage) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
    let size = file.size_bytes.map(|bytes| ctx.i18n.bytes(bytes as f64));
    let kind = file.filename.as_deref().and_then(extension);
    [kind, size].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
