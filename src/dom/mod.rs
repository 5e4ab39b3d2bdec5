//! How views make nodes: one element type for all of them, on Leptos's signals, owners and effects.
//!
//! `view!` is not used for the widget, for two reasons. The server sends `require-trusted-types-for 'script'`, and
//! `view!` turns every element tree without dynamic parts into a string for `innerHTML`, which that policy refuses; here
//! a node is made by `createElement` and a text by `createTextNode`, and there is no way to parse markup. And `view!`
//! makes a type per element, each with its own code: the same views cost about 30 KB (brotli) more on the visitor's
//! network.
//!
//! Effects and listeners end with the Leptos owner in which they were made. [`El::adopt`] takes over an element that is already on the page, which keeps focus,
//! selection and a half-typed word in it. Start at [`El`]; [`list`] draws keyed lists; [`Field`] is a value that views follow.

mod el;
mod field;
pub mod hold;
pub mod icon;
pub mod list;

pub(crate) use el::style;
pub use el::{El, body, owned_effect, set_title, supports};
pub use field::{ArcField, Condition, Field, Handler};
pub use icon::{Icon, drawing, icon};
