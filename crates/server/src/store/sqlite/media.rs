//! What is known about stored pictures and files.

use rusqlite::{Connection, OptionalExtension, Row, params};
use shopbell_protocol::{ClientId, MediaId, SiteId};

use super::row::{get_unsigned, signed};
use crate::store::{MediaRow, NewMedia};

const COLUMNS: &str = "id, site_id, owner, storage_name, filename, mime_type, size_bytes, width, height";

pub(super) fn create(db: &Connection, media: &NewMedia) -> rusqlite::Result<(MediaRow, bool)> {
    let row = &media.row;
    if let Some(client) = &media.client_id
        && let Some(first) = by_client(db, &row.site_id, &row.owner, client)?
    {
        return Ok((first, true));
    }
    db.execute(
        "INSERT INTO media (id, site_id, owner, client_id, storage_name, filename, mime_type, size_bytes, width, height,
         created) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            row.id.as_str(),
            row.site_id.as_str(),
            row.owner,
            media.client_id.as_ref().map(ClientId::as_str),
            row.storage_name,
            row.filename,
            row.mime_type,
            signed(row.size_bytes),
            row.dimensions.map(|(width, _)| width),
            row.dimensions.map(|(_, height)| height),
            signed(media.now_micros),
        ],
    )?;
    Ok((row.clone(), false))
}

pub(super) fn by_client(
    db: &Connection,
    site: &SiteId,
    owner: &str,
    client: &ClientId,
) -> rusqlite::Result<Option<MediaRow>> {
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM media WHERE site_id = ?1 AND owner = ?2 AND client_id = ?3"
    ))?
    .query_row(params![site.as_str(), owner, client.as_str()], read)
    .optional()
}

pub(super) fn by_ids(db: &Connection, ids: &[MediaId]) -> rusqlite::Result<Vec<MediaRow>> {
    let mut statement = db.prepare_cached(&format!("SELECT {COLUMNS} FROM media WHERE id = ?1"))?;
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        rows.extend(statement.query_row([id.as_str()], read).optional()?);
    }
    Ok(rows)
}

/// Marks files as named by a message; `false`, and nothing is kept by the caller, when one of them is gone.
pub(super) fn name(db: &Connection, ids: &[MediaId]) -> rusqlite::Result<bool> {
    for id in ids {
        let there = db
            .prepare_cached("UPDATE media SET named = 1 WHERE id = ?1")?
            .execute([id.as_str()])?;
        if there == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

fn read(row: &Row<'_>) -> rusqlite::Result<MediaRow> {
    let (width, height): (Option<u32>, Option<u32>) = (row.get(7)?, row.get(8)?);
    Ok(MediaRow {
        id: row.get::<_, String>(0)?.into(),
        site_id: row.get::<_, String>(1)?.into(),
        owner: row.get(2)?,
        storage_name: row.get(3)?,
        filename: row.get(4)?,
        mime_type: row.get(5)?,
        size_bytes: get_unsigned(row, 6)?,
        dimensions: width.zip(height),
    })
}
