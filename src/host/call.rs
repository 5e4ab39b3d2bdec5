//! Calls from the host page, and their answers.
//!
//! The page's promise settles with the first answer. An [`Answer`] that is dropped unused rejects the promise, so no
//! call can hang because a path in the app forgot it.

use std::rc::Rc;

use js_sys::{Array, Reflect};
use shopbell_protocol::ParticipantId;
use wasm_bindgen::{JsCast, JsValue};

use super::js;
use super::page::{Channel, PageMessage};

/// What the host page asks the app to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// Send text as the visitor.
    SendMessage(SendMessage),
    /// Show this channel; embed.js has already expanded the panel.
    FocusChannel(ChannelInfo),
    /// Answer with this channel.
    GetChannel(ChannelInfo),
    /// Answer with every channel of this visitor: none before the first message, one afterwards.
    GetChannelList,
    /// Answer with who the visitor is to the server.
    GetParticipant,
    /// Put text into the composer, in place of what stands there.
    Prefill(String),
    /// The visitor is who the site's own server has signed.
    Identify(String),
    /// The visitor says who they are; nobody has checked it.
    Claim(Claim),
    /// Nothing of the visitor stays on this device.
    SignOut,
}

/// What somebody says of themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    /// Name.
    pub name: Option<String>,
    /// Mail address.
    pub email: Option<String>,
}

/// The argument of `sendMessage`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendMessage {
    /// Not empty; its upper limit is the protocol's to check.
    pub message_text: String,
    /// Without it the message goes to the business.
    pub channel_id: Option<String>,
}

/// Which channel is meant: by id, or by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChannelInfo {
    /// With an id the kind is ignored.
    pub channel_id: Option<String>,
    /// `Focused` or `Business`; for one conversation per visitor both mean the same.
    pub kind: Option<ChannelKind>,
}

/// The two kinds that the Chatbox element knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelKind {
    /// The channel that the visitor looks at.
    Focused,
    /// The visitor's channel with the business.
    Business,
}

/// Why a call was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The page gave something that the method cannot use.
    #[error("{0}")]
    InvalidArgument(&'static str),
    /// A channel exists only after the first message, and each visitor has one.
    #[error("there is no such channel; a channel exists only after the first message through the chat")]
    ChannelNotFound,
    /// The server, or a rule of the chat, refused.
    #[error("{message}")]
    Refused {
        /// The application code or violated rule.
        code: String,
        /// Text fit for the page's developer.
        message: String,
    },
    /// embed.js is newer than this page.
    #[error("this chat does not know the method {0}")]
    UnknownMethod(String),
    /// The app ended, or lost the call.
    #[error("the chat closed before it answered")]
    NotAnswered,
}

impl CallError {
    /// The `code` of the page's `Error`.
    pub fn code(&self) -> &str {
        match self {
            Self::InvalidArgument(_) => "INVALID_ARGUMENT",
            Self::ChannelNotFound => "CHANNEL_NOT_FOUND",
            Self::Refused { code, .. } => code,
            Self::UnknownMethod(_) => "UNKNOWN_METHOD",
            Self::NotAnswered => "NOT_ANSWERED",
        }
    }
}

impl Call {
    /// Reads `{method, args}`; the page may have given anything at all.
    pub(super) fn read(message: &JsValue) -> Result<Self, CallError> {
        let method = js::text(message, "method").unwrap_or_default();
        let args: Option<Array> = js::get(message, "args").and_then(|args| args.dyn_into().ok());
        let argument = args.map_or(JsValue::UNDEFINED, |args| args.get(0));
        match method.as_str() {
            "sendMessage" => {
                let message_text = js::text(&argument, "messageText")
                    .filter(|text| !text.trim().is_empty())
                    .ok_or(CallError::InvalidArgument(
                        "sendMessage needs {messageText: \"…\"} with some text",
                    ))?;
                Ok(Self::SendMessage(SendMessage {
                    message_text,
                    channel_id: js::text(&argument, "channelId"),
                }))
            }
            "focusChannel" => Ok(Self::FocusChannel(ChannelInfo::read(&argument)?)),
            "getChannel" => Ok(Self::GetChannel(ChannelInfo::read(&argument)?)),
            "getChannelList" => Ok(Self::GetChannelList),
            "getParticipant" => Ok(Self::GetParticipant),
            "prefill" => argument
                .as_string()
                .map(Self::Prefill)
                .ok_or(CallError::InvalidArgument(
                    "prefill needs the text for the composer",
                )),
            "identify" => identify(&argument),
            "signOut" => Ok(Self::SignOut),
            _ => Err(CallError::UnknownMethod(method)),
        }
    }
}

/// A signed token, `{token}` around it, or `{name, email}`.
fn identify(argument: &JsValue) -> Result<Call, CallError> {
    if let Some(token) = argument.as_string().or_else(|| js::text(argument, "token")) {
        return Ok(Call::Identify(token));
    }
    let claim = Claim {
        name: js::text(argument, "name"),
        email: js::text(argument, "email"),
    };
    if claim == Claim::default() {
        return Err(CallError::InvalidArgument(
            "identify needs the token that your server has signed, or {name, email}",
        ));
    }
    Ok(Call::Claim(claim))
}

impl ChannelInfo {
    fn read(argument: &JsValue) -> Result<Self, CallError> {
        let channel_id = js::text(argument, "channelId");
        let kind = match js::text(argument, "type").as_deref() {
            Some("Focused") => Some(ChannelKind::Focused),
            Some("Business") | None => Some(ChannelKind::Business),
            Some(_) if channel_id.is_some() => None,
            Some(_) => {
                return Err(CallError::InvalidArgument(
                    "the type of a channel is Business or Focused",
                ));
            }
        };
        Ok(Self { channel_id, kind })
    }
}

/// Where an answer goes: towards the host page, or nowhere.
pub(super) type Post = Rc<dyn Fn(&JsValue)>;

/// The one answer that a call will get.
#[must_use = "a dropped answer rejects the page's promise"]
pub struct Answer {
    id: JsValue,
    post: Option<Post>,
}

impl Answer {
    pub(super) fn new(message: &JsValue, post: Post) -> Self {
        // The id is embed.js's own and goes back as it came.
        Self {
            id: js::get(message, "id").unwrap_or(JsValue::NULL),
            post: Some(post),
        }
    }

    /// Resolves with nothing.
    pub fn done(self) {
        self.settle("value", &JsValue::UNDEFINED);
    }

    /// Resolves with the message as stored.
    pub fn message(self, message: &PageMessage) {
        self.settle("value", &message.to_js());
    }

    /// Resolves with a channel.
    pub fn channel(self, channel: &Channel) {
        self.settle("value", &channel.to_js());
    }

    /// Resolves with the list of channels.
    pub fn channels(self, channels: &[Channel]) {
        let list: Array = channels.iter().map(Channel::to_js).collect();
        self.settle("value", &list);
    }

    /// Resolves with who the visitor is, as the Inbox API names them.
    pub fn participant(self, participant: &ParticipantId) {
        let value = js::object([(participant.field(), participant.guid().into())]);
        self.settle("value", &value);
    }

    /// Rejects.
    pub fn fail(self, error: &CallError) {
        self.settle("error", &error_object(error));
    }

    fn settle(mut self, key: &str, value: &JsValue) {
        self.send(key, value);
    }

    fn send(&mut self, key: &str, value: &JsValue) {
        if let Some(post) = self.post.take() {
            let answer = js::object([("type", "answer".into()), ("id", self.id.clone())]);
            // A fresh ordinary object takes every property.
            let _set = Reflect::set(&answer, &JsValue::from_str(key), value);
            post(&answer);
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        if self.post.is_some() {
            self.send("error", &error_object(&CallError::NotAnswered));
        }
    }
}

fn error_object(error: &CallError) -> JsValue {
    js::object([
        ("code", error.code().into()),
        ("message", error.to_string().into()),
    ])
}
