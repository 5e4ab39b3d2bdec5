//! Buttons of a card or a notice: a link opens an address, a postback button reports and shows what came of it.

use leptos::prelude::*;
use shopbell_protocol::{ButtonState, ShownAction, ShownButton};
use shopbell_sync::item::ButtonFace;

use crate::dom::{El, Icon, icon, owned_effect};

use super::text::outside_link;
use super::{Live, MessageContext, PressButton};
use shopbell_protocol::drawn::link_address;

/// The buttons in order; `None` where there are none.
pub(super) fn list(ctx: &MessageContext, live: &Live, class: &str, buttons: Vec<ShownButton>) -> Option<El> {
    (!buttons.is_empty()).then(|| {
        El::with_class("div", class).children(buttons.into_iter().map(|button| one(ctx, live, button)))
    })
}

fn one(ctx: &MessageContext, live: &Live, button: ShownButton) -> El {
    match button.action {
        ShownAction::Link(url) => match link_address(&url) {
            Some(url) => link(ctx, &button.label, url),
            None => dead(&button.label),
        },
        ShownAction::Postback { button_id, state } => postback(ctx, live, &button.label, button_id, state),
        ShownAction::Unsupported => dead(&button.label),
    }
}

fn link(ctx: &MessageContext, label: &str, checked_url: &str) -> El {
    outside_link(&ctx.i18n, "button", checked_url)
        .child(words(label))
        .child(icon(Icon::OpenOutside))
}

/// A button that does what this build does not know, or leads where it may not.
fn dead(label: &str) -> El {
    El::with_class("button", "button")
        .attr("type", "button")
        .attr("aria-disabled", "true")
        .attr("data-state", "expired")
        .child(words(label))
}

fn words(label: &str) -> El {
    El::new("span").attr("dir", "auto").text(label)
}

fn postback(ctx: &MessageContext, live: &Live, label: &str, button_id: String, state: ButtonState) -> El {
    let (texts, on_press) = (ctx.i18n.texts, ctx.on_press);
    let button = El::with_class("button", "button button--postback")
        .attr("type", "button")
        .attr("data-testid", "postback")
        .attr("data-button-id", &button_id)
        .child(words(label));
    let note = El::with_class("p", "button__note").attr("role", "status");
    let row = El::with_class("div", "button-row")
        .child(button.clone())
        .child(note.clone());

    let (pressed, pressed_id) = (live.clone(), button_id.clone());
    let button = button.on("click", move |_| {
        let (message_id, face) = untrack(|| (pressed.message_id(), pressed.face(&pressed_id, state)));
        if let Some((on_press, message_id)) = on_press.zip(message_id).filter(|_| face.can_press()) {
            on_press.run(PressButton {
                message_id,
                button_id: pressed_id.clone(),
            });
        }
    });

    let live = live.clone();
    let mut shown: Option<(ButtonFace, Option<El>)> = None;
    owned_effect(move || {
        let face = live.face(&button_id, state);
        if shown.as_ref().is_some_and(|(shown, _)| *shown == face) {
            return;
        }
        let can_press = on_press.is_some() && face.can_press();
        button.set("data-state", Some(face.as_str()));
        // Not `disabled`: the focus would be lost from under the finger that pressed.
        button.set("aria-disabled", (!can_press).then_some("true"));
        button.set("aria-busy", (face == ButtonFace::Pending).then_some("true"));
        note.set_text(match face {
            ButtonFace::Idle | ButtonFace::Pending => "",
            ButtonFace::Done => texts.button_done,
            ButtonFace::Failed => texts.button_failed,
            ButtonFace::Expired => texts.button_expired,
        });
        let mark = mark(face);
        if let Some(mark) = &mark {
            button.prepend(mark);
        }
        if let Some((_, Some(old))) = shown.replace((face, mark)) {
            old.remove();
        }
    });
    row
}

fn mark(face: ButtonFace) -> Option<El> {
    match face {
        ButtonFace::Idle | ButtonFace::Expired => None,
        ButtonFace::Pending => Some(El::with_class("span", "spinner")),
        ButtonFace::Done => Some(icon(Icon::Check)),
        ButtonFace::Failed => Some(icon(Icon::Alert)),
    }
}
