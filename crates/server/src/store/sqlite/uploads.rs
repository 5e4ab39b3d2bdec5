//! Uploads that are not whole yet, and the sweep.

use rusqlite::{Connection, OptionalExtension, Row, params};
use shopbell_protocol::{ClientId, MediaId};

use super::media;
use super::row::{get_unsigned, signed, unsigned};
use crate::store::{MediaRow, NewMedia, Progress, StartUpload, StartedUpload, Swept, UploadRow};

const COLUMNS: &str =
    "id, site_id, owner, client_id, storage_name, filename, length_bytes, offset_bytes, created, expires";
/// What "in a day" means for uploads.
const DAY_MICROS: u64 = 24 * 3_600 * 1_000_000;
/// Rows that one transaction of the sweep takes at most: others wait for it.
const SWEPT: u32 = 200;

pub(super) fn start(db: &Connection, start: StartUpload) -> rusqlite::Result<StartedUpload> {
    let row = start.row;
    if let Some(client) = &row.client_id {
        if let Some(whole) = media::by_client(db, &row.site_id, &row.owner, client)? {
            return Ok(StartedUpload::Whole(whole));
        }
        if let Some(before) = by_client(db, &row, client)? {
            if before.expires_micros > row.created_micros {
                return Ok(StartedUpload::UnderWay(before));
            }
            remove(db, &before.id)?;
        }
    }
    if let Some(most) = start.day_bytes
        && let Some(room_at_micros) = room_at(db, &row, most)?
    {
        return Ok(StartedUpload::DayFull { room_at_micros });
    }
    insert(db, &row)?;
    Ok(StartedUpload::UnderWay(row))
}

pub(super) fn by_id(db: &Connection, id: &MediaId) -> rusqlite::Result<Option<UploadRow>> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM upload WHERE id = ?1"))?
        .query_row([id.as_str()], read)
        .optional()
}

pub(super) fn advance(db: &Connection, progress: &Progress) -> rusqlite::Result<bool> {
    db.prepare_cached("UPDATE upload SET offset_bytes = ?2, expires = ?3 WHERE id = ?1")?
        .execute(params![
            progress.id.as_str(),
            signed(progress.offset_bytes),
            signed(progress.expires_micros)
        ])
        .map(|changed| changed == 1)
}

pub(super) fn finish(db: &Connection, new: &NewMedia) -> rusqlite::Result<Option<MediaRow>> {
    let id = new.row.id.clone();
    let Some(upload) = by_id(db, &id)? else {
        return Ok(media::by_ids(db, &[id])?.pop());
    };
    remove(db, &id)?;
    let new = NewMedia {
        client_id: upload.client_id,
        ..new.clone()
    };
    media::create(db, &new).map(|(row, _)| Some(row))
}

pub(super) fn remove(db: &Connection, id: &MediaId) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM upload WHERE id = ?1")?
        .execute([id.as_str()])
        .map(drop)
}

pub(super) fn sweep(db: &Connection, before: u64, now: u64) -> rusqlite::Result<Swept> {
    let gone = |sql: &str, time: u64| -> rusqlite::Result<Vec<String>> {
        db.prepare_cached(sql)?
            .query_map(params![signed(time), SWEPT], |row| row.get(0))?
            .collect()
    };
    Ok(Swept {
        whole: gone(
            "DELETE FROM media WHERE id IN (SELECT id FROM media WHERE named = 0 AND created < ?1 LIMIT ?2)
             RETURNING storage_name",
            before,
        )?,
        partial: gone(
            "DELETE FROM upload WHERE id IN (SELECT id FROM upload WHERE expires <= ?1 LIMIT ?2)
             RETURNING storage_name",
            now,
        )?,
    })
}

pub(super) fn unknown(db: &Connection, mut names: Vec<String>) -> rusqlite::Result<Vec<String>> {
    let mut known = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM media WHERE storage_name = ?1) OR
         EXISTS (SELECT 1 FROM upload WHERE storage_name = ?1)",
    )?;
    let mut failed = None;
    names.retain(
        |name| match known.query_row([name], |row| row.get::<_, bool>(0)) {
            Ok(known) => !known,
            Err(error) => {
                failed = Some(error);
                false
            }
        },
    );
    failed.map_or(Ok(names), Err)
}

fn by_client(db: &Connection, row: &UploadRow, client: &ClientId) -> rusqlite::Result<Option<UploadRow>> {
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM upload WHERE site_id = ?1 AND owner = ?2 AND client_id = ?3"
    ))?
    .query_row(params![row.site_id.as_str(), row.owner, client.as_str()], read)
    .optional()
}

fn insert(db: &Connection, row: &UploadRow) -> rusqlite::Result<()> {
    db.prepare_cached(&format!(
        "INSERT INTO upload ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
    ))?
    .execute(params![
        row.id.as_str(),
        row.site_id.as_str(),
        row.owner,
        row.client_id.as_ref().map(ClientId::as_str),
        row.storage_name,
        row.filename,
        signed(row.length_bytes),
        signed(row.offset_bytes),
        signed(row.created_micros),
        signed(row.expires_micros),
    ])
    .map(drop)
}

/// When there is room for this upload in its owner's day; `None` for now. What is under way counts as if it were whole.
fn room_at(db: &Connection, row: &UploadRow, most: u64) -> rusqlite::Result<Option<u64>> {
    let now = row.created_micros;
    let taken = db
        .prepare_cached(
            "SELECT created, size_bytes FROM media WHERE site_id = ?1 AND owner = ?2 AND created > ?3
             UNION ALL
             SELECT created, length_bytes FROM upload WHERE site_id = ?1 AND owner = ?2 AND expires > ?4
             ORDER BY 1",
        )?
        .query_map(
            params![
                row.site_id.as_str(),
                row.owner,
                signed(now.saturating_sub(DAY_MICROS)),
                signed(now)
            ],
            |row| Ok((get_unsigned(row, 0)?, unsigned(row.get(1)?))),
        )?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let mut over = taken
        .iter()
        .map(|(_, bytes)| bytes)
        .sum::<u64>()
        .saturating_add(row.length_bytes)
        .saturating_sub(most);
    let mut room_at = None;
    for (created, bytes) in taken {
        if over == 0 {
            break;
        }
        over = over.saturating_sub(bytes);
        room_at = Some(created.saturating_add(DAY_MICROS).max(now + 1_000_000));
    }
    // One that is larger than a whole day has no place at all; the answer must still name a time.
    Ok(if over > 0 { Some(now + DAY_MICROS) } else { room_at })
}

fn read(row: &Row<'_>) -> rusqlite::Result<UploadRow> {
    Ok(UploadRow {
        id: row.get::<_, String>(0)?.into(),
        site_id: row.get::<_, String>(1)?.into(),
        owner: row.get(2)?,
        client_id: row.get::<_, Option<String>>(3)?.map(Into::into),
        storage_name: row.get(4)?,
        filename: row.get(5)?,
        length_bytes: get_unsigned(row, 6)?,
        offset_bytes: get_unsigned(row, 7)?,
        created_micros: get_unsigned(row, 8)?,
        expires_micros: get_unsigned(row, 9)?,
    })
}
