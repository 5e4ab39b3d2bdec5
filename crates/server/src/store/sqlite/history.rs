//! Parts of a conversation's history, filtered by audience before they are counted.

pub(super) mod room;

use rusqlite::{Connection, params};
use shopbell_protocol::{ConversationId, Sequence};

use super::conversations::{self, Found};
use super::marks;
use super::row::{
    MESSAGE_COLUMNS, MESSAGE_TABLES, body_bytes, get_sequence, get_unsigned, has_buttons, message, signed,
};
use crate::store::message::{Audience, History, Press, Slice, StoredMessage};
use room::Room;

pub(super) fn history(
    db: &Connection,
    conversation: &ConversationId,
    audience: Audience,
    slice: Slice,
) -> rusqlite::Result<Option<History>> {
    let Some(found) = conversations::find(db, conversation)? else {
        return Ok(None);
    };
    let (messages, older, newer) = read_slice(db, &found, audience, slice)?;
    let (last_sequence, marks) = marks::places(db, &found, audience)?;
    Ok(Some(History {
        conversation: found.row,
        last_sequence,
        marks,
        messages,
        older,
        newer,
    }))
}

fn read_slice(
    db: &Connection,
    found: &Found,
    audience: Audience,
    slice: Slice,
) -> rusqlite::Result<(Vec<StoredMessage>, bool, bool)> {
    match slice {
        Slice::Newest { limit } => read_down(db, found, audience, Sequence(u64::MAX), limit),
        Slice::Before { sequence, limit } => read_down(db, found, audience, sequence, limit),
        Slice::Oldest { limit } => read_up(db, found, audience, Sequence(0), limit),
        Slice::After { sequence, limit } => read_up(db, found, audience, sequence, limit),
    }
}

fn read_down(
    db: &Connection,
    found: &Found,
    audience: Audience,
    before: Sequence,
    limit: u32,
) -> rusqlite::Result<(Vec<StoredMessage>, bool, bool)> {
    let filter = filter(audience);
    let sql = format!(
        "SELECT {MESSAGE_COLUMNS} FROM {MESSAGE_TABLES}
         WHERE m.conversation = ?1 AND m.sequence < ?2{filter} ORDER BY m.sequence DESC LIMIT ?3"
    );
    let (mut messages, more) = read(db, &sql, found, before, limit)?;
    messages.reverse();
    let newer = exists(db, found, audience, ">=", before)?;
    Ok((messages, more, newer))
}

fn read_up(
    db: &Connection,
    found: &Found,
    audience: Audience,
    after: Sequence,
    limit: u32,
) -> rusqlite::Result<(Vec<StoredMessage>, bool, bool)> {
    let (messages, more) = read_after(db, found, audience, after, limit)?;
    let older = exists(db, found, audience, "<=", after)?;
    Ok((messages, older, more))
}

/// What comes after a place, oldest first, and whether there is more.
pub(super) fn read_after(
    db: &Connection,
    found: &Found,
    audience: Audience,
    after: Sequence,
    limit: u32,
) -> rusqlite::Result<(Vec<StoredMessage>, bool)> {
    let filter = filter(audience);
    let sql = format!(
        "SELECT {MESSAGE_COLUMNS} FROM {MESSAGE_TABLES}
         WHERE m.conversation = ?1 AND m.sequence > ?2{filter} ORDER BY m.sequence LIMIT ?3"
    );
    read(db, &sql, found, after, limit)
}

/// The message before `sequence` that the audience may see, 0 for none.
pub(super) fn previous(
    db: &Connection,
    number: i64,
    audience: Audience,
    sequence: Sequence,
) -> rusqlite::Result<Sequence> {
    let filter = filter(audience);
    db.prepare_cached(&format!(
        "SELECT coalesce(max(m.sequence), 0) FROM message m WHERE m.conversation = ?1 AND m.sequence < ?2{filter}"
    ))?
    .query_row(params![number, signed(sequence.0)], |row| get_sequence(row, 0))
}

/// One message with its presses.
pub(super) fn one(
    db: &Connection,
    found: &Found,
    audience: Audience,
    sequence: Sequence,
) -> rusqlite::Result<Option<StoredMessage>> {
    let filter = filter(audience);
    let mut messages = db
        .prepare_cached(&format!(
            "SELECT {MESSAGE_COLUMNS} FROM {MESSAGE_TABLES} WHERE m.conversation = ?1 AND m.sequence = ?2{filter}"
        ))?
        .query_map(params![found.number, signed(sequence.0)], |row| message(row, 0, &found.row.id))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    add_presses(db, found, &mut messages)?;
    Ok(messages.pop())
}

fn read(
    db: &Connection,
    sql: &str,
    found: &Found,
    place: Sequence,
    limit: u32,
) -> rusqlite::Result<(Vec<StoredMessage>, bool)> {
    let mut room = Room::new(limit);
    let mut messages = Vec::new();
    let mut more = false;
    let mut statement = db.prepare_cached(sql)?;
    // One more than asked for says whether there is more.
    let mut rows = statement.query(params![found.number, signed(place.0), i64::from(limit) + 1])?;
    while let Some(row) = rows.next()? {
        if !room.take(body_bytes(row, 0)?) {
            more = true;
            break;
        }
        messages.push(message(row, 0, &found.row.id)?);
    }
    add_presses(db, found, &mut messages)?;
    Ok((messages, more))
}

fn exists(
    db: &Connection,
    found: &Found,
    audience: Audience,
    comparison: &str,
    place: Sequence,
) -> rusqlite::Result<bool> {
    let filter = filter(audience);
    db.prepare_cached(&format!(
        "SELECT EXISTS (SELECT 1 FROM message m WHERE m.conversation = ?1 AND m.sequence {comparison} ?2{filter})"
    ))?
    .query_row(params![found.number, signed(place.0)], |row| row.get(0))
}

fn filter(audience: Audience) -> &'static str {
    match audience {
        Audience::Participant => " AND m.visible = 1",
        Audience::Business => "",
    }
}

fn add_presses(db: &Connection, found: &Found, messages: &mut [StoredMessage]) -> rusqlite::Result<()> {
    for message in messages
        .iter_mut()
        .filter(|message| has_buttons(&message.message.content))
    {
        message.presses = db
            .prepare_cached(
                "SELECT button_id, label, interaction_id, created, revision FROM interaction
                 WHERE conversation = ?1 AND sequence = ?2 ORDER BY number",
            )?
            .query_map(params![found.number, signed(message.sequence.0)], |row| {
                Ok(Press {
                    button_id: row.get(0)?,
                    label: row.get(1)?,
                    interaction_id: row.get(2)?,
                    created: get_unsigned(row, 3)?,
                    revision: get_unsigned(row, 4)?,
                })
            })?
            .collect::<rusqlite::Result<_>>()?;
    }
    Ok(())
}
