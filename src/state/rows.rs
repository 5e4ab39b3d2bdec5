//! The engine's steps, carried out on a list of rows: one step touches one row, or the list around it.

use shopbell_sync::{Change, Item, LocalId};

use crate::dom::{ArcField, Field};

/// A place in a timeline: the key never changes, the item may. The inbox has the same with its own messages.
#[derive(Debug)]
pub struct Row<M: Send + Sync + 'static> {
    /// Key.
    pub id: LocalId,
    /// The item; only readers of this row run when it changes.
    pub item: ArcField<Item<M>>,
}

impl<M: Send + Sync + 'static> Row<M> {
    fn new(item: Item<M>) -> Self {
        Self {
            id: item.id.clone(),
            item: ArcField::new(item),
        }
    }
}

impl<M: Send + Sync + 'static> Clone for Row<M> {
    fn clone(&self) -> Self {
        Self {
            id: self.id.clone(),
            item: self.item.clone(),
        }
    }
}

impl<M: Send + Sync + 'static> PartialEq for Row<M> {
    /// The same row, whatever it says: its own signal tells of that.
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// Carries one step out. A step that does not fit the list (there is none from the engine) is left out.
pub fn apply<M: Send + Sync + 'static>(rows: Field<Vec<Row<M>>>, change: Change<M>) {
    match change {
        Change::Inserted { at, items } => rows.update(|rows| {
            let at = at.min(rows.len());
            rows.splice(at..at, items.into_iter().map(Row::new));
        }),
        Change::Changed { at, item } => {
            if let Some(row) = rows.with_untracked(|rows| rows.get(at).cloned()) {
                row.item.set(item);
            }
        }
        Change::Moved { from, to, item } => {
            let moved = rows.update(|rows| {
                let row = (from < rows.len()).then(|| rows.remove(from))?;
                rows.insert(to.min(rows.len()), row.clone());
                Some(row)
            });
            if let Some(row) = moved {
                row.item.set(item);
            }
        }
        Change::Removed { at, count } => rows.update(|rows| {
            let at = at.min(rows.len());
            let end = at.saturating_add(count).min(rows.len());
            rows.drain(at..end);
        }),
    }
}

/// The row of an item; looked for from the newest back.
pub fn find<M: Send + Sync + 'static>(rows: Field<Vec<Row<M>>>, id: &LocalId) -> Option<Row<M>> {
    rows.with_untracked(|rows| rows.iter().rev().find(|row| row.id == *id).cloned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos::prelude::Owner;
    use shopbell_protocol::{ClientId, MessageContent, Sequence, ShownMessage};
    use shopbell_sync::{Timeline, TimelineMessage};

    fn texts(rows: Field<Vec<Row<ShownMessage>>>) -> Vec<(String, &'static str)> {
        rows.with_untracked(|rows| {
            rows.iter()
                .map(|row| {
                    row.item
                        .with_untracked(|item| (item.id.as_str().to_owned(), item.status.as_str()))
                })
                .collect()
        })
    }

    fn message(sequence: u64, client_id: &str) -> ShownMessage {
        let client_id = ClientId::from(client_id);
        let mut message = ShownMessage::from_draft(&MessageContent::text("x"), client_id, String::new());
        message.sequence = Sequence(sequence);
        message.id = message.sequence.into();
        message
    }

    #[test]
    fn rows_follow_the_timeline_and_keep_their_signals_through_an_acknowledgement() {
        let owner = Owner::new();
        owner.with(|| {
            let rows = Field::new(Vec::new());
            let mut timeline = Timeline::default();
            let follow = |timeline: &mut Timeline<ShownMessage>| {
                timeline
                    .take_changes()
                    .into_iter()
                    .for_each(|change| apply(rows, change));
                let items: Vec<_> = timeline
                    .items()
                    .iter()
                    .map(|item| (item.id.as_str().to_owned(), item.status.as_str()))
                    .collect();
                assert_eq!(texts(rows), items);
            };
            timeline.push_waiting(&"a".into(), message(0, "a"));
            timeline.push_waiting(&"b".into(), message(0, "b"));
            follow(&mut timeline);
            let kept = find(rows, &LocalId::from("b")).unwrap();
            timeline.merge(message(7, "b"));
            follow(&mut timeline);
            timeline.merge(message(5, "other screen"));
            timeline.merge_page(vec![message(1, "m"), message(2, "n")]);
            follow(&mut timeline);
            assert_eq!(kept.item.with_untracked(|item| item.status.as_str()), "sent");
            timeline.remove_waiting(&LocalId::from("a"));
            timeline.clear_stored();
            follow(&mut timeline);
            assert_eq!(texts(rows), []);
        });
    }
}
