//! Keys of programs.

use rusqlite::{Connection, OptionalExtension, Row, params};
use shopbell_protocol::admin::KeyScope;

use super::row::{bytes32, get_unsigned, signed, unreadable, unsigned};
use crate::store::{KeyRow, ListedKey, NewKey};

const COLUMNS: &str = "site_id, app_id, scopes, expires, last_used, replaced";

pub(super) fn find(db: &Connection, key_hash: [u8; 32]) -> rusqlite::Result<Option<KeyRow>> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM api_key WHERE key_hash = ?1"))?
        .query_row([key_hash], |row| read(row, 0))
        .optional()
}

pub(super) fn list(db: &Connection) -> rusqlite::Result<Vec<ListedKey>> {
    db.prepare_cached(&format!(
        "SELECT key_hash, name, created, {COLUMNS} FROM api_key ORDER BY created, key_hash"
    ))?
    .query_map([], |row| {
        Ok(ListedKey {
            key_hash: bytes32(row, 0)?,
            row: read(row, 3)?,
            name: row.get(1)?,
            created_micros: get_unsigned(row, 2)?,
        })
    })?
    .collect()
}

pub(super) fn create(db: &Connection, key: &NewKey) -> rusqlite::Result<bool> {
    if let Some((old, ends)) = key.replaces {
        // One that ends sooner anyway keeps its end.
        let replaced = db.execute(
            "UPDATE api_key SET replaced = ?2, expires = min(?3, coalesce(expires, ?3))
             WHERE key_hash = ?1 AND replaced IS NULL",
            params![old, signed(key.now_micros), signed(ends)],
        )?;
        if replaced == 0 {
            return Ok(false);
        }
    }
    let scopes = serde_json::to_string(&key.row.scopes)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    db.execute(
        "INSERT INTO api_key (key_hash, site_id, app_id, name, created, scopes, expires)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            key.key_hash,
            key.row.site_id.as_str(),
            key.row.app_id.as_str(),
            key.name,
            signed(key.now_micros),
            scopes,
            key.row.expires_micros.map(signed),
        ],
    )?;
    Ok(true)
}

pub(super) fn touch(db: &Connection, key_hash: [u8; 32], now_micros: u64) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE api_key SET last_used = ?2 WHERE key_hash = ?1")?
        .execute(params![key_hash, signed(now_micros)])?;
    Ok(())
}

pub(super) fn delete(db: &Connection, key_hash: [u8; 32]) -> rusqlite::Result<bool> {
    Ok(db.execute("DELETE FROM api_key WHERE key_hash = ?1", [key_hash])? > 0)
}

fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<KeyRow> {
    let scopes: String = row.get(first + 2)?;
    // Rights that cannot be read must not turn into all of them.
    let scopes: Vec<KeyScope> =
        serde_json::from_str(&scopes).map_err(|_| unreadable(first + 2, "expected a JSON list of scopes"))?;
    let time = |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.map(unsigned));
    Ok(KeyRow {
        site_id: row.get::<_, String>(first)?.into(),
        app_id: row.get::<_, String>(first + 1)?.into(),
        scopes,
        expires_micros: time(first + 3)?,
        last_used_micros: time(first + 4)?,
        replaced_micros: time(first + 5)?,
    })
}
