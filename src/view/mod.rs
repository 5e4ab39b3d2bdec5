//! Layout and input of the widget: views take values, signals and callbacks ([`WidgetProps`]); no protocol logic.
//!
//! The panel is already on the page: `index.html` holds it as plain HTML. [`attach`] takes those elements over, so text,
//! focus and a half-typed word stay as they are, and the first paint needs no script. Then read [`header`],
//! [`timeline`] and [`composer`], which each own a part of the panel.

mod announcer;
mod asides;
mod attachments;
mod composer;
mod files;
mod header;
mod notices;
mod panel;
mod parts;
mod place;
mod props;
mod rows;
mod timeline;

pub(crate) use attachments::Draw;
pub use panel::attach;
pub use parts::MissingPart;
pub use props::WidgetProps;
