//! [`El`] as a Leptos view, so that a page that uses `view!` can hold one.
//!
//! Pages are drawn in the browser only: as HTML text an element is nothing, and there is no server's HTML to take over.

use leptos::attr::Attribute;
use leptos::attr::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::{Position, PositionState, Render, RenderHtml};
use web_sys::Element;

use super::El;

impl Render for El {
    type State = Element;

    fn build(self) -> Element {
        self.element().clone()
    }

    fn rebuild(self, state: &mut Element) {
        if state != self.element() {
            let replaced = state.replace_with_with_node_1(self.element());
            debug_assert!(replaced.is_ok(), "replace an element");
            *state = self.element().clone();
        }
    }
}

impl AddAnyAttr for El {
    type Output<NewAttr: Attribute> = Self;

    /// Attributes spread from outside have no effect: an element names its own.
    fn add_any_attr<NewAttr: Attribute>(self, _attr: NewAttr) -> Self {
        self
    }
}

impl RenderHtml for El {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {}

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> Element {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}
