//! Every place of a content that may name a picture or file: visited in one way when it comes in and when it goes out.
//!
//! Own files are stored by id without an address, because addresses end. Where the wire has room for an address only
//! (`template.imageUrl`), a stored text of the form `shopbell-media:<id>/<filename>` stands for it; input can never
//! hold one, because input must be `http` or `https`.

use shopbell_protocol::{
    BasicItem, ContentKind, FileMessage, FormMedia, ImageMessage, MediaId, MessageContent,
};

use super::media_links::MediaLinks;

const STORED: &str = "shopbell-media:";

/// One place that may name a picture or file.
pub(super) enum Attachment<'c> {
    /// A picture.
    Image(&'c mut ImageMessage),
    /// A file.
    File(&'c mut FileMessage),
    /// A picture by address only.
    Url(&'c mut String),
}

/// Visits each place with its path below the content.
pub(super) fn visit<B, E>(
    content: &mut MessageContent<B>,
    mut visit: impl FnMut(&str, Attachment<'_>) -> Result<(), E>,
) -> Result<(), E> {
    match &mut content.kind {
        ContentKind::Basic(basic) => {
            for (index, item) in basic.items.iter_mut().enumerate() {
                match item {
                    BasicItem::Image(image) => {
                        visit(&format!("basic.items[{index}].image"), Attachment::Image(image))?;
                    }
                    BasicItem::File(file) => {
                        visit(&format!("basic.items[{index}].file"), Attachment::File(file))?;
                    }
                    BasicItem::Text(_) | BasicItem::Unsupported { .. } => {}
                }
            }
        }
        ContentKind::Form(form) => {
            for (index, media) in form.media.iter_mut().enumerate() {
                match media {
                    FormMedia::Image(image) => {
                        visit(&format!("form.media[{index}].image"), Attachment::Image(image))?;
                    }
                    FormMedia::File(file) => {
                        visit(&format!("form.media[{index}].file"), Attachment::File(file))?;
                    }
                    FormMedia::Unsupported { .. } => {}
                }
            }
        }
        ContentKind::Template(template) => {
            if let Some(url) = &mut template.image_url {
                visit("template.imageUrl", Attachment::Url(url))?;
            }
        }
        ContentKind::Minimal(minimal) => {
            if let Some(url) = &mut minimal.icon_url {
                visit("minimal.iconUrl", Attachment::Url(url))?;
            }
        }
        ContentKind::System(system) => {
            if let Some(url) = &mut system.image_url {
                visit("system.imageUrl", Attachment::Url(url))?;
            }
        }
        ContentKind::Unsupported { .. } => {}
    }
    Ok(())
}

/// The own file that a place names, whether by id or by an address that this server has made.
pub(super) fn own_id(attachment: &Attachment<'_>, links: &MediaLinks<'_>) -> Option<MediaId> {
    let (id, url) = match attachment {
        Attachment::Image(image) => (image.id.as_ref(), image.url.as_deref()),
        Attachment::File(file) => (file.id.as_ref(), file.url.as_deref()),
        Attachment::Url(url) => (None, Some(url.as_str())),
    };
    id.cloned().or_else(|| links.own_id(url?))
}

/// How an own file is stored where there is room for an address only.
pub(super) fn stored_url(id: &MediaId, filename: &str) -> String {
    format!("{STORED}{id}/{filename}")
}

/// Writes addresses that open now.
pub(super) fn write_links<B>(content: &mut MessageContent<B>, links: &MediaLinks<'_>) {
    let written: Result<(), std::convert::Infallible> = visit(content, |_, attachment| {
        match attachment {
            Attachment::Image(image) => {
                write(
                    image.id.as_ref(),
                    image.filename.as_deref(),
                    &mut image.url,
                    &mut image.url_expiration,
                    links,
                );
            }
            Attachment::File(file) => {
                write(
                    file.id.as_ref(),
                    file.filename.as_deref(),
                    &mut file.url,
                    &mut file.url_expiration,
                    links,
                );
            }
            Attachment::Url(url) => {
                if let Some((id, filename)) =
                    url.strip_prefix(STORED).and_then(|stored| stored.split_once('/'))
                {
                    *url = links.link(&MediaId::from(id), filename).url;
                }
            }
        }
        Ok(())
    });
    match written {
        Ok(()) => {}
    }
}

fn write(
    id: Option<&MediaId>,
    filename: Option<&str>,
    url: &mut Option<String>,
    expiration: &mut Option<String>,
    links: &MediaLinks<'_>,
) {
    if let (Some(id), None) = (id, url.as_ref()) {
        let link = links.link(id, filename.unwrap_or("file"));
        *url = Some(link.url);
        *expiration = Some(link.expiration);
    }
}
