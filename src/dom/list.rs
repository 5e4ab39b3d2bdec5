//! A keyed list: the node of an item stays the same as long as its key does.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use web_sys::Node;

use super::el::{El, owned_effect};

struct Row<T> {
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
/// `key` names an item for good; an item that changed under its key is written to the signal that `make` was given, so
/// that only what differs is drawn anew. What a row started ends when its key is gone.
pub fn list<T, I, K, M>(parent: &El, items: I, key: K, make: M, around: Around)
where
    T: Clone + PartialEq + Send + Sync + 'static,
    I: Fn() -> Vec<T> + 'static,
    K: Fn(&T) -> String + 'static,
    M: Fn(ArcRwSignal<T>) -> El + 'static,
{
    // Rows belong to the owner of the list and not to the effect, which ends all it owns whenever it runs again. Weak,
    // because the owner holds the effect.
    let home = Owner::current().unwrap_or_default().downgrade();
    let rows: Rc<RefCell<HashMap<String, Row<T>>>> = Rc::default();
    let gone = SendWrapper::new(Rc::clone(&rows));
    let parent = parent.clone();
    owned_effect(move || {
        let items = items();
        (around.before)();
        let mut old = rows.take();
        let mut new = HashMap::with_capacity(items.len());
        // Last first: each row is put before the one that follows it, so a row already in place is not touched.
        let mut next: Option<Node> = None;
        for item in items.into_iter().rev() {
            let name = key(&item);
            let row = match old.remove(&name) {
                Some(row) => {
                    if row.item.with_untracked(|shown| *shown != item) {
                        row.item.set(item);
                    }
                    row
                }
                None if new.contains_key(&name) => continue,
                None => {
                    let Some(owner) = home.upgrade().map(|home| home.child()) else {
                        continue;
                    };
                    let item = ArcRwSignal::new(item);
                    let el = owner.with(|| untrack(|| make(item.clone())));
                    Row { el, item, owner }
                }
            };
            place(&parent, row.el.element(), next.as_ref());
            next = Some(row.el.element().clone().into());
            new.insert(name, row);
        }
        rows.replace(new);
        clear(old);
        (around.after)();
    });
    on_cleanup(move || clear(gone.take().take()));
}

fn place(parent: &El, node: &Node, next: Option<&Node>) {
    let in_place =
        node.parent_node().as_ref() == Some(parent.element()) && node.next_sibling().as_ref() == next;
    if !in_place {
        parent.insert(node, next);
    }
}

fn clear<T>(rows: HashMap<String, Row<T>>) {
    for row in rows.into_values() {
        row.el.remove();
        row.owner.cleanup();
    }
}
