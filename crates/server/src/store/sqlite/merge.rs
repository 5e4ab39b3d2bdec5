//! Two conversations of one person become one (rule 13), in one transaction: messages with their ids, presses, events,
//! files and marks; one event, and one row that says who, when and on whose proof.
//!
//! Sequences rise within the site, so messages of both fall into one order without a change. Only where an earlier release
//! gave two messages the same one, the moved message takes the next that is free.

use rusqlite::{Connection, params};
use shopbell_protocol::event::{ConversationsMerged, EventBody};
use shopbell_protocol::{ConversationId, Sequence};

use super::conversations::{self, Found};
use super::row::{get_sequence, get_unsigned, participant, participant_columns, signed, unreadable};
use super::sites::{next_revision, next_sequence};
use super::{events, history, identity};
use crate::store::Audience;
use crate::store::identity::{MergeRow, Prove, Proved};

pub(super) fn prove(db: &Connection, prove: &Prove) -> rusqlite::Result<Proved> {
    let known = conversations::find(db, &prove.member.id)?;
    if known.is_some_and(|known| known.row.merged_into.is_some()) {
        return Ok(Proved::Past);
    }
    identity::proven(db, prove)?;
    let from = match &prove.from {
        Some(from) if *from != prove.member.id => conversations::find(db, from)?,
        Some(_) | None => None,
    };
    let from = from.filter(|from| from.row.site_id == prove.member.site_id && from.row.merged_into.is_none());
    let Some(from) = from else {
        return Ok(Proved::Known);
    };
    let (into, _) = conversations::get_or_create(db, &prove.member)?;
    merge(db, prove, &from, &into)?;
    Ok(Proved::Merged {
        from: from.row.id,
        into: into.row.id,
    })
}

/// What was merged into a conversation, oldest first.
pub(super) fn merges(db: &Connection, number: i64) -> rusqlite::Result<Vec<MergeRow>> {
    db.prepare_cached(
        "SELECT merged_id, kind, guid, sequence, messages, created FROM merge WHERE conversation = ?1 ORDER BY sequence",
    )?
    .query_map([number], |row| {
        let kind: String = row.get(1)?;
        Ok(MergeRow {
            merged_id: row.get::<_, String>(0)?.into(),
            participant: participant(&kind, row.get(2)?, 1)?,
            sequence: get_sequence(row, 3)?,
            messages: row.get(4)?,
            created: get_unsigned(row, 5)?,
        })
    })?
    .collect()
}

/// Places up to which all of one side's messages have got, of both conversations.
struct Joint {
    business_delivered: Bound,
    business_seen: Bound,
    participant_delivered: Bound,
    participant_seen: Bound,
}

/// A mark of two conversations: the further one, but before the first message that it does not hold for.
struct Bound {
    further: Sequence,
    first_open: Option<Sequence>,
}

impl Bound {
    fn place(&self, db: &Connection, number: i64) -> rusqlite::Result<i64> {
        let place = match self.first_open {
            Some(first) if first <= self.further => history::previous(db, number, Audience::Business, first)?,
            Some(_) | None => self.further,
        };
        Ok(signed(place.0))
    }
}

fn merge(db: &Connection, prove: &Prove, from: &Found, into: &Found) -> rusqlite::Result<()> {
    let site = &prove.member.site_id;
    // The messages that presses point to change their key before the presses do; the commit checks both.
    db.execute_batch("PRAGMA defer_foreign_keys = ON")?;
    let joint = joint(db, from, into)?;
    let messages = move_messages(db, from.number, into.number)?;
    move_the_rest(db, from, into)?;
    let sequence = next_sequence(db, site, prove.member.now_micros, into.row.last_sequence)?;
    let merged = next_revision(db, site)?;
    db.execute(
        "UPDATE conversation SET merged_into = ?2, unread_count = 0, revision = ?3 WHERE number = ?1",
        params![from.number, into.row.id.as_str(), merged],
    )?;
    db.execute(
        "UPDATE conversation SET merged_into = ?2 WHERE merged_into = ?1",
        [from.row.id.as_str(), into.row.id.as_str()],
    )?;
    update_target(db, site, from, into, &joint, sequence)?;
    write_down(db, prove, from, into, sequence, messages)
}

fn joint(db: &Connection, from: &Found, into: &Found) -> rusqlite::Result<Joint> {
    let (one, other) = (from.row.marks, into.row.marks);
    let bound = |one: Sequence, other: Sequence, to_business: bool| -> rusqlite::Result<Bound> {
        let first_open = [(from.number, one), (into.number, other)]
            .into_iter()
            .map(|(number, mark)| first_after(db, number, mark, to_business))
            .collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(Bound {
            further: one.max(other),
            first_open: first_open.into_iter().flatten().min(),
        })
    };
    Ok(Joint {
        business_delivered: bound(one.business_delivered, other.business_delivered, true)?,
        business_seen: bound(one.business_seen, other.business_seen, true)?,
        participant_delivered: bound(one.participant_delivered, other.participant_delivered, false)?,
        participant_seen: bound(one.participant_seen, other.participant_seen, false)?,
    })
}

/// The first message to one side after its mark, if there is one.
fn first_after(
    db: &Connection,
    number: i64,
    mark: Sequence,
    to_business: bool,
) -> rusqlite::Result<Option<Sequence>> {
    let first: Option<i64> = db
        .prepare_cached(
            "SELECT min(sequence) FROM message
             WHERE conversation = ?1 AND sequence > ?2 AND to_business = ?3 AND (?3 OR visible = 1)",
        )?
        .query_row(params![number, signed(mark.0), to_business], |row| row.get(0))?;
    Ok(first.map(|first| Sequence(super::row::unsigned(first))))
}

fn move_messages(db: &Connection, from: i64, into: i64) -> rusqlite::Result<usize> {
    make_room(db, from, into)?;
    // The same client id in both: two accepted messages, of which the one that stays answers a repetition.
    db.execute(
        "UPDATE message SET client_id = NULL WHERE conversation = ?1 AND client_id IS NOT NULL AND EXISTS
           (SELECT 1 FROM message o WHERE o.conversation = ?2 AND o.client_scope = message.client_scope
            AND o.client_id = message.client_id)",
        [from, into],
    )?;
    db.execute(
        "UPDATE interaction SET client_id = client_id || ' ' || number WHERE conversation = ?1 AND EXISTS
           (SELECT 1 FROM interaction o WHERE o.conversation = ?2 AND o.client_id = interaction.client_id)",
        [from, into],
    )?;
    let messages = db.execute(
        "UPDATE message SET conversation = ?2 WHERE conversation = ?1",
        [from, into],
    )?;
    db.execute(
        "UPDATE interaction SET conversation = ?2 WHERE conversation = ?1",
        [from, into],
    )?;
    Ok(messages)
}

/// Gives messages whose sequence is taken in the other conversation the next one that is free in both.
fn make_room(db: &Connection, from: i64, into: i64) -> rusqlite::Result<()> {
    let taken: Vec<i64> = db
        .prepare(
            "SELECT m.sequence FROM message m JOIN message o ON o.conversation = ?2 AND o.sequence = m.sequence
             WHERE m.conversation = ?1 ORDER BY m.sequence DESC",
        )?
        .query_map([from, into], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for old in taken {
        let mut free = old.saturating_add(1);
        while db
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM message WHERE conversation IN (?1, ?2) AND sequence = ?3)",
            )?
            .query_row([from, into, free], |row| row.get(0))?
        {
            free = free.saturating_add(1);
        }
        for table in ["message", "interaction", "event"] {
            db.execute(
                &format!("UPDATE {table} SET sequence = ?3 WHERE conversation = ?1 AND sequence = ?2"),
                [from, old, free],
            )?;
        }
    }
    Ok(())
}

/// Events, earlier merges and uploaded files.
fn move_the_rest(db: &Connection, from: &Found, into: &Found) -> rusqlite::Result<()> {
    // What was told keeps the id with which it was told, whoever reads it again.
    db.execute(
        "UPDATE event SET told_as = coalesce(told_as, ?3), conversation = ?2 WHERE conversation = ?1",
        params![from.number, into.number, from.row.id.as_str()],
    )?;
    db.execute(
        "UPDATE merge SET conversation = ?2 WHERE conversation = ?1",
        [from.number, into.number],
    )?;
    let owner = |found: &Found| {
        let id = &found.row.participant;
        format!("{}:{}", id.field(), id.guid().to_ascii_lowercase())
    };
    let (old, new, site) = (owner(from), owner(into), from.row.site_id.as_str());
    for table in ["media", "upload"] {
        db.execute(
            &format!(
                "UPDATE {table} SET client_id = NULL WHERE site_id = ?1 AND owner = ?2 AND client_id IS NOT NULL AND EXISTS
                   (SELECT 1 FROM {table} o WHERE o.site_id = ?1 AND o.owner = ?3 AND o.client_id = {table}.client_id)"
            ),
            [site, &old, &new],
        )?;
        db.execute(
            &format!("UPDATE {table} SET owner = ?3 WHERE site_id = ?1 AND owner = ?2"),
            [site, &old, &new],
        )?;
    }
    Ok(())
}

fn update_target(
    db: &Connection,
    site: &shopbell_protocol::SiteId,
    from: &Found,
    into: &Found,
    joint: &Joint,
    sequence: Sequence,
) -> rusqlite::Result<()> {
    let number = into.number;
    // The list line is that of whoever had the newest message.
    let newest = if from.row.updated > into.row.updated || into.row.last_sequence == Sequence(0) {
        &from.row
    } else {
        &into.row
    };
    let last: i64 = db.query_row(
        "SELECT coalesce(max(sequence), 0) FROM message WHERE conversation = ?1",
        [number],
        |row| row.get(0),
    )?;
    let seen = joint.business_seen.place(db, number)?;
    let revision = next_revision(db, site)?;
    db.execute(
        "UPDATE conversation SET last_sequence = ?2, channel_exists = ?3, business_delivered = ?4, business_seen = ?5,
           participant_delivered = ?6, participant_seen = ?7, preview_text = ?8, preview_type = ?9,
           preview_from_business = ?10, updated = ?11, joined_sequence = ?12, joined_revision = ?13, revision = ?13,
           unread_count = (SELECT count(*) FROM message
             WHERE conversation = ?1 AND sequence > ?5 AND to_business = 1 AND silent = 0)
         WHERE number = ?1",
        params![
            number,
            last,
            from.row.channel_exists || into.row.channel_exists,
            joint.business_delivered.place(db, number)?,
            seen,
            joint.participant_delivered.place(db, number)?,
            joint.participant_seen.place(db, number)?,
            newest.preview_text,
            newest.preview_type.as_str(),
            newest.preview_from_business,
            signed(newest.updated),
            signed(sequence.0),
            revision,
        ],
    )?;
    Ok(())
}

/// The event for the business's programs, and the row for whoever asks later how it came about.
fn write_down(
    db: &Connection,
    prove: &Prove,
    from: &Found,
    into: &Found,
    sequence: Sequence,
    messages: usize,
) -> rusqlite::Result<()> {
    let (kind, guid) = participant_columns(&from.row.participant)
        .ok_or_else(|| unreadable(0, "a participant without an id"))?;
    db.execute(
        "INSERT INTO merge (conversation, merged_id, kind, guid, key_id, sequence, messages, created)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            into.number,
            from.row.id.as_str(),
            kind,
            guid,
            prove.key_id,
            signed(sequence.0),
            i64::try_from(messages).unwrap_or(i64::MAX),
            signed(prove.member.now_micros),
        ],
    )?;
    let body = EventBody::ConversationsMerged(ConversationsMerged {
        old_conversation_ids: vec![ConversationId(from.row.id.0.clone())],
        target_conversation_id: into.row.id.clone(),
    });
    events::insert(db, into, &prove.event_id, &body, prove.member.now_micros)
}
