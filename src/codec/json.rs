//! JSON as the browser reads and writes it: `JSON.parse` and `JSON.stringify` behind lenient accessors.
//!
//! A value lives on the browser's side and only what is asked for crosses over. Names are asked for one by one and none
//! of them is a member of every object (`constructor`, `__proto__`), so that own and inherited members need no telling
//! apart; a member that the wire calls `__proto__` is to `JSON.parse` a member like any other.

use js_sys::{Array, JSON, Object, Reflect};
use shopbell_protocol::Sequence;
use wasm_bindgen::{JsCast as _, JsValue};

/// The greatest number from which on whole numbers no longer are exact.
const SAFE_MAX: f64 = 9_007_199_254_740_991.0;

/// A value that was read. What is absent reads as `null`.
pub(super) struct Json(JsValue);

impl Json {
    /// Reads a whole text; `None` where it is not JSON.
    pub(super) fn parse(text: &str) -> Option<Self> {
        JSON::parse(text).ok().map(Self)
    }

    /// A member; what is no object has none.
    pub(super) fn take(&self, name: &str) -> Self {
        Self(Reflect::get(&self.0, &JsValue::from_str(name)).unwrap_or_default())
    }

    /// A member, unless it is absent or null.
    pub(super) fn some(&self, name: &str) -> Option<Self> {
        let member = self.take(name);
        (!member.0.is_null() && !member.0.is_undefined()).then_some(member)
    }

    /// A member that is a text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.take(name).into_text()
    }

    /// A member that is a whole number, and exact.
    pub(super) fn count(&self, name: &str) -> Option<u64> {
        let number = self.take(name).0.as_f64()?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "of a whole number in this range nothing is lost"
        )]
        let count = number as u64;
        ((0.0..=SAFE_MAX).contains(&number) && number.fract() == 0.0).then_some(count)
    }

    /// A member that is a yes or no; no where it is neither.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.take(name).0.as_bool() == Some(true)
    }

    /// A member that is a list; empty where it is none.
    pub(super) fn list(&self, name: &str) -> Vec<Self> {
        self.take(name)
            .0
            .dyn_into::<Array>()
            .map(|list| list.iter().map(Self).collect())
            .unwrap_or_default()
    }

    /// The text, if it is one.
    pub(super) fn into_text(self) -> Option<String> {
        self.0.as_string()
    }
}

/// An object that is being written.
pub(super) struct Writer(Object);

impl Writer {
    /// The text of an object with these members.
    pub(super) fn body(members: impl FnOnce(&Self)) -> String {
        // Texts, numbers and lists of them have no way not to be written.
        JSON::stringify(&Self::object(members)).map_or_else(|_| String::new(), String::from)
    }

    fn object(members: impl FnOnce(&Self)) -> JsValue {
        let out = Self(Object::new());
        members(&out);
        out.0.into()
    }

    fn set(&self, name: &str, value: &JsValue) {
        // Setting a plain member on a fresh ordinary object has no way to fail.
        let _set = Reflect::set(&self.0, &JsValue::from_str(name), value);
    }

    /// A member that is an object itself.
    pub(super) fn member(&self, name: &str, members: impl FnOnce(&Self)) {
        self.set(name, &Self::object(members));
    }

    pub(super) fn list<T>(&self, name: &str, values: &[T], members: impl Fn(&Self, &T)) {
        let list = Array::new();
        for value in values {
            list.push(&Self::object(|out| members(out, value)));
        }
        self.set(name, &list);
    }

    pub(super) fn text(&self, name: &str, text: &str) {
        self.set(name, &JsValue::from_str(text));
    }

    pub(super) fn maybe(&self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    pub(super) fn flag(&self, name: &str, on: bool) {
        self.set(name, &JsValue::from_bool(on));
    }

    /// 64-bit numbers travel as text.
    pub(super) fn sequence(&self, name: &str, sequence: Sequence) {
        self.text(name, &sequence.0.to_string());
    }

    pub(super) fn count(&self, name: &str, count: u64) {
        #[expect(
            clippy::cast_precision_loss,
            reason = "the page counts or was told it in JSON, where it was exact"
        )]
        self.set(name, &JsValue::from_f64(count as f64));
    }

    pub(super) fn maybe_count(&self, name: &str, count: Option<u64>) {
        if let Some(count) = count {
            self.count(name, count);
        }
    }
}
