//! How many of something one caller holds at once: connections of an address, sockets of a participant.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts what is held, by holder.
#[derive(Debug)]
pub(crate) struct Places<K: Eq + Hash>(Arc<Mutex<HashMap<K, usize>>>);

impl<K: Eq + Hash> Default for Places<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

/// One held place; given back when dropped.
#[derive(Debug)]
pub(crate) struct Place<K: Eq + Hash> {
    places: Arc<Mutex<HashMap<K, usize>>>,
    holder: K,
}

impl<K: Eq + Hash + Clone> Places<K> {
    /// Takes a place if `holder` has fewer than `most`.
    pub(crate) fn take(&self, holder: K, most: usize) -> Option<Place<K>> {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let held = places.entry(holder.clone()).or_insert(0);
        if *held >= most {
            return None;
        }
        *held += 1;
        drop(places);
        Some(Place {
            places: Arc::clone(&self.0),
            holder,
        })
    }

    /// All places held now.
    pub(crate) fn held(&self) -> usize {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .sum()
    }
}

impl<K: Eq + Hash> Drop for Place<K> {
    fn drop(&mut self) {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = places.get_mut(&self.holder) {
            *held -= 1;
            if *held == 0 {
                places.remove(&self.holder);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_it_is_dropped() {
        let places = Places::default();
        let first = places.take("a", 1).unwrap();
        assert!(places.take("a", 1).is_none());
        assert!(places.take("b", 1).is_some());
        assert_eq!(places.held(), 1);
        drop(first);
        assert!(places.take("a", 1).is_some());
        assert_eq!(places.held(), 0);
    }
}
