//! What the pages of the settings share: headings, pills, ticks, questions, and how a form says what is wrong.

use leptos::prelude::*;
use shopbell_protocol::{FieldViolation, Rule};
use shopbell_widget::dom::{El, Icon, icon};
use web_sys::{Event, HtmlInputElement, HtmlSelectElement};

use super::super::focus;
use super::super::icon::{Mark, mark};
use super::Settings;
use crate::state::settings::Saving;
use crate::words::settings::SettingsWords;

/// Longest name of a key or an endpoint.
///
/// # Source
/// `one_line` of the server's keys.
const NAME_MAX: &str = "100";

/// Heading of a page, with a text below it and what can be done at its end.
pub(super) fn head(title: &str, text: &str, action: Option<El>) -> El {
    El::with_class("div", "pane__head")
        .child(
            El::with_class("div", "pane__titles")
                .child(El::with_class("h3", "pane__title").text(title))
                .child(El::with_class("p", "pane__text").text(text)),
        )
        .maybe(action)
}

/// Heading of a page that one came to from another, with the way back. It takes the focus, so that one hears where one is.
pub(super) fn head_back(words: &SettingsWords, title: El, on_back: impl Fn() + 'static) -> El {
    let title = title.class("pane__title").attr("tabindex", "-1");
    focus::soon(&title);
    El::with_class("div", "pane__head pane__head--back")
        .child(
            El::with_class("button", "tool")
                .attr("type", "button")
                .attr("aria-label", words.back)
                .attr("title", words.back)
                .child(mark(Mark::Back))
                .on("click", move |_| on_back()),
        )
        .child(title)
}

/// A button with words.
pub(super) fn button(class: &str, label: &str, on_click: impl Fn() + 'static) -> El {
    El::with_class("button", class)
        .attr("type", "button")
        .text(label)
        .on("click", move |_| on_click())
}

/// A word in a colored frame; `state` is for style.
pub(super) fn pill(state: &str, text: &str) -> El {
    El::with_class("span", "pill")
        .attr("data-state", state)
        .text(text)
}

/// What stands where a list is empty.
pub(super) fn blank(drawing: Mark, title: &str, text: &str) -> El {
    El::with_class("div", "blank")
        .child(mark(drawing))
        .child(El::with_class("h4", "blank__title").text(title))
        .child(El::with_class("p", "blank__text").text(text))
}

/// What stands there until an answer comes.
pub(super) fn waiting() -> El {
    El::with_class("div", "timeline__earlier").child(El::with_class("span", "spinner"))
}

/// What stands there where none comes, with another try.
pub(super) fn failed(words: &SettingsWords, text: &str, again: impl Fn() + 'static) -> El {
    El::with_class("div", "blank")
        .attr("role", "alert")
        .child(El::with_class("p", "blank__text").text(text))
        .child(button("action", words.try_again, again))
}

/// A box to tick, with a label and small print.
pub(super) fn tick(
    label: &str,
    hint: Option<&str>,
    on: impl Fn() -> bool + 'static,
    on_change: impl Fn(bool) + 'static,
) -> El {
    mark_one("checkbox", None, (label, hint), on, on_change)
}

/// One of several of the same `group`, with a label and small print.
pub(super) fn radio(
    group: &str,
    label: &str,
    hint: Option<&str>,
    on: impl Fn() -> bool + 'static,
    on_choose: impl Fn() + 'static,
) -> El {
    mark_one("radio", Some(group), (label, hint), on, move |on| {
        if on {
            on_choose();
        }
    })
}

fn mark_one(
    kind: &str,
    group: Option<&str>,
    (label, hint): (&str, Option<&str>),
    on: impl Fn() -> bool + 'static,
    on_change: impl Fn(bool) + 'static,
) -> El {
    let input = El::with_class("input", "tick__box")
        .attr("type", kind)
        .attr("aria-label", label)
        .maybe_attr("name", group);
    let (source, shown) = (input.clone(), input.clone());
    // Ticks the box, which the page itself does not follow.
    shopbell_widget::dom::owned_effect(move || shown.cast::<HtmlInputElement>().set_checked(on()));
    let input = input.on("change", move |_| {
        on_change(source.cast::<HtmlInputElement>().checked());
    });
    El::with_class("label", "tick").child(input).child(
        El::with_class("span", "tick__words")
            .child(El::with_class("span", "tick__label").text(label))
            .maybe(hint.map(|hint| El::with_class("span", "field__hint").text(hint))),
    )
}

/// A list to choose from; `id` is unique on the page, `on_choose` gets the place.
pub(super) fn select(
    id: &str,
    label: &str,
    options: &[String],
    chosen: usize,
    on_choose: impl Fn(usize) + 'static,
) -> El {
    let input = El::with_class("select", "field__input").attr("id", id);
    let input = input.children(options.iter().enumerate().map(|(place, text)| {
        El::new("option")
            .maybe_attr("selected", (place == chosen).then_some(""))
            .text(text)
    }));
    let source = input.clone();
    let input = input.on("change", move |_| {
        let place = source.cast::<HtmlSelectElement>().selected_index();
        on_choose(usize::try_from(place).unwrap_or_default());
    });
    El::with_class("div", "field")
        .child(
            El::with_class("label", "field__label")
                .attr("for", id)
                .text(label),
        )
        .child(input)
}

/// A question before something that cannot be taken back. The way out has the focus.
pub(super) fn question(
    words: &'static SettingsWords,
    text: &str,
    sure: &str,
    saving: RwSignal<Saving>,
    (on_sure, on_cancel): (impl Fn() + 'static, impl Fn() + 'static),
) -> El {
    let cancel = button("action", words.cancel, on_cancel);
    focus::soon(&cancel);
    El::with_class("div", "question")
        .attr("role", "group")
        .attr("aria-label", text)
        .child(El::with_class("p", "question__text").text(text))
        .child(
            El::with_class("div", "dialog__foot")
                .child(status(words, saving))
                .child(cancel)
                .child(button("action action--danger", sure, on_sure)),
        )
}

/// How long the old one goes on, and the button that makes the new one. `on_make` gets hours.
pub(super) fn rotation(
    settings: &Settings,
    id: &str,
    (label, hint, make): (&str, &str, &str),
    first: &str,
    saving: RwSignal<Saving>,
    (on_make, on_cancel): (impl Fn(u32) + 'static, impl Fn() + 'static),
) -> El {
    const HOURS: [u32; 4] = [0, 1, 24, 168];
    let words = settings.words;
    let options = [first, words.overlap_hour, words.overlap_day, words.overlap_week].map(str::to_owned);
    let hours = RwSignal::new(24);
    let select = select(id, label, &options, 2, move |place| {
        hours.set(HOURS.get(place).copied().unwrap_or(24));
    });
    if let Ok(Some(input)) = select.element().query_selector("select") {
        focus::soon(&El::adopt(input));
    }
    El::with_class("form", "question question--calm")
        .on("submit", move |event: Event| {
            event.prevent_default();
            on_make(hours.get_untracked());
        })
        .child(select)
        .child(El::with_class("p", "field__hint").text(hint))
        .child(
            El::with_class("div", "dialog__foot")
                .child(status(words, saving))
                .child(button("action", words.cancel, on_cancel))
                .child(submit(make, saving)),
        )
}

/// The button that sends a form.
pub(super) fn submit(label: &str, saving: RwSignal<Saving>) -> El {
    El::with_class("button", "action action--primary")
        .attr("type", "submit")
        .bind_attr("aria-disabled", move || {
            saving
                .with(|saving| *saving == Saving::Running)
                .then(|| "true".to_owned())
        })
        .text(label)
}

/// What became of saving, where no field says it.
pub(super) fn status(words: &'static SettingsWords, saving: RwSignal<Saving>) -> El {
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
        })
}

/// What is wrong with a field: in our words with the field's label and its limit where we have them, else in the server's.
pub(super) fn wrong(
    words: &'static SettingsWords,
    saving: RwSignal<Saving>,
    path: &'static str,
    label: &'static str,
) -> impl Fn() -> Option<String> + Clone + 'static {
    move || {
        saving.with(|saving| match saving {
            Saving::Refused(violations) => violations
                .iter()
                .find(|violation| is_about(violation, path))
                .map(|violation| describe(words, violation, path, label)),
            Saving::Idle | Saving::Running | Saving::Done | Saving::Failed => None,
        })
    }
}

/// Below a group of boxes: what is wrong with it.
pub(super) fn group_error(error: impl Fn() -> Option<String> + 'static) -> El {
    El::with_class("p", "field__error")
        .attr("aria-live", "polite")
        .bind_text(move || error().unwrap_or_default())
}

/// A button that puts a text into the clipboard and says so.
pub(super) fn copy(settings: &Settings, text: &str) -> El {
    let (words, actions, text) = (settings.words, settings.page.actions.clone(), text.to_owned());
    let copied = RwSignal::new(false);
    El::with_class("button", "action group__add")
        .attr("type", "button")
        .bind(move || copied.get().then(|| icon(Icon::Check)))
        .child(
            El::new("span")
                .attr("aria-live", "polite")
                .bind_text(move || if copied.get() { words.copied } else { words.copy }.to_owned()),
        )
        .on("click", move |_| actions.copy(&text, copied))
}

fn is_about(violation: &FieldViolation, field: &str) -> bool {
    // `allowedOrigins[2]` is about `allowedOrigins`.
    violation
        .field
        .rsplit('.')
        .next()
        .is_some_and(|last| last.split('[').next() == Some(field))
}

fn describe(words: &SettingsWords, violation: &FieldViolation, path: &str, label: &str) -> String {
    let template = match (violation.violated_rule, path) {
        (Rule::RequiredField, _) => words.error_missing,
        (Rule::MaxLength | Rule::Format, "name") if violation.description.contains(NAME_MAX) => {
            words.error_name
        }
        (Rule::MinSize, _) => words.error_none,
        (Rule::Format, "expiresDate") => words.error_date,
        _ => words.error_other,
    };
    // One among several is named by its place.
    let place = violation
        .field
        .find('[')
        .and_then(|place| violation.field.get(place..));
    template
        .replace("{name}", &format!("{label}{}", place.unwrap_or_default()))
        .replace("{n}", NAME_MAX)
        .replace("{text}", &violation.description)
}
