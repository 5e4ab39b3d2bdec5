//! What is wrong with a frame, by the place in it.

use serde_json::Value;
use shopbell_protocol::frame::Resume;
use shopbell_protocol::staff::StaffSendRequest;
use shopbell_protocol::widget::{PostbackRequest, SeenRequest, SendRequest};
use shopbell_protocol::{ClientId, ConversationId, ErrorBody, Rule, Violations};

use crate::http::extract::json;

/// An answer to a frame that cannot be read.
#[derive(Debug, PartialEq)]
pub(super) struct Complaint {
    /// Of the frame, where it names one: then the sender waits for an answer to exactly this.
    pub(super) client_id: Option<ClientId>,
    /// Of the frame, where it names one.
    pub(super) conversation_id: Option<ConversationId>,
    /// What is wrong.
    pub(super) error: ErrorBody,
}

/// The two dialects of the socket.
#[derive(Debug, Clone, Copy)]
pub(super) enum Dialect {
    /// Between a participant and the server.
    Participant,
    /// Between the inbox page and the server.
    Staff,
}

/// Why `text`, which does not decode as a frame, does not.
pub(super) fn about(text: &str, dialect: Dialect) -> Complaint {
    let value = match json::decode::<Value>(text.as_bytes()) {
        Ok(value) => value,
        Err(violations) => return nameless(violations),
    };
    if !value.is_object() {
        return nameless(Violations::one("body", Rule::Format, "must be an object"));
    }
    let member = |name: &str| value.get(name).and_then(Value::as_str);
    let violations = match member("type") {
        None => Violations::one("type", Rule::RequiredField, "is required, as a text"),
        Some(kind) => in_frame(kind, text, dialect).unwrap_or_else(|| {
            Violations::one("body", Rule::Format, "cannot be read as a frame of this type")
        }),
    };
    Complaint {
        client_id: member("clientId").map(Into::into),
        conversation_id: member("conversationId").map(Into::into),
        error: ErrorBody::validation(violations),
    }
}

fn nameless(violations: Violations) -> Complaint {
    Complaint {
        client_id: None,
        conversation_id: None,
        error: ErrorBody::validation(violations),
    }
}

/// The tag keeps serde from knowing the path, so the frame is read once more as what its type says.
fn in_frame(kind: &str, text: &str, dialect: Dialect) -> Option<Violations> {
    fn wrong<T: serde::de::DeserializeOwned>(text: &str) -> Option<Violations> {
        json::decode::<T>(text.as_bytes()).err()
    }
    let needs_conversation = matches!(dialect, Dialect::Staff) && kind != "hello" && kind != "ping";
    if needs_conversation && let Some(violations) = wrong::<WithConversation>(text) {
        return Some(violations);
    }
    match (kind, dialect) {
        ("hello", Dialect::Participant) => wrong::<Hello>(text),
        ("send", Dialect::Participant) => wrong::<SendRequest>(text),
        ("send", Dialect::Staff) => wrong::<StaffSendRequest>(text),
        ("open", Dialect::Staff) => wrong::<Open>(text),
        ("postback", Dialect::Participant) => wrong::<PostbackRequest>(text),
        ("seen", _) => wrong::<SeenRequest>(text),
        ("typing", _) => wrong::<Typing>(text),
        ("ping", _) => wrong::<Ping>(text),
        _ => None,
    }
}

#[derive(serde::Deserialize)]
struct Hello {
    #[serde(rename = "token")]
    _token: String,
    #[serde(rename = "resume")]
    _resume: Option<Resume>,
}

#[derive(serde::Deserialize)]
struct WithConversation {
    #[serde(rename = "conversationId")]
    _conversation_id: ConversationId,
}

#[derive(serde::Deserialize)]
struct Open {
    #[serde(rename = "resume")]
    _resume: Option<Resume>,
}

#[derive(serde::Deserialize)]
struct Typing {
    #[serde(rename = "on")]
    _on: bool,
}

#[derive(serde::Deserialize)]
struct Ping {
    #[serde(rename = "n")]
    _n: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wrong_field_of_a_frame_is_named() {
        for (text, dialect, field) in [
            ("nonsense", Dialect::Participant, "body"),
            ("[]", Dialect::Participant, "body"),
            ("{}", Dialect::Participant, "type"),
            (r#"{"type":7}"#, Dialect::Participant, "type"),
            (r#"{"type":"hello"}"#, Dialect::Participant, "token"),
            (
                r#"{"type":"hello","token":"x","resume":{"after":5}}"#,
                Dialect::Participant,
                "resume.after",
            ),
            (
                r#"{"type":"send","content":{}}"#,
                Dialect::Participant,
                "clientId",
            ),
            (
                r#"{"type":"seen","sequence":"x"}"#,
                Dialect::Participant,
                "sequence",
            ),
            (r#"{"type":"open"}"#, Dialect::Staff, "conversationId"),
            (
                r#"{"type":"typing","conversationId":"c","on":"yes"}"#,
                Dialect::Staff,
                "on",
            ),
        ] {
            let error = serde_json::to_value(about(text, dialect).error).unwrap();
            assert_eq!(
                error["details"]["validationError"]["fieldViolations"][0]["field"], field,
                "{text}"
            );
        }
    }

    #[test]
    fn a_send_that_cannot_be_read_keeps_its_client_id() {
        let text = r#"{"type":"send","clientId":"c1","content":{"basic":{"items":[{"text":7}]}}}"#;
        let complaint = about(text, Dialect::Participant);
        assert_eq!(complaint.client_id, Some("c1".into()));
        let error = serde_json::to_value(complaint.error).unwrap();
        let field = &error["details"]["validationError"]["fieldViolations"][0]["field"];
        assert_eq!(field, "content.basic.items[0].text");
    }
}
