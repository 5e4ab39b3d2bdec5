//! The Widget API as requests and answers of the engine.

use serde::de::DeserializeOwned;
use shopbell_protocol::paging::HistoryPage;
use shopbell_protocol::widget::{
    PostbackAnswer, PostbackRequest, SeenAnswer, SeenRequest, SendAnswer, SendRequest, SessionAnswer, SessionRequest,
};
use shopbell_protocol::{ErrorBody, ShownMessage};
use shopbell_sync::{Failure, Input, PageRequest, Request};

use crate::platform::fetch::FetchAnswer;

/// Where the socket is.
pub(super) const SOCKET: &str = "/widget/v1/socket";
/// Where files go.
pub(super) const UPLOADS: &str = "/widget/v1/uploads";

const SESSION: &str = "/widget/v1/session";
const MESSAGES: &str = "/widget/v1/messages";

/// A request in the form of HTTP; without a body it is a `GET`.
pub(super) struct Call {
    pub(super) path: String,
    pub(super) body: Option<String>,
}

/// How a request travels.
pub(super) fn call(request: &Request) -> Call {
    match request {
        Request::Session { token } => post(
            SESSION,
            serde_json::to_string(&SessionRequest {
                site_id: None,
                token: token.clone(),
            }),
        ),
        Request::Page(page) => Call {
            path: page_path(*page),
            body: None,
        },
        Request::Send { client_id, content } => {
            let (client_id, content) = (client_id.clone(), content.clone());
            post(
                MESSAGES,
                serde_json::to_string(&SendRequest { client_id, content }),
            )
        }
        Request::Press {
            client_id,
            message_id,
            button_id,
        } => {
            let (client_id, button_id) = (client_id.clone(), button_id.clone());
            let body = PostbackRequest {
                client_id,
                message_id: *message_id,
                button_id,
            };
            post("/widget/v1/postbacks", serde_json::to_string(&body))
        }
        Request::Seen(sequence) => post(
            "/widget/v1/seen",
            serde_json::to_string(&SeenRequest { sequence: *sequence }),
        ),
    }
}

/// What an answer means to the engine.
pub(super) fn answered(request: Request, answer: &FetchAnswer) -> Input {
    match request {
        Request::Session { .. } => Input::Session(read::<SessionAnswer>(answer).map(Box::new)),
        Request::Page(page) => Input::Page(page, read::<HistoryPage<ShownMessage>>(answer)),
        Request::Send { client_id, .. } => Input::Sent(
            client_id,
            read::<SendAnswer>(answer).map(|answer| Box::new(answer.message)),
        ),
        Request::Press { client_id, .. } => Input::Pressed(
            client_id,
            read::<PostbackAnswer>(answer).map(|answer| answer.buttons),
        ),
        Request::Seen(_) => Input::SeenTold(read::<SeenAnswer>(answer).map(|answer| answer.marks)),
    }
}

/// The body of a good answer, or why there is none.
pub(super) fn read<T: DeserializeOwned>(answer: &FetchAnswer) -> Result<T, Failure> {
    if answer.is_ok() {
        return serde_json::from_str(&answer.text).map_err(|_| Failure::Lost);
    }
    // Something between us and the server (a proxy, a captive portal) does not speak our errors.
    serde_json::from_str::<ErrorBody>(&answer.text)
        .map_or(Err(Failure::Lost), |error| Err(Failure::Refused(error)))
}

fn page_path(page: PageRequest) -> String {
    match page {
        PageRequest::Before(sequence) => [MESSAGES, "?before=", &sequence.to_string()].concat(),
        PageRequest::After(sequence) => [MESSAGES, "?limit=100&after=", &sequence.to_string()].concat(),
        PageRequest::Newest => MESSAGES.to_owned(),
    }
}

fn post(path: &str, body: serde_json::Result<String>) -> Call {
    // Our own types always encode; an empty body would be answered as a refusal.
    Call {
        path: path.to_owned(),
        body: Some(body.unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shopbell_protocol::{MessageContent, Sequence, code};

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

    #[test]
    fn a_send_carries_client_id_and_content() {
        let request = Request::Send {
            client_id: "c1".into(),
            content: MessageContent::text("Hello"),
        };
        let body = call(&request).body.unwrap();
        assert!(
            body.contains(r#""clientId":"c1""#) && body.contains(r#""text":"Hello""#),
            "{body}"
        );
    }

    #[test]
    fn what_is_not_our_error_counts_as_no_answer() {
        let proxy = FetchAnswer {
            status: 502,
            text: "<html>".into(),
        };
        assert_eq!(read::<SessionAnswer>(&proxy).unwrap_err(), Failure::Lost);
        let body = serde_json::to_string(&ErrorBody::application(code::UNAUTHENTICATED, "no")).unwrap();
        let refused = FetchAnswer {
            status: 401,
            text: body,
        };
        assert!(
            matches!(read::<SessionAnswer>(&refused), Err(Failure::Refused(error)) if error.code() == code::UNAUTHENTICATED)
        );
    }
}
