//! Icons: our own line drawings on a grid of 20 by 20, drawn in the color of the text beside them.

use wasm_bindgen::prelude::*;

use super::el::{El, document};

/// Which drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Stored; done.
    Check,
    /// Handed over.
    CheckTwice,
    /// On its way.
    Clock,
    /// Failed.
    Alert,
    /// Opens elsewhere.
    OpenOutside,
    /// A document.
    File,
    /// Saves a file.
    Download,
    /// Down, to the newest.
    Down,
    /// Closes, removes.
    Close,
    /// A picture.
    Picture,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Check => "m4.5 10.5 3.5 3.5 7.5-8",
            Self::CheckTwice => "m1.5 11 3.5 3.5L11.5 7M9.5 14l.5.5L17.5 7",
            Self::Clock => "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M10 6.5V10l2.5 1.5",
            Self::Alert => "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M10 6.5v4M10 13.5v.01",
            Self::OpenOutside => "M7 5h8v8M15 5 5.5 14.5",
            Self::File => {
                "M11 2.5H6A1.5 1.5 0 0 0 4.5 4v12A1.5 1.5 0 0 0 6 17.5h8a1.5 1.5 0 0 0 1.5-1.5V7zM11 2.5V7h4.5M7.5 11h5M7.5 14h3"
            }
            Self::Download => "M10 3.5V12M6 8.5l4 4 4-4M4 16.5h12",
            Self::Down => "m5 7.5 5 5 5-5",
            Self::Close => "m5 5 10 10M15 5 5 15",
            Self::Picture => {
                "M4.5 3.5h11a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1v-11a1 1 0 0 1 1-1M3.5 13.5l4-4 6.5 7M12.5 7.5v.01"
            }
        }
    }

    /// Whether the drawing points along the line of reading, and turns with it.
    const fn is_directed(self) -> bool {
        matches!(self, Self::OpenOutside)
    }
}

/// Draws an icon; assistive technology skips it, so the text beside it must say it all.
pub fn icon(which: Icon) -> El {
    let icon = drawing(which.path());
    icon.toggle("icon--directed", which.is_directed());
    icon
}

/// Draws one of a page's own icons: `path` is on the same grid of 20 by 20.
pub fn drawing(path: &str) -> El {
    svg("svg")
        .attr("class", "icon")
        .attr("viewBox", "0 0 20 20")
        .attr("aria-hidden", "true")
        .child(svg("path").attr("d", path))
}

fn svg(tag: &str) -> El {
    El::adopt(
        document()
            .create_element_ns(Some("http://www.w3.org/2000/svg"), tag)
            .unwrap_throw(),
    )
}
