//! Answers and frames out of JSON.

use shopbell_protocol::media::UploadAnswer;
use shopbell_protocol::paging::HistoryPage;
use shopbell_protocol::participant::ParticipantId;
use shopbell_protocol::shown::{Marks, Side};
use shopbell_protocol::widget::{ButtonStateChange, SessionAnswer, SiteSettings};
use shopbell_protocol::{
    BasicContent, BasicItem, ButtonState, ClientId, ContentKind, ConversationId, Direction, ErrorBody,
    ErrorDetails, FileMessage, FormContent, FormField, FormMedia, ImageMessage, IndicationType, MediaId,
    MessageContent, MinimalContent, Orientation, SenderKind, Sequence, ServerFrame, ShownAction, ShownBadge,
    ShownButton, ShownContent, ShownMessage, ShownSender, SiteId, SystemContent, TemplateContent,
};

use shopbell_sync::{Deed, Kept};

use super::json::Json;

/// A frame; `Unknown` for what cannot be read or is of a newer server.
pub fn server_frame(text: &str) -> ServerFrame {
    Json::parse(text).and_then(frame).unwrap_or(ServerFrame::Unknown)
}

/// The answer of `POST /widget/v1/session`.
pub fn session_answer(text: &str) -> Option<SessionAnswer> {
    let json = Json::parse(text)?;
    Some(SessionAnswer {
        token: json.text("token")?,
        participant: participant(json.take("participant")),
        conversation_id: json.text("conversationId").map(ConversationId),
        last_sequence: sequence(&json, "lastSequence")?,
        unread_count: small(&json, "unreadCount")?,
        settings: settings(json.take("settings")),
        server_time: json.text("serverTime")?,
    })
}

/// The answer of `GET /widget/v1/messages`.
pub fn history_page(text: &str) -> Option<HistoryPage<ShownMessage>> {
    let json = Json::parse(text)?;
    Some(HistoryPage {
        last_sequence: sequence(&json, "lastSequence")?,
        messages: json.list("messages").into_iter().filter_map(message).collect(),
        has_older: json.flag("hasOlder"),
        marks: marks(json.take("marks")),
    })
}

/// The answer of `POST /widget/v1/uploads`.
pub fn upload_answer(text: &str) -> Option<UploadAnswer> {
    let json = Json::parse(text)?;
    match (json.some("image"), json.some("file")) {
        (Some(json), None) => Some(UploadAnswer::Image(image(json))),
        (None, Some(json)) => Some(UploadAnswer::File(file(json))),
        (None, None) | (Some(_), Some(_)) => None,
    }
}

/// What [`super::kept`] has written.
pub fn read_kept(text: &str) -> Option<Kept<MessageContent>> {
    let json = Json::parse(text)?;
    let deed = if let Some(button_id) = json.text("buttonId") {
        Deed::Press {
            message_id: sequence(&json, "messageId")?.into(),
            button_id,
        }
    } else {
        let content = content(json.take("content"));
        Deed::Send {
            draft: MessageContent {
                preview_text: content.preview_text,
                title: content.title,
                kind: match content.kind {
                    ContentKind::Basic(basic) => ContentKind::Basic(basic),
                    ContentKind::Form(form) => ContentKind::Form(form),
                    // Not for a participant to send.
                    ContentKind::Template(_)
                    | ContentKind::Minimal(_)
                    | ContentKind::System(_)
                    | ContentKind::Unsupported { .. } => return None,
                },
            },
            // Only staff send on condition of what they have seen.
            seen: Sequence(0),
            ready: json.flag("ready"),
        }
    };
    Some(Kept {
        client_id: ClientId(json.text("clientId")?),
        created_date: json.text("createdDate")?,
        deed,
    })
}

/// An error's body, with as much as a page needs: of violations only the message that lists them, of the data only when
/// to try again.
pub fn error_body(text: &str) -> Option<ErrorBody> {
    error(Json::parse(text)?)
}

fn frame(json: Json) -> Option<ServerFrame> {
    let json = &json;
    Some(match json.text("type")?.as_str() {
        "welcome" => ServerFrame::Welcome {
            participant: participant(json.take("participant")),
            conversation_id: json.text("conversationId").map(ConversationId),
            last_sequence: sequence(json, "lastSequence")?,
            marks: marks(json.take("marks")),
            settings: settings(json.take("settings")),
            server_time: json.text("serverTime")?,
        },
        "ack" => ServerFrame::Ack {
            client_id: ClientId(json.text("clientId")?),
            message: message(json.take("message"))?,
        },
        "reject" => ServerFrame::Reject {
            client_id: ClientId(json.text("clientId")?),
            error: error(json.take("error"))?,
        },
        "message" => ServerFrame::Message {
            message: message(json.take("message"))?,
            previous_sequence: sequence(json, "previousSequence")?,
        },
        "buttonState" => ServerFrame::ButtonState {
            client_id: json.text("clientId").map(ClientId),
            change: button_state(json)?,
        },
        "indication" => ServerFrame::Indication {
            indication: IndicationType::from_wire(&json.text("indication")?),
            performed_by: Side::from_wire(&json.text("performedBy")?),
            sequence: sequence(json, "sequence")?,
        },
        "typing" => ServerFrame::Typing {
            who: json.text("who"),
            on: json.flag("on"),
        },
        "presence" => ServerFrame::Presence {
            online: json.flag("online"),
        },
        "pong" => ServerFrame::Pong { n: json.count("n")? },
        "ping" => ServerFrame::Ping { n: json.count("n")? },
        "resync" => ServerFrame::Resync {},
        "goodbye" => ServerFrame::Goodbye {
            retry_after_ms: json.count("retryAfterMs")?,
        },
        "error" => ServerFrame::Error {
            error: error(json.take("error"))?,
        },
        _ => ServerFrame::Unknown,
    })
}

fn message(json: Json) -> Option<ShownMessage> {
    Some(ShownMessage {
        id: sequence(&json, "id")?.into(),
        sequence: sequence(&json, "sequence")?,
        created_date: json.text("createdDate")?,
        client_id: json.text("clientId").map(ClientId),
        direction: Direction::from_wire(&json.text("direction")?),
        sender: sender(json.take("sender"))?,
        content: content(json.take("content")),
        badges: json.list("badges").into_iter().map(badge).collect(),
    })
}

fn sender(json: Json) -> Option<ShownSender> {
    Some(ShownSender {
        kind: SenderKind::from_wire(&json.text("kind")?),
        name: json.text("name"),
        image_url: json.text("imageUrl"),
    })
}

fn badge(json: Json) -> ShownBadge {
    ShownBadge {
        text: json.text("text"),
        icon_url: json.text("iconUrl"),
    }
}

/// Exactly one of the known payloads, as [`ShownContent`] says.
fn content(json: Json) -> ShownContent {
    type Payload = fn(Json) -> ContentKind<ShownButton>;
    const KINDS: [(&str, Payload); 5] = [
        ("basic", basic),
        ("template", template),
        ("minimal", minimal),
        ("form", form),
        ("system", system),
    ];
    let mut kind = ContentKind::Unsupported { members: 0 };
    let mut members = 0_u8;
    for (name, read) in KINDS {
        if let Some(payload) = json.some(name) {
            members += 1;
            kind = if members == 1 {
                read(payload)
            } else {
                ContentKind::Unsupported { members }
            };
        }
    }
    MessageContent {
        preview_text: json.text("previewText"),
        title: json.text("title"),
        kind,
    }
}

fn basic(json: Json) -> ContentKind<ShownButton> {
    ContentKind::Basic(BasicContent {
        items: json.list("items").into_iter().map(item).collect(),
    })
}

fn item(json: Json) -> BasicItem {
    match (json.some("text"), json.some("image"), json.some("file")) {
        (Some(text), None, None) => text
            .into_text()
            .map_or(BasicItem::Unsupported { members: 1 }, BasicItem::Text),
        (None, Some(json), None) => BasicItem::Image(image(json)),
        (None, None, Some(json)) => BasicItem::File(file(json)),
        (text, image, file) => BasicItem::Unsupported {
            members: given(text.is_some()) + given(image.is_some()) + given(file.is_some()),
        },
    }
}

fn template(json: Json) -> ContentKind<ShownButton> {
    ContentKind::Template(TemplateContent {
        title: json.text("title"),
        buttons: buttons(&json),
        orientation: json
            .text("orientation")
            .map_or_else(Orientation::default, |text| Orientation::from_wire(&text)),
        text_lines: json
            .list("textLines")
            .into_iter()
            .filter_map(Json::into_text)
            .collect(),
        image_url: json.text("imageUrl"),
    })
}

fn minimal(json: Json) -> ContentKind<ShownButton> {
    ContentKind::Minimal(MinimalContent {
        text: json.text("text").unwrap_or_default(),
        icon_url: json.text("iconUrl"),
        url: json.text("url"),
    })
}

fn form(json: Json) -> ContentKind<ShownButton> {
    ContentKind::Form(FormContent {
        title: json.text("title").unwrap_or_default(),
        description: json.text("description"),
        fields: json.list("fields").into_iter().map(field).collect(),
        media: json.list("media").into_iter().map(media).collect(),
    })
}

fn field(json: Json) -> FormField {
    FormField {
        name: json.text("name").unwrap_or_default(),
        value: json.text("value").unwrap_or_default(),
    }
}

fn media(json: Json) -> FormMedia {
    match (json.some("image"), json.some("file")) {
        (Some(json), None) => FormMedia::Image(image(json)),
        (None, Some(json)) => FormMedia::File(file(json)),
        (image, file) => FormMedia::Unsupported {
            members: given(image.is_some()) + given(file.is_some()),
        },
    }
}

fn system(json: Json) -> ContentKind<ShownButton> {
    ContentKind::System(SystemContent {
        text: json.text("text").unwrap_or_default(),
        buttons: buttons(&json),
        image_url: json.text("imageUrl"),
    })
}

fn buttons(json: &Json) -> Vec<ShownButton> {
    json.list("buttons").into_iter().map(button).collect()
}

fn button(json: Json) -> ShownButton {
    let state = json
        .text("state")
        .map_or(ButtonState::Unknown, |text| ButtonState::from_wire(&text));
    let action = match (json.text("launchUrl"), json.text("buttonId")) {
        (Some(url), None) => ShownAction::Link(url),
        (None, Some(button_id)) => ShownAction::Postback { button_id, state },
        (None, None) | (Some(_), Some(_)) => ShownAction::Unsupported,
    };
    ShownButton {
        label: json.text("label").unwrap_or_default(),
        action,
    }
}

fn button_state(json: &Json) -> Option<ButtonStateChange> {
    Some(ButtonStateChange {
        message_id: sequence(json, "messageId")?.into(),
        button_id: json.text("buttonId")?,
        state: ButtonState::from_wire(&json.text("state")?),
    })
}

fn image(json: Json) -> ImageMessage {
    ImageMessage {
        id: json.text("id").map(MediaId),
        url: json.text("url"),
        filename: json.text("filename"),
        width: small(&json, "width"),
        height: small(&json, "height"),
        url_expiration: json.text("urlExpiration"),
    }
}

fn file(json: Json) -> FileMessage {
    FileMessage {
        id: json.text("id").map(MediaId),
        url: json.text("url"),
        filename: json.text("filename"),
        mime_type: json.text("mimeType"),
        size_bytes: json.count("sizeBytes"),
        url_expiration: json.text("urlExpiration"),
    }
}

fn participant(json: Json) -> ParticipantId {
    match (
        json.text("anonymousVisitorId"),
        json.text("contactId"),
        json.text("memberId"),
    ) {
        (Some(id), None, None) => ParticipantId::AnonymousVisitor(id),
        (None, Some(id), None) => ParticipantId::Contact(id),
        (None, None, Some(id)) => ParticipantId::Member(id),
        (visitor, contact, member) => ParticipantId::Unsupported {
            members: given(visitor.is_some()) + given(contact.is_some()) + given(member.is_some()),
        },
    }
}

fn settings(json: Json) -> SiteSettings {
    SiteSettings {
        site_id: json.text("siteId").map(SiteId),
        business_name: json.text("businessName").unwrap_or_default(),
        business_image_url: json.text("businessImageUrl"),
        welcome_text: json.text("welcomeText"),
        upload_max_bytes: json.count("uploadMaxBytes").unwrap_or_default(),
        upload_accept: json.text("uploadAccept").unwrap_or_default(),
    }
}

fn marks(json: Json) -> Marks {
    let mark = |name| sequence(&json, name).unwrap_or_default();
    Marks {
        business_delivered: mark("businessDelivered"),
        business_seen: mark("businessSeen"),
        participant_delivered: mark("participantDelivered"),
        participant_seen: mark("participantSeen"),
    }
}

fn error(json: Json) -> Option<ErrorBody> {
    let message = json.text("message")?;
    let details = json.take("details");
    match (details.some("validationError"), details.some("applicationError")) {
        (Some(_), None) => {
            let details = ErrorDetails::ValidationError {
                field_violations: Vec::new(),
            };
            Some(ErrorBody { message, details })
        }
        (None, Some(error)) => {
            let body = ErrorBody::application(&error.text("code")?, error.text("description")?);
            let body = match error.take("data").count("retryAfterMs") {
                Some(after_ms) => body.with_retry_after_ms(after_ms),
                None => body,
            };
            Some(ErrorBody { message, ..body })
        }
        (None, None) | (Some(_), Some(_)) => None,
    }
}

fn sequence(json: &Json, name: &str) -> Option<Sequence> {
    json.text(name)?.parse().ok()
}

fn small(json: &Json, name: &str) -> Option<u32> {
    json.count(name)?.try_into().ok()
}

fn given(given: bool) -> u8 {
    given.into()
}
