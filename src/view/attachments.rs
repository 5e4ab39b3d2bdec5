//! The tray of the composer: files that were chosen and not yet sent.

use std::sync::atomic::AtomicBool;

use leptos::prelude::Owner;
use shopbell_protocol::code;
use shopbell_protocol::drawn::extension;
use shopbell_sync::{LocalId, Reason};

use crate::dom::list::{Around, list};
use crate::dom::{Condition, El, Icon, icon, owned_effect, style};
use crate::i18n::{I18n, with_name, with_part};
use crate::lazy;
use crate::state::attachments::EMPTY;
use crate::state::store::{Attachment, Upload};

use super::WidgetProps;
use super::parts::Parts;

/// The tray is drawn by code that comes with the first file.
pub(super) fn attach(parts: &Parts, props: &WidgetProps) {
    let any = {
        let state = props.state;
        Condition::new(move || !state.attachments.with(Vec::is_empty))
    };
    // What is drawn belongs to the panel and not to the effect, which ends all it owns whenever it runs again. Weak,
    // because the owner holds the effect.
    let home = Owner::current().unwrap_or_default().downgrade();
    let mut begun = Some((parts.tray.clone(), props.clone()));
    owned_effect(move || {
        if any.get()
            && let Some(home) = home.upgrade()
            && let Some((tray, props)) = begun.take()
        {
            home.with(|| lazy::with(lazy::files, move |files| (files.draw.tray)(&tray, &props)));
        }
    });
}

fn tray(tray: &El, props: &WidgetProps) {
    let (state, props) = (props.state, props.clone());
    list(
        tray,
        move || state.attachments.get(),
        |attachment| attachment.id.as_str().to_owned(),
        move |attachment| one(&props, attachment.get_untracked()),
        Around::default(),
    );
}

/// How files on their way are drawn, behind the door of [`lazy::files`].
pub(crate) struct Draw {
    tray: fn(&El, &WidgetProps),
    pub(super) uploads: fn(&WidgetProps, &LocalId) -> El,
}

impl Draw {
    pub(crate) fn new() -> Self {
        static STYLED: AtomicBool = AtomicBool::new(false);
        style(&STYLED, &[include_str!("../../style/components/draft.css")]);
        Self { tray, uploads }
    }
}

/// Files of one message, and the way to give it up.
fn uploads(props: &WidgetProps, message: &LocalId) -> El {
    let (texts, on_discard) = (props.i18n.texts, props.on_discard);
    let files: Vec<Attachment> = props.state.uploads.with_untracked(|all| {
        let files = all.iter().filter(|file| file.id == *message);
        files.cloned().collect()
    });
    let message = message.clone();
    let bars = files.into_iter().map(|file| {
        El::with_class("progress", "entry__progress")
            .attr("max", "100")
            .attr("aria-label", &with_name(texts.uploading, &file.name))
            .bind_attr("value", move || {
                file.upload.with(|upload| match upload {
                    Upload::Uploading(part) => Some(percent(*part).to_string()),
                    Upload::Done => Some("100".to_owned()),
                    Upload::Failed { .. } => None,
                })
            })
    });
    let give_up = El::with_class("button", "entry__retry")
        .attr("type", "button")
        .text(texts.discard)
        .on("click", move |_| on_discard.run(message.clone()));
    El::with_class("div", "entry__uploads")
        .children(bars)
        .child(give_up)
}

fn one(props: &WidgetProps, attachment: Attachment) -> El {
    let (texts, on_detach, on_retry) = (props.i18n.texts, props.on_detach, props.on_retry_upload);
    let name = attachment.name.as_str();
    let draft = match attachment.preview_url.as_deref() {
        Some(url) => El::with_class("div", "draft").child(
            El::with_class("img", "draft__image")
                // The group says the name, and a picture that is none then leaves no gap.
                .attr("alt", "")
                .attr("src", url),
        ),
        None => El::with_class("div", "draft draft--file")
            .child(El::with_class("span", "draft__type").child(icon(Icon::File))),
    };
    let detail = El::with_class("span", "draft__detail").attr("role", "status");
    let words = El::with_class("span", "draft__text")
        .child(
            El::with_class("span", "draft__name")
                .attr("dir", "auto")
                .text(name),
        )
        .child(detail.clone());
    let (id, retry_id) = (attachment.id.clone(), attachment.id.clone());
    let progress = El::with_class("progress", "draft__progress")
        .attr("max", "100")
        .attr("aria-label", &with_name(texts.uploading, name));
    let retry = El::with_class("button", "draft__retry")
        .attr("type", "button")
        .text(texts.retry)
        .on("click", move |_| on_retry.run(retry_id.clone()));
    let draft = draft
        .attr("role", "group")
        .attr("aria-label", name)
        .child(words)
        .child(retry.clone())
        .child(progress.clone())
        .child(
            El::with_class("button", "draft__remove")
                .attr("type", "button")
                .attr("aria-label", &with_name(texts.remove, name))
                .child(icon(Icon::Close))
                .on("click", move |_| on_detach.run(id.clone())),
        );
    let (shown, upload) = (draft.clone(), attachment.upload);
    let (i18n, settings) = (props.i18n.clone(), props.state.settings);
    let kind_and_size = kind_and_size(&i18n, name, attachment.size_bytes);
    owned_effect(move || {
        let (percent, refusal, can_retry) = upload.with(|upload| match upload {
            Upload::Uploading(part) => (Some(percent(*part)), None, false),
            Upload::Done => (None, None, false),
            Upload::Failed { reason, can_retry } => {
                let limit = settings.with(|settings| settings.upload_max_bytes);
                (None, Some(refusal(&i18n, &reason.code, limit)), *can_retry)
            }
        });
        let show = |el: &El, on: bool| el.set("hidden", (!on).then_some(""));
        show(&progress, percent.is_some());
        progress.set("value", percent.map(|percent| percent.to_string()).as_deref());
        show(&retry, can_retry);
        shown.toggle("draft--failed", refusal.is_some());
        detail.set_text(refusal.as_ref().unwrap_or(&kind_and_size));
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

fn kind_and_size(i18n: &I18n, name: &str, size_bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
    let size = i18n.bytes(size_bytes as f64);
    extension(name).map_or_else(|| size.clone(), |kind| [&kind, " · ", &size].concat())
}

/// Why a file is not there, in the visitor's words; the server's are English.
fn refusal(i18n: &I18n, code: &str, limit_bytes: u64) -> String {
    let texts = i18n.texts;
    match code {
        code::UNSUPPORTED_MEDIA_TYPE => texts.upload_type_refused.to_owned(),
        code::BODY_TOO_LARGE => {
            #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
            let limit = i18n.bytes(limit_bytes as f64);
            with_part(texts.upload_over_limit, "size", &limit)
        }
        EMPTY => texts.upload_empty.to_owned(),
        // Of a body that is no JSON only the picture in it can be invalid.
        Reason::INVALID => texts.upload_unreadable.to_owned(),
        _ => texts.upload_failed.to_owned(),
    }
}
