//! [`El`]: an element, made or adopted, with what is bound to it.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

use js_sys::{Array, Reflect};
use leptos::prelude::*;
use leptos::reactive::effect::RenderEffect;
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event, Node};

/// An element of the page. Cheap to clone: both are the same element.
#[derive(Clone, Debug)]
pub struct El(Element);

/// Runs `effect` now and whenever what it read changes, until the current owner ends.
pub fn owned_effect(effect: impl FnMut() + 'static) {
    keep(Box::new(effect));
}

fn keep(mut effect: Box<dyn FnMut()>) {
    let effect = RenderEffect::new(move |_| effect());
    on_cleanup(move || drop(effect));
}

#[expect(clippy::disallowed_methods, reason = "the one place where views make nodes")]
pub(super) fn document() -> Document {
    leptos::prelude::document()
}

/// The page's body, for dialogs.
pub fn body() -> Option<El> {
    document().body().map(|body| El::adopt(body.into()))
}

/// Sets the title of the page.
pub fn set_title(title: &str) {
    document().set_title(title);
}

/// Adds style sheets that come with what they are for, once.
///
/// Constructed, because the page's policy names the hash of each sheet that stands in it. Where nothing is split, the page
/// has them all from the start.
pub(crate) fn style(added: &AtomicBool, sheets: &[&str]) {
    if !cfg!(feature = "split") || added.swap(true, Ordering::Relaxed) {
        return;
    }
    let Ok(sheet) = web_sys::CssStyleSheet::new() else {
        return;
    };
    let adopted =
        Reflect::get(&document(), &"adoptedStyleSheets".into()).map(JsCast::unchecked_into::<Array>);
    if let Ok(adopted) = adopted
        && sheet.replace_sync(&sheets.concat()).is_ok()
    {
        adopted.push(&sheet);
    }
}

/// Whether the browser knows a value of a style property.
pub fn supports(property: &str, value: &str) -> bool {
    web_sys::css::supports_with_value(property, value).unwrap_or(false)
}

#[expect(
    clippy::return_self_not_must_use,
    reason = "the element may be on the page already; the value is for chaining"
)]
impl El {
    /// A new HTML element. `tag` is a literal of ours, so a refusal by the browser cannot happen.
    pub fn new(tag: &'static str) -> Self {
        Self::adopt(document().create_element(tag).unwrap_throw())
    }

    /// A new element with a class.
    pub fn with_class(tag: &'static str, class: &str) -> Self {
        Self::new(tag).attr("class", class)
    }

    /// An element that is already there.
    pub fn adopt(element: Element) -> Self {
        Self(element)
    }

    /// The browser's element.
    pub fn element(&self) -> &Element {
        &self.0
    }

    /// The browser's element as what it also is; only for tags that are of that type.
    pub fn cast<T: JsCast>(&self) -> &T {
        self.0.unchecked_ref()
    }

    /// Sets an attribute.
    pub fn attr(self, name: &str, value: &str) -> Self {
        self.set(name, Some(value));
        self
    }

    /// Sets an attribute where there is a value.
    pub fn maybe_attr(self, name: &str, value: Option<&str>) -> Self {
        if value.is_some() {
            self.set(name, value);
        }
        self
    }

    /// Sets or removes an attribute now.
    pub fn set(&self, name: &str, value: Option<&str>) {
        // Refused only for malformed names, and ours are literals.
        let done = match value {
            Some(value) => self.0.set_attribute(name, value),
            None => self.0.remove_attribute(name),
        };
        debug_assert!(done.is_ok(), "attribute {name}");
    }

    /// Adds a class.
    pub fn class(self, name: &str) -> Self {
        self.toggle(name, true);
        self
    }

    /// Adds or removes a class now.
    pub fn toggle(&self, name: &str, on: bool) {
        let list = self.0.class_list();
        let done = if on { list.add_1(name) } else { list.remove_1(name) };
        debug_assert!(done.is_ok(), "class {name}");
    }

    /// Appends text; never markup.
    pub fn text(self, text: &str) -> Self {
        self.append(&document().create_text_node(text));
        self
    }

    /// Appends an element.
    pub fn child(self, child: Self) -> Self {
        self.append(child.element());
        self
    }

    /// Appends an element where there is one.
    pub fn maybe(self, child: Option<Self>) -> Self {
        match child {
            Some(child) => self.child(child),
            None => self,
        }
    }

    /// Appends elements.
    pub fn children(self, children: impl IntoIterator<Item = Self>) -> Self {
        children
            .into_iter()
            .for_each(|child| self.append(child.element()));
        self
    }

    /// Puts an element before everything else inside.
    pub fn prepend(&self, child: &Self) {
        self.insert(child.element(), self.0.first_child().as_ref());
    }

    /// Appends a node.
    pub fn append(&self, node: &Node) {
        self.insert(node, None);
    }

    /// Inserts a node before another, or last.
    pub(super) fn insert(&self, node: &Node, before: Option<&Node>) {
        let done = self.0.insert_before(node, before);
        debug_assert!(done.is_ok(), "insert into {}", self.0.tag_name());
    }

    /// Takes it out of the page.
    pub fn remove(&self) {
        self.0.remove();
    }

    /// Puts another element in its place; nothing where it has none.
    pub fn replace(&self, by: &Self) {
        let done = self.0.replace_with_with_node_1(by.element());
        debug_assert!(done.is_ok(), "replace a {}", self.0.tag_name());
    }

    /// Replaces what is inside by text, now.
    pub fn set_text(&self, text: &str) {
        self.0.set_text_content(Some(text));
    }

    /// The adopted element inside that carries `data-part="part"`.
    pub fn part(&self, part: &str) -> Option<Self> {
        self.0
            .query_selector(&["[data-part=", part, "]"].concat())
            .ok()
            .flatten()
            .map(Self::adopt)
    }

    /// Calls `handler` for each such event, until the current owner ends.
    pub fn on(self, event: &'static str, handler: impl FnMut(Event) + 'static) -> Self {
        listen(&self.0, event, Box::new(handler));
        self
    }

    /// Keeps the text equal to `text()`.
    pub fn bind_text(self, text: impl Fn() -> String + 'static) -> Self {
        keep_text(self.clone(), Box::new(text));
        self
    }

    /// Keeps an attribute equal to `value()`; absent for `None`.
    pub fn bind_attr(self, name: &'static str, value: impl Fn() -> Option<String> + 'static) -> Self {
        keep_attr(self.clone(), name, Box::new(value));
        self
    }

    /// Keeps a class there while `on()`.
    pub fn bind_class(self, name: &'static str, on: impl Fn() -> bool + 'static) -> Self {
        keep_class(self.clone(), name, Box::new(on));
        self
    }

    /// Keeps one optional element at this place: `make` runs again whenever what it read changes, and what the
    /// earlier element started ends then. Where only a condition is read often, let `make` read a `Memo`.
    pub fn bind(self, make: impl Fn() -> Option<Self> + 'static) -> Self {
        keep_child(self.clone(), Box::new(make));
        self
    }
}

// What follows takes boxes, so that its code is there once and not once per place of use.

fn keep_text(el: El, text: Box<dyn Fn() -> String>) {
    keep(Box::new(move || el.set_text(&text())));
}

fn keep_attr(el: El, name: &'static str, value: Box<dyn Fn() -> Option<String>>) {
    keep(Box::new(move || el.set(name, value().as_deref())));
}

fn keep_class(el: El, name: &'static str, on: Box<dyn Fn() -> bool>) {
    keep(Box::new(move || el.toggle(name, on())));
}

fn keep_child(parent: El, make: Box<dyn Fn() -> Option<El>>) {
    let anchor = document().create_comment("");
    parent.append(&anchor);
    let shown: Rc<RefCell<Option<El>>> = Rc::default();
    let gone = SendWrapper::new(Rc::clone(&shown));
    keep(Box::new(move || {
        let next = make();
        if let Some(next) = &next {
            parent.insert(next.element(), Some(&anchor));
        }
        if let Some(old) = shown.replace(next) {
            old.remove();
        }
    }));
    on_cleanup(move || {
        if let Some(old) = gone.take().take() {
            old.remove();
        }
    });
}

fn listen(element: &Element, event: &'static str, handler: Box<dyn FnMut(Event)>) {
    let closure = Closure::wrap(handler);
    let added = element.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
    debug_assert!(added.is_ok(), "listener {event}");
    let held = SendWrapper::new((element.clone(), closure));
    on_cleanup(move || {
        let (element, closure) = &*held;
        let removed = element.remove_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
        debug_assert!(removed.is_ok(), "listener {event}");
    });
}
