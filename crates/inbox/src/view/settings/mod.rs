//! The owner's settings: the website, webhooks and API keys, a page each.
//!
//! A page is drawn when it is gone to and reads what it shows then. `parts` is what they share.

mod deliveries;
mod endpoint;
mod endpoint_form;
mod key_form;
mod keys;
mod once;
mod parts;
mod signing;
mod site;
mod webhooks;

use leptos::prelude::*;
use shopbell_widget::dom::El;

use super::Page;
use super::dialog::dialog;
use super::icon::{Mark, mark};
use crate::words::settings as texts;

/// Where in the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    Site,
    Webhooks,
    Keys,
}

/// What each page is given. Cheap to clone.
#[derive(Clone)]
struct Settings {
    page: Page,
    words: &'static texts::SettingsWords,
    /// Something stands there that is not shown again: the dialog does not close by a slip.
    held: RwSignal<bool>,
}

/// Draws them.
pub(super) fn settings(page: &Page) -> El {
    let words = texts::of(page.i18n.language);
    let settings = Settings {
        page: page.clone(),
        words,
        held: RwSignal::default(),
    };
    let section = RwSignal::new(Section::Site);
    let held = settings.held;
    let drawn = settings.clone();
    let body = El::with_class("div", "settings")
        .child(sections(&settings, section))
        .bind(move || {
            // What was held belonged to the page that is left.
            drawn.held.set(false);
            Some(match section.get() {
                Section::Site => site::site(&drawn),
                Section::Webhooks => webhooks::webhooks(&drawn),
                Section::Keys => keys::keys(&drawn),
            })
        });
    let shown = page.dialog;
    dialog(page.words.settings, page.words.close, body, move || {
        shown.set(None);
    })
    .class("dialog--settings")
    .bind_attr("data-held", move || held.get().then(|| "true".to_owned()))
}

fn sections(settings: &Settings, section: RwSignal<Section>) -> El {
    let words = settings.words;
    let entries = [
        (Section::Site, words.page_site, Mark::Window),
        (Section::Webhooks, words.page_webhooks, Mark::Hook),
        (Section::Keys, words.page_keys, Mark::Key),
    ];
    El::with_class("nav", "settings__nav")
        .attr("aria-label", words.pages)
        .children(entries.into_iter().map(|(which, name, drawing)| {
            El::with_class("button", "settings__link")
                .attr("type", "button")
                .child(mark(drawing))
                .child(El::new("span").text(name))
                .bind_attr("aria-current", move || {
                    (section.get() == which).then(|| "page".to_owned())
                })
                .on("click", move |_| section.set(which))
        }))
}
