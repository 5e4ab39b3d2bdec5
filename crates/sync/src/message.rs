//! What the engine has to know of a message, whoever reads it.

use shopbell_protocol::message::MessageDraft;
use shopbell_protocol::shown::{Marks, Side};
use shopbell_protocol::staff::StaffMessage;
use shopbell_protocol::{
    ButtonAction, ButtonState, ClientId, Direction, MessageContent, MessageId, SenderKind, Sequence,
    ShownAction, ShownButton, ShownMessage, ShownSender, Visibility,
};

/// A message as one audience reads it, with the draft it writes.
pub trait TimelineMessage: Clone + PartialEq {
    /// What one hands in to send a message.
    type Draft: Clone;

    /// The side that reads.
    const SIDE: Side;

    /// The part that both audiences are shown.
    fn shown(&self) -> &ShownMessage;

    /// The same, to be changed.
    fn shown_mut(&mut self) -> &mut ShownMessage;

    /// How a draft stands on screen until the server has answered. `created_date` is the sender's own clock.
    fn from_draft(draft: &Self::Draft, client_id: ClientId, created_date: String) -> Self;

    /// Whether the other side may ever see it, so that "delivered" and "seen" can be said of it.
    fn is_for_both_sides(&self) -> bool {
        true
    }

    /// Its place in the conversation; 0 while the server has not stored it.
    fn sequence(&self) -> Sequence {
        self.shown().sequence
    }

    /// Whether the reader's own side wrote it.
    fn is_own(&self) -> bool {
        let own = match Self::SIDE {
            Side::Participant => Direction::ParticipantToBusiness,
            Side::Business | Side::Unknown | Side::Unrecognized => Direction::BusinessToParticipant,
        };
        self.shown().direction == own
    }
}

impl TimelineMessage for ShownMessage {
    type Draft = MessageContent;

    const SIDE: Side = Side::Participant;

    fn shown(&self) -> &ShownMessage {
        self
    }

    fn shown_mut(&mut self) -> &mut ShownMessage {
        self
    }

    fn from_draft(draft: &MessageContent, client_id: ClientId, created_date: String) -> Self {
        preview(
            draft,
            Direction::ParticipantToBusiness,
            SenderKind::Participant,
            client_id,
            created_date,
        )
    }
}

impl TimelineMessage for StaffMessage {
    type Draft = MessageDraft;

    const SIDE: Side = Side::Business;

    fn shown(&self) -> &ShownMessage {
        &self.shown
    }

    fn shown_mut(&mut self) -> &mut ShownMessage {
        &mut self.shown
    }

    fn from_draft(draft: &MessageDraft, client_id: ClientId, created_date: String) -> Self {
        let content = draft.content.clone().unwrap_or_default();
        let direction = draft.direction.unwrap_or(Direction::BusinessToParticipant);
        Self {
            shown: preview(&content, direction, SenderKind::Staff, client_id, created_date),
            visibility: draft.visibility.unwrap_or(Visibility::BusinessAndParticipant),
            app_id: None,
            staff_id: None,
            silent: false,
            interactions: Vec::new(),
            verified: false,
        }
    }

    fn is_for_both_sides(&self) -> bool {
        self.visibility == Visibility::BusinessAndParticipant
    }
}

/// How far the reader's own side has looked.
pub(crate) fn own_seen(marks: &Marks, side: Side) -> Sequence {
    match side {
        Side::Participant => marks.participant_seen,
        Side::Business | Side::Unknown | Side::Unrecognized => marks.business_seen,
    }
}

fn preview(
    content: &MessageContent,
    direction: Direction,
    kind: SenderKind,
    client_id: ClientId,
    created_date: String,
) -> ShownMessage {
    ShownMessage {
        id: MessageId(0),
        sequence: Sequence(0),
        created_date,
        client_id: Some(client_id),
        direction,
        sender: ShownSender {
            kind,
            name: None,
            image_url: None,
        },
        content: content.clone().map_buttons(|place, button| ShownButton {
            label: button.label,
            action: match button.action {
                ButtonAction::Link(url) => ShownAction::Link(url),
                // The server will name it; only the participant presses buttons, and only staff send them.
                ButtonAction::Postback(_) => ShownAction::Postback {
                    button_id: place.to_string(),
                    state: ButtonState::Idle,
                },
                ButtonAction::Unsupported { .. } => ShownAction::Unsupported,
            },
        }),
        badges: Vec::new(),
    }
}
