//! The picture of a participant: their own, or initials on a color that is always the same for them; and the mark of those
//! who have proven who they are.

use shopbell_protocol::Conversation;
use shopbell_protocol::validate::is_web_url;
use shopbell_widget::dom::El;
use web_sys::HtmlElement;

use super::icon::{Mark, mark};
use crate::state::person;
use crate::words::Words;

/// Draws it; `name` is the name that stands beside it, `size` a modifier of the class or empty.
pub(super) fn face(conversation: &Conversation, name: &str, size: &str) -> El {
    let class = if size.is_empty() {
        "face".to_owned()
    } else {
        format!("face face--{size}")
    };
    let face = El::with_class("span", &class).attr("aria-hidden", "true");
    set_hue(&face, conversation);
    match conversation
        .participant_display_data
        .image_url
        .as_deref()
        .filter(|url| is_web_url(url))
    {
        Some(url) => face.child(
            El::with_class("img", "face__image")
                .attr("alt", "")
                .attr("referrerpolicy", "no-referrer")
                .attr("loading", "lazy")
                .attr("src", url),
        ),
        None => face.text(&person::initials(name)),
    }
}

/// Stands behind a name that was proven.
pub(super) fn proof(words: &Words) -> El {
    El::with_class("span", "proof")
        .attr("role", "img")
        .attr("aria-label", words.verified)
        .attr("title", words.verified_title)
        .attr("data-testid", "verified")
        .child(mark(Mark::Proven))
}

/// Lets an element and what is in it know the participant's color.
pub(super) fn set_hue(el: &El, conversation: &Conversation) {
    let hue = person::hue(conversation.participant.guid()).to_string();
    // Refused only where the browser knows no custom properties; the default hue then does.
    let _ = el.cast::<HtmlElement>().style().set_property("--_hue", &hue);
}
