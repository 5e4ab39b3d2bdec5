//! What cannot be drawn: its preview text as a notice, or a sentence of ours.

use thiserror::Error;

use crate::dom::El;

use super::MessageContext;

/// Why a content, or a part of one, cannot be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Undrawable {
    /// A kind of message or item that this build does not know.
    #[error("unknown kind")]
    Kind,
    /// There is nothing in it.
    #[error("empty")]
    Empty,
    /// An address that is missing or may not be used.
    #[error("unusable address")]
    Address,
}

/// The boundary around each part of a message: what was drawn, or the notice instead.
pub(super) fn boundary(ctx: &MessageContext, preview: Option<&str>, drawn: Result<El, Undrawable>) -> El {
    drawn.unwrap_or_else(|_| {
        let text = preview
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .unwrap_or(ctx.i18n.texts.unsupported);
        El::with_class("p", "bubble bubble--unsupported")
            .attr("dir", "auto")
            .text(text)
    })
}
