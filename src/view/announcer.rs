//! Says each new message once to assistive technology, with its sender.
//!
//! One hidden region of role `log`: what is added is read, what was there is not read again. The timeline itself is not
//! live, because an acknowledgement or a redrawn row would be read as news.

use leptos::prelude::*;
use shopbell_protocol::{BasicItem, ContentKind, ShownContent};

use crate::dom::{El, owned_effect};
use crate::i18n::I18n;

use super::WidgetProps;
use super::parts::Parts;
use super::rows::sender_name;

/// How many stay in the region: enough for the slowest reader, too few to be met while browsing.
const KEPT: usize = 3;

pub(super) fn attach(parts: &Parts, props: &WidgetProps) {
    let (i18n, state, live) = (props.i18n.clone(), props.state, parts.live.clone());
    let mut said: Vec<(String, El)> = Vec::new();
    owned_effect(move || {
        let Some(row) = state.arrived.get() else { return };
        let text = untrack(|| {
            row.item.with(|item| {
                let business = state.settings.with(|settings| settings.business_name.clone());
                let sender = sender_name(&i18n, item, &business);
                [&sender, ": ", &preview(&i18n, &item.message.content)].concat()
            })
        });
        if said.iter().any(|(id, _)| id == row.id.as_str()) {
            return;
        }
        let said_line = El::new("p").text(&text);
        live.append(said_line.element());
        said.push((row.id.as_str().to_owned(), said_line));
        if said.len() > KEPT {
            said.remove(0).1.remove();
        }
    });
}

/// A content in one line.
pub(super) fn preview(i18n: &I18n, content: &ShownContent) -> String {
    let given = content
        .preview_text
        .clone()
        .filter(|text| !text.trim().is_empty());
    let line = given.unwrap_or_else(|| content.derived_preview());
    if !line.is_empty() {
        return line;
    }
    match &content.kind {
        ContentKind::Basic(basic) => match basic.items.first() {
            Some(BasicItem::Image(_)) => i18n.texts.picture,
            Some(BasicItem::File(_)) => i18n.texts.file,
            Some(BasicItem::Text(_) | BasicItem::Unsupported { .. }) | None => i18n.texts.unsupported,
        },
        ContentKind::Template(_)
        | ContentKind::Minimal(_)
        | ContentKind::Form(_)
        | ContentKind::System(_)
        | ContentKind::Unsupported { .. } => i18n.texts.unsupported,
    }
    .to_owned()
}
