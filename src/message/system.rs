//! A system message: a notice between the messages, with line breaks, picture and buttons.

use shopbell_protocol::{ShownButton, SystemContent};

use crate::dom::El;

use super::{Live, MessageContext, Undrawable, button, image, text};

pub(super) fn notice(
    ctx: &MessageContext,
    live: &Live,
    system: SystemContent<ShownButton>,
) -> Result<El, Undrawable> {
    let picture = image::decoration("note__image", system.image_url.as_deref());
    let words = Some(system.text)
        .filter(|text| !text.trim().is_empty())
        .map(|words| {
            text::write(
                El::with_class("p", "note__text").attr("dir", "auto"),
                &ctx.i18n,
                &words,
            )
        });
    let buttons = button::list(ctx, live, "note__buttons", system.buttons);
    if picture.is_none() && words.is_none() && buttons.is_none() {
        return Err(Undrawable::Empty);
    }
    Ok(El::with_class("div", "note note--system")
        .maybe(picture)
        .maybe(words)
        .maybe(buttons))
}
