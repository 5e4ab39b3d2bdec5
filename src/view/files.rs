//! The three ways of a file into the composer: the button, paste, and drop on the panel.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, DragEvent, File, FileList, HtmlInputElement};

use crate::dom::{El, Field, Icon, icon};

use super::WidgetProps;
use super::parts::Parts;

pub(super) fn attach(parts: &Parts, props: &WidgetProps) {
    let (texts, state, on_attach) = (props.i18n.texts, props.state, props.on_attach);
    let give = move |files: Option<FileList>| {
        let files = all(files);
        let any = !files.is_empty();
        if any {
            on_attach.run(files);
        }
        any
    };

    let picker = El::new("input")
        .attr("type", "file")
        .attr("multiple", "")
        .attr("hidden", "")
        .bind_attr("accept", move || {
            state
                .settings
                .with(|settings| Some(settings.upload_accept.clone()).filter(|accept| !accept.is_empty()))
        })
        .on("change", move |event| {
            let Some(input) = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
            else {
                return;
            };
            give(input.files());
            // So that the same file can be chosen again.
            input.set_value("");
        });
    let opener = picker.clone();
    parts.form.append(picker.element());
    parts
        .attach
        .clone()
        .attr("aria-label", texts.attach)
        .attr("title", texts.attach)
        .on("click", move |_| opener.cast::<HtmlInputElement>().click());

    parts.input.clone().on("paste", move |event| {
        let data = event.unchecked_ref::<ClipboardEvent>().clipboard_data();
        if give(data.and_then(|data| data.files())) {
            event.prevent_default();
        }
    });
    drop_on(&parts.panel, texts.drop_here, give);
}

fn drop_on(panel: &El, label: &'static str, give: impl Fn(Option<FileList>) -> bool + 'static) {
    let over = Field::new(false);
    // Entering a child is told before leaving its parent, so only the count says whether one is still inside.
    let depth = Rc::new(Cell::new(0_u32));
    let (enter, leave, end) = (Rc::clone(&depth), Rc::clone(&depth), depth);
    panel
        .clone()
        .on("dragenter", move |event| {
            if has_files(&event) {
                event.prevent_default();
                enter.set(enter.get() + 1);
                over.set(true);
            }
        })
        .on("dragover", |event| {
            if has_files(&event) {
                event.prevent_default();
            }
        })
        .on("dragleave", move |_| {
            leave.set(leave.get().saturating_sub(1));
            if leave.get() == 0 {
                over.set(false);
            }
        })
        .on("drop", move |event| {
            end.set(0);
            over.set(false);
            if has_files(&event) {
                event.prevent_default();
                give(
                    event
                        .unchecked_ref::<DragEvent>()
                        .data_transfer()
                        .and_then(|data| data.files()),
                );
            }
        })
        .bind(move || {
            over.get().then(|| {
                El::with_class("div", "panel__drop")
                    .child(icon(Icon::Picture))
                    .text(label)
            })
        });
}

fn has_files(event: &web_sys::Event) -> bool {
    let data = event.unchecked_ref::<DragEvent>().data_transfer();
    data.is_some_and(|data| {
        data.types()
            .iter()
            .any(|kind| kind.as_string().as_deref() == Some("Files"))
    })
}

fn all(files: Option<FileList>) -> Vec<File> {
    files.map_or_else(Vec::new, |files| {
        (0..files.length())
            .filter_map(|index| files.item(index))
            .collect()
    })
}
