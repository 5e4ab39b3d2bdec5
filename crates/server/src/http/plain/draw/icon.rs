//! The widget's line drawings (`src/dom/icon.rs`), as far as these pages need them.

use maud::{Markup, html};

/// Which drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http::plain) enum Icon {
    /// Stored; done.
    Check,
    /// Handed over.
    CheckTwice,
    /// Failed.
    Alert,
    /// Opens elsewhere.
    OpenOutside,
    /// A document.
    File,
    /// Saves a file.
    Download,
    /// Sends.
    Up,
}

/// Draws an icon; assistive technology skips it, so the text beside it must say it all.
pub(in crate::http::plain) fn icon(which: Icon) -> Markup {
    let path = match which {
        Icon::Check => "m4.5 10.5 3.5 3.5 7.5-8",
        Icon::CheckTwice => "m1.5 11 3.5 3.5L11.5 7M9.5 14l.5.5L17.5 7",
        Icon::Alert => "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M10 6.5v4M10 13.5v.01",
        Icon::OpenOutside => "M7 5h8v8M15 5 5.5 14.5",
        Icon::File => {
            "M11 2.5H6A1.5 1.5 0 0 0 4.5 4v12A1.5 1.5 0 0 0 6 17.5h8a1.5 1.5 0 0 0 1.5-1.5V7zM11 2.5V7h4.5M7.5 11h5M7.5 14h3"
        }
        Icon::Download => "M10 3.5V12M6 8.5l4 4 4-4M4 16.5h12",
        Icon::Up => "M10 16V4.5M5 9.5l5-5 5 5",
    };
    let directed = which == Icon::OpenOutside;
    html! {
        svg.icon .icon--directed[directed] viewBox="0 0 20 20" aria-hidden="true" { path d=(path) {} }
    }
}
