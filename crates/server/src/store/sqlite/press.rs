//! Pressing a postback button (rule 10): state, interaction and event in one transaction.

use rusqlite::{Connection, OptionalExtension, params};
use shopbell_protocol::event::{ButtonInteracted, EventBody};
use shopbell_protocol::{Button, ButtonState, PostbackProperties, Sender, Sequence};

use super::conversations::{self, Found};
use super::events;
use super::history;
use super::row::{get_sequence, signed, unreadable};
use super::sites::next_revision;
use crate::store::button;
use crate::store::message::{Audience, PressButton, Pressed};

pub(super) fn press(db: &Connection, press: &PressButton) -> rusqlite::Result<Pressed> {
    let Some(found) = conversations::find(db, &press.conversation_id)? else {
        return Ok(Pressed::MessageNotFound);
    };
    if found.row.merged_into.is_some() {
        return Ok(Pressed::Merged);
    }
    let sequence = Sequence::from(press.message_id);
    let Some(message) = history::one(db, &found, Audience::Participant, sequence)? else {
        return Ok(Pressed::MessageNotFound);
    };
    let Some((pressed, properties)) = button::find(&message.message.content, &press.button_id) else {
        return Ok(Pressed::ButtonNotFound);
    };
    if let Some((earlier, button_id)) = before(db, &found, press)? {
        let same = earlier == sequence && button_id == press.button_id;
        return Ok(if same {
            Pressed::Before(Box::new(message))
        } else {
            Pressed::KeyReused
        });
    }
    match button::state(&press.button_id, properties, &message.presses, press.now_micros) {
        ButtonState::Expired => Ok(Pressed::Expired),
        ButtonState::Done | ButtonState::Pending => Ok(Pressed::Before(Box::new(message))),
        ButtonState::Idle | ButtonState::Unknown | ButtonState::Unrecognized => {
            store(db, &found, press, pressed, properties)?;
            let message = history::one(db, &found, Audience::Participant, sequence)?;
            let message = message.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
            Ok(Pressed::Accepted(Box::new(message)))
        }
    }
}

fn before(
    db: &Connection,
    found: &Found,
    press: &PressButton,
) -> rusqlite::Result<Option<(Sequence, String)>> {
    db.prepare_cached(
        "SELECT sequence, button_id FROM interaction WHERE conversation = ?1 AND client_id = ?2",
    )?
    .query_row(params![found.number, press.client_id.as_str()], |row| {
        Ok((get_sequence(row, 0)?, row.get(1)?))
    })
    .optional()
}

fn store(
    db: &Connection,
    found: &Found,
    press: &PressButton,
    button: &Button,
    properties: &PostbackProperties,
) -> rusqlite::Result<()> {
    let revision = next_revision(db, &found.row.site_id)?;
    db.prepare_cached(
        "INSERT INTO interaction (conversation, sequence, button_id, label, interaction_id, client_id, revision, created)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        found.number,
        signed(press.message_id.0),
        press.button_id,
        button.label,
        properties.interaction_id,
        press.client_id.as_str(),
        revision,
        signed(press.now_micros),
    ])?;
    db.prepare_cached("UPDATE conversation SET revision = ?2 WHERE number = ?1")?
        .execute(params![found.number, revision])?;
    let interacted_by = Option::<Sender>::from(&found.row.participant)
        .ok_or_else(|| unreadable(0, "a participant without an id"))?;
    let body = EventBody::ButtonInteracted(ButtonInteracted {
        conversation_id: found.row.id.clone(),
        app_id: properties.app_id.clone(),
        interaction_id: properties.interaction_id.clone(),
        interacted_by,
    });
    events::insert(db, found, &press.event_id, &body, press.now_micros)
}
