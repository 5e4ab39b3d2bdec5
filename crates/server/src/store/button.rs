//! In which state a postback button is (rule 10): it follows from the message, its presses and the clock.

use shopbell_protocol::{Button, ButtonAction, ButtonState, MessageContent, PostbackProperties, PostbackUse};

use super::message::{Press, StoredMessage};
use crate::clock::from_wire_date;

/// The opaque id of the button at this place: unique within the message, and nothing of the sender's in it.
pub fn button_id(index: usize) -> String {
    format!("b{index}")
}

/// The postback button with this opaque id.
pub fn find<'m>(content: &'m MessageContent, id: &str) -> Option<(&'m Button, &'m PostbackProperties)> {
    let index: usize = id.strip_prefix('b')?.parse().ok()?;
    // "b01" is not an id that was ever given out.
    if button_id(index) != id {
        return None;
    }
    let button = content.buttons().get(index)?;
    match &button.action {
        ButtonAction::Postback(properties) => Some((button, properties)),
        ButtonAction::Link(_) | ButtonAction::Unsupported { .. } => None,
    }
}

/// The state of one postback button for the participant of its conversation.
pub fn state(id: &str, properties: &PostbackProperties, presses: &[Press], now_micros: u64) -> ButtonState {
    let used = match properties.uses {
        PostbackUse::Repeatable => false,
        PostbackUse::OncePerGroup => !presses.is_empty(),
        PostbackUse::Once | PostbackUse::Unknown | PostbackUse::Unrecognized => {
            presses.iter().any(|press| press.button_id == id)
        }
    };
    let expires = properties.expiration_date.as_deref().and_then(from_wire_date);
    if used {
        ButtonState::Done
    } else if expires.is_some_and(|expires| expires <= now_micros) {
        ButtonState::Expired
    } else {
        ButtonState::Idle
    }
}

/// Every postback button of a message with its state.
pub fn states(message: &StoredMessage, now_micros: u64) -> Vec<(String, ButtonState)> {
    let buttons = message.message.content.buttons().iter().enumerate();
    buttons
        .filter_map(|(index, button)| match &button.action {
            ButtonAction::Postback(properties) => {
                let id = button_id(index);
                let state = state(&id, properties, &message.presses, now_micros);
                Some((id, state))
            }
            ButtonAction::Link(_) | ButtonAction::Unsupported { .. } => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(button_id: &str) -> Press {
        Press {
            button_id: button_id.to_owned(),
            label: String::new(),
            interaction_id: String::new(),
            created: 0,
            revision: 1,
        }
    }

    fn properties(uses: PostbackUse, expires: Option<&str>) -> PostbackProperties {
        PostbackProperties {
            interaction_id: "x".to_owned(),
            uses,
            expiration_date: expires.map(str::to_owned),
            ..PostbackProperties::default()
        }
    }

    #[test]
    fn a_button_for_once_is_done_by_its_own_press_only() {
        let once = properties(PostbackUse::Once, None);
        assert_eq!(state("b0", &once, &[press("b1")], 0), ButtonState::Idle);
        assert_eq!(state("b0", &once, &[press("b0")], 0), ButtonState::Done);
    }

    #[test]
    fn a_button_for_once_per_group_is_done_by_any_press_of_its_message() {
        let group = properties(PostbackUse::OncePerGroup, None);
        assert_eq!(state("b0", &group, &[], 0), ButtonState::Idle);
        assert_eq!(state("b0", &group, &[press("b1")], 0), ButtonState::Done);
    }

    #[test]
    fn a_repeatable_button_is_never_done_and_a_done_one_never_expires() {
        let repeatable = properties(PostbackUse::Repeatable, None);
        assert_eq!(state("b0", &repeatable, &[press("b0")], 0), ButtonState::Idle);
        let ends = properties(PostbackUse::Once, Some("1970-01-01T00:00:01Z"));
        assert_eq!(state("b0", &ends, &[], 999_999), ButtonState::Idle);
        assert_eq!(state("b0", &ends, &[], 1_000_000), ButtonState::Expired);
        assert_eq!(state("b0", &ends, &[press("b0")], 1_000_000), ButtonState::Done);
    }

    #[test]
    fn only_ids_that_were_given_out_find_a_button() {
        let button = |action| Button {
            label: "x".to_owned(),
            action,
        };
        let content = MessageContent {
            preview_text: None,
            title: None,
            kind: shopbell_protocol::ContentKind::Template(shopbell_protocol::TemplateContent {
                title: None,
                buttons: vec![
                    button(ButtonAction::Link("https://example.com".to_owned())),
                    button(ButtonAction::Postback(properties(PostbackUse::Once, None))),
                ],
                orientation: shopbell_protocol::Orientation::Portrait,
                text_lines: Vec::new(),
                image_url: None,
            }),
        };
        assert!(find(&content, "b1").is_some());
        for id in ["b0", "b2", "b01", "1", "", "b", "b-1", "b99999999999999999999"] {
            assert!(find(&content, id).is_none(), "{id:?} found a button");
        }
    }
}
