//! All kinds of messages but text, as a chunk of their own: many conversations have none of them.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::AtomicBool;

use shopbell_protocol::{BasicItem, ContentKind, ShownButton};

use crate::dom::{El, style};
use crate::lazy;

use super::{Live, MessageContext, Undrawable, basic, form, minimal, system, template, unsupported};

/// What is behind the door of [`lazy::cards`].
pub(crate) struct Cards {
    draw: fn(&MessageContext, &Live, Option<&str>, Part) -> El,
}

/// One bubble.
pub(super) enum Part {
    /// An item of a basic message.
    Item(BasicItem),
    /// A message that is one bubble.
    Whole(ContentKind<ShownButton>),
}

impl Cards {
    pub(crate) fn new() -> Self {
        static STYLED: AtomicBool = AtomicBool::new(false);
        style(
            &STYLED,
            &[
                include_str!("../../style/components/media.css"),
                include_str!("../../style/components/card.css"),
                include_str!("../../style/components/note.css"),
            ],
        );
        Self { draw }
    }
}

/// The bubble: drawn now where the code is there, else a place for it with the preview text.
pub(super) fn later(ctx: &MessageContext, live: &Live, preview: Option<String>, part: Part) -> El {
    enum Place {
        Empty,
        Held(El),
        Drawn(El),
    }
    let place = Rc::new(RefCell::new(Place::Empty));
    let (ctx, live, filled, words) = (ctx.clone(), live.clone(), Rc::clone(&place), preview.clone());
    lazy::with(lazy::cards, move |cards| {
        let drawn = (cards.draw)(&ctx, &live, preview.as_deref(), part);
        if let Place::Held(held) = filled.replace(Place::Drawn(drawn.clone())) {
            held.replace(&drawn);
        }
    });
    let mut place = place.borrow_mut();
    if let Place::Drawn(drawn) = &*place {
        return drawn.clone();
    }
    let held = El::with_class("div", "bubble bubble--waits")
        .attr("dir", "auto")
        .text(words.as_deref().unwrap_or("…"));
    *place = Place::Held(held.clone());
    held
}

fn draw(ctx: &MessageContext, live: &Live, preview: Option<&str>, part: Part) -> El {
    let drawn = match part {
        Part::Item(item) => basic::item(ctx, item),
        Part::Whole(kind) => match kind {
            ContentKind::Template(template) => template::card(ctx, live, template),
            ContentKind::Minimal(minimal) => minimal::line(ctx, minimal),
            ContentKind::Form(form) => form::card(ctx, form),
            ContentKind::System(system) => system::notice(ctx, live, system),
            // What has items is drawn item by item.
            ContentKind::Basic(_) => Err(Undrawable::Empty),
            ContentKind::Unsupported { .. } => Err(Undrawable::Kind),
        },
    };
    unsupported::boundary(ctx, preview, drawn)
}
