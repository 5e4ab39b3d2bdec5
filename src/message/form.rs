//! A form message: what somebody filled in, as a card with a row per field.

use shopbell_protocol::{FormContent, FormMedia};

use crate::dom::El;

use super::{MessageContext, Undrawable, file, image, text, unsupported};

pub(super) fn card(ctx: &MessageContext, form: FormContent) -> Result<El, Undrawable> {
    if form.title.trim().is_empty() && form.fields.is_empty() {
        return Err(Undrawable::Empty);
    }
    let description = form
        .description
        .filter(|text| !text.trim().is_empty())
        .map(|words| {
            let line = El::with_class("p", "card__line card__line--pre").attr("dir", "auto");
            text::write(line, &ctx.i18n, &words)
        });
    let head = El::with_class("div", "card__text")
        .child(
            El::with_class("p", "card__title")
                .attr("dir", "auto")
                .text(&form.title),
        )
        .maybe(description);
    let fields = (!form.fields.is_empty()).then(|| {
        El::with_class("dl", "card__fields").children(form.fields.iter().map(|field| {
            let value = El::with_class("dd", "card__value").attr("dir", "auto");
            El::with_class("div", "card__field")
                .child(
                    El::with_class("dt", "card__name")
                        .attr("dir", "auto")
                        .text(&field.name),
                )
                .child(text::write(value, &ctx.i18n, &field.value))
        }))
    });
    let media = (!form.media.is_empty()).then(|| {
        El::with_class("div", "card__media").children(form.media.iter().map(|media| medium(ctx, media)))
    });
    Ok(El::with_class("div", "card")
        .child(head)
        .maybe(fields)
        .maybe(media))
}

fn medium(ctx: &MessageContext, media: &FormMedia) -> El {
    let drawn = match media {
        FormMedia::Image(picture) => image::picture(ctx, picture),
        FormMedia::File(document) => file::card(ctx, document),
        FormMedia::Unsupported { .. } => Err(Undrawable::Kind),
    };
    unsupported::boundary(ctx, None, drawn)
}
