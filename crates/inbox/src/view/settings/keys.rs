//! The keys of programs: the list, with rotation and revocation in place.

use leptos::prelude::*;
use shopbell_protocol::admin::{ApiKey, ApiKeys, KeyScope, MadeApiKey, Rotation};
use shopbell_widget::dom::list::{Around, list};
use shopbell_widget::dom::{ArcField, El};

use super::super::icon::Mark;
use super::super::wording;
use super::key_form::creating;
use super::once::once;
use super::{Settings, parts};
use crate::api;
use crate::state::admin::Loaded;
use crate::state::settings::Saving;
use crate::words::with_name;

/// What the parts of the page share. Cheap to clone.
#[derive(Clone)]
pub(super) struct Keys {
    pub(super) settings: Settings,
    pub(super) list: RwSignal<Loaded<ApiKeys>>,
    /// The form is there.
    pub(super) form: RwSignal<bool>,
    /// What was just made, until it was put away.
    pub(super) secret: RwSignal<Option<String>>,
}

impl Keys {
    pub(super) fn load(&self) {
        self.settings.page.actions.read(api::KEYS, self.list);
    }

    /// Shows a new key, and it in the list.
    pub(super) fn made(&self, made: MadeApiKey) {
        let _ = self.secret.try_set(Some(made.api_key));
        let _ = self.form.try_set(false);
        self.load();
    }
}

/// What stands below the buttons of a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Nothing,
    Rotate,
    Revoke,
}

/// Draws the page.
pub(super) fn keys(settings: &Settings) -> El {
    let keys = Keys {
        settings: settings.clone(),
        list: RwSignal::new(None),
        form: RwSignal::new(false),
        secret: RwSignal::new(None),
    };
    keys.load();
    El::with_class("div", "pane").bind(move || {
        Some(if keys.form.get() {
            creating(&keys)
        } else {
            all(&keys)
        })
    })
}

fn all(keys: &Keys) -> El {
    let words = keys.settings.words;
    let (loaded, form, secret) = (keys.list, keys.form, keys.secret);
    let add = move || parts::button("action action--primary", words.key_new, move || form.set(true));
    let kind = Memo::new(move |_| {
        loaded.with(|keys| match keys {
            None => None,
            Some(Err(())) => Some(Err(())),
            Some(Ok(keys)) => Some(Ok(keys.keys.is_empty())),
        })
    });
    let (drawn, once_settings) = (keys.clone(), keys.settings.clone());
    El::with_class("div", "pane__page")
        .child(
            parts::head(words.page_keys, words.keys_text, None)
                .bind(move || (kind.get() == Some(Ok(false))).then(add)),
        )
        .bind(move || {
            let made = secret.get()?;
            Some(once(&once_settings, words.key_secret, &made, move || {
                secret.set(None);
            }))
        })
        .bind(move || {
            Some(match kind.get() {
                None => parts::waiting(),
                Some(Err(())) => {
                    let keys = drawn.clone();
                    parts::failed(words, words.keys_failed, move || keys.load())
                }
                Some(Ok(true)) => parts::blank(Mark::Key, words.keys_none, words.keys_none_text).child(add()),
                Some(Ok(false)) => cards(&drawn),
            })
        })
}

fn cards(keys: &Keys) -> El {
    let items = El::with_class("ul", "cards").attr("aria-label", keys.settings.words.page_keys);
    let (loaded, keys) = (keys.list, keys.clone());
    list(
        &items,
        move || {
            loaded.with(|keys| match keys {
                Some(Ok(keys)) => keys.keys.clone(),
                Some(Err(())) | None => Vec::new(),
            })
        },
        |key: &ApiKey| key.id.clone(),
        move |key| El::new("li").child(card(&keys, key)),
        Around::default(),
    );
    items
}

fn card(keys: &Keys, key: ArcField<ApiKey>) -> El {
    let words = keys.settings.words;
    let asked = RwSignal::new(Asked::Nothing);
    let (drawn, asking, facts_keys) = (keys.clone(), keys.clone(), keys.clone());
    let (facts_key, asked_key) = (key.clone(), key.clone());
    let name = key.with_untracked(|key| key.name.clone());
    El::with_class("div", "key")
        .attr("role", "group")
        .attr("aria-label", &name)
        .bind(move || Some(key.with(|key| heading(&drawn, key))))
        .bind(move || Some(facts_key.with(|key| facts(&facts_keys, key))))
        .child(
            El::with_class("div", "tools")
                .child(parts::button("action group__add", words.key_rotate, move || {
                    asked.set(Asked::Rotate);
                }))
                .child(parts::button(
                    "action action--danger-plain group__add",
                    words.key_revoke,
                    move || asked.set(Asked::Revoke),
                )),
        )
        .bind(move || {
            let key = || asked_key.get_untracked();
            match asked.get() {
                Asked::Nothing => None,
                Asked::Rotate => Some(rotate(&asking, &key(), asked)),
                Asked::Revoke => Some(revoke(&asking, &key(), asked)),
            }
        })
}

fn heading(keys: &Keys, key: &ApiKey) -> El {
    let words = keys.settings.words;
    let scope = |scope: &KeyScope| {
        parts::pill(
            if *scope == KeyScope::Admin {
                "dead"
            } else {
                "paused"
            },
            scope.as_str(),
        )
    };
    let over = key
        .expires_date
        .as_deref()
        .filter(|date| is_past(keys, date))
        .map(|_| parts::pill("failing", words.state_disabled));
    El::with_class("div", "key__head")
        .child(
            El::with_class("span", "hook__name")
                .attr("dir", "auto")
                .text(&key.name),
        )
        .child(
            El::with_class("span", "pills")
                .maybe(over)
                .children(key.scopes.iter().map(scope)),
        )
}

fn facts(keys: &Keys, key: &ApiKey) -> El {
    let (words, page) = (keys.settings.words, &keys.settings.page);
    let date = |template: &str, date: &str| template.replace("{date}", &page.ages.moment(date));
    let used = key.last_used_date.as_deref().map_or_else(
        || words.key_unused.to_owned(),
        |used| words.key_used.replace("{date}", &wording::age(page, used)),
    );
    let ends = key.expires_date.as_deref().map(|ends| {
        if is_past(keys, ends) {
            date(words.key_expired, ends)
        } else if key.replaced_date.is_some() {
            date(words.key_replaced, ends)
        } else {
            date(words.key_expires, ends)
        }
    });
    let made = date(words.key_created, &key.created_date);
    let line = [Some(used), ends, Some(made)];
    El::with_class("p", "hook__facts").text(&line.into_iter().flatten().collect::<Vec<_>>().join(" · "))
}

fn is_past(keys: &Keys, date: &str) -> bool {
    let page = &keys.settings.page;
    page.i18n.instant(date) <= page.state.now_ms.get()
}

fn rotate(keys: &Keys, key: &ApiKey, asked: RwSignal<Asked>) -> El {
    let words = keys.settings.words;
    let saving = RwSignal::new(Saving::Idle);
    let (drawn, path) = (keys.clone(), api::key(&key.id, "/rotate"));
    let make = move |hours| {
        let keys = drawn.clone();
        let rotation = Rotation {
            overlap_hours: Some(hours),
        };
        let done = move |made: MadeApiKey| {
            let _ = asked.try_set(Asked::Nothing);
            keys.made(made);
        };
        drawn
            .settings
            .page
            .actions
            .change(("POST", &path), &rotation, saving, done);
    };
    parts::rotation(
        &keys.settings,
        &format!("overlap-{}", key.id),
        (words.overlap, words.key_rotate_hint, words.key_rotate_make),
        words.overlap_none,
        saving,
        (make, move || asked.set(Asked::Nothing)),
    )
}

fn revoke(keys: &Keys, key: &ApiKey, asked: RwSignal<Asked>) -> El {
    let words = keys.settings.words;
    let saving = RwSignal::new(Saving::Idle);
    let (drawn, path) = (keys.clone(), api::key(&key.id, ""));
    let sure = move || {
        let keys = drawn.clone();
        let done = move |_: serde_json::Value| keys.load();
        let actions = &drawn.settings.page.actions;
        actions.change(("DELETE", &path), &serde_json::json!({}), saving, done);
    };
    parts::question(
        words,
        &with_name(words.revoke_text, &key.name),
        words.revoke_sure,
        saving,
        (sure, move || asked.set(Asked::Nothing)),
    )
}
