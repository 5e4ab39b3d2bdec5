//! The owner's settings: name, welcome text, where the chat may be shown, and the tag to paste.

use leptos::prelude::*;
use shopbell_protocol::FieldViolation;
use shopbell_widget::dom::El;
use web_sys::Event;

use super::dialog::dialog;
use super::field::{FieldOptions, field};
use super::{Page, tag};
use crate::state::settings::{Saving, SiteDraft};

/// Draws it.
pub(super) fn settings(page: &Page) -> El {
    let (words, shown) = (page.words, page.dialog);
    let site = page.actions.load_site();
    let form_page = page.clone();
    let body = El::new("div")
        .bind(move || {
            Some(match site.get() {
                None => El::with_class("div", "timeline__earlier").child(El::with_class("span", "spinner")),
                Some(Err(())) => El::with_class("p", "field__error")
                    .attr("role", "alert")
                    .text(words.settings_failed),
                Some(Ok(site)) => form(&form_page, site),
            })
        })
        .child(El::with_class("hr", "dialog__rule"))
        .child(
            El::with_class("div", "group")
                .child(El::with_class("h3", "group__label").text(words.site_tag))
                .child(tag::tag(page)),
        );
    dialog(words.settings, words.close, body, move || shown.set(None))
}

fn form(page: &Page, site: SiteDraft) -> El {
    let words = page.words;
    let draft = RwSignal::new(site.clone());
    let saving = RwSignal::new(Saving::Idle);
    let wrong = move |path: &'static str| {
        move || {
            saving.with(|saving| match saving {
                Saving::Refused(violations) => violations
                    .iter()
                    .find(|violation| is_about(violation, path))
                    .map(describe),
                Saving::Idle | Saving::Running | Saving::Done | Saving::Failed => None,
            })
        }
    };
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
        wrong("name"),
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
        wrong("welcomeText"),
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
        wrong("allowedOrigins"),
        move |text| draft.update(|draft| draft.allowed_origins = text),
    );
    origins.input.set("spellcheck", Some("false"));
    origins.input.set("dir", Some("ltr"));
    let actions = page.actions.clone();
    El::with_class("form", "editor__fields")
        .on("submit", move |event: Event| {
            event.prevent_default();
            actions.save_site(draft.get_untracked(), saving);
        })
        .child(name.root)
        .child(welcome.root)
        .child(origins.root)
        .child(
            El::with_class("div", "dialog__foot")
                .child(
                    El::with_class("p", "dialog__status")
                        .attr("role", "status")
                        .bind_class("dialog__status--error", move || {
                            saving.with(|saving| matches!(saving, Saving::Failed | Saving::Refused(_)))
                        })
                        .bind_text(move || {
                            saving
                                .with(|saving| match saving {
                                    Saving::Done => words.saved,
                                    Saving::Failed => words.went_wrong,
                                    Saving::Idle | Saving::Running | Saving::Refused(_) => "",
                                })
                                .to_owned()
                        }),
                )
                .child(
                    El::with_class("button", "action action--primary")
                        .attr("type", "submit")
                        .bind_attr("aria-disabled", move || {
                            saving
                                .with(|saving| *saving == Saving::Running)
                                .then(|| "true".to_owned())
                        })
                        .text(words.save),
                ),
        )
}

fn is_about(violation: &FieldViolation, field: &str) -> bool {
    // `allowedOrigins[2]` is about `allowedOrigins`.
    violation
        .field
        .rsplit('.')
        .next()
        .is_some_and(|last| last.split('[').next() == Some(field))
}

fn describe(violation: &FieldViolation) -> String {
    format!("{} {}", violation.field, violation.description)
}
