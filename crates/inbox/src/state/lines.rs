//! What the timeline draws, line by line: days, where the new messages begin, and the messages in groups of a sender.

use shopbell_protocol::staff::StaffMessage;
use shopbell_protocol::{Direction, Sequence};

use super::store::UnreadMark;

/// Messages of one sender within this time stand in one group.
const GROUP_S: i64 = 5 * 60;

/// What grouping has to know of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is true or not whatever the others are"
)]
pub struct Facts {
    /// The reader's calendar day.
    pub day: Option<i64>,
    /// Seconds since 1970.
    pub second: i64,
    /// Who wrote it, as far as it matters for a group.
    pub sender: String,
    /// Drawn across the line of talk, or on paper of its own: ends a group.
    pub apart: bool,
    /// Only the business sees it.
    pub note: bool,
    /// It came after what had been seen when the conversation was opened.
    pub new: bool,
    /// It came after another conversation of the same person had become part of this one.
    pub joined: bool,
}

/// How one message stands among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is true or not whatever the others are"
)]
pub struct Place {
    /// A new day begins here.
    pub day: bool,
    /// The first of those that had not been seen.
    pub first_new: bool,
    /// The first after two conversations became one.
    pub first_joined: bool,
    /// It goes on from the one before.
    pub continued: bool,
}

/// The place of each message.
pub fn places(facts: &[Facts]) -> Vec<Place> {
    let before = std::iter::once(None).chain(facts.iter().map(Some));
    facts
        .iter()
        .zip(before)
        .map(|(this, before)| {
            let day = before.is_none_or(|before| before.day != this.day);
            let first_new = this.new && before.is_some_and(|before| !before.new);
            let first_joined = this.joined && before.is_some_and(|before| !before.joined);
            let continued = !day
                && !first_new
                && !first_joined
                && before.is_some_and(|before| {
                    before.sender == this.sender
                        && before.note == this.note
                        && !before.apart
                        && !this.apart
                        && (this.second - before.second).abs() < GROUP_S
                });
            Place {
                day,
                first_new,
                first_joined,
                continued,
            }
        })
        .collect()
}

/// Where the new messages begin: `own` and `sequence` of each message in order, and what was unread when the conversation
/// was opened. `None` where nothing was, or where it begins before what is loaded.
pub fn first_new(messages: &[(bool, Option<Sequence>)], mark: UnreadMark) -> Option<usize> {
    let mut left = mark.count;
    for (place, (own, sequence)) in messages.iter().enumerate().rev() {
        let was_there = sequence.is_some_and(|sequence| sequence <= mark.last_sequence);
        if left > 0 && was_there && !own {
            left -= 1;
            if left == 0 {
                return Some(place);
            }
        }
    }
    None
}

/// The sender as grouping compares it; `own_name` is that of messages which the server has not named yet. A group has one
/// heading, so what is proven never stands in one with what is not.
pub fn sender_key(message: &StaffMessage, own_name: &str) -> String {
    let (verified, message) = (message.verified, &message.shown);
    let side = if message.direction == Direction::BusinessToParticipant {
        "business"
    } else {
        "participant"
    };
    format!(
        "{side}/{verified}/{}/{}",
        message.sender.kind.as_str(),
        message.sender.name.as_deref().unwrap_or(own_name)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(day: i64, second: i64, sender: &str) -> Facts {
        Facts {
            day: Some(day),
            second,
            sender: sender.to_owned(),
            apart: false,
            note: false,
            new: false,
            joined: false,
        }
    }

    #[test]
    fn where_two_conversations_became_one_a_group_ends() {
        let mut list = [facts(1, 0, "a"), facts(1, 1, "a"), facts(1, 2, "a")];
        list[1].joined = true;
        list[2].joined = true;
        let places = places(&list);
        let first: Vec<bool> = places.iter().map(|place| place.first_joined).collect();
        assert_eq!(first, [false, true, false]);
        assert!(!places[1].continued && places[2].continued);
    }

    #[test]
    fn a_day_is_told_once_above_its_first_message() {
        let places = places(&[facts(1, 0, "a"), facts(1, 10, "a"), facts(2, 20, "a")]);
        assert_eq!(
            places.iter().map(|place| place.day).collect::<Vec<_>>(),
            [true, false, true]
        );
    }

    #[test]
    fn messages_of_one_sender_shortly_after_each_other_are_a_group() {
        let mut list = [
            facts(1, 0, "a"),
            facts(1, 60, "a"),
            facts(1, 90, "b"),
            facts(1, 1_000, "b"),
        ];
        let continued = |list: &[Facts]| {
            places(list)
                .iter()
                .map(|place| place.continued)
                .collect::<Vec<_>>()
        };
        assert_eq!(continued(&list), [false, true, false, false]);
        list[1].note = true;
        assert_eq!(
            continued(&list),
            [false, false, false, false],
            "a note never goes on from an answer"
        );
    }

    #[test]
    fn a_line_that_stands_apart_ends_a_group_on_both_sides() {
        let mut list = [facts(1, 0, "a"), facts(1, 1, "a"), facts(1, 2, "a")];
        list[1].apart = true;
        assert!(places(&list).iter().all(|place| !place.continued));
    }

    #[test]
    fn new_messages_are_counted_from_the_newest_one_at_opening() {
        let messages = [(false, 1), (false, 2), (true, 3), (false, 4), (false, 9)]
            .map(|(own, n)| (own, Some(Sequence(n))));
        let begins = |count| {
            first_new(
                &messages,
                UnreadMark {
                    last_sequence: Sequence(4),
                    count,
                },
            )
        };
        assert_eq!(begins(1), Some(3), "what came after opening does not count");
        assert_eq!(begins(2), Some(1));
        assert_eq!(begins(4), None, "it begins before what is loaded");
        assert_eq!(begins(0), None);
        assert_eq!(
            first_new(
                &[(true, None)],
                UnreadMark {
                    last_sequence: Sequence(4),
                    count: 1
                }
            ),
            None
        );
    }

    #[test]
    fn what_is_new_begins_once_and_not_above_everything() {
        let mut list = [facts(1, 0, "a"), facts(1, 1, "a"), facts(1, 2, "a")];
        list[1].new = true;
        list[2].new = true;
        assert_eq!(
            places(&list)
                .iter()
                .map(|place| place.first_new)
                .collect::<Vec<_>>(),
            [false, true, false]
        );
        list[0].new = true;
        assert!(
            places(&list).iter().all(|place| !place.first_new),
            "all is new: there is nothing to tell apart"
        );
    }
}
