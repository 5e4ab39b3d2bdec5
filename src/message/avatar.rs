//! The round picture of a sender; initials until it has loaded, and where there is none.

use crate::dom::El;

use super::address::picture_address;

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

/// First letters of the first and the last word.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first
        .into_iter()
        .chain(last.filter(|letter| !letter.is_ascii_punctuation()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_the_first_letters_of_first_and_last_word() {
        assert_eq!(initials("Amy's Shoes"), "AS");
        assert_eq!(initials("Amy"), "A");
        assert_eq!(initials("  Österreichische Post AG "), "ÖA");
        assert_eq!(initials("Shop (new)"), "S");
        assert_eq!(initials(""), "");
    }
}
