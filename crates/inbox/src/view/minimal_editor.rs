//! The editor of a minimal message, with a preview.

use leptos::prelude::*;
use shopbell_widget::dom::El;

use super::card_editor::error;
use super::field::{FieldOptions, FieldView, choice, field};
use super::preview::Addresses;
use super::{Page, preview};
use crate::state::draft::MinimalDraft;
use crate::state::field::Field;

/// Draws it.
pub(super) fn minimal_editor(page: &Page) -> El {
    let (state, words) = (page.state, page.words);
    let draft = state.draft.with_untracked(|draft| draft.minimal.clone());
    let text = part(
        page,
        ("minimal-text", words.minimal_text, None),
        &draft.text,
        Field::MinimalText,
        |minimal, text| {
            minimal.text = text;
        },
    );
    let optional = Some(words.optional);
    let icon = part(
        page,
        ("minimal-icon", words.minimal_icon, optional),
        &draft.icon_url,
        Field::MinimalIcon,
        |minimal, text| {
            minimal.icon_url = text;
        },
    );
    let url = part(
        page,
        ("minimal-url", words.minimal_url, optional),
        &draft.url,
        Field::MinimalUrl,
        |minimal, text| {
            minimal.url = text;
        },
    );
    let whole = Addresses::of(page);
    whole.follow(&icon.input);
    for input in [&icon.input, &url.input] {
        input.set("inputmode", Some("url"));
        input.set("placeholder", Some("https://"));
    }
    let actions = page.actions.clone();
    let visibility = El::with_class("div", "field")
        .child(El::with_class("span", "field__label").text(words.minimal_visibility))
        .child(choice(
            words.minimal_visibility,
            &[words.visible_both, words.visible_business],
            move || usize::from(state.draft.with(|draft| draft.minimal.business_only)),
            move |place| actions.edit(|draft| draft.minimal.business_only = place == 1),
        ));
    let fields = El::with_class("div", "editor__fields")
        .child(text.root)
        .child(
            El::with_class("div", "editor__pair")
                .child(icon.root)
                .child(url.root),
        )
        .child(visibility);
    El::with_class("div", "editor").child(
        El::with_class("div", "editor__columns")
            .child(fields)
            .child(preview::preview(page, whole)),
    )
}

fn part(
    page: &Page,
    (id, label, aside): (&'static str, &'static str, Option<&'static str>),
    value: &str,
    which: Field,
    put: impl Fn(&mut MinimalDraft, String) + Copy + 'static,
) -> FieldView {
    let actions = page.actions.clone();
    field(
        FieldOptions {
            id,
            label,
            aside,
            hint: None,
            value,
            kind: "text",
        },
        error(page, which),
        move |text| {
            actions.edit(|draft| put(&mut draft.minimal, text.clone()));
        },
    )
}
