//! What an editor's message will look like, drawn by the widget's own components.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use shopbell_protocol::staff::StaffMessage;
use shopbell_protocol::{ClientId, Visibility};
use shopbell_sync::TimelineMessage;
use shopbell_widget::dom::El;
use shopbell_widget::message::{Live, MessageContext, content};
use shopbell_widget::platform::timer::after;
use web_sys::Event;

use super::Page;
use crate::state::draft::Draft;

/// Longer than a press takes.
const AFTER_LEAVING_MS: u64 = 300;

/// The addresses of pictures as they were when their fields were last left.
///
/// Half an address leads somewhere else: while it is being typed, nobody may be asked for a picture.
#[derive(Clone, Copy)]
pub(super) struct Addresses {
    draft: RwSignal<Draft>,
    left: RwSignal<(String, String)>,
}

impl Addresses {
    /// As the draft has them now.
    pub(super) fn of(page: &Page) -> Self {
        let left = RwSignal::new(page.state.draft.with_untracked(addresses));
        Self {
            draft: page.state.draft,
            left,
        }
    }

    /// Takes what stands in this field for whole a moment after it is left.
    ///
    /// Leaving a field is often the first half of a press on a button: a preview that grew at once would move the
    /// button away from under the pointer.
    pub(super) fn follow(self, input: &El) {
        let waiting = Rc::new(RefCell::new(None));
        let _ = input.clone().on("change", move |_: Event| {
            let timer = after(AFTER_LEAVING_MS, move || {
                self.left.set(self.draft.with_untracked(addresses));
            });
            *waiting.borrow_mut() = Some(timer);
        });
    }
}

fn addresses(draft: &Draft) -> (String, String) {
    (draft.card.image_url.clone(), draft.minimal.icon_url.clone())
}

/// Draws it, again with each change.
pub(super) fn preview(page: &Page, whole: Addresses) -> El {
    let (state, words) = (page.state, page.words);
    let message = Memo::new(move |_| {
        let (image, icon) = whole.left.get();
        state.draft.with(|draft| {
            let mut draft = draft.clone();
            if draft.card.image_url != image {
                draft.card.image_url.clear();
            }
            if draft.minimal.icon_url != icon {
                draft.minimal.icon_url.clear();
            }
            // One without words would be an empty slab.
            draft
                .card
                .buttons
                .retain(|button| !button.label.trim().is_empty());
            draft.is_sendable(0).then(|| draft.message(&[]))
        })
    });
    let ctx = MessageContext {
        i18n: page.i18n.clone(),
        on_press: None,
    };
    El::with_class("section", "editor__preview")
        .attr("aria-label", words.preview)
        .bind_attr("data-visibility", move || {
            let business = message.with(|message| {
                message
                    .as_ref()
                    .is_some_and(|message| message.visibility == Some(Visibility::Business))
            });
            business.then(|| "business".to_owned())
        })
        .child(El::with_class("p", "editor__caption").text(words.preview))
        .bind(move || {
            let Some(draft) = message.get() else {
                return Some(El::with_class("p", "field__hint").text(words.preview_empty));
            };
            let drawn = StaffMessage::from_draft(&draft, ClientId::from("preview"), String::new());
            let shown = drawn.shown.content.clone();
            let parts = content(&ctx, &Live::still(drawn.shown), shown);
            // Inert: what a press would do is told by the fields beside it.
            Some(
                El::with_class("div", "entry entry--preview")
                    .attr("inert", "")
                    .child(El::with_class("div", "entry__body").children(parts)),
            )
        })
}
