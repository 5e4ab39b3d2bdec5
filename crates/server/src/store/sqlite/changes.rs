//! What changed in a conversation since a place: one look of a connection loop.

use rusqlite::{Connection, params};
use shopbell_protocol::Sequence;

use super::conversations::{self, Found};
use super::history;
use super::marks;
use super::row::{get_sequence, get_unsigned, signed};
use crate::store::message::{Changes, ChangesQuery, StoredMessage};

/// Presses told in one look; a reader who was away for more of them looks again.
const PRESSES: u32 = 200;

pub(super) fn changes(db: &Connection, query: &ChangesQuery) -> rusqlite::Result<Option<Changes>> {
    let Some(found) = conversations::find(db, &query.conversation_id)? else {
        return Ok(None);
    };
    let (messages, more_messages) =
        history::read_after(db, &found, query.audience, query.after, query.limit)?;
    let previous = match messages.first() {
        Some(first) => history::previous(db, found.number, query.audience, first.sequence)?,
        None => Sequence(0),
    };
    let (pressed, revision, more_presses) = presses(db, &found, query)?;
    let (last_sequence, marks) = marks::places(db, &found, query.audience)?;
    Ok(Some(Changes {
        last_sequence,
        conversation: found.row,
        marks,
        messages,
        previous,
        pressed,
        revision,
        more: more_messages || more_presses,
    }))
}

fn presses(
    db: &Connection,
    found: &Found,
    query: &ChangesQuery,
) -> rusqlite::Result<(Vec<StoredMessage>, u64, bool)> {
    // Nothing of this conversation is newer than its own revision: most looks end here.
    if found.row.revision <= query.revision {
        return Ok((Vec::new(), query.revision, false));
    }
    let newest: Vec<(Sequence, u64)> = db
        .prepare_cached(
            "SELECT sequence, revision FROM interaction WHERE conversation = ?1 AND revision > ?2
             ORDER BY revision LIMIT ?3",
        )?
        .query_map(params![found.number, signed(query.revision), PRESSES], |row| {
            Ok((get_sequence(row, 0)?, get_unsigned(row, 1)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let more = newest.len() >= usize::try_from(PRESSES).unwrap_or(usize::MAX);
    let revision = match newest.last() {
        Some((_, last)) if more => *last,
        _ => found.row.revision,
    };
    let mut sequences: Vec<Sequence> = newest.into_iter().map(|(sequence, _)| sequence).collect();
    sequences.sort_unstable();
    sequences.dedup();
    let mut pressed = Vec::with_capacity(sequences.len());
    for sequence in sequences {
        pressed.extend(history::one(db, found, query.audience, sequence)?);
    }
    Ok((pressed, revision, more))
}
