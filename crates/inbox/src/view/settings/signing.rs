//! The public key that signed tokens are checked with, and its rotation.

use leptos::prelude::*;
use shopbell_protocol::admin::{Rotation, SigningKey, SigningKeyState, SigningKeys};
use shopbell_widget::dom::El;

use super::{Settings, parts};
use crate::api;
use crate::state::admin::Loaded;
use crate::state::settings::Saving;

/// Draws it.
pub(super) fn signing(settings: &Settings) -> El {
    let words = settings.words;
    let keys: RwSignal<Loaded<SigningKeys>> = RwSignal::new(None);
    let asked = RwSignal::new(false);
    settings.page.actions.read(api::SIGNING_KEYS, keys);
    let (drawn, asking) = (settings.clone(), settings.clone());
    El::with_class("section", "group")
        .child(
            parts::head(words.signing, words.signing_text, None).bind(move || {
                let there = keys.with(|keys| matches!(keys, Some(Ok(_)))) && !asked.get();
                there.then(|| parts::button("action", words.signing_rotate, move || asked.set(true)))
            }),
        )
        .bind(move || asked.get().then(|| rotate(&asking, keys, asked)))
        .bind(move || {
            Some(match keys.get() {
                None => parts::waiting(),
                Some(Err(())) => {
                    let settings = drawn.clone();
                    parts::failed(words, words.settings_failed, move || {
                        settings.page.actions.read(api::SIGNING_KEYS, keys);
                    })
                }
                Some(Ok(keys)) => {
                    El::with_class("ul", "cards").children(keys.keys.iter().map(|key| one(&drawn, key)))
                }
            })
        })
}

fn one(settings: &Settings, key: &SigningKey) -> El {
    let words = settings.words;
    let (state, text) = match key.state {
        SigningKeyState::Next => ("waiting", words.signing_next),
        SigningKeyState::Current => ("active", words.signing_current),
        SigningKeyState::Retired | SigningKeyState::Unknown | SigningKeyState::Unrecognized => {
            ("paused", words.signing_retired)
        }
    };
    let from = settings.page.ages.moment(&key.signs_from_date);
    let body = El::with_class("details", "pem")
        .child(
            El::with_class("summary", "pem__row")
                .child(parts::pill(state, text))
                .child(
                    El::with_class("span", "field__hint").text(&words.signs_from.replace("{date}", &from)),
                ),
        )
        .child(
            El::with_class("pre", "tag pem__text")
                .attr("dir", "ltr")
                .attr("tabindex", "0")
                .attr("aria-label", words.signing)
                .text(key.public_key.trim()),
        )
        .child(parts::copy(settings, &key.public_key));
    // The one that receivers need stands open.
    if key.state == SigningKeyState::Current {
        body.set("open", Some(""));
    }
    El::new("li").child(body)
}

fn rotate(settings: &Settings, keys: RwSignal<Loaded<SigningKeys>>, asked: RwSignal<bool>) -> El {
    let words = settings.words;
    let saving = RwSignal::new(Saving::Idle);
    let actions = settings.page.actions.clone();
    let make = move |hours| {
        let rotation = Rotation {
            overlap_hours: Some(hours),
        };
        actions.change(
            ("POST", api::SIGNING_KEYS),
            &rotation,
            saving,
            move |made: SigningKeys| {
                let _ = keys.try_set(Some(Ok(made)));
                let _ = asked.try_set(false);
            },
        );
    };
    parts::rotation(
        settings,
        "signing-overlap",
        (words.signing_overlap, words.signing_hint, words.signing_make),
        words.signing_now,
        saving,
        (make, move || asked.set(false)),
    )
}
