//! A template message: a card with picture, title, lines and buttons.

use shopbell_protocol::{Orientation, ShownButton, TemplateContent};

use crate::dom::El;

use super::{Live, MessageContext, Undrawable, button, image};

pub(super) fn card(
    ctx: &MessageContext,
    live: &Live,
    template: TemplateContent<ShownButton>,
) -> Result<El, Undrawable> {
    let class = match template.orientation {
        Orientation::Landscape => "card card--landscape",
        Orientation::Portrait | Orientation::Unknown | Orientation::Unrecognized => "card",
    };
    let title = template.title.filter(|title| !title.trim().is_empty());
    let picture = image::decoration("card__image", template.image_url.as_deref());
    let buttons = button::list(ctx, live, "card__buttons", template.buttons);
    if title.is_none() && template.text_lines.is_empty() && picture.is_none() && buttons.is_none() {
        return Err(Undrawable::Empty);
    }
    let words = (title.is_some() || !template.text_lines.is_empty()).then(|| {
        El::with_class("div", "card__text")
            .maybe(title.map(|title| {
                El::with_class("p", "card__title")
                    .attr("dir", "auto")
                    .text(&title)
            }))
            .children(
                template
                    .text_lines
                    .iter()
                    .map(|line| El::with_class("p", "card__line").attr("dir", "auto").text(line)),
            )
    });
    let main = El::with_class("div", "card__main").maybe(picture).maybe(words);
    Ok(El::with_class("div", class).child(main).maybe(buttons))
}
