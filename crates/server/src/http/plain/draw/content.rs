//! What a message says, by kind: the exhaustive match, and a part of markup for each bubble.

use maud::{Markup, html};
use shopbell_protocol::drawn::{
    Piece, address_of, extension, is_emoji_only, link_address, picture_address, pieces,
};
use shopbell_protocol::{
    BasicItem, ContentKind, FileMessage, FormContent, FormMedia, ImageMessage, MinimalContent, Orientation,
    ShownButton, ShownMessage, SystemContent, TemplateContent,
};

use super::{Icon, Pen, icon};

impl Pen {
    /// The bubbles of a message; what cannot be drawn becomes a notice.
    pub(super) fn content(&self, message: &ShownMessage) -> Vec<Markup> {
        let content = &message.content;
        let drawn = match &content.kind {
            ContentKind::Basic(basic) => {
                let items = basic.items.iter().map(|item| self.item(item));
                items.collect()
            }
            ContentKind::Template(template) => vec![self.template(message, template)],
            ContentKind::Minimal(minimal) => vec![self.minimal(minimal)],
            ContentKind::Form(form) => vec![self.form(form)],
            ContentKind::System(system) => vec![self.system(message, system)],
            ContentKind::Unsupported { .. } => vec![None],
        };
        let preview = content.preview_text.as_deref().map(str::trim);
        let words = preview
            .filter(|text| !text.is_empty())
            .unwrap_or(self.view.texts().unsupported);
        let notice = || html! { p.bubble."bubble--unsupported" dir="auto" { (words) } };
        if drawn.is_empty() {
            return vec![notice()];
        }
        drawn
            .into_iter()
            .map(|part| part.unwrap_or_else(notice))
            .collect()
    }

    fn item(&self, item: &BasicItem) -> Option<Markup> {
        match item {
            BasicItem::Text(text) if !text.trim().is_empty() => Some(html! {
                div.bubble .bubble--emoji[is_emoji_only(text)] {
                    p.bubble__text dir="auto" { (self.linked(text)) }
                }
            }),
            BasicItem::Image(image) => self.picture(image),
            BasicItem::File(file) => self.file(file),
            BasicItem::Text(_) | BasicItem::Unsupported { .. } => None,
        }
    }

    fn template(&self, message: &ShownMessage, template: &TemplateContent<ShownButton>) -> Option<Markup> {
        let title = template.title.as_deref().filter(|title| !title.trim().is_empty());
        let picture = template.image_url.as_deref().and_then(picture_address);
        let words = title.is_some() || !template.text_lines.is_empty();
        let buttons = !template.buttons.is_empty();
        let landscape = template.orientation == Orientation::Landscape;
        (words || buttons || picture.is_some()).then(|| {
            html! {
                div.card .card--landscape[landscape] {
                    div.card__main {
                        @if let Some(url) = picture { img.card__image src=(url) alt="" decoding="async"; }
                        @if words {
                            div.card__text {
                                @if let Some(title) = title { p.card__title dir="auto" { (title) } }
                                @for line in &template.text_lines { p.card__line dir="auto" { (line) } }
                            }
                        }
                    }
                    @if buttons { div.card__buttons { (self.buttons(message, &template.buttons)) } }
                }
            }
        })
    }

    fn minimal(&self, minimal: &MinimalContent) -> Option<Markup> {
        let mark = minimal.icon_url.as_deref().and_then(picture_address);
        let inside = html! {
            @if let Some(url) = mark { img.note__icon src=(url) alt=""; }
            span dir="auto" { (minimal.text) }
        };
        let line = if let Some(url) = minimal.url.as_deref().and_then(link_address) {
            self.outside("note", url, &html! { (inside) (icon(Icon::OpenOutside)) })
        } else {
            html! { p.note { (inside) } }
        };
        Some(line).filter(|_| !minimal.text.trim().is_empty())
    }

    fn form(&self, form: &FormContent) -> Option<Markup> {
        let description = form.description.as_deref().filter(|text| !text.trim().is_empty());
        (!form.title.trim().is_empty() || !form.fields.is_empty()).then(|| {
            html! {
                div.card {
                    div.card__text {
                        p.card__title dir="auto" { (form.title) }
                        @if let Some(text) = description {
                            p.card__line."card__line--pre" dir="auto" { (self.linked(text)) }
                        }
                    }
                    @if !form.fields.is_empty() {
                        dl.card__fields {
                            @for field in &form.fields {
                                div.card__field {
                                    dt.card__name dir="auto" { (field.name) }
                                    dd.card__value dir="auto" { (self.linked(&field.value)) }
                                }
                            }
                        }
                    }
                    @if !form.media.is_empty() {
                        div.card__media { @for media in &form.media { (self.medium(media)) } }
                    }
                }
            }
        })
    }

    fn medium(&self, media: &FormMedia) -> Markup {
        let drawn = match media {
            FormMedia::Image(image) => self.picture(image),
            FormMedia::File(file) => self.file(file),
            FormMedia::Unsupported { .. } => None,
        };
        let notice = self.view.texts().unsupported;
        drawn.unwrap_or_else(|| html! { p.bubble."bubble--unsupported" { (notice) } })
    }

    fn system(&self, message: &ShownMessage, system: &SystemContent<ShownButton>) -> Option<Markup> {
        let picture = system.image_url.as_deref().and_then(picture_address);
        let words = !system.text.trim().is_empty();
        let buttons = !system.buttons.is_empty();
        (words || buttons || picture.is_some()).then(|| {
            html! {
                div.note."note--system" {
                    @if let Some(url) = picture { img.note__image src=(url) alt=""; }
                    @if words { p.note__text dir="auto" { (self.linked(&system.text)) } }
                    @if buttons { div.note__buttons { (self.buttons(message, &system.buttons)) } }
                }
            }
        })
    }

    /// A press shows it in full, in a tab of its own.
    fn picture(&self, image: &ImageMessage) -> Option<Markup> {
        let url = image.url.as_deref().and_then(picture_address)?;
        let texts = self.view.texts();
        let name = named(image.filename.as_deref(), texts.picture);
        let sized = image.width.zip(image.height).filter(|(w, h)| *w > 0 && *h > 0);
        let (width, height) = sized.unzip();
        Some(html! {
            a.picture .picture--unsized[sized.is_none()] href=(url) target="_blank" rel="noopener noreferrer"
                aria-label=(texts.open_picture.replace("{name}", name)) {
                img.picture__image src=(url) alt="" decoding="async" width=[width] height=[height];
            }
        })
    }

    fn file(&self, file: &FileMessage) -> Option<Markup> {
        let url = file.url.as_deref().and_then(picture_address)?;
        let texts = self.view.texts();
        let name = named(file.filename.as_deref(), texts.file);
        let kind = file.filename.as_deref().and_then(extension);
        let detail: Vec<String> = kind.into_iter().chain(file.size_bytes.map(size)).collect();
        let title = texts.download.replace("{name}", name);
        Some(html! {
            a.file href=(url) download=(name) title=(title) target="_blank" rel="noopener noreferrer" {
                span.file__type { (icon(Icon::File)) }
                span.file__text {
                    span.file__name dir="auto" { (name) }
                    span.file__detail { (detail.join(" · ")) }
                }
                (icon(Icon::Download))
            }
        })
    }

    /// A text with its links.
    fn linked(&self, text: &str) -> Markup {
        html! {
            @for piece in pieces(text) {
                @match piece {
                    Piece::Plain(plain) => { (plain) }
                    Piece::Link(url) => { (self.outside("", &address_of(url), &html! { (url) })) }
                }
            }
        }
    }

    /// A link that opens in a new tab and tells the other page nothing of ours.
    pub(super) fn outside(&self, class: &str, checked_url: &str, inside: &Markup) -> Markup {
        let class = Some(class).filter(|class| !class.is_empty());
        let said = self.view.texts().opens_new_tab;
        html! {
            a class=[class] href=(checked_url) target="_blank" rel="noopener noreferrer nofollow" title=(said) { (inside) }
        }
    }
}

fn named<'a>(name: Option<&'a str>, nameless: &'a str) -> &'a str {
    name.filter(|name| !name.is_empty()).unwrap_or(nameless)
}

/// Bytes for people, in steps of 1024, as limits are set.
pub(in crate::http::plain) fn size(bytes: u64) -> String {
    const STEP: u64 = 1_024;
    match bytes {
        0..STEP => format!("{bytes} B"),
        _ if bytes < STEP * STEP => format!("{} KB", bytes.div_ceil(STEP)),
        _ => {
            let tenths = bytes * 10 / (STEP * STEP);
            match tenths % 10 {
                0 => format!("{} MB", tenths / 10),
                tenth => format!("{}.{tenth} MB", tenths / 10),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_short() {
        assert_eq!(size(14), "14 B");
        assert_eq!(size(1_500), "2 KB");
        assert_eq!(size(26_214_400), "25 MB");
        assert_eq!(size(1_572_864), "1.5 MB");
    }
}
