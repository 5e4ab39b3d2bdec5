//! Moving the focus.

use leptos::prelude::request_animation_frame;
use shopbell_widget::dom::El;
use web_sys::HtmlElement;

/// Gives the focus to an element that stands on the page.
pub(super) fn now(el: &El) {
    // Refused only where the element cannot take it, and then the focus is best left where it is.
    let _ = el.cast::<HtmlElement>().focus();
}

/// Gives the focus to an element that is about to be put on the page.
pub(super) fn soon(el: &El) {
    let el = el.clone();
    request_animation_frame(move || now(&el));
}
