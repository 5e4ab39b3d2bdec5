//! The tag that puts the chat on a website, with a button that copies it.

use leptos::prelude::*;
use shopbell_widget::dom::El;

use super::Page;

/// Draws it.
pub(super) fn tag(page: &Page) -> El {
    let words = page.words;
    let text = format!(
        "<script async src=\"{}/embed.js\"></script>",
        page.actions.origin()
    );
    let copied = RwSignal::new(false);
    let actions = page.actions.clone();
    let copy = text.clone();
    El::with_class("div", "group")
        .child(El::with_class("code", "tag").attr("dir", "ltr").text(&text))
        .child(
            El::with_class("button", "action group__add")
                .attr("type", "button")
                .bind_text(move || if copied.get() { words.copied } else { words.copy }.to_owned())
                .on("click", move |_| actions.copy(&copy, copied)),
        )
}
