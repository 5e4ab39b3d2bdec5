//! The conversations that the page knows, newest first. Pages of history, live lines and presence end up in the same
//! list whatever order they come in.

use shopbell_protocol::ConversationId;
use shopbell_protocol::staff::{ConversationSummary, ConversationsPage};

use super::person;

/// The conversation list as far as it is loaded.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Roster {
    /// Invariant: newest first, each conversation once.
    rows: Vec<ConversationSummary>,
    cursor: Option<String>,
    loaded: bool,
}

impl Roster {
    /// Newest first.
    pub fn rows(&self) -> &[ConversationSummary] {
        &self.rows
    }

    /// Whether the first page has come.
    pub const fn loaded(&self) -> bool {
        self.loaded
    }

    /// Where the next page begins; `None` when everything is here, or nothing yet.
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// The line of a conversation.
    pub fn get(&self, id: &ConversationId) -> Option<&ConversationSummary> {
        self.rows.iter().find(|row| row.conversation.id == *id)
    }

    /// Takes the newest page: after signing in, and again after each reconnect.
    pub fn take_first(&mut self, page: ConversationsPage) {
        // A line that has not changed meanwhile: all that did stand above it, so there is no hole below the page.
        let touches = page.conversations.iter().any(|row| {
            self.get(&row.conversation.id)
                .is_some_and(|known| known.last_sequence == row.last_sequence)
        });
        // Otherwise reading on begins below this page, through the hole; what is further down stays until then.
        if !self.loaded || (!touches && page.cursor.is_some()) {
            self.cursor = page.cursor;
        }
        self.loaded = true;
        page.conversations.into_iter().for_each(|row| self.put(row));
        self.sort();
    }

    /// Takes a page further down.
    pub fn take_older(&mut self, page: ConversationsPage) {
        self.cursor = page.cursor;
        // A line that came live meanwhile is newer than the page, which `put` sees.
        page.conversations.into_iter().for_each(|row| self.put(row));
        self.sort();
    }

    /// Takes a live line.
    pub fn take(&mut self, row: ConversationSummary) {
        self.put(row);
        self.sort();
    }

    /// Takes whether a participant is connected.
    pub fn set_online(&mut self, id: &ConversationId, online: bool) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.conversation.id == *id) {
            row.online = online;
        }
    }

    /// Counts a conversation as read at once, before the server has said so.
    pub fn mark_read(&mut self, id: &ConversationId) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.conversation.id == *id) {
            row.unread_count = 0;
        }
    }

    /// Unread messages of all loaded lines.
    pub fn unread_total(&self) -> u32 {
        self.rows
            .iter()
            .fold(0, |sum, row| sum.saturating_add(row.unread_count))
    }

    /// Lines in which name, mark or preview contain each word of `query`, whatever the case.
    pub fn matching(&self, query: &str) -> Vec<ConversationSummary> {
        let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
        self.rows
            .iter()
            .filter(|row| {
                let name = person::given_name(&row.conversation).unwrap_or_default();
                let mark = person::mark(&row.conversation.participant);
                let text = format!("{name} {mark} {}", row.preview_text).to_lowercase();
                words.iter().all(|word| text.contains(word.as_str()))
            })
            .cloned()
            .collect()
    }

    fn put(&mut self, row: ConversationSummary) {
        // It has become part of another, whose own line says what is new.
        if row.merged_into.is_some() {
            self.rows
                .retain(|known| known.conversation.id != row.conversation.id);
            return;
        }
        match self
            .rows
            .iter_mut()
            .find(|known| known.conversation.id == row.conversation.id)
        {
            // A page that was read before a live line but arrives after it must not take the line back.
            Some(known) if known.last_sequence > row.last_sequence => {}
            Some(known) => *known = row,
            None => self.rows.push(row),
        }
    }

    fn sort(&mut self) {
        // RFC 3339 in UTC with fixed digits sorts as text.
        self.rows.sort_by(|a, b| {
            b.updated_date
                .cmp(&a.updated_date)
                .then_with(|| a.conversation.id.cmp(&b.conversation.id))
        });
    }
}

/// The line to go to from `current` by one step; the first or last where `current` is not among them.
pub fn step<'a>(
    rows: &'a [ConversationSummary],
    current: Option<&ConversationId>,
    down: bool,
) -> Option<&'a ConversationId> {
    let place = current.and_then(|id| rows.iter().position(|row| row.conversation.id == *id));
    let next = match (place, down) {
        (None, true) => 0,
        (None, false) => rows.len().checked_sub(1)?,
        (Some(place), true) => (place + 1).min(rows.len().saturating_sub(1)),
        (Some(place), false) => place.saturating_sub(1),
    };
    rows.get(next).map(|row| &row.conversation.id)
}

#[cfg(test)]
mod tests {
    use shopbell_protocol::staff::Person;
    use shopbell_protocol::{ContentType, Conversation, DisplayData, ParticipantId, Sequence};

    use super::*;

    fn row(id: &str, second: u64, preview: &str) -> ConversationSummary {
        ConversationSummary {
            conversation: Conversation {
                id: id.into(),
                participant: ParticipantId::AnonymousVisitor(format!("00000000-0000-4000-8000-00000000{id}")),
                channels: Vec::new(),
                business_display_data: DisplayData::default(),
                participant_display_data: DisplayData::default(),
            },
            preview_text: preview.to_owned(),
            preview_kind: ContentType::Basic,
            preview_from_business: false,
            updated_date: format!("2026-01-01T00:00:{second:02}.000Z"),
            unread_count: 1,
            last_sequence: Sequence(second),
            online: false,
            person: Person::default(),
            joined_sequence: Sequence(0),
            merged_into: None,
        }
    }

    fn page(rows: Vec<ConversationSummary>, cursor: Option<&str>) -> ConversationsPage {
        ConversationsPage {
            conversations: rows,
            cursor: cursor.map(str::to_owned),
        }
    }

    fn ids(roster: &Roster) -> Vec<&str> {
        roster
            .rows()
            .iter()
            .map(|row| row.conversation.id.as_str())
            .collect()
    }

    #[test]
    fn a_live_line_moves_to_the_top() {
        let mut roster = Roster::default();
        roster.take_first(page(vec![row("aaaa", 3, ""), row("bbbb", 2, "")], None));
        roster.take(row("bbbb", 9, "new"));
        assert_eq!(ids(&roster), ["bbbb", "aaaa"]);
        assert_eq!(roster.rows().len(), 2);
    }

    #[test]
    fn a_page_that_comes_late_does_not_take_a_live_line_back() {
        let mut roster = Roster::default();
        roster.take(row("aaaa", 9, "live"));
        roster.take_first(page(vec![row("aaaa", 1, "old"), row("bbbb", 2, "")], None));
        assert_eq!(
            roster.get(&"aaaa".into()).map(|row| row.preview_text.as_str()),
            Some("live")
        );
        roster.take_older(page(vec![row("aaaa", 1, "old")], None));
        assert_eq!(
            roster.get(&"aaaa".into()).map(|row| row.preview_text.as_str()),
            Some("live")
        );
    }

    #[test]
    fn reading_the_first_page_again_keeps_the_place_of_older_pages() {
        let mut roster = Roster::default();
        roster.take_first(page(vec![row("aaaa", 3, "")], Some("after a")));
        roster.take_older(page(vec![row("bbbb", 2, "")], Some("after b")));
        roster.take_first(page(
            vec![row("cccc", 5, ""), row("aaaa", 3, "")],
            Some("after a, later"),
        ));
        assert_eq!(roster.cursor(), Some("after b"));
        assert_eq!(ids(&roster), ["cccc", "aaaa", "bbbb"]);
    }

    #[test]
    fn a_first_page_that_does_not_reach_down_to_what_is_known_is_read_on_from_its_end() {
        let mut roster = Roster::default();
        roster.take_first(page(vec![row("aaaa", 1, "")], None));
        roster.take_first(page(
            vec![row("dddd", 9, ""), row("cccc", 8, "")],
            Some("after c"),
        ));
        assert_eq!(roster.cursor(), Some("after c"));
        roster.take_older(page(vec![row("bbbb", 5, ""), row("aaaa", 1, "")], None));
        assert_eq!(ids(&roster), ["dddd", "cccc", "bbbb", "aaaa"]);
        assert_eq!(roster.cursor(), None);
    }

    #[test]
    fn a_conversation_that_has_become_part_of_another_is_no_line_any_more() {
        let mut roster = Roster::default();
        roster.take_first(page(vec![row("aaaa", 3, ""), row("bbbb", 2, "")], None));
        let mut merged = row("bbbb", 2, "");
        merged.merged_into = Some("aaaa".into());
        roster.take(merged.clone());
        assert_eq!(ids(&roster), ["aaaa"]);
        roster.take(merged);
        assert_eq!(ids(&roster), ["aaaa"]);
    }

    #[test]
    fn the_filter_wants_every_word_in_name_mark_or_preview() {
        let mut roster = Roster::default();
        let mut named = row("aaaa", 3, "Where is my parcel?");
        named.conversation.participant_display_data.name = Some("Amy Shoe".to_owned());
        roster.take_first(page(vec![named, row("bbbb", 2, "parcel")], None));
        let found = |query: &str| {
            roster
                .matching(query)
                .iter()
                .map(|row| row.conversation.id.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(found("PARCEL"), ["aaaa", "bbbb"]);
        assert_eq!(found("parcel amy"), ["aaaa"]);
        assert_eq!(found("bbbb"), ["bbbb"]);
        assert_eq!(found("nothing"), [""; 0]);
        assert_eq!(found(" ").len(), 2);
    }

    #[test]
    fn unread_messages_are_added_up_and_reading_takes_them_away() {
        let mut roster = Roster::default();
        roster.take_first(page(vec![row("aaaa", 3, ""), row("bbbb", 2, "")], None));
        assert_eq!(roster.unread_total(), 2);
        roster.mark_read(&"aaaa".into());
        assert_eq!(roster.unread_total(), 1);
    }

    #[test]
    fn steps_stay_within_the_list() {
        let rows = [row("aaaa", 3, ""), row("bbbb", 2, "")];
        let to = |current: Option<&str>, down| {
            step(&rows, current.map(Into::into).as_ref(), down).map(ConversationId::as_str)
        };
        assert_eq!(to(None, true), Some("aaaa"));
        assert_eq!(to(None, false), Some("bbbb"));
        assert_eq!(to(Some("aaaa"), true), Some("bbbb"));
        assert_eq!(to(Some("bbbb"), true), Some("bbbb"));
        assert_eq!(to(Some("aaaa"), false), Some("aaaa"));
        assert_eq!(step(&[], None, true), None);
    }
}
