//! What a connection loop needs: a place to go on from, what changed since, signals to look again, and what is
//! never stored (typing, presence).
//!
//! A loop holds a [`Place`], waits for its subscription or a slow timer, asks for the changes since its place, sends
//! them, and goes on from the place that came with them. One look is one read transaction: messages, buttons and
//! marks of the same instant.
//!
//! The types stand here; the looks of a participant in `participant`, those of the staff in `staff`.

mod participant;
mod staff;

use shopbell_protocol::shown::Marks;
use shopbell_protocol::staff::{ConversationSummary, Interaction, StaffMessage};
use shopbell_protocol::widget::{ButtonStateChange, SiteSettings};
use shopbell_protocol::{ConversationId, ParticipantId, Sequence, ShownMessage, limits};

use super::view::button_changes;
use crate::store::{Audience, Changes, ChangesQuery, StoredMessage};

/// Up to where a reader of one conversation has got. Never sent to anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// The newest message the reader holds.
    pub after: Sequence,
    /// The newest change of a button that the reader holds.
    pub revision: u64,
    /// The newest merge that the reader's page of history holds: messages of one came to stand among older ones.
    pub joined: u64,
}

/// A message and the one before it that this reader may see, 0 for the first.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveMessage<M> {
    /// The message.
    pub message: M,
    /// The one before it.
    pub previous_sequence: Sequence,
}

/// The stored part of the `welcome` frame.
#[derive(Debug, Clone, PartialEq)]
pub struct ParticipantWelcome {
    /// Who the token speaks for.
    pub participant: ParticipantId,
    /// Absent until the first message.
    pub conversation_id: Option<ConversationId>,
    /// The newest message that the participant may see.
    pub last_sequence: Sequence,
    /// Messages of the business that the participant has not seen.
    pub unread_count: u32,
    /// As the participant may know them.
    pub marks: Marks,
    /// How the site wants the chat.
    pub settings: SiteSettings,
    /// Whether staff are there.
    pub staff_online: bool,
    /// Where to go on from without `resume`.
    pub place: Place,
    /// Place of the last merge, 0 for none.
    pub joined_sequence: Sequence,
}

impl ParticipantWelcome {
    /// Where a reader goes on who holds everything up to `after`; `None` where they have to start over.
    pub fn resume(&self, after: Sequence) -> Option<Place> {
        resume(self.place, self.last_sequence, self.joined_sequence, after)
    }
}

/// What changed for a participant.
#[derive(Debug, Clone, PartialEq)]
pub struct ParticipantChanges {
    /// Absent until the first message.
    pub conversation_id: Option<ConversationId>,
    /// What the reader holds is not here any more: the conversation was deleted.
    pub gone: bool,
    /// Oldest first; at most the asked number.
    pub messages: Vec<LiveMessage<ShownMessage>>,
    /// Buttons whose state is now another; also of messages that the reader may not hold.
    pub buttons: Vec<ButtonStateChange>,
    /// As they are now; the loop tells what differs from what it told last.
    pub marks: Marks,
    /// Where to go on from.
    pub place: Place,
    /// There is more: look again at once.
    pub more: bool,
    /// Another conversation has become part of this one since: the reader starts over.
    pub start_over: bool,
}

/// The stored part of the `opened` frame.
#[derive(Debug, Clone, PartialEq)]
pub struct StaffOpened {
    /// The newest message.
    pub last_sequence: Sequence,
    /// As they are.
    pub marks: Marks,
    /// Whether the participant is connected.
    pub participant_online: bool,
    /// Where to go on from without `resume`.
    pub place: Place,
    /// Place of the last merge, 0 for none.
    pub joined_sequence: Sequence,
}

impl StaffOpened {
    /// Where a reader goes on who holds everything up to `after`; `None` where they have to start over.
    pub fn resume(&self, after: Sequence) -> Option<Place> {
        resume(self.place, self.last_sequence, self.joined_sequence, after)
    }
}

/// What changed in a conversation for the staff.
#[derive(Debug, Clone, PartialEq)]
pub struct StaffChanges {
    /// Oldest first; at most the asked number.
    pub messages: Vec<LiveMessage<StaffMessage>>,
    /// Buttons whose state is now another.
    pub buttons: Vec<ButtonStateChange>,
    /// Presses, oldest first.
    pub interactions: Vec<Interaction>,
    /// As they are now.
    pub marks: Marks,
    /// Where to go on from.
    pub place: Place,
    /// There is more: look again at once.
    pub more: bool,
    /// Another conversation has become part of this one since: the reader starts over.
    pub start_over: bool,
}

/// What a message that was just stored is to a reader.
#[derive(Debug, Clone, PartialEq)]
pub enum News<C> {
    /// Nothing: the reader holds it, or may not see it.
    Nothing,
    /// All that is new.
    All(C),
    /// Something else is new as well, or may be: look.
    Look,
}

/// What changed in the staff's conversation list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListChanges {
    /// Lines that are new or another, in the order of their change.
    pub conversations: Vec<ConversationSummary>,
    /// Where to go on from.
    pub revision: u64,
    /// There is more: look again at once.
    pub more: bool,
}

fn query(conversation: &ConversationId, audience: Audience, place: Place, limit: u32) -> ChangesQuery {
    ChangesQuery {
        conversation_id: conversation.clone(),
        audience,
        after: place.after,
        revision: place.revision,
        limit: limit.clamp(1, limits::PAGE_LIMIT_MAX),
    }
}

fn next_place(changes: &Changes, place: Place) -> Place {
    let after = changes
        .messages
        .last()
        .map_or(place.after, |message| message.sequence);
    Place {
        after,
        revision: changes.revision,
        joined: place.joined,
    }
}

/// Every button that was pressed is told again to whoever resumes.
fn resume(place: Place, last: Sequence, joined: Sequence, after: Sequence) -> Option<Place> {
    // Beyond the end is a place that this conversation never had. Before a merge, messages may have come to stand among
    // those that the reader holds.
    (after <= last && after >= joined).then_some(Place {
        after,
        revision: 0,
        ..place
    })
}

/// Whether a message that came after `previous` is all that a reader at `place` misses.
fn is_next(place: Place, previous: Sequence, sequence: Sequence) -> News<()> {
    if sequence <= place.after {
        News::Nothing
    } else if previous == place.after {
        News::All(())
    } else {
        News::Look
    }
}

fn joined_since(changes: &Changes, place: Place) -> bool {
    changes.conversation.joined_revision > place.joined
}

fn live<M>(
    first: Sequence,
    messages: impl Iterator<Item = M>,
    sequence: impl Fn(&M) -> Sequence,
) -> Vec<LiveMessage<M>> {
    let mut previous_sequence = first;
    messages
        .map(|message| {
            let live = LiveMessage {
                message,
                previous_sequence,
            };
            previous_sequence = sequence(&live.message);
            live
        })
        .collect()
}

fn buttons(changes: &Changes, revision: u64, now_micros: u64) -> Vec<ButtonStateChange> {
    let of = |message: &StoredMessage| {
        let pressed = message.presses.iter().filter(|press| press.revision > revision);
        let pressed: Vec<&str> = pressed.map(|press| press.button_id.as_str()).collect();
        button_changes(message, &pressed, now_micros)
    };
    changes.pressed.iter().flat_map(of).collect()
}
