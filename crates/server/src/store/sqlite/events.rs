//! The log of what the business's programs are told.

use rusqlite::{Connection, OptionalExtension, Row, params};
use shopbell_protocol::event::EventBody;
use shopbell_protocol::{ConversationId, EventId, Sequence, SiteId};

use super::conversations::Found;
use super::history::room::Room;
use super::row::{MESSAGE_COLUMNS, body_bytes, get_unsigned, message, signed, unreadable};
use crate::store::message::Append;
use crate::store::{LoggedEvent, LoggedFact};

/// Messages never change, so the log only points to them.
pub(super) fn insert_message(
    db: &Connection,
    found: &Found,
    append: &Append,
    sequence: Sequence,
) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO event (id, site_id, conversation, sequence, created) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        append.event_id.as_str(),
        found.row.site_id.as_str(),
        found.number,
        signed(sequence.0),
        signed(sequence.0),
    ])?;
    Ok(())
}

pub(super) fn insert(
    db: &Connection,
    found: &Found,
    id: &EventId,
    body: &EventBody,
    now_micros: u64,
) -> rusqlite::Result<()> {
    let data = serde_json::to_string(body)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    db.prepare_cached(
        "INSERT INTO event (id, site_id, conversation, data, created) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        id.as_str(),
        found.row.site_id.as_str(),
        found.number,
        data,
        signed(now_micros)
    ])?;
    Ok(())
}

pub(super) fn after(
    db: &Connection,
    site: &SiteId,
    after: u64,
    limit: u32,
) -> rusqlite::Result<Vec<LoggedEvent>> {
    let mut statement = db.prepare_cached(&format!(
        "{} WHERE e.site_id = ?1 AND e.number > ?2 ORDER BY e.number LIMIT ?3",
        select()
    ))?;
    let mut rows = statement.query(params![site.as_str(), signed(after), limit])?;
    let mut room = Room::new(limit);
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        if !room.take(body_bytes(row, 6)?) {
            break;
        }
        events.push(event(row)?);
    }
    Ok(events)
}

/// One entry of the log; `None` where its message is gone.
pub(super) fn one(db: &Connection, number: u64) -> rusqlite::Result<Option<LoggedEvent>> {
    let told = "(e.data IS NOT NULL OR m.sequence IS NOT NULL)";
    db.prepare_cached(&format!("{} WHERE e.number = ?1 AND {told}", select()))?
        .query_row([signed(number)], event)
        .optional()
}

/// What [`event`] reads.
fn select() -> String {
    format!(
        "SELECT e.number, e.id, e.created, coalesce(e.told_as, c.id), e.data, m.metadata, {MESSAGE_COLUMNS}
         FROM event e JOIN conversation c ON c.number = e.conversation
         LEFT JOIN message m ON m.conversation = e.conversation AND m.sequence = e.sequence
         LEFT JOIN staff s ON m.sender_kind = 'staff' AND s.id = m.sender_id"
    )
}

fn event(row: &Row<'_>) -> rusqlite::Result<LoggedEvent> {
    let conversation_id: ConversationId = row.get::<_, String>(3)?.into();
    let data: Option<String> = row.get(4)?;
    let fact = match data {
        Some(data) => LoggedFact::Other(Box::new(
            serde_json::from_str(&data).map_err(|_| unreadable(4, "expected an event"))?,
        )),
        None => LoggedFact::Message(Box::new(message(row, 6, &conversation_id)?)),
    };
    Ok(LoggedEvent {
        number: get_unsigned(row, 0)?,
        id: row.get::<_, String>(1)?.into(),
        created: get_unsigned(row, 2)?,
        conversation_id,
        fact,
        metadata: row.get(5)?,
    })
}
