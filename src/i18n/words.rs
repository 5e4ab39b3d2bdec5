//! The words that a page brings: a list of texts in an element with `data-part="words"`.
//!
//! `xtask/src/words.rs` writes it when the pages are built: the language's tag, each plain string in the order of
//! [`Texts::all`], then for each plural a list of categories and forms in turn.

use js_sys::{Array, JSON};
use wasm_bindgen::prelude::*;
use web_sys::Element;

use super::{Language, Plural, Texts};

/// Reads the words of the page inside `root`; `None` if it brings none. They live as long as the page.
pub fn page_words(root: &Element) -> Option<(Language, &'static Texts)> {
    let element = root.query_selector("[data-part=words]").ok()??;
    let list: Array = JSON::parse(&element.text_content()?).ok()?.unchecked_into();
    let mut place = 0;
    let mut next = || {
        place += 1;
        list.get(place - 1)
    };
    let language = Language::from_tag(kept(&next()))?;
    let next = std::cell::RefCell::new(next);
    let texts = Texts::from_parts(|| kept(&(next.borrow_mut())()), || forms(&(next.borrow_mut())()));
    Some((language, Box::leak(Box::new(texts))))
}

fn kept(text: &JsValue) -> &'static str {
    text.as_string().unwrap_or_default().leak()
}

fn forms(list: &JsValue) -> Plural {
    let list: Array = list.clone().unchecked_into();
    let form = |at: u32| (kept(&list.get(2 * at)), kept(&list.get(2 * at + 1)));
    let forms: Vec<_> = (0..list.length() / 2).map(form).collect();
    forms.leak()
}
