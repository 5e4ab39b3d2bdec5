//! Violations, brought to the field of an editor that they are about.

use shopbell_protocol::{FieldViolation, Rule};

use super::draft::{CardDraft, Draft, Mode};

/// A field of one of the editors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// The text area, or the message as a whole.
    Text,
    /// Heading of a card.
    CardTitle,
    /// Picture of a card.
    CardImage,
    /// All lines of a card.
    CardLines,
    /// A line of a card, by key.
    CardLine(u32),
    /// All buttons of a card.
    CardButtons,
    /// Label of a button, by key.
    ButtonLabel(u32),
    /// Address of a button, by key.
    ButtonLink(u32),
    /// Interaction id of a button, by key.
    ButtonInteraction(u32),
    /// Text of a minimal message.
    MinimalText,
    /// Icon of a minimal message.
    MinimalIcon,
    /// Address of a minimal message.
    MinimalUrl,
}

impl Field {
    /// Whether it holds an address.
    pub const fn is_address(self) -> bool {
        matches!(
            self,
            Self::CardImage | Self::ButtonLink(_) | Self::MinimalIcon | Self::MinimalUrl
        )
    }
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldError {
    /// Where it is drawn.
    pub field: Field,
    /// As the protocol or the server said it.
    pub violation: FieldViolation,
}

impl FieldError {
    /// The most that is allowed, where the violation says so.
    pub fn limit(&self) -> Option<u64> {
        let data = self.violation.data.as_ref()?;
        ["threshold", "limit", "max", "min"]
            .iter()
            .find_map(|key| data.get(*key)?.as_u64())
    }

    /// Whether the field is merely empty.
    pub const fn is_missing(&self) -> bool {
        matches!(
            self.violation.violated_rule,
            Rule::RequiredField | Rule::MinLength | Rule::RequiredOneOfField
        )
    }
}

/// Each violation with its field. What belongs to no field of the current mode is about the message as a whole.
pub fn assign(draft: &Draft, violations: Vec<FieldViolation>) -> Vec<FieldError> {
    violations
        .into_iter()
        .map(|violation| FieldError {
            field: field_of(draft, &violation.field).unwrap_or(Field::Text),
            violation,
        })
        .collect()
}

fn field_of(draft: &Draft, path: &str) -> Option<Field> {
    // The paths are `message.content.template.buttons[3].label`; how much stands before the content depends on the call.
    let (_, inside) = path.split_once("content.")?;
    match draft.mode {
        Mode::Template => card_field(
            &draft.card,
            inside.strip_prefix("template")?.trim_start_matches('.'),
        ),
        Mode::Minimal => Some(match inside.strip_prefix("minimal")?.trim_start_matches('.') {
            "iconUrl" => Field::MinimalIcon,
            "url" => Field::MinimalUrl,
            _ => Field::MinimalText,
        }),
        Mode::Reply | Mode::Note => None,
    }
}

fn card_field(card: &CardDraft, path: &str) -> Option<Field> {
    if let Some((index, _)) = indexed(path, "textLines") {
        // Empty lines were left out, so the place on the wire is one among the others.
        let line = card
            .lines
            .iter()
            .filter(|line| !line.text.trim().is_empty())
            .nth(index)?;
        return Some(Field::CardLine(line.key));
    }
    if let Some((index, rest)) = indexed(path, "buttons") {
        let key = card.buttons.get(index)?.key;
        return Some(match rest {
            ".launchUrl" => Field::ButtonLink(key),
            rest if rest.starts_with(".postbackProperties") => Field::ButtonInteraction(key),
            _ => Field::ButtonLabel(key),
        });
    }
    match path {
        "imageUrl" => Some(Field::CardImage),
        "textLines" => Some(Field::CardLines),
        "buttons" => Some(Field::CardButtons),
        _ => Some(Field::CardTitle),
    }
}

/// `name[3].rest` as 3 and `.rest`.
fn indexed<'a>(path: &'a str, name: &str) -> Option<(usize, &'a str)> {
    let (index, rest) = path.strip_prefix(name)?.strip_prefix('[')?.split_once(']')?;
    Some((index.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use shopbell_protocol::Violations;

    use super::*;

    fn fields(draft: &Draft, paths: &[&str]) -> Vec<Field> {
        let mut violations = Violations::default();
        for path in paths {
            violations.push(*path, Rule::MaxLength, "is too long");
        }
        assign(draft, violations.0)
            .into_iter()
            .map(|error| error.field)
            .collect()
    }

    #[test]
    fn a_path_finds_its_field_in_the_card() {
        let mut draft = Draft {
            mode: Mode::Template,
            ..Draft::default()
        };
        draft.card.add_line();
        draft.card.add_line();
        draft.card.lines[1].text = "second on the page, first on the wire".to_owned();
        draft.card.add_button();
        let (line, button) = (draft.card.lines[1].key, draft.card.buttons[0].key);
        let found = fields(
            &draft,
            &[
                "message.content.template.textLines[0]",
                "message.content.template.buttons[0].label",
                "content.template.buttons[0].launchUrl",
                "message.content.template.buttons[0].postbackProperties.interactionId",
                "message.content.template.imageUrl",
                "message.content.template.buttons",
            ],
        );
        let expected = [
            Field::CardLine(line),
            Field::ButtonLabel(button),
            Field::ButtonLink(button),
            Field::ButtonInteraction(button),
            Field::CardImage,
            Field::CardButtons,
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_path_finds_its_field_in_the_line() {
        let draft = Draft {
            mode: Mode::Minimal,
            ..Draft::default()
        };
        let found = fields(
            &draft,
            &[
                "message.content.minimal.text",
                "message.content.minimal.iconUrl",
                "message.content.minimal.url",
            ],
        );
        assert_eq!(found, [Field::MinimalText, Field::MinimalIcon, Field::MinimalUrl]);
    }

    #[test]
    fn what_belongs_to_no_field_is_about_the_message() {
        let draft = Draft {
            mode: Mode::Template,
            ..Draft::default()
        };
        let found = fields(
            &draft,
            &[
                "clientId",
                "message.content.template.buttons[7].label",
                "message.content.basic.items[0].text",
            ],
        );
        assert_eq!(found, [Field::Text; 3]);
    }
}
