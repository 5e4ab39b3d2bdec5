//! The steps by which a timeline changes.

use crate::item::Item;

/// One step from the list of items before to the list of items after; steps are to be taken in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Change<M> {
    /// New items stand at `at` and following.
    Inserted {
        /// Place of the first.
        at: usize,
        /// In order.
        items: Vec<Item<M>>,
    },
    /// The item at `at` is now another under the same id.
    Changed {
        /// Its place.
        at: usize,
        /// As it is now.
        item: Item<M>,
    },
    /// The item was taken out at `from` and put in at `to` (counted without it), and may have changed.
    Moved {
        /// Where it was.
        from: usize,
        /// Where it is.
        to: usize,
        /// As it is now.
        item: Item<M>,
    },
    /// Items are gone.
    Removed {
        /// Place of the first.
        at: usize,
        /// How many.
        count: usize,
    },
}

/// Whether a message that was handed in was new to the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merged {
    /// It has a new row.
    New,
    /// It was there already, as stored or as one's own send.
    Known,
}
