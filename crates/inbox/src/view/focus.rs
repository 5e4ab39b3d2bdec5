//! Moving the focus.

use leptos::prelude::request_animation_frame;
use shopbell_protocol::ConversationId;
use shopbell_widget::dom::El;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Gives the focus to an element that stands on the page.
pub(super) fn now(el: &El) {
    to(el.element());
}

/// Gives the focus to an element that is about to be put on the page.
pub(super) fn soon(el: &El) {
    let el = el.clone();
    request_animation_frame(move || now(&el));
}

/// Gives the focus to where one writes, once what was just asked for is drawn.
pub(super) fn writing(root: &El) {
    let root = root.clone();
    request_animation_frame(move || find(&root, ".reply__input, .editor .field__input"));
}

/// Gives the focus to the messages.
pub(super) fn messages(root: &El) {
    find(root, ".timeline");
}

/// Gives the focus to the messages where the element that had it is no longer to be seen, as on a phone.
pub(super) fn messages_unless_seen(root: &El, el: &El) {
    let (root, el) = (root.clone(), el.clone());
    request_animation_frame(move || {
        if el.cast::<HtmlElement>().offset_parent().is_none() {
            messages(&root);
        }
    });
}

/// Gives the focus to a line of the list, once it is to be seen.
pub(super) fn row(root: &El, id: &ConversationId) {
    let (root, id) = (root.clone(), id.clone());
    request_animation_frame(move || {
        let Ok(rows) = root.element().query_selector_all("[data-conversation]") else {
            return;
        };
        let row = (0..rows.length())
            .filter_map(|place| rows.item(place)?.dyn_into::<Element>().ok())
            .find(|row| row.get_attribute("data-conversation").as_deref() == Some(id.as_str()));
        if let Some(row) = row {
            to(&row);
        }
    });
}

fn find(root: &El, selector: &str) {
    if let Some(found) = root.element().query_selector(selector).ok().flatten() {
        to(&found);
    }
}

fn to(element: &Element) {
    // Refused only where the element cannot take it, and then the focus is best left where it is.
    let _ = element.unchecked_ref::<HtmlElement>().focus();
}
