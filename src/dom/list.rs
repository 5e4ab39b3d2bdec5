//! A keyed list: the node of an item stays the same as long as its key does.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use web_sys::Node;

use super::el::{El, owned_effect};
use super::field::ArcField;

/// One of the list, whatever it is of: the code that follows is there once for all lists.
struct Row {
    key: String,
    drawn: Drawn,
    owner: Owner,
}

struct Drawn {
    el: El,
    /// An `ArcField` of the item, as its view reads it.
    item: Box<dyn Any>,
}

/// What is done right before and right after the nodes of a list change.
pub struct Around {
    /// Before.
    pub before: Box<dyn Fn()>,
    /// After.
    pub after: Box<dyn Fn()>,
}

impl Default for Around {
    fn default() -> Self {
        Self {
            before: Box::new(|| {}),
            after: Box::new(|| {}),
        }
    }
}

/// Keeps the children of `parent` equal to `items()`, in order.
///
/// `key` names an item for good and no other item. An item that changed under its key is written to the signal that
/// `make` was given, so that only what differs is drawn anew. What a row started ends when its key is gone. Rows at
/// both ends that stay as they are cost a comparison each and no call to the browser.
pub fn list<T, I, F, M>(parent: &El, items: I, key: F, make: M, around: Around)
where
    T: Clone + PartialEq + Send + Sync + 'static,
    I: Fn() -> Vec<T> + 'static,
    F: Fn(&T) -> String + 'static,
    M: Fn(ArcField<T>) -> El + 'static,
{
    let draw = move |item: &T| {
        let item = ArcField::new(item.clone());
        Drawn {
            el: make(item.clone()),
            item: Box::new(item),
        }
    };
    let refresh = |row: &Row, item: &T| {
        let signal = row.drawn.item.downcast_ref::<ArcField<T>>();
        if let Some(signal) = signal.filter(|signal| signal.with_untracked(|shown| shown != item)) {
            signal.set(item.clone());
        }
    };
    keep_rows(
        parent.clone(),
        around,
        Box::new(move |merge| {
            let items = items();
            let keys = items.iter().map(&key).collect();
            merge(keys, &|index| items.get(index).map(&draw), &|row, index| {
                if let Some(item) = items.get(index) {
                    refresh(row, item);
                }
            });
        }),
    );
}

/// Draws the item at a place.
type Draw<'a> = &'a dyn Fn(usize) -> Option<Drawn>;
/// Writes the item at a place to the signal of a row.
type Refresh<'a> = &'a dyn Fn(&Row, usize);
/// Reads the items, and hands over their keys and what to do with them.
type Update = Box<dyn Fn(&mut dyn FnMut(Vec<String>, Draw<'_>, Refresh<'_>))>;

fn keep_rows(parent: El, around: Around, update: Update) {
    // Rows belong to the owner of the list and not to the effect, which ends all it owns whenever it runs again. Weak,
    // because the owner holds the effect.
    let home = Owner::current().unwrap_or_default().downgrade();
    let rows: Rc<RefCell<Vec<Row>>> = Rc::default();
    let gone = SendWrapper::new(Rc::clone(&rows));
    owned_effect(move || {
        update(&mut |keys, draw, refresh| {
            (around.before)();
            let make = |key: String, index: usize| {
                let owner = home.upgrade()?.child();
                let drawn = owner.with(|| untrack(|| draw(index)))?;
                Some(Row { key, drawn, owner })
            };
            let old = rows.take();
            rows.replace(merge(&parent, old, keys, &make, refresh));
            (around.after)();
        });
    });
    on_cleanup(move || gone.take().take().into_iter().for_each(end));
}

/// Makes rows of `old` and of what is new into the rows of `keys`, and the nodes of `parent` with them.
fn merge(
    parent: &El,
    old: Vec<Row>,
    keys: Vec<String>,
    make: &dyn Fn(String, usize) -> Option<Row>,
    refresh: Refresh<'_>,
) -> Vec<Row> {
    let same = |(row, key): (&Row, &String)| row.key == *key;
    let head = old.iter().zip(&keys).take_while(|pair| same(*pair)).count();
    let most = old.len().min(keys.len()) - head;
    let ends = old.iter().rev().zip(keys.iter().rev()).take(most);
    let tail = ends.take_while(|pair| same(*pair)).count();

    let mut merged = old;
    let mut middle = merged.split_off(head);
    let after = middle.split_off(middle.len() - tail);
    let new = keys.get(head..keys.len() - tail).unwrap_or_default();
    let (mut middle, gone): (Vec<_>, Vec<_>) = middle.into_iter().partition(|row| new.contains(&row.key));
    gone.into_iter().for_each(end);
    let last = after.first().map(node);
    let places = keys.len() - tail;
    for (index, key) in keys.into_iter().enumerate().take(places).skip(head) {
        // What stands where it belongs is not touched: a moved node loses its focus.
        let row = match middle.iter().position(|row| row.key == key) {
            Some(0) => Some(middle.remove(0)),
            place => {
                let row = place
                    .map(|place| middle.remove(place))
                    .or_else(|| make(key, index));
                let next = middle.first().map(node).or_else(|| last.clone());
                row.inspect(|row| parent.insert(&node(row), next.as_ref()))
            }
        };
        merged.extend(row);
    }
    merged.extend(after);
    for (index, row) in merged.iter().enumerate() {
        refresh(row, index);
    }
    merged
}

fn node(row: &Row) -> Node {
    row.drawn.el.element().clone().into()
}

fn end(row: Row) {
    row.drawn.el.remove();
    row.owner.cleanup();
}
