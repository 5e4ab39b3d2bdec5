//! Webhook endpoints, and the keys that sign.

use rusqlite::{Connection, OptionalExtension, Row, params};
use shopbell_protocol::SiteId;
use shopbell_protocol::admin::{EndpointState, WebhookFormat};

use super::deliveries;
use super::row::{get_unsigned, signed, unreadable, unsigned};
use crate::store::webhook::{EndpointRow, EndpointUpdate, ListedEndpoint, SigningKeyRow};

const COLUMNS: &str = "number, id, site_id, name, url, format, types, secret, old_secret, old_secret_ends, state, \
                       disabled_reason, failing_since, failed_in_a_row, created";

pub(super) fn create(
    db: &Connection,
    mut row: EndpointRow,
    most: u32,
) -> rusqlite::Result<Option<EndpointRow>> {
    let there: u32 = db.query_row(
        "SELECT count(*) FROM webhook_endpoint WHERE site_id = ?1",
        [row.site_id.as_str()],
        |row| row.get(0),
    )?;
    if there >= most {
        return Ok(None);
    }
    db.execute(
        "INSERT INTO webhook_endpoint (id, site_id, name, url, format, types, secret, state, created, log_read)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, (SELECT coalesce(max(number), 0) FROM event))",
        params![
            row.id,
            row.site_id.as_str(),
            row.name,
            row.url,
            row.format.as_str(),
            types_text(&row.types),
            row.secret,
            row.state.as_str(),
            signed(row.created),
        ],
    )?;
    row.number = unsigned(db.last_insert_rowid());
    Ok(Some(row))
}

pub(super) fn list(db: &Connection, site: &SiteId) -> rusqlite::Result<Vec<ListedEndpoint>> {
    let rows: Vec<EndpointRow> = db
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM webhook_endpoint WHERE site_id = ?1 ORDER BY number"
        ))?
        .query_map([site.as_str()], read)?
        .collect::<rusqlite::Result<_>>()?;
    rows.into_iter()
        .map(|row| {
            let (waiting, dead) = deliveries::counts(db, &row)?;
            let last_attempt = deliveries::last_attempt(db, row.number)?;
            Ok(ListedEndpoint {
                row,
                waiting,
                dead,
                last_attempt,
            })
        })
        .collect()
}

pub(super) fn find(db: &Connection, endpoint: u64) -> rusqlite::Result<Option<EndpointRow>> {
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM webhook_endpoint WHERE number = ?1"
    ))?
    .query_row([signed(endpoint)], read)
    .optional()
}

pub(super) fn active(db: &Connection) -> rusqlite::Result<Vec<u64>> {
    db.prepare_cached("SELECT number FROM webhook_endpoint WHERE state = 'ACTIVE' ORDER BY number")?
        .query_map([], |row| get_unsigned(row, 0))?
        .collect()
}

pub(super) fn update(db: &Connection, endpoint: u64, update: &EndpointUpdate) -> rusqlite::Result<bool> {
    let Some(row) = find(db, endpoint)? else {
        return Ok(false);
    };
    let state = update.state.unwrap_or(row.state);
    db.execute(
        "UPDATE webhook_endpoint SET name = ?2, url = ?3, types = ?4, state = ?5 WHERE number = ?1",
        params![
            signed(endpoint),
            update.name.as_ref().unwrap_or(&row.name),
            update.url.as_ref().unwrap_or(&row.url),
            types_text(update.types.as_ref().unwrap_or(&row.types)),
            state.as_str(),
        ],
    )?;
    if let Some((secret, old_ends)) = &update.secret {
        db.execute(
            "UPDATE webhook_endpoint SET old_secret = secret, old_secret_ends = ?3, secret = ?2 WHERE number = ?1",
            params![signed(endpoint), secret, signed(*old_ends)],
        )?;
    }
    // Who changes where it is called, or switches it on, wants to know now whether that helps.
    let on_again = state == EndpointState::Active && row.state != EndpointState::Active;
    if on_again || (state == EndpointState::Active && update.url.is_some()) {
        db.execute(
            "UPDATE webhook_endpoint SET disabled_reason = NULL, failing_since = NULL, failed_in_a_row = 0
             WHERE number = ?1",
            [signed(endpoint)],
        )?;
        deliveries::give_time(db, endpoint, update.now_micros, update.give_up)?;
    }
    Ok(true)
}

pub(super) fn disable(db: &Connection, endpoint: u64, reason: &str) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE webhook_endpoint SET state = 'DISABLED', disabled_reason = ?2 WHERE number = ?1 AND state = 'ACTIVE'",
        params![signed(endpoint), reason],
    )?;
    Ok(())
}

pub(super) fn delete(db: &Connection, endpoint: u64) -> rusqlite::Result<bool> {
    Ok(db.execute(
        "DELETE FROM webhook_endpoint WHERE number = ?1",
        [signed(endpoint)],
    )? > 0)
}

pub(super) fn signing_keys(db: &Connection, site: &SiteId) -> rusqlite::Result<Vec<SigningKeyRow>> {
    db.prepare_cached(
        "SELECT id, site_id, private_pem, public_pem, signs_from, created FROM signing_key
         WHERE site_id = ?1 ORDER BY signs_from DESC, number DESC",
    )?
    .query_map([site.as_str()], |row| {
        Ok(SigningKeyRow {
            id: row.get(0)?,
            site_id: row.get::<_, String>(1)?.into(),
            private_pem: row.get(2)?,
            public_pem: row.get(3)?,
            signs_from: get_unsigned(row, 4)?,
            created: get_unsigned(row, 5)?,
        })
    })?
    .collect()
}

pub(super) fn add_signing_key(db: &Connection, key: &SigningKeyRow, first: bool) -> rusqlite::Result<bool> {
    let added = db.execute(
        "INSERT INTO signing_key (id, site_id, private_pem, public_pem, signs_from, created)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6
         WHERE NOT ?7 OR NOT EXISTS (SELECT 1 FROM signing_key WHERE site_id = ?2)",
        params![
            key.id,
            key.site_id.as_str(),
            key.private_pem,
            key.public_pem,
            signed(key.signs_from),
            signed(key.created),
            first,
        ],
    )?;
    Ok(added > 0)
}

fn read(row: &Row<'_>) -> rusqlite::Result<EndpointRow> {
    let types: String = row.get(6)?;
    let time = |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.map(unsigned));
    let old_secret: Option<Vec<u8>> = row.get(8)?;
    Ok(EndpointRow {
        number: get_unsigned(row, 0)?,
        id: row.get(1)?,
        site_id: row.get::<_, String>(2)?.into(),
        name: row.get(3)?,
        url: row.get(4)?,
        format: WebhookFormat::from_wire(&row.get::<_, String>(5)?),
        // A list that cannot be read must not turn into "all".
        types: serde_json::from_str(&types).map_err(|_| unreadable(6, "expected a JSON list of types"))?,
        secret: row.get(7)?,
        old_secret: old_secret.zip(time(9)?),
        state: EndpointState::from_wire(&row.get::<_, String>(10)?),
        disabled_reason: row.get(11)?,
        failing_since: time(12)?,
        failed_in_a_row: row.get(13)?,
        created: get_unsigned(row, 14)?,
    })
}

fn types_text(types: &[String]) -> String {
    serde_json::Value::from(types).to_string()
}
