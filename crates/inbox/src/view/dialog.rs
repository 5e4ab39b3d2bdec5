//! A modal dialog with a title and a way out; Escape and a press beside it close it too, unless it is held: while
//! `data-held` stands on it, something in it would be lost by a slip.

use leptos::prelude::request_animation_frame;
use shopbell_widget::dom::{El, Icon, icon};
use web_sys::{Event, HtmlDialogElement};

/// Draws a dialog around `body`. It opens when it stands on the page; `on_close` is to take it away.
pub(super) fn dialog(title: &str, close: &str, body: El, on_close: impl Fn() + Clone + 'static) -> El {
    let (on_button, on_cancel, on_beside) = (on_close.clone(), on_close.clone(), on_close);
    let head = El::with_class("div", "dialog__head")
        .child(
            El::with_class("h2", "dialog__title")
                .attr("id", "dialog-title")
                .text(title),
        )
        .child(
            El::with_class("button", "tool")
                .attr("type", "button")
                .attr("aria-label", close)
                .child(icon(Icon::Close))
                .on("click", move |_| on_button()),
        );
    let dialog = El::with_class("dialog", "dialog").attr("aria-labelledby", "dialog-title");
    let (itself, opened) = (dialog.clone(), dialog.clone());
    // A dialog can be opened only once it is on the page; it closes by being taken away.
    request_animation_frame(move || {
        let dialog: &HtmlDialogElement = opened.cast();
        if dialog.is_connected() && !dialog.open() {
            let shown = dialog.show_modal();
            debug_assert!(shown.is_ok(), "a connected, closed dialog opens");
        }
    });
    let asked = dialog.clone();
    dialog
        .on("close", move |_| on_cancel())
        .on("cancel", move |event: Event| {
            if is_held(&asked) {
                event.prevent_default();
            }
        })
        .on("click", move |event: Event| {
            // The backdrop belongs to the dialog itself, everything in it to something else.
            let beside = event
                .target()
                .is_some_and(|target| &target == itself.element().as_ref());
            if beside && !is_held(&itself) {
                on_beside();
            }
        })
        .child(head)
        .child(body.class("dialog__body"))
}

fn is_held(dialog: &El) -> bool {
    dialog.element().has_attribute("data-held")
}
