//! Values as they stand in columns.

use rusqlite::Row;
use rusqlite::types::Type;
use shopbell_protocol::{
    Direction, MessageContent, ParticipantId, Sender, Sequence, Visibility, message::NewMessage,
};

use crate::store::message::{Body, StoredMessage};

/// Sequences, times and revisions fit; what a caller made up may not, and is beyond everything stored.
pub(super) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// None of these columns is ever negative.
pub(super) fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

pub(super) fn get_unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get(column).map(unsigned)
}

pub(super) fn get_sequence(row: &Row<'_>, column: usize) -> rusqlite::Result<Sequence> {
    get_unsigned(row, column).map(Sequence)
}

pub(super) fn bytes32(row: &Row<'_>, column: usize) -> rusqlite::Result<[u8; 32]> {
    let bytes: Vec<u8> = row.get(column)?;
    <[u8; 32]>::try_from(bytes).map_err(|_| unreadable(column, "expected 32 bytes"))
}

pub(super) fn unreadable(column: usize, what: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, what.into())
}

/// The kind and id by which a participant is stored; `None` for the input that is refused before it gets here.
pub(super) fn participant_columns(id: &ParticipantId) -> Option<(&'static str, String)> {
    let kind = match id {
        ParticipantId::AnonymousVisitor(_) => "visitor",
        ParticipantId::Contact(_) => "contact",
        ParticipantId::Member(_) => "member",
        ParticipantId::Unsupported { .. } => return None,
    };
    // GUIDs mean the same in any case.
    Some((kind, id.guid().to_ascii_lowercase()))
}

pub(super) fn participant(kind: &str, guid: String, column: usize) -> rusqlite::Result<ParticipantId> {
    match kind {
        "visitor" => Ok(ParticipantId::AnonymousVisitor(guid)),
        "contact" => Ok(ParticipantId::Contact(guid)),
        "member" => Ok(ParticipantId::Member(guid)),
        _ => Err(unreadable(column, "unknown kind of participant")),
    }
}

pub(super) fn sender_columns(sender: &Sender) -> (&'static str, &str) {
    match sender {
        Sender::AnonymousVisitorId(id) => ("visitor", id),
        Sender::ContactId(id) => ("contact", id),
        Sender::MemberId(id) => ("member", id),
        Sender::WixUserId(id) => ("staff", id),
        Sender::AppId(id) => ("app", id),
    }
}

fn sender(kind: &str, id: String, column: usize) -> rusqlite::Result<Sender> {
    match kind {
        "visitor" => Ok(Sender::AnonymousVisitorId(id)),
        "contact" => Ok(Sender::ContactId(id)),
        "member" => Ok(Sender::MemberId(id)),
        "staff" => Ok(Sender::WixUserId(id)),
        "app" => Ok(Sender::AppId(id)),
        _ => Err(unreadable(column, "unknown kind of sender")),
    }
}

/// The columns that [`message`] reads, from a message `m` and the staff member `s` who may have written it.
pub(super) const MESSAGE_COLUMNS: &str = "m.sequence, m.visible, m.to_business, m.silent, m.sender_kind, m.sender_id, \
                                          s.name, m.app_id, m.client_id, m.body, m.verified";
/// Where they come from.
pub(super) const MESSAGE_TABLES: &str =
    "message m LEFT JOIN staff s ON m.sender_kind = 'staff' AND s.id = m.sender_id";

/// How large the message in [`MESSAGE_COLUMNS`] from column `first` on is; 0 where there is none.
pub(super) fn body_bytes(row: &Row<'_>, first: usize) -> rusqlite::Result<usize> {
    Ok(row
        .get_ref(first + 9)?
        .as_str_or_null()
        .ok()
        .flatten()
        .map_or(0, str::len))
}

/// Reads [`MESSAGE_COLUMNS`] from column `first` on.
pub(super) fn message(
    row: &Row<'_>,
    first: usize,
    conversation: &shopbell_protocol::ConversationId,
) -> rusqlite::Result<StoredMessage> {
    let visible: bool = row.get(first + 1)?;
    let to_business: bool = row.get(first + 2)?;
    let kind: String = row.get(first + 4)?;
    let body: String = row.get(first + 9)?;
    let body = Body::read(&body);
    Ok(StoredMessage {
        conversation_id: conversation.clone(),
        sequence: get_sequence(row, first)?,
        message: NewMessage {
            content: body.content,
            badges: body.badges,
            visibility: if visible {
                Visibility::BusinessAndParticipant
            } else {
                Visibility::Business
            },
            direction: if to_business {
                Direction::ParticipantToBusiness
            } else {
                Direction::BusinessToParticipant
            },
            source_channel: body.source_channel,
            target_channels: body.target_channels,
            source_channel_id: body.source_channel_id,
            target_channel_ids: body.target_channel_ids,
            silent: row.get(first + 3)?,
        },
        sender: sender(&kind, row.get(first + 5)?, first + 4)?,
        staff_name: row.get(first + 6)?,
        verified: row.get(first + 10)?,
        app_id: row.get::<_, Option<String>>(first + 7)?.map(Into::into),
        client_id: row.get::<_, Option<String>>(first + 8)?.map(Into::into),
        presses: Vec::new(),
    })
}

/// Whether a content can have presses at all: spares the question for most messages.
pub(super) fn has_buttons(content: &MessageContent) -> bool {
    !content.buttons().is_empty()
}
