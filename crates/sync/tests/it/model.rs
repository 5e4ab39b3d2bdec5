//! A server that keeps rules 3 and 5 of the chat and nothing else: one conversation, one participant.

use shopbell_protocol::paging::HistoryPage;
use shopbell_protocol::participant::ParticipantId;
use shopbell_protocol::shown::Marks;
use shopbell_protocol::widget::{ButtonStateChange, SessionAnswer, SiteSettings};
use shopbell_protocol::{
    BasicContent, BasicItem, ButtonState, ClientId, ContentKind, Direction, MessageContent, MessageId,
    SenderKind, Sequence, ServerFrame, ShownAction, ShownButton, ShownMessage, ShownSender, TemplateContent,
};

/// The stored conversation. Sequences have holes where a message is hidden from the participant.
#[derive(Debug, Default)]
pub(crate) struct Server {
    pub(crate) log: Vec<ShownMessage>,
    pub(crate) marks: Marks,
    next: u64,
    /// How many presses were counted.
    pub(crate) interactions: u32,
}

pub(crate) fn participant() -> ParticipantId {
    ParticipantId::AnonymousVisitor("00000000-0000-4000-8000-000000000001".into())
}

impl Server {
    pub(crate) fn session(&self) -> SessionAnswer {
        SessionAnswer {
            token: "token".into(),
            participant: participant(),
            conversation_id: (!self.log.is_empty()).then(|| "conversation".into()),
            last_sequence: self.last(),
            unread_count: u32::try_from(self.unread()).unwrap(),
            settings: SiteSettings::default(),
            server_time: String::new(),
        }
    }

    pub(crate) fn welcome(&self) -> ServerFrame {
        ServerFrame::Welcome {
            participant: participant(),
            conversation_id: (!self.log.is_empty()).then(|| "conversation".into()),
            last_sequence: self.last(),
            marks: self.marks,
            settings: SiteSettings::default(),
            server_time: String::new(),
        }
    }

    pub(crate) fn unread(&self) -> usize {
        let unseen = self
            .log
            .iter()
            .filter(|message| message.sequence > self.marks.participant_seen);
        unseen
            .filter(|message| message.direction == Direction::BusinessToParticipant)
            .count()
    }

    /// Marks only rise.
    pub(crate) fn see(&mut self, sequence: Sequence) {
        self.marks.participant_seen = self.marks.participant_seen.max(sequence);
    }

    pub(crate) fn last(&self) -> Sequence {
        self.log.last().map_or(Sequence(0), |message| message.sequence)
    }

    /// Live frames of everything after a place.
    pub(crate) fn frames_after(&self, after: Sequence) -> Vec<ServerFrame> {
        let place = self.log.partition_point(|message| message.sequence <= after);
        let mut previous = place
            .checked_sub(1)
            .map_or(Sequence(0), |place| self.log[place].sequence);
        let mut frames = Vec::new();
        for message in &self.log[place..] {
            frames.push(ServerFrame::Message {
                message: message.clone(),
                previous_sequence: previous,
            });
            previous = message.sequence;
        }
        frames
    }

    /// A message of the participant; the same client id again answers the same again.
    pub(crate) fn accept(&mut self, client_id: &ClientId, content: MessageContent) -> ShownMessage {
        let known = self
            .log
            .iter()
            .find(|message| message.client_id.as_ref() == Some(client_id));
        if let Some(known) = known {
            return known.clone();
        }
        let mut message = self.new_message(Direction::ParticipantToBusiness, SenderKind::Participant);
        message.client_id = Some(client_id.clone());
        let ContentKind::Basic(basic) = content.kind else {
            panic!("only basic is sent here")
        };
        message.content.kind = ContentKind::Basic(basic);
        self.log.push(message.clone());
        message
    }

    /// A message of the business, with a postback button.
    pub(crate) fn answer(&mut self, text: &str) {
        let mut message = self.new_message(Direction::BusinessToParticipant, SenderKind::Staff);
        message.content.kind = ContentKind::Template(TemplateContent {
            title: Some(text.to_owned()),
            buttons: vec![ShownButton {
                label: "Yes".into(),
                action: ShownAction::Postback {
                    button_id: "b0".into(),
                    state: ButtonState::Idle,
                },
            }],
            orientation: shopbell_protocol::Orientation::Portrait,
            text_lines: Vec::new(),
            image_url: None,
        });
        self.log.push(message);
    }

    /// Something that the participant never hears of.
    pub(crate) fn note(&mut self) {
        self.next += 1;
    }

    pub(crate) fn press(&mut self, message_id: MessageId) -> ButtonStateChange {
        let message = self
            .log
            .iter_mut()
            .find(|message| message.id == message_id)
            .unwrap();
        let ContentKind::Template(template) = &mut message.content.kind else {
            panic!("no button there")
        };
        let ShownAction::Postback { button_id, state } = &mut template.buttons[0].action else {
            panic!("no postback")
        };
        if *state == ButtonState::Idle {
            *state = ButtonState::Done;
            self.interactions += 1;
        }
        ButtonStateChange {
            message_id,
            button_id: button_id.clone(),
            state: *state,
        }
    }

    pub(crate) fn pressed(&self) -> Vec<ButtonStateChange> {
        let buttons = self.log.iter().flat_map(|message| {
            message
                .content
                .buttons()
                .iter()
                .map(|button| (message.id, button.action.clone()))
        });
        let changes = buttons.filter_map(|(message_id, action)| match action {
            ShownAction::Postback {
                button_id,
                state: state @ ButtonState::Done,
            } => Some(ButtonStateChange {
                message_id,
                button_id,
                state,
            }),
            _ => None,
        });
        changes.collect()
    }

    pub(crate) fn before(&self, before: Sequence, limit: usize) -> HistoryPage<ShownMessage> {
        let end = self.log.partition_point(|message| message.sequence < before);
        let start = end.saturating_sub(limit);
        self.page(self.log[start..end].to_vec(), start > 0)
    }

    pub(crate) fn after(&self, after: Sequence, limit: usize) -> HistoryPage<ShownMessage> {
        let start = self.log.partition_point(|message| message.sequence <= after);
        let end = (start + limit).min(self.log.len());
        self.page(self.log[start..end].to_vec(), start > 0)
    }

    fn page(&self, messages: Vec<ShownMessage>, has_older: bool) -> HistoryPage<ShownMessage> {
        HistoryPage {
            messages,
            has_older,
            last_sequence: self.last(),
            marks: self.marks,
        }
    }

    fn new_message(&mut self, direction: Direction, kind: SenderKind) -> ShownMessage {
        self.next += 1;
        let sequence = Sequence(self.next * 10);
        ShownMessage {
            id: sequence.into(),
            sequence,
            created_date: format!("stored {}", self.next),
            client_id: None,
            direction,
            sender: ShownSender {
                kind,
                name: None,
                image_url: None,
            },
            content: MessageContent {
                preview_text: None,
                title: None,
                kind: ContentKind::Basic(BasicContent {
                    items: vec![BasicItem::Text("text".into())],
                }),
            },
            badges: Vec::new(),
        }
    }
}
