//! The tray of the composer: files that were chosen and not yet sent.

use leptos::prelude::*;

use crate::dom::list::{Around, list};
use crate::dom::{El, Icon, icon};
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
        |attachment| attachment.id.clone(),
        move |attachment| one(&props, attachment.get_untracked()),
        Around::default(),
    );
}

fn one(props: &WidgetProps, attachment: Attachment) -> El {
    let (texts, on_detach, on_retry) = (props.i18n.texts, props.on_detach, props.on_retry_upload);
    let (upload, name) = (attachment.upload.clone(), attachment.name.clone());
    let (for_failed, for_progress, for_retry) = (upload.clone(), upload.clone(), upload);
    let draft = match attachment.preview_url.as_deref() {
        Some(url) => El::with_class("div", "draft").child(
            El::with_class("img", "draft__image")
                .attr("alt", &name)
                .attr("src", url),
        ),
        None => El::with_class("div", "draft draft--file")
            .child(El::with_class("span", "file__type").child(icon(Icon::File)))
            .child(words(props, &attachment)),
    };
    let (id, retry_id) = (attachment.id.clone(), attachment.id);
    let uploading = with_name(texts.uploading, &name);
    draft
        .attr("role", "group")
        .attr("aria-label", &name)
        .bind_class("draft--failed", move || {
            for_failed.with(|upload| matches!(upload, Upload::Failed { .. }))
        })
        .bind(move || {
            let percent = for_progress.with(|upload| match upload {
                Upload::Uploading(part) => Some((part.clamp(0.0, 1.0) * 100.0).round().to_string()),
                Upload::Done | Upload::Failed { .. } => None,
            })?;
            Some(
                El::with_class("progress", "draft__progress")
                    .attr("max", "100")
                    .attr("value", &percent)
                    .attr("aria-label", &uploading),
            )
        })
        .bind(move || {
            let can_retry = for_retry.with(|upload| match upload {
                Upload::Failed { can_retry, .. } => Some(*can_retry),
                Upload::Uploading(_) | Upload::Done => None,
            })?;
            let id = retry_id.clone();
            Some(if can_retry {
                El::with_class("button", "draft__retry")
                    .attr("type", "button")
                    .text(texts.retry)
                    .on("click", move |_| on_retry.run(id.clone()))
            } else {
                El::with_class("span", "draft__retry").text(texts.upload_failed)
            })
        })
        .child(
            El::with_class("button", "draft__remove")
                .attr("type", "button")
                .attr("aria-label", &with_name(texts.remove, &name))
                .child(icon(Icon::Close))
                .on("click", move |_| on_detach.run(id.clone())),
        )
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
