//! Buttons of a card or a notice: a link opens an address, a postback button reports and shows what came of it.

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use shopbell_protocol::{ButtonState, ShownAction, ShownButton};
use shopbell_sync::item::ButtonFace;

use crate::dom::{El, Icon, icon};

use super::address::link_address;
use super::text::outside_link;
use super::{Live, MessageContext, PressButton};

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
    let texts = ctx.i18n.texts;
    let face = {
        let (live, button_id) = (SendWrapper::new(live.clone()), button_id.clone());
        ArcMemo::new(move |_| live.face(&button_id, state))
    };
    let on_press = ctx.on_press;
    let can_press = {
        let face = face.clone();
        move || on_press.is_some() && face.get().can_press()
    };
    let (for_attr, for_icon, for_note, for_state, for_busy) =
        (can_press.clone(), face.clone(), face.clone(), face.clone(), face);
    let live = live.clone();
    let button = El::with_class("button", "button button--postback")
        .attr("type", "button")
        .attr("data-testid", "postback")
        .attr("data-button-id", &button_id)
        .bind_attr("data-state", move || Some(for_state.get().as_str().to_owned()))
        // Not `disabled`: the focus would be lost from under the finger that pressed.
        .bind_attr("aria-disabled", move || (!for_attr()).then(|| "true".to_owned()))
        .bind_attr("aria-busy", move || {
            (for_busy.get() == ButtonFace::Pending).then(|| "true".to_owned())
        })
        .bind(move || mark(for_icon.get()))
        .child(words(label))
        .on("click", move |_| {
            let Some((on_press, message_id)) = on_press.zip(untrack(|| live.message_id())) else {
                return;
            };
            if untrack(&can_press) {
                on_press.run(PressButton {
                    message_id,
                    button_id: button_id.clone(),
                });
            }
        });
    let note = El::with_class("p", "button__note")
        .attr("role", "status")
        .bind_text(move || {
            match for_note.get() {
                ButtonFace::Idle | ButtonFace::Pending => "",
                ButtonFace::Done => texts.button_done,
                ButtonFace::Failed => texts.button_failed,
                ButtonFace::Expired => texts.button_expired,
            }
            .to_owned()
        });
    El::with_class("div", "button-row").child(button).child(note)
}

fn mark(face: ButtonFace) -> Option<El> {
    match face {
        ButtonFace::Idle | ButtonFace::Expired => None,
        ButtonFace::Pending => Some(El::with_class("span", "spinner")),
        ButtonFace::Done => Some(icon(Icon::Check)),
        ButtonFace::Failed => Some(icon(Icon::Alert)),
    }
}
