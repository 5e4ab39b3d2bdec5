//! What a page shows, kept only by following the steps that its machine tells, as the real pages do.

use std::collections::HashMap;

use shopbell_protocol::{ContentKind, ShownMessage, content::BasicItem};
use shopbell_sync::{Change, Item, TimelineMessage};

/// See the module.
#[derive(Debug)]
pub(crate) struct Rows<M> {
    pub(crate) items: Vec<Item<M>>,
    counts: HashMap<String, u32>,
    /// Texts that stood on the screen twice at any moment.
    pub(crate) doubled: Vec<String>,
}

impl<M> Default for Rows<M> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            counts: HashMap::new(),
            doubled: Vec::new(),
        }
    }
}

impl<M: TimelineMessage> Rows<M> {
    pub(crate) fn follow(&mut self, change: Change<M>) {
        match change {
            Change::Inserted { at, items } => {
                for item in &items {
                    let text = text_of(item.message.shown());
                    let count = self.counts.entry(text.clone()).or_default();
                    *count += 1;
                    if *count > 1 {
                        self.doubled.push(text);
                    }
                }
                let at = at.min(self.items.len());
                self.items.splice(at..at, items);
            }
            Change::Changed { at, item } => {
                if let Some(row) = self.items.get_mut(at) {
                    *row = item;
                }
            }
            Change::Moved { from, to, item } => {
                if from < self.items.len() {
                    self.items.remove(from);
                }
                self.items.insert(to.min(self.items.len()), item);
            }
            Change::Removed { at, count } => {
                let end = (at + count).min(self.items.len());
                for item in self.items.drain(at.min(end)..end) {
                    if let Some(count) = self.counts.get_mut(&text_of(item.message.shown())) {
                        *count = count.saturating_sub(1);
                    }
                }
            }
        }
    }

    /// Every stored message as a line that is the same for whoever may see it.
    pub(crate) fn transcript(&self) -> Vec<String> {
        let stored = self.items.iter().filter(|item| item.sequence().is_some());
        stored.map(|item| line(item.message.shown())).collect()
    }
}

/// A message as a line that is the same for whoever may see it.
pub(crate) fn line(message: &ShownMessage) -> String {
    let content = serde_json::to_string(&message.content).unwrap_or_default();
    format!(
        "{}\t{}\t{}\t{}\t{content}",
        message.sequence,
        message.created_date,
        message.direction.as_str(),
        message.sender.kind.as_str(),
    )
}

/// What a message says, by which it is known here: no two are sent with the same text.
pub(crate) fn text_of(message: &ShownMessage) -> String {
    match &message.content.kind {
        ContentKind::Basic(basic) => match basic.items.first() {
            Some(BasicItem::Text(text)) => text.clone(),
            Some(_) | None => message.sequence.to_string(),
        },
        ContentKind::Template(template) => template.title.clone().unwrap_or_default(),
        ContentKind::Minimal(_)
        | ContentKind::Form(_)
        | ContentKind::System(_)
        | ContentKind::Unsupported { .. } => message.sequence.to_string(),
    }
}
