//! Names, ages and violations in the reader's words.

use leptos::prelude::WithUntracked;
use shopbell_protocol::staff::StaffMessage;
use shopbell_protocol::{ContentType, Conversation, ParticipantId, Rule, SenderKind, limits};
use shopbell_sync::Item;

use super::Page;
use crate::state::field::{Field, FieldError};
use crate::state::person;
use crate::words::{self, Words};

/// The participant's name, or what they are with a mark that tells them apart.
pub(super) fn participant(words: &Words, conversation: &Conversation) -> String {
    if let Some(name) = person::given_name(conversation) {
        return name.to_owned();
    }
    let template = match conversation.participant {
        ParticipantId::AnonymousVisitor(_) | ParticipantId::Unsupported { .. } => words.visitor,
        ParticipantId::Contact(_) => words.contact,
        ParticipantId::Member(_) => words.member,
    };
    words::with_name(template, &person::mark(&conversation.participant))
        .trim()
        .to_owned()
}

/// How long ago, as short as a list wants it: now, the time of today, else the day.
pub(super) fn age(page: &Page, date: &str) -> String {
    page.ages.age(date, page.state.now_ms.get(), page.words.now)
}

/// Who wrote a message: the participant by the name that stands in the list, the business by its own.
pub(super) fn sender(page: &Page, item: &Item<StaffMessage>, participant: &str) -> String {
    let sender = &item.message.shown.sender;
    let named = sender.name.clone().filter(|name| !name.trim().is_empty());
    match sender.kind {
        SenderKind::Participant => participant.to_owned(),
        SenderKind::App => named.unwrap_or_else(|| page.words.by_app.to_owned()),
        // Without a name: one's own, which the server has not named yet.
        SenderKind::Staff | SenderKind::Unknown | SenderKind::Unrecognized => named
            .or_else(|| {
                page.state
                    .session
                    .with_untracked(|session| session.sender_name().map(str::to_owned))
            })
            .unwrap_or_else(|| page.i18n.texts.you.to_owned()),
    }
}

/// What a message says, in a sentence or a word, for those who do not see it.
pub(super) fn spoken(words: &Words, item: &Item<StaffMessage>) -> String {
    let content = &item.message.shown.content;
    let line = content
        .preview_text
        .clone()
        .unwrap_or_else(|| content.derived_preview());
    if line.trim().is_empty() {
        kind(words, content.kind.content_type()).to_owned()
    } else {
        line
    }
}

/// A word for a kind of message without text.
pub(super) const fn kind(words: &Words, kind: ContentType) -> &'static str {
    match kind {
        ContentType::Basic => words.preview_attachment,
        ContentType::Template => words.preview_card,
        ContentType::Minimal => words.preview_minimal,
        ContentType::Form => words.preview_form,
        ContentType::System | ContentType::Unsupported | ContentType::Unknown | ContentType::Unrecognized => {
            words.preview_system
        }
    }
}

/// What is wrong with a field. A rule that has no text of ours is told in the server's words.
pub(super) fn violation(words: &Words, error: &FieldError) -> String {
    let limit = limit(error.field).to_string();
    match error.violation.violated_rule {
        Rule::RequiredField | Rule::MinLength | Rule::RequiredOneOfField | Rule::MinSize => {
            words.error_missing.to_owned()
        }
        Rule::MaxLength => words::with_number(words.error_too_long_limit, &limit),
        Rule::MaxSize => words::with_number(words.error_too_many, &limit),
        Rule::Format if error.field.is_address() => words.error_address.to_owned(),
        Rule::Format
        | Rule::Min
        | Rule::Max
        | Rule::InvalidEnumValue
        | Rule::OneOfAlignment
        | Rule::Other => {
            format!("{} {}", error.violation.field, error.violation.description)
        }
    }
}

const fn limit(field: Field) -> usize {
    match field {
        Field::Text | Field::MinimalText | Field::ButtonLabel(_) => limits::TEXT_MAX,
        Field::CardTitle => limits::TITLE_MAX,
        Field::CardImage | Field::MinimalIcon | Field::MinimalUrl => limits::WEB_URL_MAX,
        Field::CardLines => limits::TEXT_LINES_MAX,
        Field::CardLine(_) => limits::TEXT_LINE_MAX,
        Field::CardButtons => limits::BUTTONS_MAX,
        Field::ButtonLink(_) => limits::LAUNCH_URL_MAX,
        Field::ButtonInteraction(_) => limits::INTERACTION_ID_MAX,
    }
}
