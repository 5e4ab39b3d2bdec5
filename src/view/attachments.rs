//! The tray of the composer: files that were chosen and not yet sent.

use leptos::prelude::*;

use crate::dom::list::{Around, list};
use crate::dom::{El, Icon, icon, owned_effect};
use crate::i18n::with_name;
use crate::message::extension;
use crate::state::store::{Attachment, Upload};

use super::WidgetProps;
use super::parts::Parts;

pub(super) fn attach(parts: &Parts, props: &WidgetProps) {
    let state = props.state;
    let props = props.clone();
    list(
        &parts.tray,
        move || state.attachments.get(),
        |attachment| attachment.id.as_str().to_owned(),
        move |attachment| one(&props, attachment.get_untracked()),
        Around::default(),
    );
}

fn one(props: &WidgetProps, attachment: Attachment) -> El {
    let (texts, on_detach, on_retry) = (props.i18n.texts, props.on_detach, props.on_retry_upload);
    let name = attachment.name.as_str();
    let draft = match attachment.preview_url.as_deref() {
        Some(url) => El::with_class("div", "draft").child(
            El::with_class("img", "draft__image")
                .attr("alt", name)
                .attr("src", url),
        ),
        None => El::with_class("div", "draft draft--file")
            .child(El::with_class("span", "file__type").child(icon(Icon::File)))
            .child(words(props, &attachment)),
    };
    let (id, retry_id) = (attachment.id.clone(), attachment.id.clone());
    let progress = El::with_class("progress", "draft__progress")
        .attr("max", "100")
        .attr("aria-label", &with_name(texts.uploading, name));
    let retry = El::with_class("button", "draft__retry")
        .attr("type", "button")
        .text(texts.retry)
        .on("click", move |_| on_retry.run(retry_id.clone()));
    let failed = El::with_class("span", "draft__retry").text(texts.upload_failed);
    let draft = draft
        .attr("role", "group")
        .attr("aria-label", name)
        .child(progress.clone())
        .child(retry.clone())
        .child(failed.clone())
        .child(
            El::with_class("button", "draft__remove")
                .attr("type", "button")
                .attr("aria-label", &with_name(texts.remove, name))
                .child(icon(Icon::Close))
                .on("click", move |_| on_detach.run(id.clone())),
        );
    let (shown, upload) = (draft.clone(), attachment.upload);
    owned_effect(move || {
        let (percent, can_retry) = upload.with(|upload| match upload {
            Upload::Uploading(part) => (Some(percent(*part)), None),
            Upload::Done => (None, None),
            Upload::Failed { can_retry, .. } => (None, Some(*can_retry)),
        });
        let show = |el: &El, on: bool| el.set("hidden", (!on).then_some(""));
        show(&progress, percent.is_some());
        progress.set("value", percent.map(|percent| percent.to_string()).as_deref());
        show(&retry, can_retry == Some(true));
        show(&failed, can_retry == Some(false));
        shown.toggle("draft--failed", can_retry.is_some());
    });
    draft
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bounded to 0..=100"
)]
fn percent(part: f64) -> u32 {
    (part.clamp(0.0, 1.0) * 100.0) as u32
}

fn words(props: &WidgetProps, attachment: &Attachment) -> El {
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
    let size = props.i18n.bytes(attachment.size_bytes as f64);
    let detail = [extension(&attachment.name), Some(size)]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ");
    El::with_class("span", "draft__text")
        .child(
            El::with_class("span", "draft__name")
                .attr("dir", "auto")
                .text(&attachment.name),
        )
        .child(El::with_class("span", "draft__detail").text(&detail))
}
