//! How a stored message is shown: to programs, to the staff, to its participant.
//!
//! Invariant: what a participant is shown is made by [`View::for_participant`] only, from a [`VisibleMessage`] only,
//! as a type without a field for the rest (rules 6 and 7).

use shopbell_protocol::shown::{SenderKind, ShownBadge, ShownContent, ShownSender};
use shopbell_protocol::staff::{Interaction, StaffMessage};
use shopbell_protocol::widget::ButtonStateChange;
use shopbell_protocol::{
    Badge, BadgeVisibility, Button, ButtonAction, ButtonState, ClientId, Message, MessageContent, MessageId,
    Sender, ShownAction, ShownButton, ShownMessage,
};

use super::attachments;
use super::media_links::MediaLinks;
use crate::clock::to_wire_date;
use crate::store::message::Press;
use crate::store::{SiteRow, StoredMessage, VisibleMessage, button};

/// What is needed to show messages of one site at one moment.
pub(super) struct View<'a> {
    pub(super) site: &'a SiteRow,
    pub(super) public_origin: &'a str,
    pub(super) now_micros: u64,
}

impl View<'_> {
    pub(super) fn links(&self) -> MediaLinks<'_> {
        MediaLinks {
            public_origin: self.public_origin,
            secret: &self.site.secret,
            now_micros: self.now_micros,
        }
    }

    /// As programs see it.
    pub(super) fn for_app(&self, stored: StoredMessage) -> Message {
        let message = stored.message;
        let mut content = message.content;
        attachments::write_links(&mut content, &self.links());
        Message {
            id: stored.sequence.into(),
            sequence: stored.sequence,
            created_date: to_wire_date(stored.sequence.0),
            content,
            sender: stored.sender,
            app_id: stored.app_id,
            badges: message.badges,
            visibility: message.visibility,
            direction: message.direction,
            source_channel: message.source_channel,
            target_channels: message.target_channels,
            source_channel_id: message.source_channel_id,
            target_channel_ids: message.target_channel_ids,
            silent: message.silent,
        }
    }

    /// As its participant sees it.
    pub(super) fn for_participant(&self, visible: VisibleMessage) -> ShownMessage {
        let stored = visible.into_inner();
        // A program that wrote in the participant's name chose its own client id: not one of the widget's.
        let own = stored.app_id.is_none() && kind(&stored.sender) == SenderKind::Participant;
        let badges = stored
            .message
            .badges
            .iter()
            .filter(|badge| shown_to_participant(badge))
            .map(shown_badge)
            .collect();
        let client_id = stored.client_id.clone().filter(|_| own);
        self.shown(stored, client_id, badges)
    }

    /// As the staff see it.
    pub(super) fn for_staff(&self, stored: StoredMessage) -> StaffMessage {
        let staff_id = match &stored.sender {
            Sender::WixUserId(id) => Some(id.as_str().into()),
            Sender::AnonymousVisitorId(_) | Sender::ContactId(_) | Sender::MemberId(_) | Sender::AppId(_) => {
                None
            }
        };
        let badges = stored.message.badges.iter().map(shown_badge).collect();
        let client_id = stored.client_id.clone().filter(|_| staff_id.is_some());
        StaffMessage {
            visibility: stored.message.visibility,
            app_id: stored.app_id.clone(),
            staff_id,
            silent: stored.message.silent,
            interactions: interactions(&stored, 0, u64::MAX).map(|(_, one)| one).collect(),
            verified: stored.verified,
            shown: self.shown(stored, client_id, badges),
        }
    }

    fn shown(
        &self,
        stored: StoredMessage,
        client_id: Option<ClientId>,
        badges: Vec<ShownBadge>,
    ) -> ShownMessage {
        ShownMessage {
            id: stored.sequence.into(),
            sequence: stored.sequence,
            created_date: to_wire_date(stored.sequence.0),
            client_id,
            direction: stored.message.direction,
            sender: self.sender(&stored),
            content: self.content(stored.message.content, &stored.presses),
            badges,
        }
    }

    fn content(&self, content: MessageContent, presses: &[Press]) -> ShownContent {
        let mut shown = content.map_buttons(|index, button| self.button(index, button, presses));
        attachments::write_links(&mut shown, &self.links());
        shown
    }

    fn button(&self, index: usize, given: Button, presses: &[Press]) -> ShownButton {
        let action = match given.action {
            ButtonAction::Link(url) => ShownAction::Link(url),
            ButtonAction::Postback(properties) => {
                let button_id = button::button_id(index);
                let state = button::state(&button_id, &properties, presses, self.now_micros);
                ShownAction::Postback { button_id, state }
            }
            ButtonAction::Unsupported { .. } => ShownAction::Unsupported,
        };
        ShownButton {
            label: given.label,
            action,
        }
    }

    fn sender(&self, stored: &StoredMessage) -> ShownSender {
        let business = || Some(self.site.name.clone());
        let (name, image_url) = match kind(&stored.sender) {
            SenderKind::Participant | SenderKind::Unknown | SenderKind::Unrecognized => (None, None),
            SenderKind::Staff => (
                stored
                    .staff_name
                    .clone()
                    .filter(|name| !name.is_empty())
                    .or_else(business),
                self.image(),
            ),
            SenderKind::App => (business(), self.image()),
        };
        ShownSender {
            kind: kind(&stored.sender),
            name,
            image_url,
        }
    }

    fn image(&self) -> Option<String> {
        self.site.image_url.clone()
    }
}

/// Presses of a message that came after revision `after` and not after `up_to`, oldest first, each with its revision.
pub(super) fn interactions(
    stored: &StoredMessage,
    after: u64,
    up_to: u64,
) -> impl Iterator<Item = (u64, Interaction)> {
    let among = move |press: &&Press| press.revision > after && press.revision <= up_to;
    stored.presses.iter().filter(among).map(|press| {
        let interaction = Interaction {
            message_id: stored.sequence.into(),
            button_id: press.button_id.clone(),
            label: press.label.clone(),
            interaction_id: press.interaction_id.clone(),
            created_date: to_wire_date(press.created),
        };
        (press.revision, interaction)
    })
}

/// The states of a message's buttons that its presses have changed: `first`, then every other that is not idle.
pub(super) fn button_changes(
    stored: &StoredMessage,
    first: &[&str],
    now_micros: u64,
) -> Vec<ButtonStateChange> {
    let message_id = MessageId::from(stored.sequence);
    let (mut changes, mut others) = (Vec::new(), Vec::new());
    for (button_id, state) in button::states(stored, now_micros) {
        if first.contains(&button_id.as_str()) {
            changes.push(ButtonStateChange {
                message_id,
                button_id,
                state,
            });
        } else if state != ButtonState::Idle {
            others.push(ButtonStateChange {
                message_id,
                button_id,
                state,
            });
        }
    }
    changes.append(&mut others);
    changes
}

fn kind(sender: &Sender) -> SenderKind {
    match sender {
        Sender::AnonymousVisitorId(_) | Sender::ContactId(_) | Sender::MemberId(_) => SenderKind::Participant,
        Sender::WixUserId(_) => SenderKind::Staff,
        Sender::AppId(_) => SenderKind::App,
    }
}

fn shown_to_participant(badge: &Badge) -> bool {
    match badge.badge_visibility {
        BadgeVisibility::BusinessAndParticipant => true,
        BadgeVisibility::Business | BadgeVisibility::Unknown | BadgeVisibility::Unrecognized => false,
    }
}

fn shown_badge(badge: &Badge) -> ShownBadge {
    ShownBadge {
        text: badge.text.clone(),
        icon_url: badge.icon_url.clone(),
    }
}
