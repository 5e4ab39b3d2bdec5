//! What the types alone do not say: how long, how many, which form. The rules check the same constants.

use shopbell_protocol::limits;
use utoipa::openapi::path::{Operation, Parameter};
use utoipa::openapi::schema::{ArrayItems, Schema, SchemaFormat};
use utoipa::openapi::{OpenApi, RefOr};
use utoipa::{Modify, Number};

/// Printable ASCII, as client ids and idempotency keys are.
const PRINTABLE: &str = "^[!-~]+$";
const SEQUENCE: &str = "^[0-9]{0,19}$";
/// Of the event log.
const CURSOR: &str = "^[0-9]{0,19}$";

/// Of one page of a webhook's log.
const DELIVERIES_MAX: u32 = 100;

/// Schema, member (`list[].member` for one of each element), least and most characters.
const TEXTS: &[(&str, &str, usize, usize)] = &[
    ("MessageContent", "previewText", 0, limits::PREVIEW_TEXT_MAX),
    ("MessageContent", "title", 0, limits::TITLE_MAX),
    ("BasicItem", "text", 1, limits::TEXT_MAX),
    ("TemplateContent_Button", "title", 0, limits::TITLE_MAX),
    ("TemplateContent_Button", "imageUrl", 0, limits::WEB_URL_MAX),
    ("TemplateContent_Button", "textLines[]", 0, limits::TEXT_LINE_MAX),
    ("TemplateContent_Button", "buttons[].label", 1, limits::TEXT_MAX),
    (
        "TemplateContent_Button",
        "buttons[].launchUrl",
        0,
        limits::LAUNCH_URL_MAX,
    ),
    (
        "PostbackProperties",
        "interactionId",
        1,
        limits::INTERACTION_ID_MAX,
    ),
    ("MinimalContent", "text", 1, limits::TEXT_MAX),
    ("MinimalContent", "iconUrl", 0, limits::WEB_URL_MAX),
    ("MinimalContent", "url", 0, limits::WEB_URL_MAX),
    ("FormContent", "title", 1, limits::FORM_TITLE_MAX),
    ("FormContent", "description", 1, limits::TEXT_MAX),
    ("FormField", "name", 0, limits::FORM_FIELD_MAX),
    ("FormField", "value", 0, limits::FORM_FIELD_MAX),
    ("ImageMessage", "url", 0, limits::WEB_URL_MAX),
    ("ImageMessage", "filename", 0, limits::FILENAME_MAX),
    ("FileMessage", "url", 0, limits::WEB_URL_MAX),
    ("FileMessage", "filename", 0, limits::FILENAME_MAX),
    ("FileMessage", "mimeType", 0, limits::MIME_TYPE_MAX),
    ("Badge", "text", 0, limits::BADGE_TEXT_MAX),
    ("Badge", "iconUrl", 0, limits::WEB_URL_MAX),
    ("MessageDraft", "sourceChannelId", 0, limits::CHANNEL_ID_MAX),
    ("MessageDraft", "targetChannelIds[]", 0, limits::CHANNEL_ID_MAX),
    ("SendChatMessageRequest", "messageText", 1, limits::TEXT_MAX),
];

/// Schema, list, least and most elements.
const LISTS: &[(&str, &str, usize, usize)] = &[
    ("BasicContent", "items", 1, limits::BASIC_ITEMS_MAX),
    ("TemplateContent_Button", "buttons", 0, limits::BUTTONS_MAX),
    ("TemplateContent_Button", "textLines", 0, limits::TEXT_LINES_MAX),
    ("FormContent", "fields", 1, limits::FORM_FIELDS_MAX),
    ("FormContent", "media", 0, limits::FORM_MEDIA_MAX),
    ("MessageDraft", "badges", 0, limits::BADGES_MAX),
    ("MessageDraft", "targetChannels", 0, limits::TARGET_CHANNELS_MAX),
    ("MessageDraft", "targetChannelIds", 0, limits::TARGET_CHANNELS_MAX),
];

/// Schema and member that hold a GUID; the schema itself where the member is empty.
const GUIDS: &[(&str, &str)] = &[
    ("ConversationId", ""),
    ("AppId", ""),
    ("ParticipantId", "anonymousVisitorId"),
    ("ParticipantId", "contactId"),
    ("ParticipantId", "memberId"),
    ("SendMessageRequest", "conversationId"),
    ("SendChatMessageRequest", "channelId"),
];

/// Writes the bounds into the document.
pub(super) struct Bounds;

impl Modify for Bounds {
    fn modify(&self, document: &mut OpenApi) {
        for (schema, member, least, most) in TEXTS {
            text(find(document, schema, member), *least, *most);
        }
        for (schema, list, least, most) in LISTS {
            if let Some(Schema::Array(list)) = find(document, schema, list) {
                list.min_items = (*least > 0).then_some(*least);
                list.max_items = Some(*most);
            }
        }
        for (schema, member) in GUIDS {
            guid(find(document, schema, member));
        }
        let client_id = find(document, "ClientId", "");
        if let Some(Schema::Object(client_id)) = client_id {
            client_id.pattern = Some(PRINTABLE.to_owned());
        }
        text(find(document, "ClientId", ""), 1, limits::CLIENT_ID_MAX);
        for (path, item) in &mut document.paths.paths {
            let operations = [
                &mut item.get,
                &mut item.post,
                &mut item.patch,
                &mut item.delete,
                &mut item.head,
            ];
            for operation in operations.into_iter().flatten() {
                parameters(path, operation);
            }
        }
    }
}

fn parameters(path: &str, operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(Parameter {
            name,
            schema: Some(RefOr::T(schema)),
            ..
        }) = parameter
        else {
            continue;
        };
        match name.as_str() {
            "id" if path.contains("/conversations/") => guid(Some(schema)),
            "conversationId" => guid(Some(schema)),
            "limit" if path == "/events/v1" || path.ends_with("/events") => {
                number(schema, 1, limits::EVENTS_LIMIT_MAX);
            }
            "limit" if path.ends_with("/deliveries") => number(schema, 1, DELIVERIES_MAX),
            "limit" | "paging.limit" => number(schema, 0, limits::PAGE_LIMIT_MAX),
            "wait" => number(schema, 0, limits::EVENTS_WAIT_MAX_S),
            "paging.cursor" => text(Some(schema), 0, limits::CURSOR_MAX),
            "visibility" => choice(schema, &["BUSINESS", "BUSINESS_AND_PARTICIPANT"]),
            "sorting.order" => choice(schema, &["ASC", "DESC"]),
            "sorting.fieldName" => choice(schema, &["sequence", "message_sequence"]),
            "before" | "after" if path.ends_with("/messages") => pattern(schema, SEQUENCE),
            "after" if path.ends_with("/events") || path == "/events/v1" => pattern(schema, CURSOR),
            "before" if path.ends_with("/deliveries") => pattern(schema, "^\\+?[0-9]{1,19}$"),
            "state" if path.ends_with("/deliveries") => {
                choice(schema, &["WAITING", "DELIVERED", "DEAD_LETTER", "TEST"]);
            }
            "Upload-Length" => number(schema, 1, limits::UPLOAD_MAX_BYTES),
            "Shopbell-Exchange" => pattern(schema, "^[0-9A-Za-z-]{32,128}$"),
            "messageId" => pattern(schema, "^[0-9]{1,19}$"),
            "Tus-Resumable" => choice(schema, &["1.0.0"]),
            "Idempotency-Key" => {
                pattern(schema, PRINTABLE);
                text(Some(schema), 1, limits::CLIENT_ID_MAX);
            }
            _ => {}
        }
    }
}

fn text(schema: Option<&mut Schema>, least: usize, most: usize) {
    if let Some(Schema::Object(text)) = schema {
        text.min_length = (least > 0).then_some(least);
        text.max_length = Some(most);
    }
}

fn number(schema: &mut Schema, least: u32, most: impl Into<Number>) {
    if let Schema::Object(number) = schema {
        (number.minimum, number.maximum) = (Some(Number::from(least)), Some(most.into()));
    }
}

fn choice(schema: &mut Schema, values: &[&str]) {
    if let Schema::Object(choice) = schema {
        choice.enum_values = Some(values.iter().map(|value| (*value).into()).collect());
    }
}

fn pattern(schema: &mut Schema, pattern: &str) {
    if let Schema::Object(text) = schema {
        text.pattern = Some(pattern.to_owned());
    }
}

fn guid(schema: Option<&mut Schema>) {
    if let Some(Schema::Object(text)) = schema {
        text.format = Some(SchemaFormat::Custom("uuid".to_owned()));
    }
}

/// The schema of a member: `list[].member` is one of each element.
fn find<'d>(document: &'d mut OpenApi, schema: &str, member: &str) -> Option<&'d mut Schema> {
    let mut found = own(document.components.as_mut()?.schemas.get_mut(schema)?)?;
    for step in member.split('.').filter(|step| !step.is_empty()) {
        let (name, element) = match step.strip_suffix("[]") {
            Some(list) => (list, true),
            None => (step, false),
        };
        let Schema::Object(object) = found else {
            return None;
        };
        found = own(object.properties.get_mut(name)?)?;
        if element {
            let Schema::Array(list) = found else { return None };
            let ArrayItems::RefOrSchema(items) = &mut list.items else {
                return None;
            };
            found = own(items)?;
        }
    }
    Some(found)
}

/// What is written in place; what is elsewhere has bounds of its own.
fn own(schema: &mut RefOr<Schema>) -> Option<&mut Schema> {
    match schema {
        RefOr::T(schema) => Some(schema),
        RefOr::Ref(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use utoipa::OpenApi as _;

    use super::*;
    use crate::http::openapi::Document;

    #[test]
    fn every_bound_is_about_something_that_is_there() {
        let mut document = Document::openapi();
        for (schema, member, _, _) in TEXTS {
            let found = find(&mut document, schema, member);
            assert!(
                matches!(found, Some(Schema::Object(text)) if text.max_length.is_some()),
                "{schema}.{member}"
            );
        }
        for (schema, list, _, most) in LISTS {
            let found = find(&mut document, schema, list);
            assert!(
                matches!(found, Some(Schema::Array(list)) if list.max_items == Some(*most)),
                "{schema}.{list}"
            );
        }
        for (schema, member) in GUIDS {
            let found = find(&mut document, schema, member);
            assert!(
                matches!(found, Some(Schema::Object(text)) if text.format.is_some()),
                "{schema}.{member}"
            );
        }
    }
}
