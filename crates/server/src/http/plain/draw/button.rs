//! Buttons of a card or a notice: a link opens an address, a postback button is a form with one button, and shows what came
//! of it.

use maud::{Markup, html};
use shopbell_protocol::drawn::link_address;
use shopbell_protocol::{ButtonState, ShownAction, ShownButton, ShownMessage};

use super::{Icon, Pen, icon};
use crate::http::plain::{PRESS, press};

/// How a postback button looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Face {
    Idle,
    Pending,
    Done,
    Failed,
    Expired,
}

impl Face {
    /// For `data-state`.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Pending => "pending",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Expired => "expired",
        }
    }
}

impl Pen {
    /// In order.
    pub(super) fn buttons(&self, message: &ShownMessage, buttons: &[ShownButton]) -> Markup {
        html! { @for button in buttons { (self.button(message, button)) } }
    }

    fn button(&self, message: &ShownMessage, button: &ShownButton) -> Markup {
        let words = html! { span dir="auto" { (button.label) } };
        match &button.action {
            ShownAction::Link(url) => match link_address(url) {
                Some(url) => self.outside("button", url, &html! { (words) (icon(Icon::OpenOutside)) }),
                None => dead(&words),
            },
            ShownAction::Postback { button_id, state } => self.postback(message, &words, button_id, *state),
            ShownAction::Unsupported => dead(&words),
        }
    }

    fn postback(
        &self,
        message: &ShownMessage,
        words: &Markup,
        button_id: &str,
        state: ButtonState,
    ) -> Markup {
        let texts = self.view.texts();
        let refused = self
            .failed
            .as_ref()
            .is_some_and(|(in_message, refused)| *in_message == message.id && refused == button_id);
        let face = match state {
            ButtonState::Idle if refused => Face::Failed,
            ButtonState::Idle => Face::Idle,
            ButtonState::Pending => Face::Pending,
            ButtonState::Done => Face::Done,
            ButtonState::Expired | ButtonState::Unknown | ButtonState::Unrecognized => Face::Expired,
        };
        let (mark, note) = match face {
            Face::Idle => (None, ""),
            Face::Pending => (None, texts.button_pending),
            Face::Done => (Some(Icon::Check), texts.button_done),
            Face::Failed => (Some(Icon::Alert), texts.button_failed),
            Face::Expired => (None, texts.button_expired),
        };
        // Without scripts nothing could catch a press of what cannot be pressed, so that is no submit button.
        let can_press = matches!(face, Face::Idle | Face::Failed);
        let kind = if can_press { "submit" } else { "button" };
        html! {
            form.plain__form method="post" action=(self.view.address(PRESS, &[])) {
                input type="hidden" name=(press::CLIENT_ID) value={ (self.nonce) "." (message.id) "." (button_id) };
                input type="hidden" name=(press::MESSAGE_ID) value=(message.id);
                input type="hidden" name=(press::BUTTON_ID) value=(button_id);
                div."button-row" {
                    button.button."button--postback" type=(kind) data-testid="postback" data-button-id=(button_id)
                        data-state=(face.as_str()) aria-disabled=[(!can_press).then_some("true")] {
                        @if let Some(mark) = mark { (icon(mark)) }
                        (words)
                    }
                    p.button__note role="status" { (note) }
                }
            }
        }
    }
}

/// A button that does what this build does not know, or leads where it may not.
fn dead(words: &Markup) -> Markup {
    html! { button.button type="button" aria-disabled="true" data-state="expired" { (words) } }
}
