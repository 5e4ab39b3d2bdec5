//! One merge patch for each type whose rules its Rust form does not show.

use serde_json::{Map, Value, json};
use shopbell_protocol::event::EventBody;
use shopbell_protocol::limits;

/// `http` or `https`, no white space, no control characters.
const WEB_URL: &str = "^[hH][tT][tT][pP][sS]?://[^\\s/?#\\\\@:\\x00-\\x1f\\x7f-\\x9f]+(:[0-9]{1,5})?([/?#][^\\s\\x00-\\x1f\\x7f-\\x9f]*)?$";
/// Of an endpoint, by its form; where it leads is judged too.
const WEBHOOK_URL: &str = "^\\s*https?://\\S+\\s*$";
/// A key in PEM.
const PUBLIC_KEY: &str = "-----BEGIN PUBLIC KEY-----";
/// What an origin begins with; what else it may have is what the URL standard says.
const ORIGIN: &str = "^\\s*[hH][tT][tT][pP][sS]?:";
/// One line that says something.
const LINE: &str = "^[^\\x00-\\x1f\\x7f-\\x9f]*[^\\s\\x00-\\x1f\\x7f-\\x9f][^\\x00-\\x1f\\x7f-\\x9f]*$";

/// One line that says who somebody is: nothing that turns the direction of writing either.
const NAME: &str = "^[^\\x00-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]*[^\\s\\x00-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069][^\\x00-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]*$";
/// A mail address by its form.
const MAIL: &str = "^\\s*[^\\s\\x00-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]+@[^\\s@\\x00-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]+\\s*$";

/// Names of types, and what is to be changed in them.
pub(super) fn all() -> Vec<(String, Value)> {
    let patches = [
        sent_by_programs(),
        content(),
        sent_by_people(),
        set_up(),
        answered(),
    ];
    patches
        .into_iter()
        .filter_map(|patch| match patch {
            Value::Object(map) => Some(map),
            _ => None,
        })
        .flatten()
        .collect()
}

fn of(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}"), "oneOf": null, "type": null})
}

fn url(most: usize) -> Value {
    json!({"type": ["string", "null"], "pattern": WEB_URL, "minLength": null, "maxLength": most})
}

fn date() -> Value {
    json!({"type": ["string", "null"], "format": "date-time"})
}

/// Exactly one member: the branches of a `oneOf`, each with the other members absent or `null`.
fn one_of(members: &[(&str, Value)], beside: &Value) -> Value {
    let branches: Vec<Value> = members
        .iter()
        .map(|(name, schema)| {
            let mut properties: Map<String, Value> = beside.as_object().cloned().unwrap_or_default();
            for (other, _) in members {
                properties.insert((*other).to_owned(), json!({"type": "null"}));
            }
            properties.insert((*name).to_owned(), schema.clone());
            json!({"type": "object", "title": name, "required": [name], "properties": properties})
        })
        .collect();
    json!({"type": null, "properties": null, "oneOf": branches})
}

fn guid() -> Value {
    json!({"type": "string", "format": "uuid"})
}

fn sent_by_programs() -> Value {
    let visible = json!(["BUSINESS_AND_PARTICIPANT", "BUSINESS"]);
    let directions = json!(["BUSINESS_TO_PARTICIPANT", "PARTICIPANT_TO_BUSINESS"]);
    json!({
        "GetOrCreateConversationRequest": {
            "required": ["participantId"], "properties": {"participantId": of("ParticipantId")},
        },
        "ParticipantId": one_of(
            &[("anonymousVisitorId", guid()), ("contactId", guid()), ("memberId", guid())], &json!({})),
        "SendMessageRequest": {
            "required": ["conversationId", "message"],
            "properties": {
                "conversationId": {"type": "string"}, "message": of("MessageDraft"),
                "sendAs": {"oneOf": null, "type": ["string", "null"], "enum": ["CALLER", "PARTICIPANT", "BUSINESS_USER", null]},
            },
        },
        "MessageDraft": {
            "description": "A message as it is handed in. What the server sets (id, sequence, createdDate, sender, appId) is ignored.",
            "required": ["content", "visibility", "direction"],
            "properties": {
                "content": of("MessageContentInput"),
                "visibility": {"oneOf": null, "type": "string", "enum": visible},
                "direction": {"oneOf": null, "type": "string", "enum": directions},
                "badges": {"type": ["array", "null"]},
                "targetChannels": {"type": ["array", "null"]},
                "targetChannelIds": {"type": ["array", "null"]},
                "silent": {"type": ["boolean", "null"]},
            },
        },
        "AddMessageIndicationsRequest": {
            "required": ["messageIds", "indication"],
            "properties": {
                "messageIds": {"type": "array", "minItems": 1, "maxItems": limits::INDICATED_MAX},
                "indication": {"oneOf": null, "type": "string", "enum": ["SENT", "DELIVERED", "SEEN"]},
            },
        },
        "ReadConversationRequest": {
            "properties": {
                "channelId": {"maxLength": limits::CHANNEL_ID_MAX},
                "timestamp": date(),
            },
        },
        "SendChatMessageRequest": {
            "required": ["channelId", "messageText"],
            "properties": {"channelId": {"type": "string"}, "messageText": {"type": "string"}},
        },
        "TokenRequest": tokens(),
        "MessageId": {"pattern": "^[0-9]{1,19}$", "description": "A message's sequence as digits."},
        "Sequence": {"pattern": "^[0-9]{1,19}$", "description": "Order within a conversation: digits, rising, not consecutive."},
    })
}

fn tokens() -> Value {
    let text = json!({"type": "string", "minLength": 1});
    let grant = |name: &str, members: &[&str]| {
        let mut properties =
            Map::from_iter([("grantType".to_owned(), json!({"type": "string", "const": name}))]);
        for member in members {
            let value = if *member == "memberId" {
                guid()
            } else {
                text.clone()
            };
            properties.insert((*member).to_owned(), value);
        }
        let required: Vec<&str> = std::iter::once("grantType")
            .chain(members.iter().copied())
            .collect();
        json!({"type": "object", "title": name, "required": required, "properties": properties})
    };
    json!({
        "description": "One of four grants. Each name may be written in snake case too, as the official SDK does in some.",
        "type": null, "properties": null,
        "oneOf": [
            grant("anonymous", &["clientId"]),
            grant("refresh_token", &["refreshToken"]),
            grant("authorized_client", &["memberId"]),
            grant("client_credentials", &["instanceId", "clientId", "clientSecret"]),
        ],
    })
}

/// What may stand beside the one payload of a message.
fn beside() -> Value {
    json!({
        "previewText": {"type": ["string", "null"], "maxLength": limits::PREVIEW_TEXT_MAX},
        "title": {"type": ["string", "null"], "maxLength": limits::TITLE_MAX},
    })
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn content() -> Value {
    let side = json!({"maximum": limits::IMAGE_SIDE_MAX});
    let media = |width: Value, height: Value| {
        json!({
            "anyOf": [
                {"required": ["url"], "properties": {"url": {"type": "string"}}},
                {"required": ["id"], "properties": {"id": {"type": "string"}}},
            ],
            "properties": {
                "id": {"oneOf": null, "type": ["string", "null"], "minLength": 1, "maxLength": limits::MEDIA_ID_MAX},
                "url": url(limits::WEB_URL_MAX), "urlExpiration": null, "width": width, "height": height,
            },
        })
    };
    let label = json!({"type": "string", "minLength": 1, "maxLength": limits::TEXT_MAX});
    let button = |name: &str, value: Value, other: &str| {
        json!({
            "type": "object", "title": name, "required": ["label", name],
            "properties": {"label": label, name: value, other: {"type": "null"}},
        })
    };
    let address = json!({"type": "string", "pattern": WEB_URL, "maxLength": limits::LAUNCH_URL_MAX});
    let postback = reference("PostbackPropertiesInput");
    let button = json!({
        "type": null, "properties": null,
        "oneOf": [
            button("launchUrl", address, "postbackProperties"),
            button("postbackProperties", postback, "launchUrl"),
        ],
    });
    json!({
        "MessageContentInput": one_of(&[
            ("basic", reference("BasicContentInput")), ("template", reference("TemplateContent_ButtonInput")),
            ("minimal", reference("MinimalContentInput")), ("form", reference("FormContentInput")),
        ], &beside()),
        "BasicContentInput": {"required": ["items"]},
        "BasicItemInput": one_of(&[
            ("text", json!({"type": "string", "minLength": 1, "maxLength": limits::TEXT_MAX})),
            ("image", reference("ImageMessageInput")), ("file", reference("FileMessageInput")),
        ], &json!({})),
        "ImageMessageInput": media(side.clone(), side),
        "FileMessageInput": media(Value::Null, Value::Null),
        "FormMediaInput": one_of(
            &[("image", reference("ImageMessageInput")), ("file", reference("FileMessageInput"))], &json!({})),
        // A field without a name or an answer is one with an empty one.
        "FormFieldInput": {"required": null, "properties": {
            "name": {"type": ["string", "null"]}, "value": {"type": ["string", "null"]},
        }},
        "FormContentInput": {"required": ["title", "fields"], "properties": {"media": {"type": ["array", "null"]}}},
        "MinimalContentInput": {
            "required": ["text"],
            "properties": {"iconUrl": url(limits::WEB_URL_MAX), "url": url(limits::WEB_URL_MAX)},
        },
        "TemplateContent_ButtonInput": {
            "properties": {
                "buttons": {"type": ["array", "null"], "items": button},
                "textLines": {"type": ["array", "null"]},
                "orientation": {"$ref": null, "type": ["string", "null"], "enum": ["PORTRAIT", "LANDSCAPE", "UNKNOWN_ORIENTATION", null]},
                "imageUrl": url(limits::WEB_URL_MAX),
            },
        },
        "PostbackPropertiesInput": {
            "required": ["interactionId"],
            "properties": {
                "appId": null,
                "uses": {"$ref": null, "type": ["string", "null"], "enum": ["ONCE", "ONCE_PER_GROUP", "REPEATABLE", null]},
                "expirationDate": date(),
            },
        },
        "BadgeInput": {
            "properties": {
                "text": {"minLength": 1}, "iconUrl": url(limits::WEB_URL_MAX),
                "badgeVisibility": {"$ref": null, "type": ["string", "null"],
                    "enum": ["BUSINESS_AND_PARTICIPANT", "BUSINESS", "UNKNOWN_BADGE_VISIBILITY", null]},
            },
        },
    })
}

fn sent_by_people() -> Value {
    let kinds = [
        ("basic", reference("BasicContentInput")),
        ("form", reference("FormContentInput")),
    ];
    let mut content = one_of(&kinds, &beside());
    if let Some(content) = content.as_object_mut() {
        content.insert("$ref".to_owned(), Value::Null);
        content.insert(
            "description".to_owned(),
            json!("A participant sends nothing else."),
        );
    }
    json!({
        "SendRequest": {"properties": {"content": content}},
        "SiteRequest": {
            "properties": {
                "name": {"minLength": 1, "maxLength": 256, "pattern": LINE},
                "imageUrl": url(limits::WEB_URL_MAX),
                "welcomeText": {"maxLength": limits::TEXT_MAX},
                "allowedOrigins": {"maxItems": 100, "items": {"pattern": ORIGIN}},
            },
        },
        "ContactRequest": {"properties": {"name": {"pattern": NAME}, "email": {"pattern": MAIL}}},
        "NewApiKey": {
            "properties": {
                "name": {"pattern": LINE},
                "scopes": {"minItems": 1, "items": {"$ref": null, "type": "string", "enum": ["READ", "WRITE", "EVENTS", "ADMIN"]}},
                "expiresDate": date(),
            },
        },
    })
}

/// What the owner sets up.
fn set_up() -> Value {
    let types = json!({"items": {"enum": EventBody::TYPES}});
    json!({
        "NewWebhook": {"properties": {
            "url": {"pattern": WEBHOOK_URL}, "name": {"minLength": 1, "pattern": LINE}, "types": types,
            "format": {"oneOf": null, "type": ["string", "null"], "enum": ["TOKEN", "STANDARD", null]},
        }},
        "WebhookChange": {"properties": {
            "url": {"pattern": WEBHOOK_URL}, "name": {"minLength": 1, "pattern": LINE}, "types": types,
            "state": {"oneOf": null, "type": ["string", "null"], "enum": ["ACTIVE", "PAUSED", null]},
        }},
        "ReplayRequest": {"properties": {"deliveryIds": {"items": {"pattern": "^\\+?[0-9]{1,19}$"}}}},
        "IdentityKeyRequest": {"properties": {
            "name": {"pattern": LINE}, "algorithm": {"enum": ["HS256", "EdDSA", "RS256"]}, "publicKey": {"pattern": PUBLIC_KEY},
        }},
        "RotateRequest": {"properties": {"publicKey": {"pattern": PUBLIC_KEY}}},
    })
}

/// What is always written is there to be relied on.
fn answered() -> Value {
    json!({
        "Message": {"required": ["id", "sequence", "createdDate", "content", "sender", "badges", "visibility", "direction",
            "sourceChannel", "targetChannels", "targetChannelIds", "silent"]},
        "MessageContent": {"description": "What a message says: exactly one payload, named by `contentType`.", "required": ["contentType"]},
        "BasicContent": {"required": ["items"]},
        "TemplateContent_Button": {"required": ["buttons", "orientation", "textLines"]},
        "FormContent": {"required": ["title", "fields", "media"]},
        "FormField": {"required": ["name", "value"]},
        "MinimalContent": {"required": ["text"]},
        "PostbackProperties": {"required": ["interactionId"]},
        "Conversation": {"required": ["id", "participant", "channels", "businessDisplayData", "participantDisplayData"]},
        "ApplicationError": {"required": ["code", "description", "data"]},
    })
}
