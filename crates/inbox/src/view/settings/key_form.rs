//! The form of a new key.

use leptos::prelude::*;
use shopbell_protocol::admin::{KeyScope, MadeApiKey};
use shopbell_protocol::{Rule, Violations};
use shopbell_widget::dom::El;
use web_sys::Event;

use super::super::field::{FieldOptions, field};
use super::super::focus;
use super::keys::Keys;
use super::parts;
use crate::state::admin::{Ends, KeyDraft};
use crate::state::settings::Saving;
use crate::words::settings::SettingsWords;
use crate::words::with_number;
use crate::{api, platform};

/// Draws it.
pub(super) fn creating(keys: &Keys) -> El {
    let words = keys.settings.words;
    let (draft, saving) = (RwSignal::new(KeyDraft::default()), RwSignal::new(Saving::Idle));
    let form = keys.form;
    let name = field(
        FieldOptions {
            id: "key-name",
            label: words.key_name,
            aside: None,
            hint: Some(words.key_name_hint),
            value: "",
            kind: "text",
        },
        parts::wrong(words, saving, "name", words.key_name),
        move |text| draft.update(|draft| draft.name = text),
    );
    name.input.set("autocomplete", Some("off"));
    focus::soon(&name.input);
    let made = keys.clone();
    let submit = move |event: Event| {
        event.prevent_default();
        let given = draft.get_untracked();
        let date = expires(&given);
        if given.ends != Ends::Never && date.is_none() {
            saving.set(Saving::Refused(
                Violations::one("expiresDate", Rule::RequiredField, "").0,
            ));
            return;
        }
        let keys = made.clone();
        let done = move |made: MadeApiKey| keys.made(made);
        let actions = &made.settings.page.actions;
        actions.change(("POST", api::KEYS), &given.to_new(date), saving, done);
    };
    El::with_class("div", "pane__page")
        .child(parts::head_back(
            words,
            El::new("h3").text(words.key_new),
            move || {
                form.set(false);
            },
        ))
        .child(
            El::with_class("form", "editor__fields")
                .attr("novalidate", "")
                .on("submit", submit)
                .child(name.root)
                .child(scopes(words, draft, saving))
                .child(ends(words, draft, saving))
                .child(
                    El::with_class("div", "dialog__foot")
                        .child(parts::status(words, saving))
                        .child(parts::button("action", words.cancel, move || form.set(false)))
                        .child(parts::submit(words.key_create, saving)),
                ),
        )
}

/// The end on the wire; `None` also for a day that is none.
fn expires(draft: &KeyDraft) -> Option<String> {
    match draft.ends {
        Ends::Never => None,
        Ends::Days(days) => platform::in_days(days),
        Ends::OnDay => platform::end_of_day(&draft.day),
    }
}

fn scopes(words: &'static SettingsWords, draft: RwSignal<KeyDraft>, saving: RwSignal<Saving>) -> El {
    let one = |scope: KeyScope, label, hint| {
        parts::tick(
            label,
            hint,
            move || draft.with(|draft| draft.scopes.contains(&scope)),
            move |on| draft.update(|draft| draft.set(scope, on)),
        )
    };
    El::with_class("fieldset", "group")
        .child(El::with_class("legend", "group__label").text(words.key_scopes))
        .child(one(KeyScope::Read, words.scope_read, None))
        .child(one(KeyScope::Write, words.scope_write, None))
        .child(one(KeyScope::Events, words.scope_events, None))
        .child(one(
            KeyScope::Admin,
            words.scope_admin,
            Some(words.scope_admin_hint),
        ))
        .child(parts::group_error(parts::wrong(
            words,
            saving,
            "scopes",
            words.key_scopes,
        )))
}

fn ends(words: &'static SettingsWords, draft: RwSignal<KeyDraft>, saving: RwSignal<Saving>) -> El {
    let options = Ends::ALL.map(|ends| match ends {
        Ends::Never => words.ends_never.to_owned(),
        Ends::Days(365) => words.ends_year.to_owned(),
        Ends::Days(days) => with_number(words.ends_days, &days.to_string()),
        Ends::OnDay => words.ends_day.to_owned(),
    });
    let chosen = Memo::new(move |_| draft.with(|draft| draft.ends));
    El::with_class("div", "editor__pair")
        .child(
            parts::select("key-ends", words.key_ends, &options, 0, move |place| {
                let ends = Ends::ALL.get(place).copied().unwrap_or_default();
                draft.update(|draft| draft.ends = ends);
            })
            .child(parts::group_error(move || {
                let wrong = parts::wrong(words, saving, "expiresDate", words.key_ends);
                (chosen.get() != Ends::OnDay).then(wrong).flatten()
            })),
        )
        .bind(move || {
            (chosen.get() == Ends::OnDay).then(|| {
                let day = field(
                    FieldOptions {
                        id: "key-day",
                        label: words.key_day,
                        aside: None,
                        hint: None,
                        value: &draft.with_untracked(|draft| draft.day.clone()),
                        kind: "date",
                    },
                    parts::wrong(words, saving, "expiresDate", words.key_day),
                    move |text| draft.update(|draft| draft.day = text),
                );
                day.root
            })
        })
}
