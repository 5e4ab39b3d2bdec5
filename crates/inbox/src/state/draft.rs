//! What a staff member has begun to write in one conversation, in each of the four modes, and the message it becomes.

use shopbell_protocol::{
    BasicContent, BasicItem, Button, ButtonAction, ContentKind, Direction, FileMessage, ImageMessage,
    MessageContent, MessageDraft, MinimalContent, Orientation, PostbackProperties, PostbackUse,
    TemplateContent, Visibility,
};

/// What is being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Mode {
    /// An answer for the participant.
    #[default]
    Reply,
    /// A note that only the business sees.
    Note,
    /// A card with picture, lines and buttons.
    Template,
    /// One line that reports an activity.
    Minimal,
}

impl Mode {
    /// In the order of the tabs.
    pub const ALL: [Self; 4] = [Self::Reply, Self::Note, Self::Template, Self::Minimal];

    /// The value of `data-mode`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Note => "note",
            Self::Template => "template",
            Self::Minimal => "minimal",
        }
    }

    /// Whether it is written into the text area.
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Reply | Self::Note)
    }
}

/// An uploaded picture or file, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Uploaded {
    /// A picture.
    Image(ImageMessage),
    /// Any other file.
    File(FileMessage),
}

/// A line of a card; `key` tells it from the others while lines come and go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineDraft {
    /// Stays the same.
    pub key: u32,
    /// What it says.
    pub text: String,
}

/// A button of a card. Both actions are kept, so that trying the other one loses nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ButtonDraft {
    /// Stays the same.
    pub key: u32,
    /// What it says.
    pub label: String,
    /// Reports an interaction instead of opening an address.
    pub postback: bool,
    /// The address.
    pub link: String,
    /// The sender's own id.
    pub interaction_id: String,
    /// How often it may be pressed.
    pub uses: PostbackUse,
}

/// A card as it is being written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CardDraft {
    /// Heading.
    pub title: String,
    /// Address of the picture.
    pub image_url: String,
    /// Picture beside the text.
    pub landscape: bool,
    /// Lines below the heading; empty ones are left out.
    pub lines: Vec<LineDraft>,
    /// Buttons.
    pub buttons: Vec<ButtonDraft>,
    next_key: u32,
}

/// A minimal message as it is being written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MinimalDraft {
    /// What it says.
    pub text: String,
    /// Address of the icon.
    pub icon_url: String,
    /// Opened when the line is clicked.
    pub url: String,
    /// Only the business sees it.
    pub business_only: bool,
}

/// Everything begun in one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// What is shown.
    pub mode: Mode,
    /// Text of the answer.
    pub reply: String,
    /// Text of the note.
    pub note: String,
    /// The card.
    pub card: CardDraft,
    /// The line.
    pub minimal: MinimalDraft,
}

impl CardDraft {
    /// A new empty line at the end.
    pub fn add_line(&mut self) {
        let key = self.key();
        self.lines.push(LineDraft {
            key,
            text: String::new(),
        });
    }

    /// A new button at the end.
    pub fn add_button(&mut self) {
        let key = self.key();
        self.buttons.push(ButtonDraft {
            key,
            label: String::new(),
            postback: true,
            link: String::new(),
            interaction_id: String::new(),
            uses: PostbackUse::Once,
        });
    }

    /// Whether nothing has been filled in.
    pub fn is_empty(&self) -> bool {
        self.title.trim().is_empty()
            && self.image_url.trim().is_empty()
            && self.lines.iter().all(|line| line.text.trim().is_empty())
            && self.buttons.is_empty()
    }

    /// The card as a content.
    pub fn template(&self) -> TemplateContent {
        TemplateContent {
            title: given(&self.title),
            buttons: self.buttons.iter().map(ButtonDraft::button).collect(),
            orientation: if self.landscape {
                Orientation::Landscape
            } else {
                Orientation::Portrait
            },
            text_lines: self.lines.iter().filter_map(|line| given(&line.text)).collect(),
            image_url: given(&self.image_url),
        }
    }

    fn key(&mut self) -> u32 {
        self.next_key += 1;
        self.next_key
    }
}

impl ButtonDraft {
    fn button(&self) -> Button {
        let action = if self.postback {
            ButtonAction::Postback(PostbackProperties {
                interaction_id: self.interaction_id.trim().to_owned(),
                app_id: None,
                uses: self.uses,
                expiration_date: None,
            })
        } else {
            ButtonAction::Link(self.link.trim().to_owned())
        };
        Button {
            label: self.label.trim().to_owned(),
            action,
        }
    }
}

impl MinimalDraft {
    /// The line as a content.
    pub fn content(&self) -> MinimalContent {
        MinimalContent {
            text: self.text.trim().to_owned(),
            icon_url: given(&self.icon_url),
            url: given(&self.url),
        }
    }
}

impl Draft {
    /// The text that the text area shows in the current mode.
    pub fn text(&self) -> &str {
        match self.mode {
            Mode::Note => &self.note,
            Mode::Reply | Mode::Template | Mode::Minimal => &self.reply,
        }
    }

    /// A line that reminds of what was begun; empty where nothing was that has words.
    pub fn preview(&self) -> &str {
        [&self.reply, &self.note, &self.card.title, &self.minimal.text]
            .into_iter()
            .map(|text| text.trim())
            .find(|text| !text.is_empty())
            .unwrap_or_default()
    }

    /// Whether anything would be lost by throwing it away.
    pub fn is_empty(&self) -> bool {
        self.reply.trim().is_empty()
            && self.note.trim().is_empty()
            && self.card.is_empty()
            && self.minimal.text.trim().is_empty()
    }

    /// Whether the current mode has something to send, `attached` pictures and files included.
    pub fn is_sendable(&self, attached: usize) -> bool {
        match self.mode {
            Mode::Reply | Mode::Note => attached > 0 || !self.text().trim().is_empty(),
            Mode::Template => !self.card.is_empty(),
            Mode::Minimal => !self.minimal.text.trim().is_empty(),
        }
    }

    /// The message of the current mode.
    pub fn message(&self, attached: &[Uploaded]) -> MessageDraft {
        let (kind, business_only) = match self.mode {
            Mode::Reply => (ContentKind::Basic(basic(&self.reply, attached)), false),
            Mode::Note => (ContentKind::Basic(basic(&self.note, attached)), true),
            Mode::Template => (ContentKind::Template(self.card.template()), false),
            Mode::Minimal => (
                ContentKind::Minimal(self.minimal.content()),
                self.minimal.business_only,
            ),
        };
        MessageDraft {
            content: Some(MessageContent {
                preview_text: None,
                title: None,
                kind,
            }),
            visibility: Some(if business_only {
                Visibility::Business
            } else {
                Visibility::BusinessAndParticipant
            }),
            direction: Some(Direction::BusinessToParticipant),
            ..MessageDraft::default()
        }
    }

    /// Puts back what was sent and refused, in its mode; the other modes keep theirs.
    pub fn restore(&mut self, sent: Self) {
        self.mode = sent.mode;
        match sent.mode {
            Mode::Reply => self.reply = sent.reply,
            Mode::Note => self.note = sent.note,
            Mode::Template => self.card = sent.card,
            Mode::Minimal => self.minimal = sent.minimal,
        }
    }

    /// Forgets what the current mode has sent; the other modes keep theirs.
    pub fn clear_sent(&mut self) {
        match self.mode {
            Mode::Reply => self.reply.clear(),
            Mode::Note => self.note.clear(),
            Mode::Template => self.card = CardDraft::default(),
            Mode::Minimal => self.minimal = MinimalDraft::default(),
        }
        // Two cards in a row are rare; what follows a card, a line or a note is mostly an answer.
        self.mode = if self.mode == Mode::Note {
            Mode::Note
        } else {
            Mode::Reply
        };
    }
}

fn basic(text: &str, attached: &[Uploaded]) -> BasicContent {
    let media = attached.iter().map(|uploaded| match uploaded {
        Uploaded::Image(image) => BasicItem::Image(image.clone()),
        Uploaded::File(file) => BasicItem::File(file.clone()),
    });
    let text = text.trim();
    let text = (!text.is_empty()).then(|| BasicItem::Text(text.to_owned()));
    BasicContent {
        items: media.chain(text).collect(),
    }
}

fn given(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(draft: &Draft) -> ContentKind {
        draft.message(&[]).content.unwrap().kind
    }

    #[test]
    fn a_note_is_visible_to_the_business_only_and_an_answer_to_both() {
        let mut draft = Draft {
            reply: "Hello".to_owned(),
            note: "Rude".to_owned(),
            ..Draft::default()
        };
        assert_eq!(
            draft.message(&[]).visibility,
            Some(Visibility::BusinessAndParticipant)
        );
        draft.mode = Mode::Note;
        let note = draft.message(&[]);
        assert_eq!(note.visibility, Some(Visibility::Business));
        assert_eq!(note.content, Some(MessageContent::text("Rude")));
    }

    #[test]
    fn attachments_come_before_the_text_that_speaks_of_them() {
        let draft = Draft {
            reply: " See here ".to_owned(),
            ..Draft::default()
        };
        let message = draft.message(&[
            Uploaded::Image(ImageMessage::default()),
            Uploaded::File(FileMessage::default()),
        ]);
        let ContentKind::Basic(basic) = message.content.unwrap().kind else {
            panic!("not basic")
        };
        assert!(
            matches!(basic.items.as_slice(), [BasicItem::Image(_), BasicItem::File(_), BasicItem::Text(text)] if text == "See here")
        );
    }

    #[test]
    fn a_card_leaves_out_what_is_empty_but_no_button() {
        let mut draft = Draft {
            mode: Mode::Template,
            ..Draft::default()
        };
        draft.card.title = "Spa day".to_owned();
        draft.card.add_line();
        draft.card.add_line();
        draft.card.lines[1].text = "90 minutes".to_owned();
        draft.card.add_button();
        draft.card.buttons[0].label = "Change".to_owned();
        draft.card.buttons[0].interaction_id = "change-1".to_owned();
        let ContentKind::Template(template) = kind(&draft) else {
            panic!("not a template")
        };
        assert_eq!(template.text_lines, ["90 minutes"]);
        assert_eq!(template.image_url, None);
        assert_eq!(template.orientation, Orientation::Portrait);
        let ButtonAction::Postback(properties) = &template.buttons[0].action else {
            panic!("not a postback")
        };
        assert_eq!(properties.interaction_id, "change-1");
    }

    #[test]
    fn sending_forgets_the_sent_mode_only() {
        let mut draft = Draft {
            mode: Mode::Template,
            reply: "half a sen".to_owned(),
            ..Draft::default()
        };
        draft.card.title = "Card".to_owned();
        let sent = draft.clone();
        draft.clear_sent();
        assert!(draft.card.is_empty());
        assert_eq!((draft.reply.as_str(), draft.mode), ("half a sen", Mode::Reply));
        draft.reply = "half a sentence".to_owned();
        draft.restore(sent);
        assert_eq!((draft.card.title.as_str(), draft.mode), ("Card", Mode::Template));
        assert_eq!(
            draft.reply, "half a sentence",
            "a refused card does not take back what was typed since"
        );
    }

    #[test]
    fn a_draft_is_remembered_by_its_first_words_in_any_mode() {
        let mut draft = Draft {
            mode: Mode::Reply,
            ..Draft::default()
        };
        assert_eq!(draft.preview(), "");
        draft.minimal.text = "Order sent".to_owned();
        assert_eq!(draft.preview(), "Order sent");
        draft.note = " Rude ".to_owned();
        assert_eq!(draft.preview(), "Rude");
    }

    #[test]
    fn white_space_alone_is_nothing_to_send() {
        let mut draft = Draft {
            reply: " \n".to_owned(),
            ..Draft::default()
        };
        assert!(!draft.is_sendable(0));
        assert!(draft.is_sendable(1));
        assert!(draft.is_empty());
        draft.mode = Mode::Minimal;
        assert!(!draft.is_sendable(1));
    }

    #[test]
    fn keys_of_lines_and_buttons_are_never_given_twice() {
        let mut card = CardDraft::default();
        card.add_line();
        card.add_button();
        card.lines.clear();
        card.add_line();
        assert_ne!(card.lines[0].key, card.buttons[0].key);
        assert_eq!(card.lines[0].key, 3);
    }
}
