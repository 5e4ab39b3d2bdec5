//! Reading and building plain JavaScript objects without serde: the bridge's messages are few and small, and
//! serde's code for them would cost more bytes than the messages ever will.
//!
//! Nothing here throws or panics: what is absent or of another type reads as `None`, and a property that cannot be
//! set is left out.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

/// The property, unless it is absent, `undefined` or `null`.
pub(crate) fn get(target: &JsValue, key: &str) -> Option<JsValue> {
    let value = Reflect::get(target, &JsValue::from_str(key)).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// The property as text.
pub(crate) fn text(target: &JsValue, key: &str) -> Option<String> {
    get(target, key)?.as_string()
}

/// The property as a yes or no; anything but `true` is a no.
pub(crate) fn flag(target: &JsValue, key: &str) -> bool {
    get(target, key)
        .and_then(|value| value.as_bool())
        .unwrap_or(false)
}

/// A count; negative, fractional and oversized numbers are cut to what fits.
pub(crate) fn count(target: &JsValue, key: &str) -> Option<u32> {
    let value = get(target, key)?.as_f64()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` from f64 saturates, which is the documented cut"
    )]
    Some(value as u32)
}

/// A plain object with these members.
pub(crate) fn object<const N: usize>(members: [(&str, JsValue); N]) -> JsValue {
    let object = Object::new();
    for (key, value) in members {
        // Setting a plain property on a fresh ordinary object has no way to fail.
        let _set = Reflect::set(&object, &JsValue::from_str(key), &value);
    }
    object.into()
}
