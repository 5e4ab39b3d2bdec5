//! How much one page may hold: a number of messages, and a size, because a single message may have megabytes.

/// Bytes of stored messages after which a page ends, whatever number was asked for. Most pages have a hundredth of it.
const PAGE_BYTES: usize = 1_048_576;

/// What is left of a page.
pub(in crate::store::sqlite) struct Room {
    rows: u32,
    bytes: usize,
    begun: bool,
}

impl Room {
    pub(in crate::store::sqlite) fn new(rows: u32) -> Self {
        Self {
            rows,
            bytes: PAGE_BYTES,
            begun: false,
        }
    }

    /// Takes room for one more; false where the page ends. The first always fits, so that every reader gets on.
    pub(in crate::store::sqlite) fn take(&mut self, bytes: usize) -> bool {
        if self.rows == 0 || (self.begun && bytes > self.bytes) {
            return false;
        }
        self.rows -= 1;
        self.bytes = self.bytes.saturating_sub(bytes);
        self.begun = true;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_ends_by_number_or_by_size_and_holds_one_of_any_size() {
        let mut room = Room::new(2);
        assert_eq!([room.take(1), room.take(1), room.take(1)], [true, true, false]);
        let mut room = Room::new(9);
        assert!(room.take(PAGE_BYTES * 2) && !room.take(1));
        let mut room = Room::new(9);
        assert!(room.take(PAGE_BYTES - 1) && room.take(1) && !room.take(1));
        assert!(!Room::new(0).take(0));
    }
}
