//! What a message says: exactly one of basic, template, minimal, form and system (`inbox-api.md` sections 2.2, 2.3).
//!
//! Generic over the button, because that is the only place where the sender's own form ([`Button`]) and the form
//! that a reader is shown ([`crate::ShownButton`]) differ.

mod raw;

use serde::{Deserialize, Serialize};

use crate::button::Button;
use crate::media::{FileMessage, ImageMessage};
use crate::wire::{null_as_default, open_enum};
use raw::{RawContent, RawItem, RawMedia};

open_enum!(
    /// Which payload a content holds; set by the server.
    ContentType {
        /// Text, pictures, files.
        Basic = "BASIC",
        /// A card.
        Template = "TEMPLATE",
        /// One line that reports an activity.
        Minimal = "MINIMAL",
        /// What somebody filled in.
        Form = "FORM",
        /// A notice of the system.
        System = "SYSTEM",
        /// A kind this peer cannot show.
        Unsupported = "UNSUPPORTED",
    } unknown = "UNKNOWN_CONTENT"
);

open_enum!(
    /// Layout of a template card.
    #[derive(Default)]
    Orientation {
        /// Picture above the text; the default.
        #[default]
        Portrait = "PORTRAIT",
        /// Picture beside the text.
        Landscape = "LANDSCAPE",
    } unknown = "UNKNOWN_ORIENTATION"
);

/// The content of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "RawContent<B>", into = "RawContent<B>")]
#[serde(bound(serialize = "B: Clone + Serialize", deserialize = "B: Deserialize<'de>"))]
pub struct MessageContent<B = Button> {
    /// The line in the conversation list; at most 256.
    pub preview_text: Option<String>,
    /// At most 512.
    pub title: Option<String>,
    /// The payload.
    pub kind: ContentKind<B>,
}

impl<B> Default for MessageContent<B> {
    fn default() -> Self {
        Self {
            preview_text: None,
            title: None,
            kind: ContentKind::Unsupported { members: 0 },
        }
    }
}

/// The payload of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContentKind<B = Button> {
    /// Text, pictures, files; each item is shown as a message of its own.
    Basic(BasicContent),
    /// A card with picture, lines and buttons.
    Template(TemplateContent<B>),
    /// One line that reports an activity.
    Minimal(MinimalContent),
    /// What somebody filled in.
    Form(FormContent),
    /// A notice of the system; never accepted as input.
    System(SystemContent<B>),
    /// None or several of the known payloads: `members` says how many. Drawn as the preview text, refused as input.
    Unsupported {
        /// How many of the known payloads were there.
        members: u8,
    },
}

impl<B> ContentKind<B> {
    /// The content type that goes with the payload.
    pub const fn content_type(&self) -> ContentType {
        match self {
            Self::Basic(_) => ContentType::Basic,
            Self::Template(_) => ContentType::Template,
            Self::Minimal(_) => ContentType::Minimal,
            Self::Form(_) => ContentType::Form,
            Self::System(_) => ContentType::System,
            Self::Unsupported { .. } => ContentType::Unsupported,
        }
    }
}

impl<B> MessageContent<B> {
    /// A basic message with one text item.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            preview_text: None,
            title: None,
            kind: ContentKind::Basic(BasicContent {
                items: vec![BasicItem::Text(text.into())],
            }),
        }
    }

    /// The same content with each button changed by `change`, which also gets the button's place.
    pub fn map_buttons<C>(self, mut change: impl FnMut(usize, B) -> C) -> MessageContent<C> {
        let mut all = |buttons: Vec<B>| {
            buttons
                .into_iter()
                .enumerate()
                .map(|(index, b)| change(index, b))
                .collect()
        };
        let kind = match self.kind {
            ContentKind::Basic(basic) => ContentKind::Basic(basic),
            ContentKind::Template(template) => ContentKind::Template(TemplateContent {
                title: template.title,
                buttons: all(template.buttons),
                orientation: template.orientation,
                text_lines: template.text_lines,
                image_url: template.image_url,
            }),
            ContentKind::Minimal(minimal) => ContentKind::Minimal(minimal),
            ContentKind::Form(form) => ContentKind::Form(form),
            ContentKind::System(system) => ContentKind::System(SystemContent {
                text: system.text,
                buttons: all(system.buttons),
                image_url: system.image_url,
            }),
            ContentKind::Unsupported { members } => ContentKind::Unsupported { members },
        };
        MessageContent {
            preview_text: self.preview_text,
            title: self.title,
            kind,
        }
    }

    /// The buttons, where the kind has any.
    pub fn buttons(&self) -> &[B] {
        match &self.kind {
            ContentKind::Template(template) => &template.buttons,
            ContentKind::System(system) => &system.buttons,
            ContentKind::Basic(_)
            | ContentKind::Minimal(_)
            | ContentKind::Form(_)
            | ContentKind::Unsupported { .. } => &[],
        }
    }

    /// The line for a conversation list where the sender gave none; at most 256. Empty for a picture or file
    /// without a name: the page then says "Picture" or "File" in its own language.
    pub fn derived_preview(&self) -> String {
        let text = match &self.kind {
            ContentKind::Basic(basic) => basic.items.first().map_or("", |item| match item {
                BasicItem::Text(text) => text,
                BasicItem::Image(image) => image.filename.as_deref().unwrap_or_default(),
                BasicItem::File(file) => file.filename.as_deref().unwrap_or_default(),
                BasicItem::Unsupported { .. } => "",
            }),
            ContentKind::Template(template) => template
                .title
                .as_deref()
                .or_else(|| template.text_lines.first().map(String::as_str))
                .unwrap_or_default(),
            ContentKind::Minimal(minimal) => &minimal.text,
            ContentKind::Form(form) => &form.title,
            ContentKind::System(system) => &system.text,
            ContentKind::Unsupported { .. } => "",
        };
        let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        line.chars().take(crate::limits::PREVIEW_TEXT_MAX).collect()
    }
}

/// Text, pictures and files, at least one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct BasicContent {
    /// 1 to 30, each shown as a message of its own, in order.
    #[serde(default, deserialize_with = "null_as_default")]
    pub items: Vec<BasicItem>,
}

/// One of text, picture, file: `{"text": …}`, `{"image": …}` or `{"file": …}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "RawItem", into = "RawItem")]
pub enum BasicItem {
    /// 1 to 16384.
    Text(String),
    /// A picture.
    Image(ImageMessage),
    /// A file.
    File(FileMessage),
    /// None or several. Drawn as a notice, refused as input.
    Unsupported {
        /// How many of the known members were there.
        members: u8,
    },
}

/// A card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[serde(bound(deserialize = "B: Deserialize<'de>"))]
pub struct TemplateContent<B = Button> {
    /// At most 512.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// At most 10.
    #[serde(default = "Vec::new", deserialize_with = "buttons_or_null")]
    pub buttons: Vec<B>,
    /// Layout; `PORTRAIT` where not given.
    #[serde(default, deserialize_with = "null_as_default")]
    pub orientation: Orientation,
    /// At most 10 of at most 512.
    #[serde(default, deserialize_with = "null_as_default")]
    pub text_lines: Vec<String>,
    /// `http` or `https`; at most 2000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
}

/// One line that reports an activity.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MinimalContent {
    /// 1 to 16384.
    #[serde(default, deserialize_with = "null_as_default")]
    pub text: String,
    /// `http` or `https`; at most 2000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon_url: Option<String>,
    /// Opened when the line is clicked; `http` or `https`; at most 2000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// What somebody filled in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FormContent {
    /// 1 to 256.
    #[serde(default, deserialize_with = "null_as_default")]
    pub title: String,
    /// 1 to 16384 where given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// 1 to 15.
    #[serde(default, deserialize_with = "null_as_default")]
    pub fields: Vec<FormField>,
    /// At most 15.
    #[serde(default, deserialize_with = "null_as_default")]
    pub media: Vec<FormMedia>,
}

/// One answer of a form.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FormField {
    /// At most 8192.
    #[serde(default, deserialize_with = "null_as_default")]
    pub name: String,
    /// At most 8192.
    #[serde(default, deserialize_with = "null_as_default")]
    pub value: String,
}

/// A picture or file attached to a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "RawMedia", into = "RawMedia")]
pub enum FormMedia {
    /// A picture.
    Image(ImageMessage),
    /// A file.
    File(FileMessage),
    /// None or both. Drawn as a notice, refused as input.
    Unsupported {
        /// How many of the known members were there.
        members: u8,
    },
}

/// A notice of the system; may be read, is never accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[serde(bound(deserialize = "B: Deserialize<'de>"))]
pub struct SystemContent<B = Button> {
    /// At most 16384; line feeds are line breaks.
    #[serde(default, deserialize_with = "null_as_default")]
    pub text: String,
    /// At most 10.
    #[serde(default = "Vec::new", deserialize_with = "buttons_or_null")]
    pub buttons: Vec<B>,
    /// `http` or `https`; at most 2000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
}

// `null_as_default` with its `Default` bound would ask one of the button type too.
fn buttons_or_null<'de, D, B>(deserializer: D) -> Result<Vec<B>, D::Error>
where
    D: serde::Deserializer<'de>,
    B: Deserialize<'de>,
{
    Ok(Option::<Vec<B>>::deserialize(deserializer)?.unwrap_or_default())
}
