//! The keyboard overview.

use leptos::prelude::*;
use shopbell_widget::dom::El;

use super::Page;
use super::dialog::dialog;

/// Draws it.
pub(super) fn help(page: &Page) -> El {
    let words = page.words;
    let keys: [(&[&str], &str); 7] = [
        (&["J", "K", "↓", "↑"], words.key_move),
        (&[words.key_enter], words.key_open),
        (&[words.key_escape], words.key_back),
        (&["R"], words.key_reply),
        (&["N"], words.key_note),
        (&["/"], words.key_search),
        (&["?"], words.key_help),
    ];
    let mut list = El::with_class("dl", "keys");
    for (caps, meaning) in keys {
        list = list
            .child(
                El::with_class("dt", "keys__keys")
                    .children(caps.iter().map(|cap| El::with_class("kbd", "kbd").text(cap))),
            )
            .child(El::new("dd").text(meaning));
    }
    let shown = page.dialog;
    dialog(words.help, words.close, El::new("div").child(list), move || {
        shown.set(None);
    })
}
