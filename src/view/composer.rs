//! Where one writes. The textarea is the page's own: nothing is written into it unless it differs, so that the caret
//! and a word being composed stay untouched.

use std::rc::Rc;

use leptos::prelude::*;
use shopbell_protocol::limits::TEXT_MAX;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlTextAreaElement, KeyboardEvent};

use crate::dom::{El, Field, owned_effect, supports};
use crate::state::store::{Upload, WidgetState};

use super::parts::Parts;
use super::{WidgetProps, attachments, files};

/// The count shows itself this many characters before the limit.
const COUNT_FROM: u32 = LIMIT - 500;

#[expect(clippy::cast_possible_truncation, reason = "16384")]
const LIMIT: u32 = TEXT_MAX as u32;

pub(super) fn attach(parts: &Parts, props: &WidgetProps, to_latest: Rc<dyn Fn()>) {
    let (texts, draft) = (props.i18n.texts, props.state.draft);
    attachments::attach(parts, props);
    files::attach(parts, props);

    let input = parts
        .input
        .clone()
        .attr("aria-label", texts.message)
        .attr("placeholder", texts.write_message);
    adopt_text(&input, draft);
    let submit = submitter(&input, props, to_latest);

    let (for_key, for_form) = (Rc::clone(&submit), submit);
    let (on_typing, typed) = (props.on_typing, input.clone());
    let input = input
        .on("input", move |_| {
            draft.set(typed.cast::<HtmlTextAreaElement>().value());
            on_typing.run(());
        })
        .on("keydown", move |event| {
            let key: &KeyboardEvent = event.unchecked_ref();
            // 229 is what Safari gives for the Enter that ends a composition, after it said that none is running.
            let composing = key.is_composing() || key.key_code() == 229;
            if key.key() == "Enter" && !key.shift_key() && !composing {
                event.prevent_default();
                for_key();
            }
        });
    parts.form.clone().on("submit", move |event| {
        event.prevent_default();
        for_form();
    });

    let state = props.state;
    parts
        .send
        .clone()
        .attr("aria-label", texts.send)
        .attr("title", texts.send)
        .bind_attr("aria-disabled", move || {
            (!can_send(state)).then(|| "true".to_owned())
        })
        // Else the focus would leave the text, and a phone would close its keyboard.
        .on("mousedown", |event| event.prevent_default());
    foot(parts, props);
    follow_focus(input, props);
}

/// What was typed before the program was there becomes the draft; a draft from elsewhere is written into the input.
fn adopt_text(input: &El, draft: Field<String>) {
    let area: HtmlTextAreaElement = input.cast::<HtmlTextAreaElement>().clone();
    let typed = area.value();
    if !typed.is_empty() && draft.with_untracked(String::is_empty) {
        draft.set(typed);
    }
    let sizes_itself = supports("field-sizing", "content");
    // Outside: the textarea's text and height.
    owned_effect(move || {
        draft.with(|text| {
            if area.value() != *text {
                area.set_value(text);
            }
        });
        if !sizes_itself {
            fit(&area);
        }
    });
}

/// As high as its text; the style sheet bounds it.
fn fit(area: &HtmlTextAreaElement) {
    let style = area.unchecked_ref::<HtmlElement>().style();
    let set = |height: &str| {
        let done = style.set_property("height", height);
        debug_assert!(done.is_ok(), "height of the input");
    };
    set("auto");
    set(&[&area.scroll_height().to_string(), "px"].concat());
}

fn submitter(input: &El, props: &WidgetProps, to_latest: Rc<dyn Fn()>) -> Rc<dyn Fn()> {
    let (state, on_send, input) = (props.state, props.on_send, input.clone());
    let draft = state.draft;
    Rc::new(move || {
        untrack(|| {
            let text = draft.with(|text| text.trim().to_owned());
            if can_send(state) && on_send.run(text) {
                draft.set(String::new());
                to_latest();
            }
        });
        focus(&input);
    })
}

/// There is something to send, and it is not too long. What is still on its way up goes with it.
fn can_send(state: WidgetState) -> bool {
    let (empty, fits) = state
        .draft
        .with(|text| (text.trim().is_empty(), length(text.trim()) <= TEXT_MAX));
    fits && (!empty || has_files(state))
}

fn has_files(state: WidgetState) -> bool {
    state.attachments.with(|all| {
        all.iter()
            .any(|one| one.upload.with(|upload| !matches!(upload, Upload::Failed { .. })))
    })
}

/// Characters as the limit counts them.
fn length(text: &str) -> usize {
    // Bytes bound characters from above, so an ordinary text is not counted.
    if text.len() < TEXT_MAX / 2 {
        text.len()
    } else {
        text.chars().count()
    }
}

/// The count near the limit, and by how much a text is over it.
fn foot(parts: &Parts, props: &WidgetProps) {
    let (i18n, draft) = (props.i18n.clone(), props.state.draft);
    let (line, input) = (parts.foot.clone(), parts.input.clone());
    owned_effect(move || {
        let used = u32::try_from(draft.with(|text| length(text))).unwrap_or(u32::MAX);
        let over = used.saturating_sub(LIMIT);
        let number = |count: u32| i18n.number(f64::from(count));
        line.set_text(&match over {
            0 if used <= COUNT_FROM => String::new(),
            0 => [&number(used), " / ", &number(LIMIT)].concat(),
            over => i18n.plural(i18n.texts.too_long, over),
        });
        line.toggle("composer__foot--over", over > 0);
        input.set("aria-invalid", (over > 0).then_some("true"));
    });
}

fn follow_focus(input: El, props: &WidgetProps) {
    let requests = props.focus_requests;
    let mut last = requests.get_untracked();
    // Outside: the focus.
    owned_effect(move || {
        let now = requests.get();
        if now != last {
            last = now;
            focus(&input);
        }
    });
}

fn focus(input: &El) {
    let done = input.cast::<HtmlElement>().focus();
    debug_assert!(done.is_ok(), "focus the input");
}
