//! What the host page is told: the shapes of the Chatbox element.
//!
//! # Source
//! inbox-api.md, section 5.4. `metadata` is declared there and has no field here: visitors never see it.

use js_sys::{Array, Date};
use wasm_bindgen::JsValue;

use super::js;

/// Length of [`PageMessage::summary`], in Unicode scalar values.
const SUMMARY_CHARS: usize = 250;

/// A message as the host page may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageMessage {
    /// The conversation's id.
    pub channel_id: String,
    /// Who sent it: the participant's id, or the business's.
    pub participant_id: String,
    /// RFC 3339, as the protocol carries it.
    pub created_date: String,
    /// The text; the preview text for content that is not text.
    pub text: String,
}

impl PageMessage {
    /// The first 250 characters of the text.
    pub fn summary(&self) -> String {
        self.text.chars().take(SUMMARY_CHARS).collect()
    }

    pub(super) fn to_js(&self) -> JsValue {
        js::object([
            ("channelId", self.channel_id.as_str().into()),
            ("type", "TEXT".into()),
            ("summary", self.summary().into()),
            ("participantId", self.participant_id.as_str().into()),
            (
                "createdAt",
                Date::new(&JsValue::from_str(&self.created_date)).into(),
            ),
            ("payload", js::object([("text", self.text.as_str().into())])),
        ])
    }
}

/// A conversation as the host page may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// The conversation's id.
    pub id: String,
    /// The site's display name.
    pub name: String,
    /// One or two letters standing for the name.
    pub initials: String,
    /// Only the last message, if there is one.
    pub last_message: Option<PageMessage>,
}

impl Channel {
    pub(super) fn to_js(&self) -> JsValue {
        let messages = Array::new();
        if let Some(message) = &self.last_message {
            messages.push(&message.to_js());
        }
        js::object([
            ("id", self.id.as_str().into()),
            (
                "displayData",
                js::object([
                    ("name", self.name.as_str().into()),
                    ("initials", self.initials.as_str().into()),
                ]),
            ),
            ("messages", messages.into()),
        ])
    }
}

/// How the chat reaches its server, as `connectionState` tells it. Before the frame exists the page reads `idle`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionState {
    /// On the way to the server, for the first time or again.
    Connecting,
    /// Messages flow.
    Online,
    /// No way to the server for now; messages wait in the outbox.
    Offline,
}

impl ConnectionState {
    /// The word on the wire and in `embed.d.ts`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Online => "online",
            Self::Offline => "offline",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summary_is_cut_by_characters_not_bytes() {
        let message = PageMessage {
            channel_id: String::new(),
            participant_id: String::new(),
            created_date: String::new(),
            text: "ä".repeat(251),
        };
        assert_eq!(message.summary(), "ä".repeat(250));
    }
}
