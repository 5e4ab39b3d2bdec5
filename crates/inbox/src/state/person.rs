//! How a participant is named and drawn where they have given no name or picture.

use shopbell_protocol::{Conversation, ParticipantId};

/// The participant's own name, if they gave one.
pub fn given_name(conversation: &Conversation) -> Option<&str> {
    conversation
        .participant_display_data
        .name
        .as_deref()
        .map(str::trim)
        .filter(|name| !name.is_empty())
}

/// A short mark that tells nameless visitors apart: the last four digits of the id.
pub fn mark(participant: &ParticipantId) -> String {
    let digits: Vec<char> = participant
        .guid()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    digits
        .iter()
        .skip(digits.len().saturating_sub(4))
        .collect::<String>()
        .to_ascii_uppercase()
}

/// At most two letters for a name: of its first and its last word.
pub fn initials(name: &str) -> String {
    let mut words = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}

/// A hue for the picture, 0 to 359, always the same for the same id.
///
/// FNV-1a, because neighbouring ids must not get neighbouring colors.
pub fn hue(id: &str) -> u32 {
    let hash = id.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    // The low bits alone repeat for ids that differ in one digit.
    (hash ^ (hash >> 15)) % 360
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_those_of_the_first_and_the_last_word() {
        let cases = [
            ("Amy", "A"),
            ("amy shoemaker", "AS"),
            ("Anna Maria van der Berg", "AB"),
            ("  ", ""),
            ("(Bob) -", "B"),
            ("Åsa öhman", "ÅÖ"),
        ];
        for (name, expected) in cases {
            assert_eq!(initials(name), expected, "{name:?}");
        }
    }

    #[test]
    fn a_nameless_visitor_is_marked_by_the_end_of_the_id() {
        let id = ParticipantId::AnonymousVisitor("e56ed8f7-4bbf-3d99-b2f9-962e555264c3".to_owned());
        assert_eq!(mark(&id), "64C3");
        assert_eq!(mark(&ParticipantId::Unsupported { members: 0 }), "");
    }

    #[test]
    fn the_hue_is_stable_and_in_range_and_spreads() {
        let hues: std::collections::HashSet<u32> = (0..100).map(|n| hue(&format!("visitor-{n}"))).collect();
        assert!(hues.iter().all(|hue| *hue < 360));
        assert!(hues.len() > 60, "only {} colors among 100 ids", hues.len());
        assert_eq!(hue("a"), hue("a"));
    }
}
