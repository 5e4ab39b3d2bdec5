//! The Widget API as requests and answers of the engine.

use shopbell_sync::{Failure, Input, PageRequest, Request};

use crate::codec;
use crate::platform::fetch::FetchAnswer;

/// Where the socket is.
pub(super) const SOCKET: &str = "/widget/v1/socket";
/// Where its frames go by requests.
pub(super) const FRAMES: &str = "/widget/v1/frames";
/// Where files go.
pub(super) const UPLOADS: &str = "/widget/v1/uploads";

/// Where a session begins and ends.
pub(super) const SESSION: &str = "/widget/v1/session";
/// Where a visitor says who they are.
pub(super) const CONTACT: &str = "/widget/v1/contact";
const MESSAGES: &str = "/widget/v1/messages";

/// A request in the form of HTTP; without a body it is a `GET`.
pub(super) struct Call {
    pub(super) path: String,
    pub(super) body: Option<String>,
}

/// How a request travels.
pub(super) fn call(request: &Request) -> Call {
    match request {
        Request::Session { token, identity } => {
            let body = codec::session_request(token.as_deref(), identity.as_deref());
            post(SESSION, body)
        }
        Request::Page(page) => Call {
            path: page_path(*page),
            body: None,
        },
    }
}

/// What an answer means to the engine.
pub(super) fn answered(request: Request, answer: &FetchAnswer) -> Input {
    match request {
        Request::Session { .. } => Input::Session(read(answer, codec::session_answer).map(Box::new)),
        Request::Page(page) => Input::Page(page, read(answer, codec::history_page)),
    }
}

/// The body of a good answer, or why there is none.
pub(super) fn read<T>(answer: &FetchAnswer, body: fn(&str) -> Option<T>) -> Result<T, Failure> {
    if answer.is_ok() {
        return body(&answer.text).ok_or(Failure::Lost);
    }
    // Something between us and the server (a proxy, a captive portal) does not speak our errors.
    Err(codec::error_body(&answer.text).map_or(Failure::Lost, Failure::Refused))
}

fn page_path(page: PageRequest) -> String {
    match page {
        PageRequest::Before(sequence) => [MESSAGES, "?before=", &sequence.0.to_string()].concat(),
        PageRequest::After(sequence) => [MESSAGES, "?limit=100&after=", &sequence.0.to_string()].concat(),
        PageRequest::Newest => MESSAGES.to_owned(),
    }
}

fn post(path: &str, body: String) -> Call {
    Call {
        path: path.to_owned(),
        body: Some(body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shopbell_protocol::Sequence;

    #[test]
    fn pages_are_asked_by_their_place() {
        let path = |page| call(&Request::Page(page)).path;
        assert_eq!(
            path(PageRequest::Before(Sequence(7))),
            "/widget/v1/messages?before=7"
        );
        assert_eq!(
            path(PageRequest::After(Sequence(7))),
            "/widget/v1/messages?limit=100&after=7"
        );
        assert_eq!(path(PageRequest::Newest), "/widget/v1/messages");
    }
}

#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod browser_tests {
    use super::*;
    use shopbell_protocol::{ErrorBody, code};
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    wasm_bindgen_test_configure!(run_in_browser);

    #[wasm_bindgen_test]
    fn what_is_not_our_error_counts_as_no_answer() {
        let proxy = FetchAnswer {
            status: 502,
            text: "<html>".into(),
            ..FetchAnswer::default()
        };
        assert_eq!(read(&proxy, codec::session_answer).unwrap_err(), Failure::Lost);
        let body = serde_json::to_string(&ErrorBody::application(code::UNAUTHENTICATED, "no")).unwrap();
        let refused = FetchAnswer {
            status: 401,
            text: body,
            ..FetchAnswer::default()
        };
        assert!(
            matches!(read(&refused, codec::session_answer), Err(Failure::Refused(error)) if error.code() == code::UNAUTHENTICATED)
        );
    }
}
