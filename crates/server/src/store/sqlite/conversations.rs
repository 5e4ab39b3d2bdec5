//! Conversations: found, made, listed.

use rusqlite::{Connection, OptionalExtension, Row, params};
use shopbell_protocol::shown::Marks;
use shopbell_protocol::{ContentType, ConversationId, SiteId};

use super::row::{get_sequence, get_unsigned, participant, participant_columns, signed, unreadable};
use super::sites::next_revision;
use crate::store::{ConversationRow, GetOrCreate, ListPlace};

/// A conversation with the store's own key of it.
pub(super) struct Found {
    pub(super) number: i64,
    pub(super) row: ConversationRow,
}

const SELECT: &str = "SELECT c.number, c.id, c.site_id, p.kind, p.guid, p.name, p.image_url, c.merged_into,
    c.channel_exists, c.last_sequence, c.business_delivered, c.business_seen, c.participant_delivered,
    c.participant_seen, c.unread_count, c.preview_text, c.preview_type, c.preview_from_business, c.updated, c.revision,
    p.email, p.subject, p.proven IS NOT NULL, c.joined_sequence, c.joined_revision
    FROM conversation c JOIN participant p ON p.number = c.participant";

pub(super) fn find(db: &Connection, id: &ConversationId) -> rusqlite::Result<Option<Found>> {
    db.prepare_cached(&format!("{SELECT} WHERE c.id = ?1"))?
        // GUIDs mean the same in any case; ours are made in lower case.
        .query_row([id.as_str().to_ascii_lowercase()], read)
        .optional()
}

pub(super) fn get_or_create(db: &Connection, wanted: &GetOrCreate) -> rusqlite::Result<(Found, bool)> {
    if let Some(found) = find(db, &wanted.id)? {
        return Ok((found, false));
    }
    let (kind, guid) = participant_columns(&wanted.participant)
        .ok_or_else(|| unreadable(0, "a participant without an id"))?;
    let now = signed(wanted.now_micros);
    db.execute(
        "INSERT INTO participant (site_id, kind, guid, created) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (site_id, kind, guid) DO NOTHING",
        params![wanted.site_id.as_str(), kind, guid, now],
    )?;
    let revision = next_revision(db, &wanted.site_id)?;
    db.execute(
        "INSERT INTO conversation (id, site_id, participant, revision, created, updated)
         SELECT ?1, ?2, number, ?3, ?4, ?4 FROM participant WHERE site_id = ?2 AND kind = ?5 AND guid = ?6",
        params![
            wanted.id.as_str(),
            wanted.site_id.as_str(),
            revision,
            now,
            kind,
            guid
        ],
    )?;
    let found = find(db, &wanted.id)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    Ok((found, true))
}

/// Everything that points to the conversation goes first, so that whatever a later schema adds and this forgets is an
/// error and not an orphan. The participant stays: their name is not part of what was said.
pub(super) fn delete(db: &Connection, site: &SiteId, id: &ConversationId) -> rusqlite::Result<bool> {
    let found = find(db, id)?.filter(|found| found.row.site_id == *site && found.row.merged_into.is_none());
    let Some(found) = found else {
        return Ok(false);
    };
    for sql in [
        "DELETE FROM event WHERE conversation = ?1",
        "DELETE FROM interaction WHERE conversation = ?1",
        "DELETE FROM message WHERE conversation = ?1",
        "DELETE FROM conversation WHERE number = ?1",
    ] {
        db.prepare_cached(sql)?.execute([found.number])?;
    }
    next_revision(db, site)?;
    Ok(true)
}

pub(super) fn newest(
    db: &Connection,
    site: &SiteId,
    before: Option<ListPlace>,
    limit: u32,
) -> rusqlite::Result<Vec<ConversationRow>> {
    let before = before.unwrap_or(ListPlace {
        updated: u64::MAX,
        tie: u64::MAX,
    });
    db.prepare_cached(&format!(
        "{SELECT} WHERE c.site_id = ?1 AND c.merged_into IS NULL AND (c.updated, c.number) < (?2, ?3)
         ORDER BY c.updated DESC, c.number DESC LIMIT ?4"
    ))?
    .query_map(
        params![site.as_str(), signed(before.updated), signed(before.tie), limit],
        |row| Ok(read(row)?.row),
    )?
    .collect()
}

pub(super) fn changed(
    db: &Connection,
    site: &SiteId,
    revision: u64,
    limit: u32,
) -> rusqlite::Result<Vec<ConversationRow>> {
    db.prepare_cached(&format!(
        "{SELECT} WHERE c.site_id = ?1 AND c.revision > ?2 ORDER BY c.revision LIMIT ?3"
    ))?
    .query_map(params![site.as_str(), signed(revision), limit], |row| {
        Ok(read(row)?.row)
    })?
    .collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Found> {
    let number: i64 = row.get(0)?;
    let kind: String = row.get(3)?;
    let preview_type: String = row.get(16)?;
    let updated = get_unsigned(row, 18)?;
    let row = ConversationRow {
        id: row.get::<_, String>(1)?.into(),
        site_id: row.get::<_, String>(2)?.into(),
        participant: participant(&kind, row.get(4)?, 3)?,
        participant_name: row.get(5)?,
        participant_image_url: row.get(6)?,
        participant_email: row.get(20)?,
        participant_subject: row.get(21)?,
        participant_proven: row.get(22)?,
        joined_sequence: get_sequence(row, 23)?,
        joined_revision: get_unsigned(row, 24)?,
        merged_into: row.get::<_, Option<String>>(7)?.map(Into::into),
        channel_exists: row.get(8)?,
        last_sequence: get_sequence(row, 9)?,
        marks: Marks {
            business_delivered: get_sequence(row, 10)?,
            business_seen: get_sequence(row, 11)?,
            participant_delivered: get_sequence(row, 12)?,
            participant_seen: get_sequence(row, 13)?,
        },
        unread_count: row.get(14)?,
        preview_text: row.get(15)?,
        preview_type: ContentType::from_wire(&preview_type),
        preview_from_business: row.get(17)?,
        updated,
        revision: get_unsigned(row, 19)?,
        place: ListPlace {
            updated,
            tie: super::row::unsigned(number),
        },
    };
    Ok(Found { number, row })
}
