//! Keeps what one reads where it is while a list changes around it.

use std::cell::Cell;
use std::rc::Rc;

use super::El;
use super::list::Around;

/// Holds the first entry in sight of `scroller` in its place whenever `rows` changes, unless the reader `follows` the
/// newest line: there the browser keeps the place itself, because the box scrolls from its end.
pub fn hold_place(scroller: El, rows: El, follows: impl Fn() -> bool + 'static) -> Around {
    let held = Rc::new(Cell::new(None::<(El, f64)>));
    let (before, after) = (Rc::clone(&held), held);
    let edge_of = scroller.clone();
    Around {
        before: Box::new(move || {
            if !follows() {
                before.set(first_in_sight(&rows, top(&edge_of)).map(|row| {
                    let at = top(&row);
                    (row, at)
                }));
            }
        }),
        after: Box::new(move || {
            let Some((row, was)) = after.take() else { return };
            #[expect(clippy::cast_possible_truncation, reason = "pixels on a screen")]
            let moved = (top(&row) - was).round() as i32;
            if moved != 0 && row.element().is_connected() {
                let scroller = scroller.element();
                scroller.set_scroll_top(scroller.scroll_top() + moved);
            }
        }),
    }
}

fn top(el: &El) -> f64 {
    el.element().get_bounding_client_rect().top()
}

fn first_in_sight(rows: &El, edge: f64) -> Option<El> {
    let children = rows.element().children();
    (0..children.length())
        .filter_map(|index| children.item(index).map(El::adopt))
        // The heading of a day moves up with the day's first message, so it is nothing to hold on to.
        .filter(|row| row.element().class_list().contains("entry"))
        .find(|row| row.element().get_bounding_client_rect().bottom() > edge)
}
