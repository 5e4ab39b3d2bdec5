//! Pictures and files that go with the next reply or note.

use leptos::prelude::*;
use shopbell_widget::dom::list::{Around, list};
use shopbell_widget::dom::{El, Icon, icon};
use shopbell_widget::i18n::with_name;

use super::Page;
use crate::state::store::{Attachment, Upload, UploadFailure};
use crate::words;

/// Draws them.
pub(super) fn tray(page: &Page) -> El {
    let attachments = page.state.attachments;
    let tray = El::with_class("div", "composer__tray");
    let drafts = page.clone();
    list(
        &tray,
        move || attachments.get(),
        |attachment: &Attachment| attachment.id.as_str().to_owned(),
        move |attachment| draft(&drafts, &attachment.get_untracked()),
        Around::default(),
    );
    tray
}

fn draft(page: &Page, attachment: &Attachment) -> El {
    let (actions, id) = (page.actions.clone(), attachment.id.clone());
    let remove = with_name(page.i18n.texts.remove, &attachment.name);
    let upload = attachment.upload.clone();
    let (for_class, for_progress, for_detail) = (upload.clone(), upload.clone(), upload);
    let picture = attachment.preview_url.as_deref().map(|url| {
        El::with_class("img", "draft__image")
            .attr("alt", &attachment.name)
            .attr("src", url)
    });
    let box_ = El::with_class(
        "div",
        if picture.is_some() {
            "draft"
        } else {
            "draft draft--file"
        },
    )
    .attr("data-testid", "attachment");
    let text = (attachment.preview_url.is_none())
        .then(|| El::with_class("span", "draft__name").text(&attachment.name));
    let (name, size) = (attachment.name.clone(), page.i18n.bytes(attachment.size_bytes));
    let words = page.words;
    let is_picture = attachment.preview_url.is_some();
    let detail = El::with_class("span", "draft__detail").bind_text(move || match for_detail.get() {
        Upload::Running(_) | Upload::Done(_) if is_picture => String::new(),
        Upload::Running(_) | Upload::Done(_) => size.clone(),
        Upload::Failed(UploadFailure::Interrupted) => words.upload_failed.to_owned(),
        Upload::Failed(UploadFailure::TooLarge) => words::with_name(words.upload_too_large, &name),
        Upload::Failed(UploadFailure::Refused) => words::with_name(words.upload_refused, &name),
    });
    let progress_label = with_name(page.i18n.texts.uploading, &attachment.name);
    box_.bind_class("draft--failed", move || {
        for_class.with(|upload| matches!(upload, Upload::Failed(_)))
    })
    .maybe(picture)
    .child(El::with_class("span", "draft__text").maybe(text).child(detail))
    .bind(move || {
        let Upload::Running(part) = for_progress.get() else {
            return None;
        };
        Some(
            El::with_class("progress", "draft__progress")
                .attr("aria-label", &progress_label)
                .attr("max", "1")
                .attr("value", &part.to_string()),
        )
    })
    .child(
        El::with_class("button", "draft__remove")
            .attr("type", "button")
            .attr("aria-label", &remove)
            .child(icon(Icon::Close))
            .on("click", move |_| actions.detach(&id)),
    )
}
