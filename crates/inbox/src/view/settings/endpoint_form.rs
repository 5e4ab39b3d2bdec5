//! The form of an endpoint, new or known.

use leptos::prelude::*;
use shopbell_protocol::Rule;
use shopbell_protocol::Violations;
use shopbell_protocol::admin::{MadeWebhook, WebhookFormat};
use shopbell_protocol::event::EventBody;
use shopbell_widget::dom::El;
use web_sys::Event;

use super::super::field::{FieldOptions, field};
use super::super::focus;
use super::parts;
use super::webhooks::{Hooks, Place};
use crate::api;
use crate::state::admin::HookDraft;
use crate::state::settings::Saving;
use crate::words::settings::SettingsWords;

/// The form of a new endpoint.
pub(super) fn creating(hooks: &Hooks) -> El {
    let words = hooks.settings.words;
    let (draft, saving) = (RwSignal::new(HookDraft::default()), RwSignal::new(Saving::Idle));
    let (back, cancel, made) = (hooks.clone(), hooks.clone(), hooks.clone());
    let actions = hooks.settings.page.actions.clone();
    let submit = move || {
        let hooks = made.clone();
        let done = move |made: MadeWebhook| {
            let id = made.endpoint.id.clone();
            hooks.take(made.endpoint);
            let _ = hooks.secret.try_set(made.secret);
            hooks.go(Place::Endpoint(id));
        };
        actions.change(
            ("POST", api::WEBHOOKS),
            &draft.with_untracked(HookDraft::to_new),
            saving,
            done,
        );
    };
    El::with_class("div", "pane__page")
        .child(parts::head_back(
            words,
            El::new("h3").text(words.hook_new),
            move || back.go(Place::List),
        ))
        .child(form(
            words,
            draft,
            saving,
            words.hook_create,
            true,
            (submit, move || {
                cancel.go(Place::List);
            }),
        ))
}

/// The form of an endpoint that is there.
pub(super) fn changing(hooks: &Hooks, id: &str) -> El {
    let words = hooks.settings.words;
    // Untracked: what is read anew meanwhile must not take away what was typed.
    let known = untrack(|| hooks.endpoint(id));
    let draft = RwSignal::new(known.as_ref().map(HookDraft::from).unwrap_or_default());
    let saving = RwSignal::new(Saving::Idle);
    let place = Place::Endpoint(id.to_owned());
    let (back, cancel, changed) = (hooks.clone(), hooks.clone(), hooks.clone());
    let (back_to, cancel_to) = (place.clone(), place.clone());
    let (actions, path) = (hooks.settings.page.actions.clone(), api::webhook(id, ""));
    let submit = move || {
        let (hooks, place) = (changed.clone(), place.clone());
        actions.change(
            ("PATCH", &path),
            &draft.with_untracked(HookDraft::to_change),
            saving,
            move |endpoint| {
                hooks.take(endpoint);
                hooks.go(place.clone());
            },
        );
    };
    El::with_class("div", "pane__page")
        .child(parts::head_back(
            words,
            El::new("h3").text(words.hook_edit),
            move || back.go(back_to.clone()),
        ))
        .child(form(
            words,
            draft,
            saving,
            words.save,
            false,
            (submit, move || {
                cancel.go(cancel_to.clone());
            }),
        ))
}

fn form(
    words: &'static SettingsWords,
    draft: RwSignal<HookDraft>,
    saving: RwSignal<Saving>,
    save: &str,
    new: bool,
    (on_submit, on_cancel): (impl Fn() + 'static, impl Fn() + 'static),
) -> El {
    let first = draft.get_untracked();
    let address = field(
        FieldOptions {
            id: "hook-url",
            label: words.hook_url,
            aside: None,
            hint: Some(words.hook_url_hint),
            value: &first.url,
            kind: "url",
        },
        parts::wrong(words, saving, "url", words.hook_url),
        move |text| draft.update(|draft| draft.url = text),
    );
    address.input.set("dir", Some("ltr"));
    address
        .input
        .set("placeholder", Some("https://shop.example.com/hooks"));
    address.input.set("autocomplete", Some("off"));
    let name = field(
        FieldOptions {
            id: "hook-name",
            label: words.hook_name,
            aside: new.then_some(words.optional),
            hint: new.then_some(words.hook_name_hint),
            value: &first.name,
            kind: "text",
        },
        parts::wrong(words, saving, "name", words.hook_name),
        move |text| draft.update(|draft| draft.name = text),
    );
    name.input.set("autocomplete", Some("off"));
    if new {
        focus::soon(&address.input);
    }
    El::with_class("form", "editor__fields")
        // What is wrong is said by us, in place, and not by the browser's bubble.
        .attr("novalidate", "")
        .on("submit", move |event: Event| {
            event.prevent_default();
            if draft.with_untracked(HookDraft::wants_nothing) {
                saving.set(Saving::Refused(Violations::one("types", Rule::MinSize, "").0));
            } else {
                on_submit();
            }
        })
        .child(address.root)
        .child(name.root)
        .child(events(words, draft, saving))
        .maybe(new.then(|| format(words, draft)))
        .child(
            El::with_class("div", "dialog__foot")
                .child(parts::status(words, saving))
                .child(parts::button("action", words.cancel, on_cancel))
                .child(parts::submit(save, saving)),
        )
}

fn events(words: &'static SettingsWords, draft: RwSignal<HookDraft>, saving: RwSignal<Saving>) -> El {
    let all = Memo::new(move |_| draft.with(|draft| draft.all));
    // In the order of `EventBody::TYPES`.
    let names = [
        words.event_pressed,
        words.event_business,
        words.event_participant,
        words.event_merged,
    ];
    let set_all = move |all| draft.update(|draft| draft.all = all);
    El::with_class("fieldset", "group")
        .child(El::with_class("legend", "group__label").text(words.hook_events))
        .child(parts::radio(
            "hook-events",
            words.all_events,
            None,
            move || all.get(),
            move || {
                set_all(true);
            },
        ))
        .child(parts::radio(
            "hook-events",
            words.only_some,
            None,
            move || !all.get(),
            move || {
                set_all(false);
            },
        ))
        .bind(move || {
            (!all.get()).then(|| {
                let ticks = names.iter().zip(EventBody::TYPES).enumerate();
                El::with_class("div", "group__inner").children(ticks.map(|(place, (name, code))| {
                    parts::tick(
                        name,
                        Some(code),
                        move || draft.with(|draft| draft.types.contains(&place)),
                        move |on| {
                            draft.update(|draft| {
                                if on {
                                    draft.types.insert(place);
                                } else {
                                    draft.types.remove(&place);
                                }
                            });
                        },
                    )
                    .class("tick--code")
                }))
            })
        })
        .child(parts::group_error(parts::wrong(
            words,
            saving,
            "types",
            words.hook_events,
        )))
}

fn format(words: &SettingsWords, draft: RwSignal<HookDraft>) -> El {
    let one = |format, label, text| {
        parts::radio(
            "hook-format",
            label,
            Some(text),
            move || draft.with(|draft| draft.format == format),
            move || draft.update(|draft| draft.format = format),
        )
        .class("tick--card")
    };
    El::with_class("fieldset", "group")
        .child(El::with_class("legend", "group__label").text(words.hook_format))
        .child(
            El::with_class("div", "editor__pair")
                .child(one(
                    WebhookFormat::Token,
                    words.format_token,
                    words.format_token_text,
                ))
                .child(one(
                    WebhookFormat::Standard,
                    words.format_standard,
                    words.format_standard_text,
                )),
        )
}
