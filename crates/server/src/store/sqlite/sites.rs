//! Sites, staff and sessions.

use rusqlite::{Connection, OptionalExtension, Row, params};
use shopbell_protocol::{Sequence, SiteId};

use super::row::{bytes32, signed, unsigned};
use crate::store::{FirstSite, NewSession, SiteRow, SiteUpdate, StaffRow};

const STAFF_COLUMNS: &str = "s.id, s.site_id, s.email, s.password_hash, s.name, s.owner";

pub(super) fn create_first(db: &Connection, first: &FirstSite) -> rusqlite::Result<bool> {
    if site(db, None)?.is_some() {
        return Ok(false);
    }
    let (site, owner, now) = (&first.site, &first.owner, signed(first.now_micros));
    db.execute(
        "INSERT INTO site (id, name, image_url, welcome_text, allowed_origins, secret, created)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            site.id.as_str(),
            site.name,
            site.image_url,
            site.welcome_text,
            origins_text(&site.allowed_origins),
            site.secret,
            now
        ],
    )?;
    db.execute(
        "INSERT INTO staff (id, site_id, email, password_hash, name, owner, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![owner.id.as_str(), site.id.as_str(), owner.email, owner.password_hash, owner.name, owner.owner, now],
    )?;
    db.execute(
        "INSERT INTO api_key (key_hash, site_id, app_id, name, created) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            first.key_hash,
            site.id.as_str(),
            first.app_id.as_str(),
            first.key_name,
            now
        ],
    )?;
    Ok(true)
}

pub(super) fn site(db: &Connection, id: Option<&SiteId>) -> rusqlite::Result<Option<SiteRow>> {
    db.prepare_cached(
        "SELECT id, name, image_url, welcome_text, allowed_origins, secret, identity_required FROM site
         WHERE ?1 IS NULL OR id = ?1 ORDER BY created, id LIMIT 1",
    )?
    .query_row([id.map(SiteId::as_str)], read_site)
    .optional()
}

pub(super) fn update(db: &Connection, id: &SiteId, update: &SiteUpdate) -> rusqlite::Result<Option<SiteRow>> {
    let Some(mut row) = site(db, Some(id))? else {
        return Ok(None);
    };
    if let Some(name) = &update.name {
        row.name.clone_from(name);
    }
    if let Some(image_url) = &update.image_url {
        row.image_url.clone_from(image_url);
    }
    if let Some(welcome_text) = &update.welcome_text {
        row.welcome_text.clone_from(welcome_text);
    }
    if let Some(origins) = &update.allowed_origins {
        row.allowed_origins.clone_from(origins);
    }
    if let Some(required) = update.identity_required {
        row.identity_required = required;
    }
    db.execute(
        "UPDATE site SET name = ?2, image_url = ?3, welcome_text = ?4, allowed_origins = ?5, identity_required = ?6
         WHERE id = ?1",
        params![
            id.as_str(),
            row.name,
            row.image_url,
            row.welcome_text,
            origins_text(&row.allowed_origins),
            row.identity_required
        ],
    )?;
    Ok(Some(row))
}

pub(super) fn revision(db: &Connection, id: &SiteId) -> rusqlite::Result<u64> {
    let revision = db
        .prepare_cached("SELECT revision FROM site WHERE id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?;
    Ok(revision.map_or(0, unsigned))
}

/// The next revision of a site: every change that somebody may be looking at takes one.
pub(super) fn next_revision(db: &Connection, id: &SiteId) -> rusqlite::Result<i64> {
    db.prepare_cached("UPDATE site SET revision = revision + 1 WHERE id = ?1 RETURNING revision")?
        .query_row([id.as_str()], |row| row.get(0))
}

/// The next sequence of a site: the time, or one more than the newest where the clock has not moved on. `after` is the
/// newest of the conversation it is for.
pub(super) fn next_sequence(
    db: &Connection,
    id: &SiteId,
    now_micros: u64,
    after: Sequence,
) -> rusqlite::Result<Sequence> {
    db.prepare_cached(
        "UPDATE site SET last_sequence = max(?2, last_sequence + 1, ?3 + 1) WHERE id = ?1 RETURNING last_sequence",
    )?
    .query_row(params![id.as_str(), signed(now_micros), signed(after.0)], |row| {
        row.get(0).map(|sequence| Sequence(unsigned(sequence)))
    })
}

pub(super) fn set_password(
    db: &Connection,
    email: &str,
    password_hash: &str,
) -> rusqlite::Result<Option<StaffRow>> {
    db.execute(
        "UPDATE staff SET password_hash = ?2 WHERE email = ?1",
        [email, password_hash],
    )?;
    let staff = staff_by_email(db, email)?;
    if let Some(staff) = &staff {
        db.execute(
            "DELETE FROM staff_session WHERE staff_id = ?1",
            [staff.id.as_str()],
        )?;
    }
    Ok(staff)
}

pub(super) fn staff_by_email(db: &Connection, email: &str) -> rusqlite::Result<Option<StaffRow>> {
    db.prepare_cached(&format!("SELECT {STAFF_COLUMNS} FROM staff s WHERE s.email = ?1"))?
        .query_row([email], read_staff)
        .optional()
}

pub(super) fn staff_name(db: &Connection, id: &str) -> rusqlite::Result<Option<String>> {
    db.prepare_cached("SELECT name FROM staff WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()
}

pub(super) fn create_session(db: &Connection, session: &NewSession) -> rusqlite::Result<()> {
    db.execute(
        "DELETE FROM staff_session WHERE expires <= ?1",
        [signed(session.now_micros)],
    )?;
    db.execute(
        "INSERT INTO staff_session (token_hash, staff_id, expires) VALUES (?1, ?2, ?3)",
        params![
            session.token_hash,
            session.staff_id.as_str(),
            signed(session.expires)
        ],
    )?;
    Ok(())
}

pub(super) fn staff_by_session(
    db: &Connection,
    token_hash: [u8; 32],
    now_micros: u64,
) -> rusqlite::Result<Option<StaffRow>> {
    db.prepare_cached(&format!(
        "SELECT {STAFF_COLUMNS} FROM staff_session t JOIN staff s ON s.id = t.staff_id
         WHERE t.token_hash = ?1 AND t.expires > ?2"
    ))?
    .query_row(params![token_hash, signed(now_micros)], read_staff)
    .optional()
}

pub(super) fn delete_session(db: &Connection, token_hash: [u8; 32]) -> rusqlite::Result<()> {
    db.execute("DELETE FROM staff_session WHERE token_hash = ?1", [token_hash])?;
    Ok(())
}

fn read_site(row: &Row<'_>) -> rusqlite::Result<SiteRow> {
    let origins: String = row.get(4)?;
    Ok(SiteRow {
        id: row.get::<_, String>(0)?.into(),
        name: row.get(1)?,
        image_url: row.get(2)?,
        welcome_text: row.get(3)?,
        // A list that cannot be read must not turn into "anywhere".
        allowed_origins: serde_json::from_str(&origins)
            .map_err(|_| super::row::unreadable(4, "expected a JSON list of origins"))?,
        secret: bytes32(row, 5)?,
        identity_required: row.get(6)?,
    })
}

fn read_staff(row: &Row<'_>) -> rusqlite::Result<StaffRow> {
    Ok(StaffRow {
        id: row.get::<_, String>(0)?.into(),
        site_id: row.get::<_, String>(1)?.into(),
        email: row.get(2)?,
        password_hash: row.get(3)?,
        name: row.get(4)?,
        owner: row.get(5)?,
    })
}

fn origins_text(origins: &[String]) -> String {
    serde_json::Value::from(origins).to_string()
}
