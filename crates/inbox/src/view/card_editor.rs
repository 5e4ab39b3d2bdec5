//! The editor of a template message, with a preview drawn by the component that will draw it for the visitor.

use std::rc::Rc;

use leptos::prelude::*;
use shopbell_protocol::PostbackUse;
use shopbell_protocol::limits::{BUTTONS_MAX, TEXT_LINES_MAX};
use shopbell_widget::dom::list::{Around, list};
use shopbell_widget::dom::{El, Icon, icon};
use web_sys::HtmlSelectElement;

use super::field::{FieldOptions, choice, field};
use super::icon::{Mark, mark};
use super::preview::Addresses;
use super::{Page, preview, wording};
use crate::state::draft::{ButtonDraft, CardDraft};
use crate::state::field::Field;
use crate::words;

const USES: [PostbackUse; 3] = [
    PostbackUse::Once,
    PostbackUse::OncePerGroup,
    PostbackUse::Repeatable,
];

/// Draws it.
pub(super) fn card_editor(page: &Page) -> El {
    let (state, words) = (page.state, page.words);
    let card = state.draft.with_untracked(|draft| draft.card.clone());
    let title = page_field(
        page,
        "card-title",
        words.card_title,
        &card.title,
        Field::CardTitle,
        |card, text| card.title = text,
    );
    let image = page_field(
        page,
        "card-image",
        words.card_image,
        &card.image_url,
        Field::CardImage,
        |card, text| {
            card.image_url = text;
        },
    );
    let whole = Addresses::of(page);
    whole.follow(&image.input);
    image.input.set("inputmode", Some("url"));
    image.input.set("placeholder", Some("https://"));
    let layout_actions = page.actions.clone();
    let layout = El::with_class("div", "field")
        .child(El::with_class("span", "field__label").text(words.card_layout))
        .child(choice(
            words.card_layout,
            &[words.portrait, words.landscape],
            move || usize::from(state.draft.with(|draft| draft.card.landscape)),
            move |place| layout_actions.edit(|draft| draft.card.landscape = place == 1),
        ));
    let fields = El::with_class("div", "editor__fields")
        .child(
            El::with_class("div", "editor__pair")
                .child(title.root)
                .child(image.root),
        )
        .child(layout)
        .child(lines(page))
        .child(buttons(page));
    El::with_class("div", "editor").child(
        El::with_class("div", "editor__columns")
            .child(fields)
            .child(preview::preview(page, whole)),
    )
}

/// A field of the card as a whole.
fn page_field(
    page: &Page,
    id: &'static str,
    label: &'static str,
    value: &str,
    which: Field,
    put: impl Fn(&mut CardDraft, String) + Copy + 'static,
) -> super::field::FieldView {
    let actions = page.actions.clone();
    field(
        FieldOptions {
            id,
            label,
            aside: Some(page.words.optional),
            hint: None,
            value,
            kind: "text",
        },
        error(page, which),
        move |text| actions.edit(|draft| put(&mut draft.card, text.clone())),
    )
}

/// What is wrong with a field, as it is now.
pub(super) fn error(page: &Page, which: Field) -> impl Fn() -> Option<String> + Clone + 'static {
    let (errors, words) = (page.state.errors, page.words);
    move || {
        errors.with(|errors| {
            Some(wording::violation(
                words,
                errors.iter().find(|error| error.field == which)?,
            ))
        })
    }
}

fn group(page: &Page, label: &str, which: Field, items: El, add: El) -> El {
    let wrong = error(page, which);
    El::with_class("fieldset", "group")
        .child(El::with_class("legend", "group__label").text(label))
        .child(items)
        .child(
            El::with_class("p", "field__error")
                .attr("role", "alert")
                .bind_text(move || wrong().unwrap_or_default()),
        )
        .child(add)
}

fn add_button(label: &str, on_click: impl Fn() + 'static) -> El {
    El::with_class("button", "action group__add")
        .attr("type", "button")
        .child(mark(Mark::Plus))
        .text(label)
        .on("click", move |_| on_click())
}

fn remove(label: Rc<dyn Fn() -> String>, on_click: impl Fn() + 'static) -> El {
    El::with_class("button", "tool")
        .attr("type", "button")
        .bind_attr("aria-label", move || Some(label()))
        .child(icon(Icon::Close))
        .on("click", move |_| on_click())
}

/// What the lines and the buttons of a card have in common: rows that can be added up to a limit.
struct Repeated {
    label: &'static str,
    add_label: &'static str,
    which: Field,
    max: usize,
    keys: fn(&CardDraft) -> Vec<u32>,
    add: fn(&mut CardDraft),
    row: fn(&Page, u32) -> El,
}

fn lines(page: &Page) -> El {
    repeated(
        page,
        &Repeated {
            label: page.words.card_lines,
            add_label: page.words.add_line,
            which: Field::CardLines,
            max: TEXT_LINES_MAX,
            keys: |card| card.lines.iter().map(|line| line.key).collect(),
            add: CardDraft::add_line,
            row: line,
        },
    )
}

fn buttons(page: &Page) -> El {
    repeated(
        page,
        &Repeated {
            label: page.words.card_buttons,
            add_label: page.words.add_button,
            which: Field::CardButtons,
            max: BUTTONS_MAX,
            keys: |card| card.buttons.iter().map(|button| button.key).collect(),
            add: CardDraft::add_button,
            row: button,
        },
    )
}

fn repeated(page: &Page, rows: &Repeated) -> El {
    let (draft, actions) = (page.state.draft, page.actions.clone());
    let &Repeated {
        keys, max, row, add, ..
    } = rows;
    let current = move || draft.with(|draft| keys(&draft.card));
    let items = El::with_class("div", "group");
    let row_page = page.clone();
    list(
        &items,
        current,
        u32::to_string,
        move |key| row(&row_page, key.get_untracked()),
        Around::default(),
    );
    let full = Memo::new(move |_| current().len() >= max);
    let more = add_button(rows.add_label, move || actions.edit(|draft| add(&mut draft.card)))
        .bind_attr("hidden", move || full.get().then(String::new));
    group(page, rows.label, rows.which, items, more)
}

/// The place of a line or button among the others, counted from 1.
fn place(
    page: &Page,
    template: &'static str,
    keys: impl Fn(&CardDraft) -> Option<usize> + 'static,
) -> Rc<dyn Fn() -> String> {
    let state = page.state;
    Rc::new(move || {
        let place = state.draft.with(|draft| keys(&draft.card)).unwrap_or_default() + 1;
        words::with_number(template, &place.to_string())
    })
}

fn line(page: &Page, key: u32) -> El {
    let state = page.state;
    let position = move |card: &CardDraft| card.lines.iter().position(|line| line.key == key);
    let value = state.draft.with_untracked(|draft| {
        position(&draft.card)
            .and_then(|at| draft.card.lines.get(at))
            .map(|line| line.text.clone())
    });
    let (actions, removing) = (page.actions.clone(), page.actions.clone());
    let id = format!("card-line-{key}");
    let view = field(
        FieldOptions {
            id: &id,
            label: "",
            aside: None,
            hint: None,
            value: &value.unwrap_or_default(),
            kind: "text",
        },
        error(page, Field::CardLine(key)),
        move |text| {
            actions.edit(|draft| {
                if let Some(line) = draft.card.lines.iter_mut().find(|line| line.key == key) {
                    line.text.clone_from(&text);
                }
            });
        },
    );
    let label = place(page, page.words.card_line, position);
    let input = view.input.clone();
    let _ = input.bind_attr("aria-label", move || Some(label()));
    El::with_class("div", "group__line")
        .child(view.root)
        .child(remove(place(page, page.words.remove_line, position), move || {
            removing.edit(|draft| draft.card.lines.retain(|line| line.key != key));
        }))
}

fn button(page: &Page, key: u32) -> El {
    let (state, words) = (page.state, page.words);
    let position = move |card: &CardDraft| card.buttons.iter().position(|button| button.key == key);
    let Some(first) = current(page, key) else {
        return El::new("div");
    };
    let postback = Memo::new(move |_| {
        state.draft.with(|draft| {
            draft
                .card
                .buttons
                .iter()
                .any(|button| button.key == key && button.postback)
        })
    });
    let edit = {
        let actions = page.actions.clone();
        move |change: &dyn Fn(&mut ButtonDraft)| {
            actions.edit(|draft| {
                if let Some(button) = draft.card.buttons.iter_mut().find(|button| button.key == key) {
                    change(button);
                }
            });
        }
    };
    let (edit_label, edit_kind) = (edit.clone(), edit.clone());
    let label = field(
        FieldOptions {
            id: &format!("button-{key}-label"),
            label: words.button_label,
            aside: None,
            hint: None,
            value: &first.label,
            kind: "text",
        },
        error(page, Field::ButtonLabel(key)),
        move |text| edit_label(&|button| button.label.clone_from(&text)),
    );
    let removing = page.actions.clone();
    let group_label = place(page, words.card_button, position);
    let top = El::with_class("div", "pressable__top")
        .child(choice(
            words.button_uses,
            &[words.button_postback, words.button_link],
            move || usize::from(!postback.get()),
            move |place| edit_kind(&|button| button.postback = place == 0),
        ))
        .child(remove(place(page, words.remove_button, position), move || {
            removing.edit(|draft| draft.card.buttons.retain(|button| button.key != key));
        }));
    let rest_page = page.clone();
    El::with_class("div", "pressable")
        .attr("role", "group")
        .bind_attr("aria-label", move || Some(group_label()))
        .child(top)
        .child(label.root)
        .bind(move || {
            let button = current(&rest_page, key)?;
            Some(if postback.get() {
                report(&rest_page, key, &button, edit.clone())
            } else {
                link(&rest_page, key, &button, edit.clone())
            })
        })
}

type ButtonChange<'a> = &'a dyn Fn(&mut ButtonDraft);

/// The button as it stands in the draft; `None` once it was removed.
fn current(page: &Page, key: u32) -> Option<ButtonDraft> {
    page.state.draft.with_untracked(|draft| {
        let buttons = &draft.card.buttons;
        buttons.iter().find(|button| button.key == key).cloned()
    })
}

fn link(page: &Page, key: u32, button: &ButtonDraft, edit: impl Fn(ButtonChange<'_>) + 'static) -> El {
    let view = field(
        FieldOptions {
            id: &format!("button-{key}-link"),
            label: page.words.button_address,
            aside: None,
            hint: None,
            value: &button.link,
            kind: "text",
        },
        error(page, Field::ButtonLink(key)),
        move |text| edit(&|button| button.link.clone_from(&text)),
    );
    view.input.set("inputmode", Some("url"));
    view.input.set("placeholder", Some("https://"));
    view.root
}

fn report(
    page: &Page,
    key: u32,
    button: &ButtonDraft,
    edit: impl Fn(ButtonChange<'_>) + Clone + 'static,
) -> El {
    let words = page.words;
    let edit_uses = edit.clone();
    let interaction = field(
        FieldOptions {
            id: &format!("button-{key}-interaction"),
            label: words.button_interaction,
            aside: None,
            hint: None,
            value: &button.interaction_id,
            kind: "text",
        },
        error(page, Field::ButtonInteraction(key)),
        move |text| edit(&|button| button.interaction_id.clone_from(&text)),
    );
    interaction.input.set("autocapitalize", Some("none"));
    interaction.input.set("spellcheck", Some("false"));
    let id = format!("button-{key}-uses");
    let options = [words.uses_once, words.uses_once_per_group, words.uses_repeatable];
    let select =
        El::with_class("select", "field__input")
            .attr("id", &id)
            .children(options.iter().zip(USES).map(|(label, uses)| {
                El::new("option")
                    .attr("value", uses.as_str())
                    .maybe_attr("selected", (button.uses == uses).then_some(""))
                    .text(label)
            }));
    let chosen = select.clone();
    let select = select.on("change", move |_| {
        let uses = PostbackUse::from_wire(&chosen.cast::<HtmlSelectElement>().value());
        edit_uses(&|button| button.uses = uses);
    });
    El::with_class("div", "editor__pair")
        .child(interaction.root)
        .child(
            El::with_class("div", "field")
                .child(
                    El::with_class("label", "field__label")
                        .attr("for", &id)
                        .text(words.button_uses),
                )
                .child(select),
        )
}
