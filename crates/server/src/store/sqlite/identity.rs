//! Keys of signed identities, ended sessions of members, and what is known of participants.

use rusqlite::{Connection, OptionalExtension, Row, params};
use shopbell_protocol::{ParticipantId, SiteId};

use super::conversations;
use super::row::{get_unsigned, participant_columns, signed, unreadable, unsigned};
use super::sites::next_revision;
use crate::store::identity::{Claim, IdentityAlgorithm, IdentityKeyRow, Profile, Prove};

const KEY_COLUMNS: &str = "id, site_id, name, algorithm, material, created, expires";

pub(super) fn keys(db: &Connection, site: &SiteId) -> rusqlite::Result<Vec<IdentityKeyRow>> {
    db.prepare_cached(&format!(
        "SELECT {KEY_COLUMNS} FROM identity_key WHERE site_id = ?1 ORDER BY created, id"
    ))?
    .query_map([site.as_str()], read_key)?
    .collect()
}

/// Makes a key; where it takes another's place, that one counts until `expires` at most.
pub(super) fn create_key(
    db: &Connection,
    key: &IdentityKeyRow,
    replaces: Option<(&str, u64)>,
) -> rusqlite::Result<bool> {
    if let Some((old, expires)) = replaces {
        let changed = db.execute(
            "UPDATE identity_key SET expires = min(coalesce(expires, ?3), ?3) WHERE id = ?1 AND site_id = ?2",
            params![old, key.site_id.as_str(), signed(expires)],
        )?;
        if changed == 0 {
            return Ok(false);
        }
    }
    db.execute(
        "INSERT INTO identity_key (id, site_id, name, algorithm, material, created, expires)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            key.id,
            key.site_id.as_str(),
            key.name,
            key.algorithm.name(),
            key.material,
            signed(key.created),
            key.expires.map(signed),
        ],
    )?;
    Ok(true)
}

pub(super) fn delete_key(db: &Connection, site: &SiteId, id: &str) -> rusqlite::Result<bool> {
    let deleted = db.execute(
        "DELETE FROM identity_key WHERE site_id = ?1 AND id = ?2",
        params![site.as_str(), id],
    )?;
    Ok(deleted > 0)
}

pub(super) fn end_session(
    db: &Connection,
    id: [u8; 32],
    expires: u64,
    now_micros: u64,
) -> rusqlite::Result<()> {
    db.execute(
        "DELETE FROM ended_session WHERE expires <= ?1",
        [signed(now_micros)],
    )?;
    db.execute(
        "INSERT INTO ended_session (id, expires) VALUES (?1, ?2)
         ON CONFLICT (id) DO UPDATE SET expires = max(expires, excluded.expires)",
        params![id, signed(expires)],
    )?;
    Ok(())
}

pub(super) fn session_ended(db: &Connection, id: [u8; 32]) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT EXISTS (SELECT 1 FROM ended_session WHERE id = ?1)")?
        .query_row([id], |row| row.get(0))
}

/// Whether a proof says nothing new: then it needs no place in the writer's queue.
pub(super) fn settled(db: &Connection, prove: &Prove) -> rusqlite::Result<bool> {
    if let Some(from) = &prove.from
        && let Some(from) = conversations::find(db, from)?
        && from.row.merged_into.is_none()
    {
        return Ok(false);
    }
    let (kind, guid) = columns(&prove.member.participant)?;
    let wanted = &prove.profile;
    let same = |known: Option<String>, wanted: &Option<String>| wanted.is_none() || known == *wanted;
    let known = db
        .prepare_cached(
            "SELECT name, email, image_url, subject FROM participant
             WHERE site_id = ?1 AND kind = ?2 AND guid = ?3 AND proven IS NOT NULL",
        )?
        .query_row(params![prove.member.site_id.as_str(), kind, guid], |row| {
            Ok(same(row.get(0)?, &wanted.name)
                && same(row.get(1)?, &wanted.email)
                && same(row.get(2)?, &wanted.image_url)
                && same(row.get(3)?, &wanted.subject))
        })
        .optional()?;
    Ok(known == Some(true))
}

/// What a visitor says of themselves; nothing that was proven gives way to it.
pub(super) fn claim(db: &Connection, claim: &Claim) -> rusqlite::Result<()> {
    let proven = None;
    write_profile(
        db,
        &claim.site_id,
        &claim.participant,
        &claim.profile,
        proven,
        claim.now_micros,
    )?;
    if let Some(found) = conversations::find(db, &claim.conversation_id)? {
        touch(db, &claim.site_id, found.number)?;
    }
    Ok(())
}

/// What a proof says; it replaces whatever was only said.
pub(super) fn proven(db: &Connection, prove: &Prove) -> rusqlite::Result<()> {
    let (member, now) = (&prove.member, prove.member.now_micros);
    write_profile(
        db,
        &member.site_id,
        &member.participant,
        &prove.profile,
        Some(now),
        now,
    )?;
    if let Some(found) = conversations::find(db, &member.id)? {
        touch(db, &member.site_id, found.number)?;
    }
    Ok(())
}

fn write_profile(
    db: &Connection,
    site: &SiteId,
    participant: &ParticipantId,
    profile: &Profile,
    proven: Option<u64>,
    now_micros: u64,
) -> rusqlite::Result<()> {
    let (kind, guid) = columns(participant)?;
    db.prepare_cached(
        "INSERT INTO participant (site_id, kind, guid, name, image_url, email, subject, proven, created)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (site_id, kind, guid) DO UPDATE SET
           name = coalesce(excluded.name, name), image_url = coalesce(excluded.image_url, image_url),
           email = coalesce(excluded.email, email), subject = coalesce(excluded.subject, subject),
           proven = coalesce(excluded.proven, proven)
         WHERE excluded.proven IS NOT NULL OR proven IS NULL",
    )?
    .execute(params![
        site.as_str(),
        kind,
        guid,
        profile.name,
        profile.image_url,
        profile.email,
        profile.subject,
        proven.map(signed),
        signed(now_micros),
    ])?;
    Ok(())
}

fn touch(db: &Connection, site: &SiteId, number: i64) -> rusqlite::Result<()> {
    let revision = next_revision(db, site)?;
    db.prepare_cached("UPDATE conversation SET revision = ?2 WHERE number = ?1")?
        .execute(params![number, revision])?;
    Ok(())
}

fn columns(participant: &ParticipantId) -> rusqlite::Result<(&'static str, String)> {
    participant_columns(participant).ok_or_else(|| unreadable(0, "a participant without an id"))
}

fn read_key(row: &Row<'_>) -> rusqlite::Result<IdentityKeyRow> {
    let algorithm: String = row.get(3)?;
    Ok(IdentityKeyRow {
        id: row.get(0)?,
        site_id: row.get::<_, String>(1)?.into(),
        name: row.get(2)?,
        algorithm: IdentityAlgorithm::of(&algorithm).ok_or_else(|| unreadable(3, "an unknown algorithm"))?,
        material: row.get(4)?,
        created: get_unsigned(row, 5)?,
        expires: row.get::<_, Option<i64>>(6)?.map(unsigned),
    })
}
