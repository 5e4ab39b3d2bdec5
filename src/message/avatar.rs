//! The round picture of a sender; initials until it has loaded, and where there is none.

use crate::dom::El;

use shopbell_protocol::drawn::{initials, picture_address};

/// An avatar. Decoration: the name stands beside it as text.
pub fn avatar(name: &str, image_url: Option<&str>) -> El {
    let el = El::with_class("span", "avatar").attr("aria-hidden", "true");
    fill_avatar(&el, name, image_url);
    el
}

/// Puts initials and picture into an avatar that is already there.
pub(crate) fn fill_avatar(el: &El, name: &str, image_url: Option<&str>) {
    el.set_text(&initials(name));
    if let Some(url) = image_url.and_then(picture_address) {
        let image = El::with_class("img", "avatar__image")
            .attr("alt", "")
            .attr("decoding", "async")
            .attr("src", url);
        let broken = image.clone();
        el.append(image.on("error", move |_| broken.remove()).element());
    }
}
