//! How the page looks around us: language, direction, colour scheme.
//!
//! The theme tokens themselves never pass through Rust: `bootstrap.js` sets each as a custom property on the
//! document's root, where `style/tokens.css` reads it.

use wasm_bindgen::JsValue;

use super::js;

/// Light or dark, already decided: `auto` has been resolved by embed.js.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorScheme {
    /// Dark text on a light ground.
    #[default]
    Light,
    /// Light text on a dark ground.
    Dark,
}

/// Which way lines run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Left to right.
    #[default]
    LeftToRight,
    /// Right to left.
    RightToLeft,
}

/// What the host page and the visitor's browser ask of our looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Appearance {
    /// A BCP 47 tag as given (`de-AT`); empty when neither page nor browser names one.
    pub locale: String,
    /// Follows the language, not the host page's layout.
    pub direction: Direction,
    /// Follows the host page, its attribute, or the system.
    pub scheme: ColorScheme,
}

impl Appearance {
    /// Reads the `state` object of the bootstrap script; whatever is missing or odd takes its default.
    pub(super) fn read(state: &JsValue) -> Self {
        let is = |key, word: &str| js::text(state, key).is_some_and(|value| value == word);
        Self {
            locale: js::text(state, "locale").unwrap_or_default(),
            direction: if is("dir", "rtl") {
                Direction::RightToLeft
            } else {
                Direction::LeftToRight
            },
            scheme: if is("scheme", "dark") {
                ColorScheme::Dark
            } else {
                ColorScheme::Light
            },
        }
    }
}
