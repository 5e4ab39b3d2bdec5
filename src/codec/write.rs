//! Frames and bodies into JSON.

use shopbell_protocol::{
    BasicItem, ClientFrame, ClientId, ContentKind, FileMessage, FormContent, FormMedia, ImageMessage,
    MediaId, MessageContent, MessageId, Sequence,
};

/// A frame to the server.
pub fn client_frame(frame: &ClientFrame) -> String {
    let mut out = Writer::default();
    out.object(|out| match frame {
        ClientFrame::Hello { token, resume } => {
            out.text("type", "hello");
            out.text("token", token);
            if let Some(resume) = resume {
                out.member("resume", |out| {
                    out.object(|out| out.sequence("after", resume.after));
                });
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
            out.member("on", |out| out.0.push_str(if *on { "true" } else { "false" }));
        }
        ClientFrame::Ping { n } => {
            out.text("type", "ping");
            out.count("n", *n);
        }
        ClientFrame::Unknown => out.text("type", "unknown"),
    });
    out.0
}

/// The body of `POST /widget/v1/session`.
pub fn session_request(token: Option<&str>) -> String {
    body(|out| out.maybe("token", token))
}

/// The body of `POST /widget/v1/messages`.
pub fn send_request(client_id: &ClientId, content: &MessageContent) -> String {
    body(|out| send(out, client_id, content))
}

/// The body of `POST /widget/v1/postbacks`.
pub fn postback_request(client_id: &ClientId, message_id: MessageId, button_id: &str) -> String {
    body(|out| postback(out, client_id, message_id, button_id))
}

/// The body of `POST /widget/v1/seen`.
pub fn seen_request(sequence: Sequence) -> String {
    body(|out| out.sequence("sequence", sequence))
}

fn body(members: impl FnOnce(&mut Writer)) -> String {
    let mut out = Writer::default();
    out.object(members);
    out.0
}

fn send(out: &mut Writer, client_id: &ClientId, content: &MessageContent) {
    out.text("clientId", client_id.as_str());
    out.member("content", |out| {
        out.object(|out| {
            out.maybe("previewText", content.preview_text.as_deref());
            out.maybe("title", content.title.as_deref());
            match &content.kind {
                ContentKind::Basic(basic) => {
                    out.member("basic", |out| {
                        out.object(|out| out.list("items", &basic.items, item));
                    });
                }
                ContentKind::Form(form) => {
                    out.member("form", |out| out.object(|out| form_members(out, form)));
                }
                // Not for a participant to send (rule 8): the server refuses the content without a payload.
                ContentKind::Template(_)
                | ContentKind::Minimal(_)
                | ContentKind::System(_)
                | ContentKind::Unsupported { .. } => {}
            }
        });
    });
}

fn postback(out: &mut Writer, client_id: &ClientId, message_id: MessageId, button_id: &str) {
    out.text("clientId", client_id.as_str());
    out.sequence("messageId", message_id.into());
    out.text("buttonId", button_id);
}

fn item(out: &mut Writer, item: &BasicItem) {
    match item {
        BasicItem::Text(text) => out.text("text", text),
        BasicItem::Image(one) => out.member("image", |out| image(out, one)),
        BasicItem::File(one) => out.member("file", |out| file(out, one)),
        BasicItem::Unsupported { .. } => {}
    }
}

fn form_members(out: &mut Writer, form: &FormContent) {
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

fn image(out: &mut Writer, image: &ImageMessage) {
    out.object(|out| {
        out.maybe("id", image.id.as_ref().map(MediaId::as_str));
        out.maybe("url", image.url.as_deref());
        out.maybe("filename", image.filename.as_deref());
        out.maybe_count("width", image.width.map(u64::from));
        out.maybe_count("height", image.height.map(u64::from));
        out.maybe("urlExpiration", image.url_expiration.as_deref());
    });
}

fn file(out: &mut Writer, file: &FileMessage) {
    out.object(|out| {
        out.maybe("id", file.id.as_ref().map(MediaId::as_str));
        out.maybe("url", file.url.as_deref());
        out.maybe("filename", file.filename.as_deref());
        out.maybe("mimeType", file.mime_type.as_deref());
        out.maybe_count("sizeBytes", file.size_bytes);
        out.maybe("urlExpiration", file.url_expiration.as_deref());
    });
}

#[derive(Default)]
struct Writer(String);

impl Writer {
    fn object(&mut self, members: impl FnOnce(&mut Self)) {
        self.0.push('{');
        members(self);
        self.0.push('}');
    }

    fn list<T>(&mut self, name: &str, values: &[T], members: impl Fn(&mut Self, &T)) {
        self.name(name);
        self.0.push('[');
        for (place, value) in values.iter().enumerate() {
            if place > 0 {
                self.0.push(',');
            }
            self.object(|out| members(out, value));
        }
        self.0.push(']');
    }

    fn member(&mut self, name: &str, value: impl FnOnce(&mut Self)) {
        self.name(name);
        value(self);
    }

    fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        self.string(text);
    }

    fn maybe(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// 64-bit numbers travel as text.
    fn sequence(&mut self, name: &str, sequence: Sequence) {
        self.text(name, &sequence.to_string());
    }

    fn count(&mut self, name: &str, count: u64) {
        self.name(name);
        self.0.push_str(&count.to_string());
    }

    fn maybe_count(&mut self, name: &str, count: Option<u64>) {
        if let Some(count) = count {
            self.count(name, count);
        }
    }

    fn name(&mut self, name: &str) {
        if !self.0.ends_with('{') {
            self.0.push(',');
        }
        self.string(name);
        self.0.push(':');
    }

    fn string(&mut self, text: &str) {
        const HEX: [char; 16] = [
            '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
        ];
        self.0.push('"');
        for char in text.chars() {
            match char {
                '"' | '\\' => {
                    self.0.push('\\');
                    self.0.push(char);
                }
                '\n' => self.0.push_str("\\n"),
                '\0'..'\u{20}' => {
                    self.0.push_str("\\u00");
                    let code = char as usize;
                    self.0
                        .extend([code >> 4, code & 0xf].iter().filter_map(|digit| HEX.get(*digit)));
                }
                char => self.0.push(char),
            }
        }
        self.0.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shopbell_protocol::widget::{PostbackRequest, SeenRequest, SendRequest, SessionRequest};
    use shopbell_protocol::{BasicContent, FormField, MediaId};

    fn frames() -> Vec<ClientFrame> {
        serde_json::from_str(include_str!("../../crates/protocol/fixtures/client-frames.json")).unwrap()
    }

    #[test]
    fn every_golden_frame_is_read_back_by_serde_as_it_was() {
        for frame in frames() {
            let text = client_frame(&frame);
            assert_eq!(
                serde_json::from_str::<ClientFrame>(&text).unwrap(),
                frame,
                "{text}"
            );
        }
    }

    #[test]
    fn contents_are_read_back_by_serde_as_they_were() {
        let image = ImageMessage {
            id: Some(MediaId::from("i")),
            url: Some("https://a/b?c=\"d\"".into()),
            filename: Some("\u{1}\t\\ é 😀 \u{2028}.png".into()),
            width: Some(3),
            height: Some(4),
            url_expiration: Some("2023-11-27T16:51:58.040Z".into()),
        };
        let file = FileMessage {
            mime_type: Some("a/b".into()),
            size_bytes: Some(u64::MAX),
            ..Default::default()
        };
        let items = vec![
            BasicItem::Text("a\nb\"".into()),
            BasicItem::Image(image.clone()),
            BasicItem::File(file.clone()),
        ];
        let fields = vec![
            FormField {
                name: "Name".into(),
                value: String::new()
            };
            2
        ];
        let form = FormContent {
            title: "Lead".into(),
            description: Some("d".into()),
            fields,
            media: vec![FormMedia::Image(image), FormMedia::File(file)],
        };
        for kind in [
            ContentKind::Basic(BasicContent { items }),
            ContentKind::Form(form),
            ContentKind::Basic(BasicContent { items: Vec::new() }),
        ] {
            let content = MessageContent {
                preview_text: Some("p".into()),
                title: Some("t".into()),
                kind,
            };
            let text = send_request(&"c1".into(), &content);
            let read: SendRequest = serde_json::from_str(&text).unwrap();
            assert_eq!(
                read,
                SendRequest {
                    client_id: "c1".into(),
                    content
                },
                "{text}"
            );
        }
    }

    #[test]
    fn bodies_are_read_back_by_serde_as_they_were() {
        let session: SessionRequest = serde_json::from_str(&session_request(Some("t"))).unwrap();
        assert_eq!(
            session,
            SessionRequest {
                site_id: None,
                token: Some("t".into())
            }
        );
        assert_eq!(session_request(None), "{}");
        let seen: SeenRequest = serde_json::from_str(&seen_request(Sequence(7))).unwrap();
        assert_eq!(
            seen,
            SeenRequest {
                sequence: Sequence(7)
            }
        );
        let press: PostbackRequest =
            serde_json::from_str(&postback_request(&"c".into(), MessageId(9), "b")).unwrap();
        assert_eq!(
            press,
            PostbackRequest {
                client_id: "c".into(),
                message_id: MessageId(9),
                button_id: "b".into()
            }
        );
    }
}
