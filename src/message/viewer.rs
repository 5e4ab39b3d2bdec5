//! The full-size view of a picture: a modal dialog, so the browser keeps the focus in it, closes it on Escape and
//! gives the focus back to the picture.

use leptos::prelude::Owner;
use web_sys::{HtmlDialogElement, KeyboardEvent};

use crate::dom::{El, Icon, body, icon};
use crate::i18n::I18n;

use super::text::outside_link;

pub(super) fn open(i18n: &I18n, checked_url: &str, name: &str) {
    let Some(body) = body() else { return };
    // An owner of its own: the listeners end when the dialog closes, not when the message leaves the page.
    let owner = Owner::new();
    let dialog = owner.with(|| draw(i18n, checked_url, name, &owner));
    body.append(dialog.element());
    if dialog.cast::<HtmlDialogElement>().show_modal().is_err() {
        owner.cleanup();
        dialog.remove();
    }
}

fn draw(i18n: &I18n, checked_url: &str, name: &str, owner: &Owner) -> El {
    let dialog = El::with_class("dialog", "viewer").attr("aria-label", name);
    let close = {
        let dialog = dialog.clone();
        move || dialog.cast::<HtmlDialogElement>().close()
    };
    let (on_button, on_ground) = (close.clone(), close);
    let image = El::with_class("img", "viewer__image")
        .attr("alt", name)
        .attr("src", checked_url);
    let tools = El::with_class("div", "viewer__tools")
        .child(
            outside_link(i18n, "viewer__button", checked_url)
                .attr("aria-label", &crate::i18n::with_name(i18n.texts.download, name))
                .attr("download", name)
                .child(icon(Icon::Download)),
        )
        .child(
            El::with_class("button", "viewer__button")
                .attr("type", "button")
                .attr("autofocus", "")
                .attr("aria-label", i18n.texts.close)
                .child(icon(Icon::Close))
                .on("click", move |_| on_button()),
        );
    let (shown, gone, owner) = (image.clone(), dialog.clone(), owner.clone());
    dialog
        .child(image)
        .child(tools)
        .on("click", move |event| {
            let on_image = event.target().as_ref() == Some(shown.element().as_ref());
            if !on_image {
                on_ground();
            }
        })
        // Escape is used up here: it closes the picture and not the panel.
        .on("keydown", |event| {
            if wasm_bindgen::JsCast::unchecked_ref::<KeyboardEvent>(&event).key() == "Escape" {
                event.stop_propagation();
            }
        })
        .on("close", move |_| {
            gone.remove();
            let owner = owner.clone();
            // Not now: this very listener is one of those that end with the owner.
            leptos::task::spawn_local(async move { owner.cleanup() });
        })
}
