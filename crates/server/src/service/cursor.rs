//! Cursors of `listMessages`: a place in the sequence, short, signed, bound to conversation, visibility and order.

use shopbell_protocol::paging::SortOrder;
use shopbell_protocol::{ConversationId, Sequence};

use super::secret::{Purpose, decode, encode, sign, verify};
use crate::store::Audience;

/// Half a signature: a guess is a 400 for the guesser and nothing else.
const SIGNATURE_BYTES: usize = 16;
/// A direction and a sequence.
const PLACE_BYTES: usize = 9;

/// What a cursor holds good for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) conversation: &'a ConversationId,
    pub(super) audience: Audience,
    pub(super) order: SortOrder,
}

/// A place, and in which way to read from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) sequence: Sequence,
    /// Against the asked order: a `prev` cursor.
    pub(super) back: bool,
}

pub(super) fn issue(secret: &[u8; 32], scope: Scope<'_>, cursor: Cursor) -> String {
    let mut bytes = cursor.bytes();
    let signature = sign(secret, Purpose::ListCursor, &signed(scope, &bytes));
    bytes.extend(signature.iter().take(SIGNATURE_BYTES));
    encode(&bytes)
}

pub(super) fn read(secret: &[u8; 32], scope: Scope<'_>, text: &str) -> Option<Cursor> {
    if text.len() > shopbell_protocol::limits::CURSOR_MAX {
        return None;
    }
    let bytes = decode(text)?;
    let (place, signature) = bytes.split_at_checked(PLACE_BYTES)?;
    if signature.len() != SIGNATURE_BYTES
        || !verify(secret, Purpose::ListCursor, &signed(scope, place), signature)
    {
        return None;
    }
    let (back, sequence) = place.split_first()?;
    Some(Cursor {
        sequence: Sequence(u64::from_be_bytes(sequence.try_into().ok()?)),
        back: *back == 1,
    })
}

impl Cursor {
    fn bytes(self) -> Vec<u8> {
        let mut bytes = vec![u8::from(self.back)];
        bytes.extend(self.sequence.0.to_be_bytes());
        bytes
    }
}

fn signed(scope: Scope<'_>, place: &[u8]) -> Vec<u8> {
    let audience = match scope.audience {
        Audience::Participant => 0,
        Audience::Business => 1,
    };
    let order = u8::from(scope.order == SortOrder::Asc);
    [
        scope.conversation.as_str().as_bytes(),
        &[0, audience, order],
        place,
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_short_and_good_for_what_it_was_issued_for_only() {
        let (here, there) = (ConversationId::from("here"), ConversationId::from("there"));
        let scope = Scope {
            conversation: &here,
            audience: Audience::Business,
            order: SortOrder::Desc,
        };
        let cursor = Cursor {
            sequence: Sequence(1_701_103_918_040_190),
            back: false,
        };
        let text = issue(&[1; 32], scope, cursor);
        assert!(text.len() < 40, "{text}");
        assert_eq!(read(&[1; 32], scope, &text), Some(cursor));
        assert_eq!(
            read(
                &[1; 32],
                Scope {
                    conversation: &there,
                    ..scope
                },
                &text
            ),
            None
        );
        assert_eq!(
            read(
                &[1; 32],
                Scope {
                    audience: Audience::Participant,
                    ..scope
                },
                &text
            ),
            None
        );
        assert_eq!(
            read(
                &[1; 32],
                Scope {
                    order: SortOrder::Asc,
                    ..scope
                },
                &text
            ),
            None
        );
        assert_eq!(read(&[2; 32], scope, &text), None);
        for text in ["", "x", "AAAA", &"A".repeat(300), "ü"] {
            assert_eq!(read(&[1; 32], scope, text), None, "{text:?} passed for a cursor");
        }
    }
}
