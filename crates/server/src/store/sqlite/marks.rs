//! How far each side has got, and what each side may know of it.

use rusqlite::{Connection, params};
use shopbell_protocol::Sequence;
use shopbell_protocol::shown::{Marks, Side};

use super::conversations::{self, Found};
use super::history;
use super::row::signed;
use super::sites::next_revision;
use crate::store::{Audience, MarkMove, Overview};

/// The newest message and the marks that the audience may know. A participant is told of marks only at messages that
/// they may see: the business reading a note of its own must not show, not even as a number.
pub(super) fn places(
    db: &Connection,
    found: &Found,
    audience: Audience,
) -> rusqlite::Result<(Sequence, Marks)> {
    let row = &found.row;
    match audience {
        Audience::Business => Ok((row.last_sequence, row.marks)),
        Audience::Participant => {
            let visible =
                |sequence: Sequence| newest_up_to(db, found.number, Audience::Participant, sequence);
            let marks = Marks {
                business_delivered: visible(row.marks.business_delivered)?,
                business_seen: visible(row.marks.business_seen)?,
                ..row.marks
            };
            Ok((visible(row.last_sequence)?, marks))
        }
    }
}

/// The same, and what is unread: that is counted, so it is not for every look of a connection.
pub(super) fn overview(db: &Connection, found: Found, audience: Audience) -> rusqlite::Result<Overview> {
    let (last_sequence, marks) = places(db, &found, audience)?;
    let unread_count = match audience {
        Audience::Business => found.row.unread_count,
        Audience::Participant => unread_by_participant(db, found.number, marks.participant_seen)?,
    };
    Ok(Overview {
        last_sequence,
        marks,
        unread_count,
        conversation: found.row,
    })
}

pub(super) fn advance(db: &Connection, mark: &MarkMove) -> rusqlite::Result<Option<(Overview, bool)>> {
    let Some(mut found) = conversations::find(db, &mark.conversation)? else {
        return Ok(None);
    };
    let audience = match mark.side {
        Side::Participant => Audience::Participant,
        Side::Business | Side::Unknown | Side::Unrecognized => Audience::Business,
    };
    let to = newest_up_to(db, found.number, audience, mark.sequence)?;
    let old = found.row.marks;
    let (delivered, seen) = match audience {
        Audience::Participant => (
            &mut found.row.marks.participant_delivered,
            &mut found.row.marks.participant_seen,
        ),
        Audience::Business => (
            &mut found.row.marks.business_delivered,
            &mut found.row.marks.business_seen,
        ),
    };
    *delivered = to.max(*delivered);
    if mark.seen {
        *seen = to.max(*seen);
    }
    let moved = found.row.marks != old;
    if moved {
        store(db, &mut found)?;
    }
    Ok(Some((overview(db, found, audience)?, moved)))
}

fn store(db: &Connection, found: &mut Found) -> rusqlite::Result<()> {
    let marks = found.row.marks;
    found.row.unread_count = unread_by_business(db, found.number, marks.business_seen)?;
    let revision = next_revision(db, &found.row.site_id)?;
    found.row.revision = super::row::unsigned(revision);
    db.prepare_cached(
        "UPDATE conversation SET business_delivered = ?2, business_seen = ?3, participant_delivered = ?4,
         participant_seen = ?5, unread_count = ?6, revision = ?7 WHERE number = ?1",
    )?
    .execute(params![
        found.number,
        signed(marks.business_delivered.0),
        signed(marks.business_seen.0),
        signed(marks.participant_delivered.0),
        signed(marks.participant_seen.0),
        found.row.unread_count,
        revision,
    ])?;
    Ok(())
}

fn newest_up_to(
    db: &Connection,
    number: i64,
    audience: Audience,
    sequence: Sequence,
) -> rusqlite::Result<Sequence> {
    if sequence == Sequence(0) {
        return Ok(sequence);
    }
    history::previous(db, number, audience, Sequence(sequence.0.saturating_add(1)))
}

fn unread_by_business(db: &Connection, number: i64, seen: Sequence) -> rusqlite::Result<u32> {
    db.prepare_cached(
        "SELECT count(*) FROM message WHERE conversation = ?1 AND sequence > ?2 AND to_business = 1 AND silent = 0",
    )?
    .query_row(params![number, signed(seen.0)], |row| row.get(0))
}

fn unread_by_participant(db: &Connection, number: i64, seen: Sequence) -> rusqlite::Result<u32> {
    db.prepare_cached(
        "SELECT count(*) FROM message
         WHERE conversation = ?1 AND sequence > ?2 AND visible = 1 AND to_business = 0 AND silent = 0",
    )?
    .query_row(params![number, signed(seen.0)], |row| row.get(0))
}
