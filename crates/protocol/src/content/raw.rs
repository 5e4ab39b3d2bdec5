//! The one-ofs of a content as they travel: every member optional, so that "none" and "several" can be told apart and
//! named, which an untagged enum would hide.

use serde::{Deserialize, Serialize};

use super::{
    BasicContent, BasicItem, ContentKind, ContentType, FormContent, FormMedia, MessageContent,
    MinimalContent, SystemContent, TemplateContent,
};
use crate::media::{FileMessage, ImageMessage};
use crate::wire::{count_given, server_owned};

#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[serde(bound(serialize = "B: Serialize", deserialize = "B: Deserialize<'de>"))]
pub(super) struct RawContent<B> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    preview_text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "server_owned"
    )]
    content_type: Option<ContentType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    basic: Option<BasicContent>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    template: Option<TemplateContent<B>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    minimal: Option<MinimalContent>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    form: Option<FormContent>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    system: Option<SystemContent<B>>,
}

impl<B> From<RawContent<B>> for MessageContent<B> {
    fn from(raw: RawContent<B>) -> Self {
        let members = count_given([
            raw.basic.is_some(),
            raw.template.is_some(),
            raw.minimal.is_some(),
            raw.form.is_some(),
            raw.system.is_some(),
        ]);
        let kind = match (raw.basic, raw.template, raw.minimal, raw.form, raw.system) {
            (Some(basic), None, None, None, None) => ContentKind::Basic(basic),
            (None, Some(template), None, None, None) => ContentKind::Template(template),
            (None, None, Some(minimal), None, None) => ContentKind::Minimal(minimal),
            (None, None, None, Some(form), None) => ContentKind::Form(form),
            (None, None, None, None, Some(system)) => ContentKind::System(system),
            _ => ContentKind::Unsupported { members },
        };
        Self {
            preview_text: raw.preview_text,
            title: raw.title,
            kind,
        }
    }
}

impl<B> From<MessageContent<B>> for RawContent<B> {
    fn from(content: MessageContent<B>) -> Self {
        let mut raw = Self {
            preview_text: content.preview_text,
            title: content.title,
            content_type: Some(content.kind.content_type()),
            basic: None,
            template: None,
            minimal: None,
            form: None,
            system: None,
        };
        match content.kind {
            ContentKind::Basic(basic) => raw.basic = Some(basic),
            ContentKind::Template(template) => raw.template = Some(template),
            ContentKind::Minimal(minimal) => raw.minimal = Some(minimal),
            ContentKind::Form(form) => raw.form = Some(form),
            ContentKind::System(system) => raw.system = Some(system),
            ContentKind::Unsupported { .. } => {}
        }
        raw
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(super) struct RawItem {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    image: Option<ImageMessage>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<FileMessage>,
}

impl From<RawItem> for BasicItem {
    fn from(raw: RawItem) -> Self {
        match (raw.text, raw.image, raw.file) {
            (Some(text), None, None) => Self::Text(text),
            (None, Some(image), None) => Self::Image(image),
            (None, None, Some(file)) => Self::File(file),
            (text, image, file) => Self::Unsupported {
                members: count_given([text.is_some(), image.is_some(), file.is_some()]),
            },
        }
    }
}

impl From<BasicItem> for RawItem {
    fn from(item: BasicItem) -> Self {
        let mut raw = Self {
            text: None,
            image: None,
            file: None,
        };
        match item {
            BasicItem::Text(text) => raw.text = Some(text),
            BasicItem::Image(image) => raw.image = Some(image),
            BasicItem::File(file) => raw.file = Some(file),
            BasicItem::Unsupported { .. } => {}
        }
        raw
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(super) struct RawMedia {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    image: Option<ImageMessage>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<FileMessage>,
}

impl From<RawMedia> for FormMedia {
    fn from(raw: RawMedia) -> Self {
        match (raw.image, raw.file) {
            (Some(image), None) => Self::Image(image),
            (None, Some(file)) => Self::File(file),
            (image, file) => Self::Unsupported {
                members: count_given([image.is_some(), file.is_some()]),
            },
        }
    }
}

impl From<FormMedia> for RawMedia {
    fn from(media: FormMedia) -> Self {
        match media {
            FormMedia::Image(image) => Self {
                image: Some(image),
                file: None,
            },
            FormMedia::File(file) => Self {
                image: None,
                file: Some(file),
            },
            FormMedia::Unsupported { .. } => Self {
                image: None,
                file: None,
            },
        }
    }
}

#[cfg(feature = "openapi")]
mod schema {
    use crate::button::{Button, ShownButton};
    use crate::content::{BasicItem, FormMedia, MessageContent};
    crate::wire::schema_as!(MessageContent<Button> => super::RawContent<Button>, "MessageContent");
    crate::wire::schema_as!(MessageContent<ShownButton> => super::RawContent<ShownButton>, "ShownContent");
    crate::wire::schema_as!(BasicItem => super::RawItem, "BasicItem");
    crate::wire::schema_as!(FormMedia => super::RawMedia, "FormMedia");
}
