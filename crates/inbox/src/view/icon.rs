//! Icons that only the inbox needs; the rest are the widget's.

use shopbell_widget::dom::{El, drawing};

/// Which drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// The product.
    Bell,
    /// Look for something.
    Search,
    /// Settings.
    Sliders,
    /// The keyboard overview.
    Question,
    /// Leave.
    SignOut,
    /// To the list.
    Back,
    /// About the participant.
    Info,
    /// An answer.
    Reply,
    /// Seen by staff only.
    Lock,
    /// A card.
    Card,
    /// A line.
    Line,
    /// A file to send.
    Attach,
    /// One more.
    Plus,
    /// Nothing here.
    Tray,
    /// Proven to be who they say.
    Proven,
    /// Two became one.
    Joined,
    /// Into something.
    Forward,
    /// A website.
    Window,
    /// Calls a program.
    Hook,
    /// Opens something.
    Key,
}

/// Draws an icon; assistive technology skips it.
pub(super) fn mark(which: Mark) -> El {
    drawing(match which {
        Mark::Bell => {
            "M10 3a5 5 0 0 0-5 5c0 4-1.5 5-1.5 6h13c0-1-1.5-2-1.5-6a5 5 0 0 0-5-5M8.5 16.5a1.6 1.6 0 0 0 3 0"
        }
        Mark::Search => "M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M13 13l4 4",
        Mark::Sliders => "M3.5 6h6M14 6h2.5M12 3.8v4.4M3.5 14H6M10.5 14h6M8.2 11.8v4.4",
        Mark::Question => {
            "M10 2.8a7.2 7.2 0 1 0 0 14.4 7.2 7.2 0 0 0 0-14.4M7.9 8a2.1 2.1 0 1 1 3 1.9c-.6.3-.9.7-.9 1.4M10 13.7v.01"
        }
        Mark::SignOut => {
            "M8 3.5H5A1.5 1.5 0 0 0 3.5 5v10A1.5 1.5 0 0 0 5 16.5h3M12.5 6.5 16 10l-3.5 3.5M16 10H8"
        }
        Mark::Back => "M12 5l-5 5 5 5",
        Mark::Info => "M10 2.8a7.2 7.2 0 1 0 0 14.4 7.2 7.2 0 0 0 0-14.4M10 9.5v4M10 6.5v.01",
        Mark::Reply => "M8 5 3.5 9.5 8 14M4 9.5h7.5a5 5 0 0 1 5 5v.5",
        Mark::Lock => "M5.5 9h9v7.5h-9zM7.2 9V6.5a2.8 2.8 0 0 1 5.6 0V9",
        Mark::Card => "M4.5 3.5h11v13h-11zM4.5 9.5h11M7.5 13h5",
        Mark::Line => "M3.5 10h2.5l2-4.5 3.5 9 2-4.5h3",
        Mark::Attach => {
            "m16.5 9.4-6.4 6.4a4.1 4.1 0 0 1-5.8-5.8l6.8-6.8a2.7 2.7 0 0 1 3.9 3.9l-6.9 6.8a1.4 1.4 0 0 1-1.9-2l5.9-5.8"
        }
        Mark::Plus => "M10 4.5v11M4.5 10h11",
        Mark::Proven => {
            "M10 2.8 4.5 5v4.6c0 3.4 2.3 6.2 5.5 7.6 3.2-1.4 5.5-4.2 5.5-7.6V5zM7.3 9.9l2 2 3.5-3.7"
        }
        Mark::Joined => "M5 3.5v2.2c0 3.4 5 3.4 5 7.3v3.5M15 3.5v2.2c0 3.4-5 3.4-5 7.3M7 13.7l3 3 3-3",
        Mark::Forward => "M8 5l5 5-5 5",
        Mark::Window => "M3.5 4.5h13v11h-13zM3.5 8h13M6 6.3v.01M8.3 6.3v.01",
        Mark::Hook => {
            "M8.2 7.6a3 3 0 1 1 4.4.5L14.9 12M12.2 14.4a3 3 0 1 0 2.6-2.4H10M5.4 11.6A3 3 0 1 0 8 14.8l2.6-4.6"
        }
        Mark::Key => "M12.5 3.5a4 4 0 1 0 0 8 4 4 0 0 0 0-8M9.7 10.3 3.5 16.5M5.8 14.2l2 2M13.5 6.5v.01",
        Mark::Tray => "M3.5 11 5.5 4.5h9l2 6.5v4.5h-13zM3.5 11H7l1 2h4l1-2h3.5",
    })
}
