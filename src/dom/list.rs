//! A keyed list: the node of an item stays the same as long as its key does.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;
use std::rc::Rc;

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use web_sys::Node;

use super::el::{El, owned_effect};

struct Row<T, K> {
    key: K,
    el: El,
    /// The item as its view reads it; changes only when the item does.
    item: ArcRwSignal<T>,
    owner: Owner,
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
/// `key` names an item for good and no other item. An item that changed under its key is
/// written to the signal that `make` was given, so that only what differs is drawn anew. What a row started ends when
/// its key is gone. Rows at both ends that stay as they are cost a comparison each and no call to the browser.
pub fn list<T, I, K, F, M>(parent: &El, items: I, key: F, make: M, around: Around)
where
    T: Clone + PartialEq + Send + Sync + 'static,
    I: Fn() -> Vec<T> + 'static,
    K: Eq + Hash + Clone + 'static,
    F: Fn(&T) -> K + 'static,
    M: Fn(ArcRwSignal<T>) -> El + 'static,
{
    // Rows belong to the owner of the list and not to the effect, which ends all it owns whenever it runs again. Weak,
    // because the owner holds the effect.
    let home = Owner::current().unwrap_or_default().downgrade();
    let rows: Rc<RefCell<Vec<Row<T, K>>>> = Rc::default();
    let gone = SendWrapper::new(Rc::clone(&rows));
    let parent = parent.clone();
    owned_effect(move || {
        let items = items();
        (around.before)();
        let old = rows.take();
        let make_row = |key: K, item: T| {
            let owner = home.upgrade()?.child();
            let item = ArcRwSignal::new(item);
            let el = owner.with(|| untrack(|| make(item.clone())));
            Some(Row { key, el, item, owner })
        };
        rows.replace(merge(&parent, old, items, &key, make_row));
        (around.after)();
    });
    on_cleanup(move || gone.take().take().into_iter().for_each(end));
}

/// Makes rows of `old` and of what is new into the rows of `items`, and the nodes of `parent` with them.
fn merge<T, K>(
    parent: &El,
    old: Vec<Row<T, K>>,
    items: Vec<T>,
    key: impl Fn(&T) -> K,
    make_row: impl Fn(K, T) -> Option<Row<T, K>>,
) -> Vec<Row<T, K>>
where
    T: PartialEq + Send + Sync + 'static,
    K: Eq + Hash + Clone,
{
    let keys: Vec<K> = items.iter().map(key).collect();
    let same = |(row, key): (&Row<T, K>, &K)| row.key == *key;
    let head = old.iter().zip(&keys).take_while(|pair| same(*pair)).count();
    let most = old.len().min(keys.len()) - head;
    let tail = old
        .iter()
        .rev()
        .zip(keys.iter().rev())
        .take(most)
        .take_while(|pair| same(*pair))
        .count();

    let mut merged = Vec::with_capacity(keys.len());
    let (old_middle, middle) = (head..old.len() - tail, head..keys.len() - tail);
    let mut waiting = HashMap::new();
    let mut after = Vec::with_capacity(tail);
    for (index, row) in old.into_iter().enumerate() {
        match index {
            index if index < old_middle.start => merged.push(row),
            index if index < old_middle.end => {
                // Two rows of one key cannot both be found again.
                waiting.insert(row.key.clone(), row).into_iter().for_each(end);
            }
            _ => after.push(row),
        }
    }
    let next: Option<Node> = after.first().map(|row| row.el.element().clone().into());
    let mut after = after.into_iter();
    for (index, (item, key)) in items.into_iter().zip(keys).enumerate() {
        if let Some(row) = merged.get(index).filter(|_| index < middle.start) {
            refresh(row, item);
        } else if index < middle.end {
            let row = match waiting.remove(&key) {
                Some(row) => {
                    refresh(&row, item);
                    Some(row)
                }
                None => make_row(key, item),
            };
            merged.extend(row.inspect(|row| parent.insert(row.el.element(), next.as_ref())));
        } else {
            merged.extend(after.next().inspect(|row| refresh(row, item)));
        }
    }
    waiting.into_values().for_each(end);
    merged
}

fn refresh<T: PartialEq + Send + Sync + 'static, K>(row: &Row<T, K>, item: T) {
    if row.item.with_untracked(|shown| *shown != item) {
        row.item.set(item);
    }
}

fn end<T, K>(row: Row<T, K>) {
    row.el.remove();
    row.owner.cleanup();
}
