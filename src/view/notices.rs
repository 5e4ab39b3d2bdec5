//! The lines over the composer when something is wrong.

use crate::dom::{El, Icon, icon};
use crate::i18n::{I18n, with_name, with_part};
use crate::state::store::{Connection, Notice};

use super::WidgetProps;
use super::parts::Parts;

pub(super) fn attach(parts: &Parts, props: &WidgetProps) {
    let (i18n, state, on_dismiss) = (props.i18n.clone(), props.state, props.on_dismiss);
    let texts = i18n.texts;
    parts
        .notices
        .clone()
        .bind(move || {
            let (text, waits) = match state.connection.get() {
                Connection::Offline => (texts.offline_notice, false),
                Connection::Unreachable => (texts.unreachable_notice, true),
                Connection::Reconnecting => (texts.reconnecting_notice, true),
                Connection::Idle | Connection::Connecting | Connection::Online => return None,
            };
            let line = El::with_class("p", "notice");
            let line = if waits {
                line.child(El::with_class("span", "spinner"))
            } else {
                line
            };
            Some(line.child(El::with_class("span", "notice__text").text(text)))
        })
        .bind(move || {
            let text = state
                .notice
                .with(|notice| notice.as_ref().map(|notice| words(&i18n, state, notice)))?;
            let close = El::with_class("button", "notice__button")
                .attr("type", "button")
                .attr("aria-label", texts.close)
                .child(icon(Icon::Close).class("icon--small"))
                .on("click", move |_| on_dismiss.run(()));
            Some(
                El::with_class("div", "notice notice--danger")
                    .child(El::with_class("span", "notice__text").text(&text))
                    .child(close),
            )
        });
}

fn words(i18n: &I18n, state: crate::state::store::WidgetState, notice: &Notice) -> String {
    match notice {
        Notice::FileTooLarge { name } => {
            #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
            let limit = state.settings.with(|settings| settings.upload_max_bytes) as f64;
            with_name(
                &with_part(i18n.texts.upload_too_large, "size", &i18n.bytes(limit)),
                name,
            )
        }
        Notice::MemoryOnly => i18n.texts.memory_only_notice.to_owned(),
        Notice::Refused(reason) => refusal(i18n, reason),
    }
}

/// Our sentence for a code; the server's words, which are English, are not shown.
pub(super) fn refusal(i18n: &I18n, reason: &shopbell_sync::Reason) -> String {
    use shopbell_protocol::code;
    match reason.code.as_str() {
        code::RESOURCE_EXHAUSTED => i18n.texts.limited_notice,
        _ => i18n.texts.send_refused,
    }
    .to_owned()
}
