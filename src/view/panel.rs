//! [`attach`]: takes the panel of the page over.

use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use crate::dom::El;

use super::parts::Parts;
use super::{MissingPart, WidgetProps, announcer, composer, header, notices, timeline};

/// Takes over the panel inside `root`. Call it once, inside a Leptos owner; when that ends, so does everything started
/// here, and the plain elements stay.
///
/// # Errors
/// [`MissingPart`] if the page is not the one that this build belongs to. Nothing was changed then.
pub fn attach(root: &Element, props: &WidgetProps) -> Result<(), MissingPart> {
    let parts = Parts::adopt(&El::adopt(root.clone()))?;
    // The page may be in a language that we do not speak; our words are in ours.
    parts.panel.set("lang", Some(props.i18n.language.tag()));
    header::attach(&parts, props);
    let to_latest = timeline::attach(&parts, props);
    notices::attach(&parts, props);
    composer::attach(&parts, props, to_latest);
    announcer::attach(&parts, props);

    let on_minimize = props.on_minimize;
    parts.panel.on("keydown", move |event| {
        let event: &KeyboardEvent = event.unchecked_ref();
        // While a word is being composed, Escape belongs to the input method.
        if event.key() == "Escape" && !event.is_composing() && !event.default_prevented() {
            event.prevent_default();
            on_minimize.run(());
        }
    });
    Ok(())
}
