//! Checks of a message's content, payload by payload (`inbox-api.md` section 2.3).

use super::text::{date, list_size, optional_url, text_length, web_url};
use crate::button::{Button, ButtonAction, PostbackUse};
use crate::content::{
    BasicItem, ContentKind, FormContent, FormMedia, MessageContent, MinimalContent, Orientation,
    TemplateContent,
};
use crate::error::{Rule, Violations};
use crate::id::MediaId;
use crate::limits;
use crate::media::{FileMessage, ImageMessage};

const KINDS: &str = "basic, template, minimal and form";

/// Checks a content that staff or an app hands in.
pub fn content(content: &MessageContent, path: &str, violations: &mut Violations) {
    if let Some(preview) = &content.preview_text {
        text_length(
            preview,
            &format!("{path}.previewText"),
            0,
            limits::PREVIEW_TEXT_MAX,
            violations,
        );
    }
    if let Some(title) = &content.title {
        text_length(title, &format!("{path}.title"), 0, limits::TITLE_MAX, violations);
    }
    match &content.kind {
        ContentKind::Basic(basic) => items(&basic.items, &format!("{path}.basic.items"), violations),
        ContentKind::Template(card) => template(card, &format!("{path}.template"), violations),
        ContentKind::Minimal(line) => minimal(line, &format!("{path}.minimal"), violations),
        ContentKind::Form(filled) => form(filled, &format!("{path}.form"), violations),
        ContentKind::System(_) => violations.push(
            format!("{path}.system"),
            Rule::Other,
            "cannot be sent: system messages come from Shopbell only",
        ),
        ContentKind::Unsupported { members: 0 } => {
            violations.push(path, Rule::RequiredOneOfField, format!("needs one of {KINDS}"));
        }
        ContentKind::Unsupported { .. } => {
            violations.push(
                path,
                Rule::OneOfAlignment,
                format!("has several kinds, expected exactly one of {KINDS}"),
            );
        }
    }
}

/// Checks a content that a participant sends: basic or form only (`design.md` section 4, rule 8).
pub fn participant_content(given: &MessageContent, path: &str, violations: &mut Violations) {
    match &given.kind {
        ContentKind::Template(_) | ContentKind::Minimal(_) | ContentKind::System(_) => violations.push(
            path,
            Rule::Other,
            "must be basic or form when it comes from a participant",
        ),
        ContentKind::Basic(_) | ContentKind::Form(_) | ContentKind::Unsupported { .. } => {
            content(given, path, violations);
        }
    }
}

fn items(items: &[BasicItem], path: &str, violations: &mut Violations) {
    list_size(items.len(), path, 1, limits::BASIC_ITEMS_MAX, violations);
    for (index, item) in items.iter().enumerate() {
        let field = format!("{path}[{index}]");
        match item {
            BasicItem::Text(text) => {
                text_length(text, &format!("{field}.text"), 1, limits::TEXT_MAX, violations);
            }
            BasicItem::Image(given) => image(given, &format!("{field}.image"), violations),
            BasicItem::File(given) => file(given, &format!("{field}.file"), violations),
            BasicItem::Unsupported { members } => {
                one_of(*members, &field, "text, image and file", violations);
            }
        }
    }
}

fn template(card: &TemplateContent, path: &str, violations: &mut Violations) {
    if let Some(title) = &card.title {
        text_length(title, &format!("{path}.title"), 0, limits::TITLE_MAX, violations);
    }
    let field = format!("{path}.buttons");
    list_size(card.buttons.len(), &field, 0, limits::BUTTONS_MAX, violations);
    for (index, given) in card.buttons.iter().enumerate() {
        button(given, &format!("{field}[{index}]"), violations);
    }
    if card.orientation == Orientation::Unrecognized {
        violations.push(
            format!("{path}.orientation"),
            Rule::InvalidEnumValue,
            format!("is not one of {}", Orientation::VALUES.join(", ")),
        );
    }
    let field = format!("{path}.textLines");
    list_size(
        card.text_lines.len(),
        &field,
        0,
        limits::TEXT_LINES_MAX,
        violations,
    );
    for (index, line) in card.text_lines.iter().enumerate() {
        text_length(
            line,
            &format!("{field}[{index}]"),
            0,
            limits::TEXT_LINE_MAX,
            violations,
        );
    }
    optional_url(
        card.image_url.as_deref(),
        &format!("{path}.imageUrl"),
        limits::WEB_URL_MAX,
        violations,
    );
}

fn button(button: &Button, path: &str, violations: &mut Violations) {
    text_length(
        &button.label,
        &format!("{path}.label"),
        1,
        limits::TEXT_MAX,
        violations,
    );
    match &button.action {
        ButtonAction::Link(url) => {
            web_url(
                url,
                &format!("{path}.launchUrl"),
                limits::LAUNCH_URL_MAX,
                violations,
            );
        }
        ButtonAction::Postback(postback) => {
            let path = format!("{path}.postbackProperties");
            let field = format!("{path}.interactionId");
            text_length(
                &postback.interaction_id,
                &field,
                1,
                limits::INTERACTION_ID_MAX,
                violations,
            );
            if !postback.uses.is_known() {
                violations.push(
                    format!("{path}.uses"),
                    Rule::InvalidEnumValue,
                    format!("is not one of {}", PostbackUse::VALUES.join(", ")),
                );
            }
            if let Some(expiration) = &postback.expiration_date {
                date(expiration, &format!("{path}.expirationDate"), violations);
            }
        }
        ButtonAction::Unsupported { members } => {
            one_of(*members, path, "launchUrl and postbackProperties", violations);
        }
    }
}

fn minimal(line: &MinimalContent, path: &str, violations: &mut Violations) {
    text_length(
        &line.text,
        &format!("{path}.text"),
        1,
        limits::TEXT_MAX,
        violations,
    );
    optional_url(
        line.icon_url.as_deref(),
        &format!("{path}.iconUrl"),
        limits::WEB_URL_MAX,
        violations,
    );
    optional_url(
        line.url.as_deref(),
        &format!("{path}.url"),
        limits::WEB_URL_MAX,
        violations,
    );
}

fn form(filled: &FormContent, path: &str, violations: &mut Violations) {
    text_length(
        &filled.title,
        &format!("{path}.title"),
        1,
        limits::FORM_TITLE_MAX,
        violations,
    );
    if let Some(description) = &filled.description {
        text_length(
            description,
            &format!("{path}.description"),
            1,
            limits::TEXT_MAX,
            violations,
        );
    }
    let field = format!("{path}.fields");
    list_size(
        filled.fields.len(),
        &field,
        1,
        limits::FORM_FIELDS_MAX,
        violations,
    );
    for (index, answer) in filled.fields.iter().enumerate() {
        text_length(
            &answer.name,
            &format!("{field}[{index}].name"),
            0,
            limits::FORM_FIELD_MAX,
            violations,
        );
        text_length(
            &answer.value,
            &format!("{field}[{index}].value"),
            0,
            limits::FORM_FIELD_MAX,
            violations,
        );
    }
    let field = format!("{path}.media");
    list_size(filled.media.len(), &field, 0, limits::FORM_MEDIA_MAX, violations);
    for (index, media) in filled.media.iter().enumerate() {
        let field = format!("{field}[{index}]");
        match media {
            FormMedia::Image(given) => image(given, &format!("{field}.image"), violations),
            FormMedia::File(given) => file(given, &format!("{field}.file"), violations),
            FormMedia::Unsupported { members } => one_of(*members, &field, "image and file", violations),
        }
    }
}

fn image(image: &ImageMessage, path: &str, violations: &mut Violations) {
    media(
        image.id.as_ref(),
        image.url.as_deref(),
        image.filename.as_deref(),
        path,
        violations,
    );
    for (name, side) in [("width", image.width), ("height", image.height)] {
        if let Some(side) = side.filter(|side| *side > limits::IMAGE_SIDE_MAX) {
            violations.push(
                format!("{path}.{name}"),
                Rule::Max,
                format!("is {side}, expected {} or less", limits::IMAGE_SIDE_MAX),
            );
        }
    }
}

fn file(file: &FileMessage, path: &str, violations: &mut Violations) {
    media(
        file.id.as_ref(),
        file.url.as_deref(),
        file.filename.as_deref(),
        path,
        violations,
    );
    if let Some(mime_type) = &file.mime_type {
        text_length(
            mime_type,
            &format!("{path}.mimeType"),
            0,
            limits::MIME_TYPE_MAX,
            violations,
        );
    }
}

fn media(
    id: Option<&MediaId>,
    url: Option<&str>,
    filename: Option<&str>,
    path: &str,
    violations: &mut Violations,
) {
    if let Some(id) = id {
        text_length(
            id.as_str(),
            &format!("{path}.id"),
            1,
            limits::MEDIA_ID_MAX,
            violations,
        );
    }
    // A stored picture comes back with the address we wrote, which may be a path on the chat origin; its id decides.
    if id.is_none() {
        optional_url(url, &format!("{path}.url"), limits::WEB_URL_MAX, violations);
    }
    if let Some(filename) = filename {
        text_length(
            filename,
            &format!("{path}.filename"),
            0,
            limits::FILENAME_MAX,
            violations,
        );
    }
    if id.is_none() && url.is_none() {
        violations.push(path, Rule::RequiredOneOfField, "needs an id or a url");
    }
}

fn one_of(members: u8, path: &str, names: &str, violations: &mut Violations) {
    if members == 0 {
        violations.push(path, Rule::RequiredOneOfField, format!("needs one of {names}"));
    } else {
        violations.push(
            path,
            Rule::OneOfAlignment,
            format!("has several, expected exactly one of {names}"),
        );
    }
}
