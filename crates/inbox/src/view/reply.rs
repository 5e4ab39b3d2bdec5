//! Where staff write: what kind of message, the text or an editor, pictures and files, and the way out.

use leptos::prelude::*;
use shopbell_widget::dom::{El, owned_effect};
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Event, File, FileList, HtmlInputElement, KeyboardEvent};

use super::icon::{Mark, mark};
use super::{Page, attachments, card_editor, field, minimal_editor, wording};
use crate::state::draft::Mode;
use crate::state::field::Field;
use crate::state::store::Obstacle;
use crate::words;

/// Draws it; `name` is the participant's.
pub(super) fn reply(page: &Page, name: ArcMemo<String>) -> El {
    let state = page.state;
    let actions = page.actions.clone();
    let mode = Memo::new(move |_| state.draft.with(|draft| draft.mode));
    let body_page = page.clone();
    let body = El::with_class("div", "reply__body").bind(move || {
        Some(match mode.get() {
            Mode::Reply | Mode::Note => text(&body_page, mode.get_untracked(), &name),
            Mode::Template => card_editor::card_editor(&body_page),
            Mode::Minimal => minimal_editor::minimal_editor(&body_page),
        })
    });
    let box_ = El::with_class("div", "reply__box")
        .child(modes(page, mode))
        .child(body.attr("role", "tabpanel"))
        .child(foot(page, mode));
    El::with_class("form", "reply")
        .bind_attr("data-mode", move || Some(mode.get().name().to_owned()))
        .on("submit", move |event: Event| {
            event.prevent_default();
            actions.send();
        })
        .bind(obstacle(page))
        .child(box_)
}

/// What stands in the way, above the box.
fn obstacle(page: &Page) -> impl Fn() -> Option<El> + 'static {
    let (obstacle, words) = (page.state.obstacle, page.words);
    move || {
        let text = match obstacle.get()? {
            Obstacle::MovedOn => words.moved_on.to_owned(),
            Obstacle::Uploading => words.upload_wait.to_owned(),
            Obstacle::Refused(reason) => format!("{} {reason}", words.send_refused),
        };
        Some(
            El::with_class("p", "reply__moved")
                .attr("role", "alert")
                .child(mark(Mark::Info))
                .text(&text),
        )
    }
}

fn modes(page: &Page, mode: Memo<Mode>) -> El {
    let words = page.words;
    let tabs = El::with_class("div", "reply__modes")
        .attr("role", "tablist")
        .attr("aria-label", words.modes);
    let row = tabs.clone();
    let arrow_actions = page.actions.clone();
    let tabs = tabs.on("keydown", move |event: Event| {
        let step = match event.unchecked_ref::<KeyboardEvent>().key().as_str() {
            "ArrowRight" => 1,
            "ArrowLeft" => Mode::ALL.len() - 1,
            _ => return,
        };
        event.prevent_default();
        let at = Mode::ALL
            .iter()
            .position(|this| *this == mode.get_untracked())
            .unwrap_or_default();
        let next = Mode::ALL
            .iter()
            .cycle()
            .nth(at + step)
            .copied()
            .unwrap_or_default();
        arrow_actions.set_mode(next);
        if let Some(tab) = row.part(next.name()) {
            super::focus::now(&tab);
        }
    });
    tabs.children(Mode::ALL.into_iter().map(|this| {
        let actions = page.actions.clone();
        let (label, which) = match this {
            Mode::Reply => (words.mode_reply, Mark::Reply),
            Mode::Note => (words.mode_note, Mark::Lock),
            Mode::Template => (words.mode_template, Mark::Card),
            Mode::Minimal => (words.mode_minimal, Mark::Line),
        };
        El::with_class("button", "reply__mode")
            .attr("type", "button")
            .attr("role", "tab")
            .attr("data-part", this.name())
            .bind_attr("aria-selected", move || Some((mode.get() == this).to_string()))
            .bind_attr("tabindex", move || {
                Some(if mode.get() == this { "0" } else { "-1" }.to_owned())
            })
            .child(mark(which))
            .child(El::new("span").text(label))
            .on("click", move |_| actions.set_mode(this))
    }))
}

fn text(page: &Page, mode: Mode, name: &ArcMemo<String>) -> El {
    let (state, words) = (page.state, page.words);
    let (typed, sender, pasted) = (page.actions.clone(), page.actions.clone(), page.actions.clone());
    let input = El::with_class("textarea", "reply__input")
        .attr("rows", "2")
        .attr("data-testid", "composer")
        .attr("enterkeyhint", "send")
        .attr(
            "placeholder",
            if mode == Mode::Note {
                words.write_note
            } else {
                words.write_reply
            },
        )
        .attr("dir", "auto");
    let (name, source) = (name.clone(), input.clone());
    let input = input
        .bind_attr("aria-label", move || {
            Some(if mode == Mode::Note {
                words.note_label.to_owned()
            } else {
                words::with_name(words.reply_label, &name.get())
            })
        })
        .on("input", move |_| typed.type_text(field::value(&source)))
        .on("keydown", move |event: Event| {
            if sends(event.unchecked_ref()) {
                event.prevent_default();
                sender.send();
            }
        })
        .on("paste", move |event: Event| {
            let data = event.unchecked_ref::<ClipboardEvent>().clipboard_data();
            let pictures = data.and_then(|data| data.files()).map(files).unwrap_or_default();
            if !pictures.is_empty() {
                event.prevent_default();
                pasted.attach(pictures);
            }
        });
    let shown = input.clone();
    let text = Memo::new(move |_| state.draft.with(|draft| draft.text().to_owned()));
    // Puts a text that was changed elsewhere (sent, restored) into the text area.
    owned_effect(move || field::set_value(&shown, &text.get()));
    El::with_class("div", "reply__text")
        .child(attachments::tray(page))
        .child(input)
}

/// Enter sends, but not the one that ends the choice of a word in an input method, and not with Shift.
fn sends(event: &KeyboardEvent) -> bool {
    // Safari reports the closing Enter after the composition, with the old key code.
    let composing = event.is_composing() || event.key_code() == 229;
    event.key() == "Enter" && !event.shift_key() && !event.alt_key() && !composing
}

fn foot(page: &Page, mode: Memo<Mode>) -> El {
    let (state, words) = (page.state, page.words);
    let attaching = page.clone();
    let hint_page = page.clone();
    let error = Memo::new(move |_| {
        state
            .errors
            .with(|errors| errors.iter().find(|error| error.field == Field::Text).cloned())
    });
    let sendable = Memo::new(move |_| {
        let attached = state.attachments.with(Vec::len);
        state.draft.with(|draft| draft.is_sendable(attached))
    });
    let hint = El::with_class("p", "reply__hint")
        .bind_class("reply__hint--error", move || error.with(Option::is_some))
        .bind_text(move || match error.get() {
            Some(error) => wording::violation(hint_page.words, &error),
            None => match mode.get() {
                Mode::Reply => words.hint_send,
                Mode::Note => words.hint_note,
                Mode::Template | Mode::Minimal => words.hint_editor,
            }
            .to_owned(),
        });
    let send = El::with_class("button", "action action--primary reply__send")
        .attr("type", "submit")
        .attr("data-testid", "send")
        .bind_attr("aria-disabled", move || {
            (!sendable.get()).then(|| "true".to_owned())
        })
        .bind_text(move || {
            match (state.obstacle.get(), mode.get()) {
                (Some(Obstacle::MovedOn), _) => words.send_anyway,
                (_, Mode::Note) => words.add_note,
                (_, Mode::Reply | Mode::Template | Mode::Minimal) => words.send,
            }
            .to_owned()
        });
    El::with_class("div", "reply__foot")
        .bind(move || mode.get().is_text().then(|| attach_button(&attaching)))
        .child(hint)
        .child(send)
}

fn attach_button(page: &Page) -> El {
    let (state, words, actions) = (page.state, page.words, page.actions.clone());
    let accept = state
        .session
        .with_untracked(|session| session.settings().map(|settings| settings.upload_accept.clone()));
    let input = El::new("input")
        .attr("type", "file")
        .attr("multiple", "")
        .attr("hidden", "")
        .attr("data-testid", "attach")
        .maybe_attr("accept", accept.as_deref().filter(|accept| !accept.is_empty()));
    let (chosen, opened) = (input.clone(), input.clone());
    let input = input.on("change", move |_| {
        let input: &HtmlInputElement = chosen.cast();
        actions.attach(input.files().map(files).unwrap_or_default());
        // So that the same file can be chosen again after it was taken back.
        input.set_value("");
    });
    El::with_class("span", "reply__attach")
        .child(input)
        .child(super::sidebar::tool(words.attach, Mark::Attach, move || {
            opened.cast::<HtmlInputElement>().click();
        }))
}

/// A browser's list of files as ours.
pub(super) fn files(list: FileList) -> Vec<File> {
    (0..list.length()).filter_map(|place| list.get(place)).collect()
}
