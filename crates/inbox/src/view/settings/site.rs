//! The website: name, welcome text, where the chat may be shown, and the tag to paste.

use leptos::prelude::*;
use shopbell_widget::dom::El;
use web_sys::Event;

use super::super::field::{FieldOptions, field};
use super::super::tag;
use super::{Settings, parts};
use crate::api;
use crate::state::admin::Loaded;
use crate::state::settings::{Saving, SiteAnswer, SiteDraft};

/// Draws it.
pub(super) fn site(settings: &Settings) -> El {
    let words = settings.words;
    let site: RwSignal<Loaded<SiteAnswer>> = RwSignal::new(None);
    let load = {
        let actions = settings.page.actions.clone();
        move || actions.read(api::SITE, site)
    };
    load();
    let form_settings = settings.clone();
    El::with_class("div", "pane")
        .bind(move || {
            Some(match site.get() {
                None => parts::waiting(),
                Some(Err(())) => {
                    let again = load.clone();
                    parts::failed(words, words.settings_failed, move || {
                        site.set(None);
                        again();
                    })
                }
                Some(Ok(site)) => form(&form_settings, SiteDraft::from(site)),
            })
        })
        .child(El::with_class("hr", "dialog__rule"))
        .child(
            El::with_class("div", "group")
                .child(El::with_class("h3", "group__label").text(words.site_tag))
                .child(tag::tag(&settings.page)),
        )
}

fn form(settings: &Settings, site: SiteDraft) -> El {
    let words = settings.words;
    let draft = RwSignal::new(site.clone());
    let saving = RwSignal::new(Saving::Idle);
    let options = |id, label, hint, value, kind| FieldOptions {
        id,
        label,
        aside: None,
        hint: Some(hint),
        value,
        kind,
    };
    let name = field(
        options(
            "site-name",
            words.site_name,
            words.site_name_hint,
            &site.name,
            "text",
        ),
        parts::wrong(words, saving, "name", words.site_name),
        move |text| draft.update(|draft| draft.name = text),
    );
    let welcome = field(
        options(
            "site-welcome",
            words.site_welcome,
            words.site_welcome_hint,
            &site.welcome_text,
            "textarea",
        ),
        parts::wrong(words, saving, "welcomeText", words.site_welcome),
        move |text| draft.update(|draft| draft.welcome_text = text),
    );
    let origins = field(
        options(
            "site-origins",
            words.site_origins,
            words.site_origins_hint,
            &site.allowed_origins,
            "textarea",
        ),
        parts::wrong(words, saving, "allowedOrigins", words.site_origins),
        move |text| draft.update(|draft| draft.allowed_origins = text),
    );
    origins.input.set("spellcheck", Some("false"));
    origins.input.set("dir", Some("ltr"));
    let actions = settings.page.actions.clone();
    El::with_class("form", "editor__fields")
        .on("submit", move |event: Event| {
            event.prevent_default();
            draft.with_untracked(|draft| actions.save_site(draft, saving));
        })
        .child(name.root)
        .child(welcome.root)
        .child(origins.root)
        .child(
            El::with_class("div", "dialog__foot")
                .child(parts::status(words, saving))
                .child(parts::submit(words.save, saving)),
        )
}
