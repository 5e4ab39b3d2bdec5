//! [`Field`]: a value that views follow.
//!
//! It does what a Leptos signal does, with the same names, on Leptos's own trigger. The difference is in what the
//! compiler makes of it: following and telling are the trigger's, once for all types, and a type adds a lock and a copy.
//! The program would be 4 KB (brotli) larger with a signal per type, and every visitor loads it.

use std::sync::{PoisonError, RwLock};

use leptos::prelude::*;

/// A value of the widget's state. `Copy`: it is handed on by value like a signal.
///
/// The value lives as long as the page: a widget has one state, and its page has one widget.
pub struct Field<T: 'static>(&'static Inner<T>);

struct Inner<T> {
    trigger: ArcTrigger,
    value: RwLock<T>,
}

impl<T> Field<T> {
    /// A field with its first value.
    pub fn new(value: T) -> Self {
        Self(Box::leak(Box::new(Inner {
            trigger: ArcTrigger::new(),
            value: RwLock::new(value),
        })))
    }

    /// Reads, and runs the current effect again when the value changes.
    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.0.trigger.track();
        self.with_untracked(read)
    }

    /// Reads.
    pub fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        // Poisoned means that a reader panicked; the value is whole.
        read(&self.0.value.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the value in place, and tells.
    pub fn update<R>(self, change: impl FnOnce(&mut T) -> R) -> R {
        let result = change(&mut self.0.value.write().unwrap_or_else(PoisonError::into_inner));
        self.0.trigger.notify();
        result
    }

    /// Puts another value, and tells.
    pub fn set(self, value: T) {
        // What was there is dropped once the lock is free: its end may read the field.
        let _old = self.update(|now| std::mem::replace(now, value));
    }
}

impl<T: Clone> Field<T> {
    /// A copy, followed.
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// A copy.
    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }
}

impl<T: Default> Default for Field<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> Clone for Field<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Field<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_memo_follows_a_field() {
        Owner::new().with(|| {
            let field = Field::new(1);
            let doubled = Memo::new(move |_| field.with(|value| value * 2));
            let constant = Memo::new(move |_| field.with_untracked(|value| *value));
            assert_eq!((doubled.get(), constant.get()), (2, 1));
            field.set(2);
            assert_eq!((doubled.get(), constant.get()), (4, 1));
            field.update(|value| *value += 1);
            assert_eq!((doubled.get(), field.get()), (6, 3));
        });
    }
}
