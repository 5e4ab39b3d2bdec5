//! Appending a message (rules 2 to 5, 12, 14, 15): all checks that need the conversation, and the message, its place
//! in the list and its event, in one transaction.

use rusqlite::{Connection, OptionalExtension, params};
use shopbell_protocol::{ConversationId, Direction, ParticipantId, Sender, Sequence, Visibility};

use super::conversations::{self, Found};
use super::events;
use super::history;
use super::media;
use super::row::{bytes32, get_sequence, sender_columns, signed, unreadable};
use super::sites::{self, next_revision};
use crate::store::GetOrCreate;
use crate::store::message::{Append, Appended, Arrival, Audience, Body, ClientKey, StoredMessage, Writer};

/// Missed messages that are handed back at most (rule 15).
const MISSED: u32 = 100;

pub(super) fn append(db: &Connection, append: Append) -> rusqlite::Result<Appended> {
    let Some(found) = conversation(db, &append)? else {
        return Ok(Appended::ConversationNotFound);
    };
    if found.row.site_id != append.site_id {
        return Ok(Appended::OtherSite);
    }
    if let Some(into) = found.row.merged_into.clone() {
        return merged(db, &append, into);
    }
    if let Some(key) = &append.client
        && let Some(repeated) = before(db, &found, key)?
    {
        return Ok(repeated);
    }
    if append.needs_channel && !found.row.channel_exists {
        return Ok(Appended::ChannelMissing);
    }
    if let Some(seen) = append.last_seen_sequence {
        let missed = missed(db, &found, &append.writer, seen)?;
        if !missed.is_empty() {
            return Ok(Appended::MovedOn(missed));
        }
    }
    if !media::name(db, &append.media)? {
        return Ok(Appended::MediaGone);
    }
    store(db, &found, append)
}

/// The conversation has become part of another: what was accepted before is answered again, nothing new is taken.
fn merged(db: &Connection, append: &Append, into: ConversationId) -> rusqlite::Result<Appended> {
    if let Some(key) = &append.client
        && let Some(found) = conversations::find(db, &into)?
        && let Some(repeated @ Appended::Repeated(_)) = before(db, &found, key)?
    {
        return Ok(repeated);
    }
    Ok(Appended::Merged(into))
}

fn conversation(db: &Connection, append: &Append) -> rusqlite::Result<Option<Found>> {
    match &append.writer {
        Writer::Visitor(participant) => {
            let wanted = GetOrCreate {
                site_id: append.site_id.clone(),
                participant: participant.clone(),
                id: append.conversation_id.clone(),
                now_micros: append.now_micros,
            };
            conversations::get_or_create(db, &wanted).map(|(found, _)| Some(found))
        }
        Writer::OnBehalfOfParticipant | Writer::Staff(_) | Writer::App(_) => {
            conversations::find(db, &append.conversation_id)
        }
    }
}

/// What became of this client id before, if it came before.
fn before(db: &Connection, found: &Found, key: &ClientKey) -> rusqlite::Result<Option<Appended>> {
    let stored = db
        .prepare_cached(
            "SELECT sequence, digest FROM message WHERE conversation = ?1 AND client_scope = ?2 AND client_id = ?3",
        )?
        .query_row(params![found.number, key.scope, key.id.as_str()], |row| {
            Ok((get_sequence(row, 0)?, bytes32(row, 1)?))
        })
        .optional()?;
    let Some((sequence, digest)) = stored else {
        return Ok(None);
    };
    if digest != key.digest {
        return Ok(Some(Appended::KeyReused));
    }
    let message = history::one(db, found, Audience::Business, sequence)?;
    Ok(message.map(|message| Appended::Repeated(Box::new(message))))
}

/// What others wrote after `seen`; one's own messages that one has not seen yet do not count.
fn missed(
    db: &Connection,
    found: &Found,
    writer: &Writer,
    seen: Sequence,
) -> rusqlite::Result<Vec<StoredMessage>> {
    let (messages, _) = history::read_after(db, found, Audience::Business, seen, MISSED)?;
    let own = |message: &StoredMessage| match (writer, &message.sender) {
        (Writer::Staff(staff), Sender::WixUserId(id)) => staff.as_str() == id,
        _ => false,
    };
    Ok(messages.into_iter().filter(|message| !own(message)).collect())
}

fn store(db: &Connection, found: &Found, append: Append) -> rusqlite::Result<Appended> {
    let sequence = sites::next_sequence(db, &append.site_id, append.now_micros, found.row.last_sequence)?;
    let sender = match &append.writer {
        Writer::Visitor(_) | Writer::OnBehalfOfParticipant => Option::<Sender>::from(&found.row.participant)
            .ok_or_else(|| unreadable(0, "a participant without an id"))?,
        Writer::Staff(id) => Sender::WixUserId(id.0.clone()),
        Writer::App(id) => Sender::AppId(id.0.clone()),
    };
    let before = |audience| history::previous(db, found.number, audience, sequence);
    let (previous, previous_visible) = (before(Audience::Business)?, before(Audience::Participant)?);
    insert(db, found, &append, sequence, &sender)?;
    advance_conversation(db, found, &append, sequence)?;
    if told(&append) {
        events::insert_message(db, found, &append, sequence)?;
    }
    let staff_name = match &sender {
        Sender::WixUserId(id) => sites::staff_name(db, id)?,
        Sender::AnonymousVisitorId(_) | Sender::ContactId(_) | Sender::MemberId(_) | Sender::AppId(_) => None,
    };
    let message = StoredMessage {
        conversation_id: found.row.id.clone(),
        sequence,
        message: append.message,
        sender,
        staff_name,
        verified: verified(&append.writer),
        app_id: append.app_id,
        client_id: append.client.map(|key| key.id),
        presses: Vec::new(),
    };
    Ok(Appended::Stored(Box::new(Arrival {
        message,
        previous,
        previous_visible,
    })))
}

fn insert(
    db: &Connection,
    found: &Found,
    append: &Append,
    sequence: Sequence,
    sender: &Sender,
) -> rusqlite::Result<()> {
    let message = &append.message;
    let (sender_kind, sender_id) = sender_columns(sender);
    let body = serde_json::to_string(&Body::of(message))
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    let key = append.client.as_ref();
    db.prepare_cached(
        "INSERT INTO message (conversation, sequence, visible, to_business, silent, sender_kind, sender_id, app_id,
         client_scope, client_id, digest, body, metadata, verified)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?
    .execute(params![
        found.number,
        signed(sequence.0),
        message.visibility == Visibility::BusinessAndParticipant,
        message.direction == Direction::ParticipantToBusiness,
        message.silent,
        sender_kind,
        sender_id,
        append.app_id.as_ref().map(shopbell_protocol::AppId::as_str),
        key.map(|key| key.scope.as_str()),
        key.map(|key| key.id.as_str()),
        key.map(|key| key.digest),
        body,
        append.metadata,
        verified(&append.writer),
    ])?;
    Ok(())
}

fn advance_conversation(
    db: &Connection,
    found: &Found,
    append: &Append,
    sequence: Sequence,
) -> rusqlite::Result<()> {
    let message = &append.message;
    let revision = next_revision(db, &append.site_id)?;
    let to_business = message.direction == Direction::ParticipantToBusiness;
    let content = &message.content;
    // A silent message leaves unread count and list line alone.
    db.prepare_cached(
        "UPDATE conversation SET last_sequence = ?2, revision = ?3, channel_exists = channel_exists OR ?4,
         unread_count = unread_count + (?5 AND NOT ?6),
         updated = iif(?6, updated, ?2),
         preview_text = iif(?6, preview_text, ?7),
         preview_type = iif(?6, preview_type, ?8),
         preview_from_business = iif(?6, preview_from_business, NOT ?5)
         WHERE number = ?1",
    )?
    .execute(params![
        found.number,
        signed(sequence.0),
        revision,
        matches!(append.writer, Writer::Visitor(_)),
        to_business,
        message.silent,
        content.preview_text.as_deref().unwrap_or_default(),
        content.kind.content_type().as_str(),
    ])?;
    Ok(())
}

/// A member's own connection is there on proof only; what a program writes in a member's name is not the member's word.
fn verified(writer: &Writer) -> bool {
    match writer {
        Writer::Visitor(ParticipantId::Member(_) | ParticipantId::Contact(_)) => true,
        Writer::Visitor(ParticipantId::AnonymousVisitor(_) | ParticipantId::Unsupported { .. })
        | Writer::OnBehalfOfParticipant
        | Writer::Staff(_)
        | Writer::App(_) => false,
    }
}

/// A note to the participant's side that they may not see was not sent to them: nobody is told that it was.
fn told(append: &Append) -> bool {
    append.message.direction == Direction::ParticipantToBusiness
        || append.message.visibility == Visibility::BusinessAndParticipant
}
