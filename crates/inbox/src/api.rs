//! The Staff and Admin API as calls: a path, a body, an answer of a known type.

use std::cell::RefCell;
use std::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use shopbell_protocol::admin::DeliveryState;
use shopbell_protocol::{ConversationId, ErrorBody};
use shopbell_sync::PageRequest;
use shopbell_widget::platform::fetch::{Body, Fetch, FetchAnswer, FetchOptions, fetch};

use crate::state::desk::Failure;

/// An answer that takes longer is given up.
const TIMEOUT_MS: u32 = 20_000;
/// Messages of one page.
const PAGE: u32 = 40;
/// Deliveries of one page of an endpoint's log.
const LOG_PAGE: u32 = 25;
/// Lines of one page of the conversation list.
const LIST_PAGE: u32 = 40;

/// `POST`, `GET`, `DELETE`.
pub const SESSION: &str = "/staff/v1/session";
/// `POST`.
pub const UPLOADS: &str = "/staff/v1/uploads";
/// The socket.
pub const SOCKET: &str = "/staff/v1/socket";
/// `GET`, `PATCH`.
pub const SITE: &str = "/admin/v1/site";

/// `GET`, `POST`.
pub const KEYS: &str = "/admin/v1/keys";
/// `GET`, `POST`.
pub const WEBHOOKS: &str = "/admin/v1/webhooks";
/// `GET`, `POST` to make the next one.
pub const SIGNING_KEYS: &str = "/admin/v1/signing-keys";

/// Something of a key: `""` for itself, `/rotate`.
pub fn key(id: &str, what: &str) -> String {
    format!("{KEYS}/{}{what}", encode(id))
}

/// Something of an endpoint: `""` for itself, `/test`, `/replay`, `/secret`.
pub fn webhook(id: &str, what: &str) -> String {
    format!("{WEBHOOKS}/{}{what}", encode(id))
}

/// A page of what an endpoint is owed or was.
pub fn deliveries(id: &str, state: Option<DeliveryState>, before: Option<&str>) -> String {
    let state = state.map_or_else(String::new, |state| format!("&state={}", state.as_str()));
    let before = before.map_or_else(String::new, |cursor| format!("&before={}", encode(cursor)));
    format!("{}?limit={LOG_PAGE}{state}{before}", webhook(id, "/deliveries"))
}

/// A page of the conversation list.
pub fn conversations(before: Option<&str>) -> String {
    match before {
        Some(cursor) => format!(
            "/staff/v1/conversations?limit={LIST_PAGE}&before={}",
            encode(cursor)
        ),
        None => format!("/staff/v1/conversations?limit={LIST_PAGE}"),
    }
}

/// One line of the conversation list.
pub fn conversation(id: &ConversationId) -> String {
    format!("/staff/v1/conversations/{}", encode(id.as_str()))
}

/// The messages of a conversation, to be read or added to.
pub fn messages(id: &ConversationId) -> String {
    format!("/staff/v1/conversations/{}/messages", encode(id.as_str()))
}

/// A page of the messages of a conversation.
pub fn page(id: &ConversationId, request: PageRequest) -> String {
    let place = match request {
        PageRequest::Before(sequence) => format!("&before={sequence}"),
        PageRequest::After(sequence) => format!("&after={sequence}"),
        PageRequest::Newest => String::new(),
    };
    format!("{}?limit={PAGE}{place}", messages(id))
}

/// Where "seen" is told without a socket.
pub fn seen(id: &ConversationId) -> String {
    format!("/staff/v1/conversations/{}/seen", encode(id.as_str()))
}

/// Requests under way. They end with it.
#[derive(Debug, Default, Clone)]
pub struct Calls(Rc<RefCell<Vec<Fetch>>>);

impl Calls {
    /// Asks without a body.
    pub fn ask<T: DeserializeOwned + 'static>(
        &self,
        method: &str,
        path: &str,
        on_done: impl Fn(Result<T, Failure>) + 'static,
    ) {
        self.start(method, path, Body::Empty, on_done);
    }

    /// Asks with a JSON body.
    pub fn send<T: DeserializeOwned + 'static>(
        &self,
        method: &str,
        path: &str,
        body: &impl Serialize,
        on_done: impl Fn(Result<T, Failure>) + 'static,
    ) {
        match serde_json::to_string(body) {
            Ok(text) => self.start(method, path, Body::Text(&text), on_done),
            // Our own types are always writable; were one not, the answer would never come.
            Err(_) => on_done(Err(Failure::Lost)),
        }
    }

    fn start<T: DeserializeOwned + 'static>(
        &self,
        method: &str,
        path: &str,
        body: Body<'_>,
        on_done: impl Fn(Result<T, Failure>) + 'static,
    ) {
        let with_body = [("content-type", "application/json")];
        let headers: &[(&str, &str)] = if matches!(body, Body::Empty) {
            &[]
        } else {
            &with_body
        };
        let on_done = Rc::new(on_done);
        let told = Rc::clone(&on_done);
        let options = FetchOptions {
            method,
            path,
            headers,
            body,
            timeout_ms: TIMEOUT_MS,
        };
        match fetch(&options, None, Box::new(move |answer| told(read(&answer)))) {
            Some(fetch) => {
                let mut calls = self.0.borrow_mut();
                calls.retain(|call| !call.is_done());
                calls.push(fetch);
            }
            None => on_done(Err(Failure::Lost)),
        }
    }
}

/// An answer as what was asked for, or why not.
pub fn read<T: DeserializeOwned>(answer: &FetchAnswer) -> Result<T, Failure> {
    if answer.is_ok() {
        // An answer without a body, where none is wanted, reads as `null`.
        let text = if answer.text.trim().is_empty() {
            "null"
        } else {
            &answer.text
        };
        return serde_json::from_str(text).map_err(|_| Failure::Lost);
    }
    match serde_json::from_str::<ErrorBody>(&answer.text) {
        Ok(error) if answer.status != 0 => Err(Failure::Refused(Box::new(error))),
        Ok(_) | Err(_) => Err(Failure::Lost),
    }
}

/// Everything but letters and digits as `%XX`: what stands in these addresses is ids and cursors.
fn encode(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes()
        .fold(String::with_capacity(text.len()), |mut encoded, byte| {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
                encoded.push(char::from(byte));
            } else {
                // Writing to a String does not fail.
                let _ = write!(encoded, "%{byte:02X}");
            }
            encoded
        })
}

#[cfg(test)]
mod tests {
    use shopbell_protocol::{Sequence, code};

    use super::*;

    fn answer(status: u16, text: &str) -> FetchAnswer {
        FetchAnswer {
            status,
            text: text.to_owned(),
            ..FetchAnswer::default()
        }
    }

    #[test]
    fn cursors_and_ids_cannot_break_out_of_their_place() {
        assert_eq!(
            conversations(Some("a&b=c/d")),
            "/staff/v1/conversations?limit=40&before=a%26b%3Dc%2Fd"
        );
        assert_eq!(
            messages(&"../x".into()),
            "/staff/v1/conversations/..%2Fx/messages"
        );
        assert_eq!(
            page(&"a".into(), PageRequest::After(Sequence(7))),
            "/staff/v1/conversations/a/messages?limit=40&after=7"
        );
    }

    #[test]
    fn a_refusal_keeps_its_reason_and_everything_else_counts_as_no_answer() {
        let error = serde_json::to_string(&ErrorBody::application(code::UNAUTHENTICATED, "sign in")).unwrap();
        let Err(Failure::Refused(error)) = read::<()>(&answer(401, &error)) else {
            panic!("not refused")
        };
        assert_eq!(error.code(), code::UNAUTHENTICATED);
        assert_eq!(read::<()>(&answer(0, "")), Err(Failure::Lost));
        assert_eq!(
            read::<()>(&answer(502, "<html>bad gateway</html>")),
            Err(Failure::Lost)
        );
        assert_eq!(read::<String>(&answer(200, "{")), Err(Failure::Lost));
        assert_eq!(read::<()>(&answer(200, "")), Ok(()));
    }
}
