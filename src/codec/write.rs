//! Frames and bodies into JSON.

use shopbell_protocol::{
    BasicItem, ClientFrame, ClientId, ContentKind, FileMessage, FormContent, FormMedia, ImageMessage,
    MediaId, MessageContent, MessageId,
};

use shopbell_sync::{Deed, Kept};

use super::json::Writer;

/// A frame to the server.
pub fn client_frame(frame: &ClientFrame) -> String {
    Writer::body(|out| match frame {
        ClientFrame::Hello { token, resume } => {
            out.text("type", "hello");
            out.text("token", token);
            if let Some(resume) = resume {
                out.member("resume", |out| out.sequence("after", resume.after));
            }
        }
        ClientFrame::Send { client_id, content } => {
            out.text("type", "send");
            send(out, client_id, content);
        }
        ClientFrame::Postback {
            client_id,
            message_id,
            button_id,
        } => {
            out.text("type", "postback");
            postback(out, client_id, *message_id, button_id);
        }
        ClientFrame::Seen { sequence } => {
            out.text("type", "seen");
            out.sequence("sequence", *sequence);
        }
        ClientFrame::Typing { on } => {
            out.text("type", "typing");
            out.flag("on", *on);
        }
        ClientFrame::Ping { n } => {
            out.text("type", "ping");
            out.count("n", *n);
        }
        ClientFrame::Unknown => out.text("type", "unknown"),
    })
}

/// The body of `POST /widget/v1/session`.
pub fn session_request(token: Option<&str>, identity: Option<&str>) -> String {
    Writer::body(|out| {
        out.maybe("token", token);
        out.maybe("identity", identity);
    })
}

/// The body of `POST /widget/v1/contact`.
pub fn contact_request(name: Option<&str>, email: Option<&str>) -> String {
    Writer::body(|out| {
        out.maybe("name", name);
        out.maybe("email", email);
    })
}

/// An entry of the outbox, as it is kept in the browser.
pub fn kept(kept: &Kept<MessageContent>) -> String {
    Writer::body(|out| {
        out.text("createdDate", &kept.created_date);
        match &kept.deed {
            Deed::Send { draft, ready, .. } => {
                send(out, &kept.client_id, draft);
                out.flag("ready", *ready);
            }
            Deed::Press {
                message_id,
                button_id,
            } => postback(out, &kept.client_id, *message_id, button_id),
        }
    })
}

fn send(out: &Writer, client_id: &ClientId, content: &MessageContent) {
    out.text("clientId", client_id.as_str());
    out.member("content", |out| {
        out.maybe("previewText", content.preview_text.as_deref());
        out.maybe("title", content.title.as_deref());
        match &content.kind {
            ContentKind::Basic(basic) => {
                out.member("basic", |out| out.list("items", &basic.items, item));
            }
            ContentKind::Form(form) => out.member("form", |out| form_members(out, form)),
            // Not for a participant to send (rule 8): the server refuses the content without a payload.
            ContentKind::Template(_)
            | ContentKind::Minimal(_)
            | ContentKind::System(_)
            | ContentKind::Unsupported { .. } => {}
        }
    });
}

fn postback(out: &Writer, client_id: &ClientId, message_id: MessageId, button_id: &str) {
    out.text("clientId", client_id.as_str());
    out.sequence("messageId", message_id.into());
    out.text("buttonId", button_id);
}

fn item(out: &Writer, item: &BasicItem) {
    match item {
        BasicItem::Text(text) => out.text("text", text),
        BasicItem::Image(one) => out.member("image", |out| image(out, one)),
        BasicItem::File(one) => out.member("file", |out| file(out, one)),
        BasicItem::Unsupported { .. } => {}
    }
}

fn form_members(out: &Writer, form: &FormContent) {
    out.text("title", &form.title);
    out.maybe("description", form.description.as_deref());
    out.list("fields", &form.fields, |out, field| {
        out.text("name", &field.name);
        out.text("value", &field.value);
    });
    out.list("media", &form.media, |out, media| match media {
        FormMedia::Image(one) => out.member("image", |out| image(out, one)),
        FormMedia::File(one) => out.member("file", |out| file(out, one)),
        FormMedia::Unsupported { .. } => {}
    });
}

fn image(out: &Writer, image: &ImageMessage) {
    out.maybe("id", image.id.as_ref().map(MediaId::as_str));
    out.maybe("url", image.url.as_deref());
    out.maybe("filename", image.filename.as_deref());
    out.maybe_count("width", image.width.map(u64::from));
    out.maybe_count("height", image.height.map(u64::from));
    out.maybe("urlExpiration", image.url_expiration.as_deref());
}

fn file(out: &Writer, file: &FileMessage) {
    out.maybe("id", file.id.as_ref().map(MediaId::as_str));
    out.maybe("url", file.url.as_deref());
    out.maybe("filename", file.filename.as_deref());
    out.maybe("mimeType", file.mime_type.as_deref());
    out.maybe_count("sizeBytes", file.size_bytes);
    out.maybe("urlExpiration", file.url_expiration.as_deref());
}
