//! A picture in a message: its space is reserved before it loads, and a press shows it in full.

use shopbell_protocol::ImageMessage;

use crate::dom::{El, Icon, icon};
use crate::i18n::with_name;

use super::{MessageContext, Undrawable, viewer};
use shopbell_protocol::drawn::picture_address;

pub(super) fn picture(ctx: &MessageContext, image: &ImageMessage) -> Result<El, Undrawable> {
    let url = image
        .url
        .as_deref()
        .and_then(picture_address)
        .ok_or(Undrawable::Address)?;
    let texts = ctx.i18n.texts;
    let name = image
        .filename
        .as_deref()
        .filter(|name| !name.is_empty())
        .unwrap_or(texts.picture);
    let sized = image
        .width
        .zip(image.height)
        .filter(|(width, height)| *width > 0 && *height > 0);
    let class = if sized.is_some() {
        "picture"
    } else {
        "picture picture--unsized"
    };

    let button = El::with_class("button", class)
        .attr("type", "button")
        .attr("aria-haspopup", "dialog")
        .attr("aria-label", &with_name(texts.open_picture, name));
    let shown = thumbnail("picture__image", url, sized);
    let broken = button.clone();
    let failed = texts.picture_failed;
    let shown = shown.on("error", move |_| {
        if !broken.element().class_list().contains("picture--broken") {
            broken.toggle("picture--broken", true);
            broken.set("title", Some(failed));
            broken.append(icon(Icon::Picture).element());
        }
    });
    let (i18n, url, name) = (ctx.i18n.clone(), url.to_owned(), name.to_owned());
    Ok(button
        .child(shown)
        .on("click", move |_| viewer::open(&i18n, &url, &name)))
}

/// An image element; `width` and `height` let the browser reserve its space.
fn thumbnail(class: &str, checked_url: &str, size: Option<(u32, u32)>) -> El {
    let number = |pixels: u32| pixels.to_string();
    El::with_class("img", class)
        .attr("alt", "")
        .attr("decoding", "async")
        .attr("draggable", "false")
        .maybe_attr("width", size.map(|(width, _)| number(width)).as_deref())
        .maybe_attr("height", size.map(|(_, height)| number(height)).as_deref())
        .attr("src", checked_url)
}

/// The picture of a card or a notice. A broken one is taken away: the text says it all.
pub(super) fn decoration(class: &str, url: Option<&str>) -> Option<El> {
    let image = thumbnail(class, picture_address(url?)?, None);
    let broken = image.clone();
    Some(image.on("error", move |_| broken.remove()))
}
