//! Text of a message with its links as elements.

use shopbell_protocol::drawn::{Piece, address_of, pieces};

use crate::dom::El;
use crate::i18n::I18n;

/// Appends a text with its links.
pub(super) fn write(into: El, i18n: &I18n, text: &str) -> El {
    pieces(text).into_iter().fold(into, |into, piece| match piece {
        Piece::Plain(plain) => into.text(plain),
        Piece::Link(url) => into.child(outside_link(i18n, "", &address_of(url)).text(url)),
    })
}

/// A link that opens in a new tab and tells the other page nothing of ours.
pub(super) fn outside_link(i18n: &I18n, class: &str, checked_url: &str) -> El {
    El::new("a")
        .maybe_attr("class", Some(class).filter(|class| !class.is_empty()))
        .attr("href", checked_url)
        .attr("target", "_blank")
        .attr("rel", "noopener noreferrer nofollow")
        .attr("title", i18n.texts.opens_new_tab)
}
