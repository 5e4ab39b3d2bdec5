//! What the timeline draws one below the other: headings of days, and messages grouped by sender.

use std::cell::RefCell;
use std::rc::Rc;

use shopbell_protocol::{ContentKind, SenderKind, ShownMessage};
use shopbell_sync::{Item, LocalId, TimelineMessage};

use crate::i18n::I18n;
use crate::state::store::Row;

/// Messages of one sender within this time stand together.
const GROUP_MS: f64 = 5.0 * 60_000.0;

/// A line of the timeline.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Line {
    /// Heading of a day.
    Day {
        /// The day's first message.
        first: LocalId,
        /// Today, yesterday, a date.
        text: String,
    },
    /// A message.
    Message {
        /// The message.
        row: Row,
        /// It goes on from the one before.
        continued: bool,
    },
}

impl Line {
    /// Names it for good: neither an acknowledgement nor older history changes it.
    pub(super) fn key(&self) -> String {
        match self {
            Self::Day { first, .. } => ["day ", first.as_str()].concat(),
            Self::Message { row, .. } => row.id.as_str().to_owned(),
        }
    }
}

/// Makes lines of rows. Remembers what groups each message: reading a date asks the browser, and most rows were there
/// the last time.
pub(super) struct Lines {
    i18n: I18n,
    known: RefCell<Vec<(LocalId, Rc<Group>)>>,
}

impl Lines {
    pub(super) fn new(i18n: I18n) -> Self {
        Self {
            i18n,
            known: RefCell::default(),
        }
    }

    /// The lines of these rows, oldest first.
    pub(super) fn of(&self, rows: &[Row], now_ms: f64) -> Vec<Line> {
        let mut lines = Vec::with_capacity(rows.len() + 2);
        let mut known = Vec::with_capacity(rows.len());
        let old = self.known.take();
        let mut place = 0;
        let mut before: Option<Rc<Group>> = None;
        for row in rows {
            // Untracked: what groups a message does not change, and an acknowledgement must not rebuild the list.
            let read = || {
                row.item
                    .with_untracked(|item| Rc::new(Group::of(item, &self.i18n)))
            };
            // Rows keep their order, so the next one is nearly always where the last one was found.
            let later = old.get(place..).unwrap_or_default();
            let found = later.iter().position(|(id, _)| *id == row.id);
            let group = match found.and_then(|ahead| old.get(place + ahead).map(|(_, group)| (ahead, group)))
            {
                Some((ahead, group)) => {
                    place += ahead + 1;
                    Rc::clone(group)
                }
                None => read(),
            };
            let same_day = before.as_ref().is_some_and(|before| before.day == group.day);
            if group.day.is_some() && !same_day {
                lines.push(Line::Day {
                    first: row.id.clone(),
                    text: self.i18n.day(&group.date, now_ms),
                });
            }
            let continued = same_day && before.as_ref().is_some_and(|before| before.goes_on_in(&group));
            lines.push(Line::Message {
                row: row.clone(),
                continued,
            });
            known.push((row.id.clone(), Rc::clone(&group)));
            before = Some(group);
        }
        self.known.replace(known);
        lines
    }
}

/// What makes messages stand together.
struct Group {
    date: String,
    day: Option<i64>,
    at_ms: f64,
    own: bool,
    kind: SenderKind,
    name: Option<String>,
    /// A notice stands for itself.
    alone: bool,
}

impl Group {
    fn of(item: &Item<ShownMessage>, i18n: &I18n) -> Self {
        let message = &item.message;
        Self {
            day: i18n.day_number(&message.created_date),
            at_ms: i18n.instant(&message.created_date),
            date: message.created_date.clone(),
            own: message.is_own(),
            kind: message.sender.kind,
            name: message.sender.name.clone(),
            alone: matches!(
                message.content.kind,
                ContentKind::Minimal(_) | ContentKind::System(_)
            ),
        }
    }

    fn goes_on_in(&self, next: &Self) -> bool {
        let same_sender =
            self.own == next.own && (self.own || (self.kind == next.kind && self.name == next.name));
        same_sender && !self.alone && !next.alone && next.at_ms - self.at_ms < GROUP_MS
    }
}

/// The name under which a sender stands in the timeline.
pub(super) fn sender_name(i18n: &I18n, item: &Item<ShownMessage>, business: &str) -> String {
    let message = &item.message;
    if message.is_own() {
        return i18n.texts.you.to_owned();
    }
    let given = message
        .sender
        .name
        .as_deref()
        .map(str::trim)
        .filter(|name| !name.is_empty());
    given
        .or(Some(business).filter(|name| !name.is_empty()))
        .unwrap_or(i18n.texts.business)
        .to_owned()
}
