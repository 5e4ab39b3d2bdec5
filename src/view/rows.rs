//! What the timeline draws one below the other: headings of days, and messages grouped by sender.

use leptos::prelude::*;
use shopbell_protocol::{ContentKind, SenderKind, ShownMessage};
use shopbell_sync::{Item, TimelineMessage};

use crate::i18n::I18n;
use crate::state::store::Row;

/// Messages of one sender within this time stand together.
const GROUP_MS: f64 = 5.0 * 60_000.0;

/// A line of the timeline.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Line {
    /// Heading of a day.
    Day {
        /// Names the day on this screen.
        number: i64,
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
            Self::Day { number, .. } => format!("day {number}"),
            Self::Message { row, .. } => row.id.as_str().to_owned(),
        }
    }
}

/// The lines of these rows, oldest first.
pub(super) fn lines(rows: &[Row], i18n: &I18n, now_ms: f64) -> Vec<Line> {
    let mut lines = Vec::with_capacity(rows.len() + 2);
    let mut before: Option<Group> = None;
    for row in rows {
        // Untracked: what groups a message does not change, and an acknowledgement must not rebuild the list.
        let group = row.item.with_untracked(|item| Group::of(item, i18n));
        let same_day = before.as_ref().is_some_and(|before| before.day == group.day);
        if let Some(number) = group.day.filter(|_| !same_day) {
            lines.push(Line::Day {
                number,
                text: i18n.day(&group.date, now_ms),
            });
        }
        let continued = same_day && before.as_ref().is_some_and(|before| before.goes_on_in(&group));
        before = Some(group);
        lines.push(Line::Message {
            row: row.clone(),
            continued,
        });
    }
    lines
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
