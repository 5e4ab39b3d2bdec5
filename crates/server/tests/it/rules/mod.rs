//! The rules of the chat (`design.md` section 4), each with tests named after it, on the real store.

use std::time::Duration;

use shopbell_protocol::{
    Button, ButtonAction, ButtonState, ContentKind, MessageContent, Orientation, PostbackProperties,
    PostbackUse, ShownAction, ShownContent, TemplateContent,
};

mod buttons;
mod chat_channel;
mod conversations;
mod events;
mod hidden;
mod identity;
mod limits;
mod live;
mod media;
mod merge;
mod paging;
mod senders;
mod sending;
mod uploads;

const SECOND: Duration = Duration::from_secs(1);

/// A postback button.
pub(crate) fn postback(label: &str, uses: PostbackUse) -> Button {
    Button {
        label: label.to_owned(),
        action: ButtonAction::Postback(PostbackProperties {
            interaction_id: format!("id-of-{label}"),
            uses,
            ..PostbackProperties::default()
        }),
    }
}

/// A card with these buttons.
pub(crate) fn card(buttons: Vec<Button>) -> MessageContent {
    MessageContent {
        preview_text: None,
        title: None,
        kind: ContentKind::Template(TemplateContent {
            title: Some("Your spa day".to_owned()),
            buttons,
            orientation: Orientation::Portrait,
            text_lines: vec!["Tomorrow at ten".to_owned()],
            image_url: None,
        }),
    }
}

/// Ids and states of the postback buttons of what somebody is shown.
fn states(content: &ShownContent) -> Vec<(String, ButtonState)> {
    content
        .buttons()
        .iter()
        .filter_map(|button| match &button.action {
            ShownAction::Postback { button_id, state } => Some((button_id.clone(), *state)),
            ShownAction::Link(_) | ShownAction::Unsupported => None,
        })
        .collect()
}
