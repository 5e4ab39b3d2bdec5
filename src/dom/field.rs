//! [`Field`] and [`ArcField`]: values that views follow; [`Condition`]: a question about them; [`Handler`]: a callback.
//!
//! They do what Leptos's signals, memos and callbacks do, with the same names, on Leptos's own trigger. The difference is
//! in what the compiler makes of it: following and telling are the trigger's, once for all types, and a type adds a lock
//! and a copy. The first fields alone took 4 KB (brotli) out of the program, which every visitor loads.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use leptos::prelude::*;
use send_wrapper::SendWrapper;

/// A value that lives as long as the page. `Copy`: it is handed on by value like a signal.
pub struct Field<T: 'static>(&'static Inner<T>);

/// A value that ends with its last owner: one of a list's items.
pub struct ArcField<T>(Arc<Inner<T>>);

struct Inner<T> {
    trigger: ArcTrigger,
    value: RwLock<T>,
}

impl<T> Inner<T> {
    fn new(value: T) -> Self {
        Self {
            trigger: ArcTrigger::new(),
            value: RwLock::new(value),
        }
    }

    fn with_untracked<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        // Poisoned means that a reader panicked; the value is whole.
        read(&self.value.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let result = change(&mut self.value.write().unwrap_or_else(PoisonError::into_inner));
        self.trigger.notify();
        result
    }

    fn set(&self, value: T) {
        // What was there is dropped once the lock is free: its end may read the field.
        let _old = self.update(|now| std::mem::replace(now, value));
    }
}

macro_rules! access {
    ($self:ty) => {
        /// Reads, and runs the current effect again when the value changes.
        pub fn with<R>(self: $self, read: impl FnOnce(&T) -> R) -> R {
            self.0.trigger.track();
            self.0.with_untracked(read)
        }

        /// Reads.
        pub fn with_untracked<R>(self: $self, read: impl FnOnce(&T) -> R) -> R {
            self.0.with_untracked(read)
        }

        /// Changes the value in place, and tells.
        pub fn update<R>(self: $self, change: impl FnOnce(&mut T) -> R) -> R {
            self.0.update(change)
        }

        /// Puts another value, and tells.
        pub fn set(self: $self, value: T) {
            self.0.set(value);
        }

        /// A copy, followed.
        pub fn get(self: $self) -> T
        where
            T: Clone,
        {
            self.with(T::clone)
        }

        /// A copy.
        pub fn get_untracked(self: $self) -> T
        where
            T: Clone,
        {
            self.with_untracked(T::clone)
        }
    };
}

impl<T> Field<T> {
    /// A field with its first value.
    pub fn new(value: T) -> Self {
        Self(Box::leak(Box::new(Inner::new(value))))
    }

    access!(Self);
}

impl<T> ArcField<T> {
    /// A field with its first value.
    pub fn new(value: T) -> Self {
        Self(Arc::new(Inner::new(value)))
    }

    access!(&Self);
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

impl<T> Clone for ArcField<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for Field<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Field")
    }
}

impl<T> fmt::Debug for ArcField<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ArcField")
    }
}

/// Yes or no, made of what it reads: who follows it runs again only when the answer changes. Ends with its last owner.
#[derive(Clone, Debug)]
pub struct Condition(ArcMemo<bool>);

impl Condition {
    /// Asks when it is first read, and again whenever what `ask` read has changed.
    pub fn new(ask: impl FnMut() -> bool + 'static) -> Self {
        Self::boxed(Box::new(ask))
    }

    fn boxed(ask: Box<dyn FnMut() -> bool>) -> Self {
        let ask = SendWrapper::new(std::cell::RefCell::new(ask));
        Self(ArcMemo::new(move |_| (ask.borrow_mut())()))
    }

    /// The answer, followed.
    pub fn get(&self) -> bool {
        self.0.get()
    }
}

/// What a view reports to. `Copy`; it lives as long as the page.
pub struct Handler<T: 'static, R: 'static = ()>(&'static dyn Fn(T) -> R);

impl<T, R> Handler<T, R> {
    /// Calls `handle` for each report.
    pub fn new(handle: impl Fn(T) -> R + 'static) -> Self {
        Self(Box::leak(Box::new(handle)))
    }

    /// Reports.
    pub fn run(self, what: T) -> R {
        (self.0)(what)
    }
}

impl<T, R> Clone for Handler<T, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, R> Copy for Handler<T, R> {}

impl<T, R> fmt::Debug for Handler<T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handler")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_memo_follows_a_field() {
        Owner::new().with(|| {
            let field = Field::new(1);
            let doubled = ArcMemo::new(move |_| field.with(|value| value * 2));
            let constant = ArcMemo::new(move |_| field.with_untracked(|value| *value));
            assert_eq!((doubled.get(), constant.get()), (2, 1));
            field.set(2);
            assert_eq!((doubled.get(), constant.get()), (4, 1));
            field.update(|value| *value += 1);
            assert_eq!((doubled.get(), field.get()), (6, 3));
        });
    }
}
