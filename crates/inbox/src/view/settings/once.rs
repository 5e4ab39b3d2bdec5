//! What is shown this once: a key or a secret that was just made.

use shopbell_widget::dom::El;

use super::super::focus;
use super::super::icon::{Mark, mark};
use super::{Settings, parts};
use leptos::prelude::Set;

/// Draws it; until `on_done` the dialog does not close by Escape or a press beside it.
pub(super) fn once(settings: &Settings, label: &str, secret: &str, on_done: impl Fn() + 'static) -> El {
    let (words, held) = (settings.words, settings.held);
    held.set(true);
    let code = El::with_class("code", "once__code")
        .attr("dir", "ltr")
        .attr("tabindex", "-1")
        .attr("aria-label", label)
        .text(secret);
    focus::soon(&code);
    El::with_class("div", "once")
        .attr("data-testid", "shown-once")
        .child(
            El::with_class("p", "once__title")
                .child(mark(Mark::Key))
                .child(El::new("span").text(&format!("{label}: {}", words.once_title))),
        )
        .child(
            El::with_class("div", "once__line")
                .child(code)
                .child(parts::copy(settings, secret)),
        )
        .child(El::with_class("p", "field__hint").text(words.once_hint))
        .child(El::with_class("div", "dialog__foot").child(parts::button(
            "action action--primary",
            words.done,
            move || {
                held.set(false);
                on_done();
            },
        )))
}
