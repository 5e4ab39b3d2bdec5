//! `/openapi.json`: generated from the handlers and the wire types, so that it cannot fall behind them.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use shopbell_protocol::ErrorBody;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::response::{Response as ResponseObject, ResponseBuilder};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{IntoResponses, Modify, OpenApi};

use super::{admin, chat, events, inbox, oauth, operations, staff, widget};

mod bounds;
mod examples;
pub(crate) mod page;
mod refine;

use bounds::Bounds;

/// The methods of calls, as the document names them.
const METHODS: &[&str] = &["get", "post", "put", "patch", "delete", "head"];

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Shopbell",
        description = "Chat that a business puts on its website with one script tag. Every error has the one shape \
                       `ErrorBody`; a success is 200, but for uploads that follow tus 1.0.0. The socket `shopbell.v1` is described in docs/api.md."
    ),
    paths(
        inbox::conversations::get_or_create::handler,
        inbox::conversations::get::handler,
        inbox::messages::send::handler,
        inbox::messages::list::handler,
        inbox::messages::get::handler,
        inbox::messages::indications::handler,
        inbox::messages::indicate::handler,
        inbox::conversations::read::handler,
        inbox::conversations::channels::handler,
        inbox::conversations::delete::handler,
        oauth::token::handler,
        chat::send::handler,
        chat::events::handler,
        events::list::handler,
        widget::session::handler,
        widget::sign_out::handler,
        widget::contact::handler,
        widget::frames::handler,
        widget::history::handler,
        widget::send::handler,
        widget::postback::handler,
        widget::seen::handler,
        widget::uploads::create,
        widget::uploads::show,
        widget::uploads::append,
        widget::uploads::remove,
        staff::session::show::handler,
        staff::session::sign_in::handler,
        staff::session::sign_out::handler,
        staff::conversations::list::handler,
        staff::conversations::show::handler,
        staff::conversations::history::handler,
        staff::conversations::send::handler,
        staff::conversations::seen::handler,
        staff::upload::handler,
        admin::site::show::handler,
        admin::site::change::handler,
        admin::keys::list::handler,
        admin::keys::create::handler,
        admin::keys::rotate::handler,
        admin::keys::revoke::handler,
        admin::signing_keys::list::handler,
        admin::signing_keys::rotate::handler,
        admin::webhooks::list::handler,
        admin::webhooks::create::handler,
        admin::webhooks::show::handler,
        admin::webhooks::change::handler,
        admin::webhooks::delete::handler,
        admin::webhooks::test::handler,
        admin::webhooks::secret::handler,
        admin::webhooks::replay::handler,
        admin::webhooks::deliveries::handler,
        admin::identity::list::handler,
        admin::identity::create::handler,
        admin::identity::rotate::handler,
        admin::identity::revoke::handler,
        super::media::handler,
        operations::healthz,
        operations::readyz,
        operations::metrics,
    ),
    components(schemas(ErrorBody)),
    modifiers(&Credentials, &Bounds),
)]
struct Document;

struct Credentials;

impl Modify for Credentials {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let key = |text: &str| ApiKeyValue::with_description("Authorization", text);
        components.add_security_scheme(
            "apiKey",
            SecurityScheme::ApiKey(ApiKey::Header(key("The API key itself, without a prefix"))),
        );
        components.add_security_scheme(
            "visitorToken",
            SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()),
        );
        components.add_security_scheme(
            "staffSession",
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
                super::extract::auth::SESSION_COOKIE,
                "Set by POST /staff/v1/session",
            ))),
        );
    }
}

/// The document as JSON text.
pub fn document() -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&value()?)
}

fn value() -> Result<serde_json::Value, serde_json::Error> {
    let mut document = Document::openapi();
    // The Inbox API answers under a second prefix with identical behaviour.
    let second: Vec<_> = document
        .paths
        .paths
        .iter()
        .filter(|(path, _)| path.starts_with("/inbox/v2/"))
        .map(|(path, item)| (format!("/crm{path}"), item.clone()))
        .collect();
    for (path, mut item) in second {
        for operation in [&mut item.get, &mut item.post, &mut item.delete]
            .into_iter()
            .flatten()
        {
            operation.operation_id = operation.operation_id.take().map(|id| format!("crm_{id}"));
        }
        document.paths.paths.insert(path, item);
    }
    let mut document = serde_json::to_value(&document)?;
    refine::refine(&mut document);
    examples::add(&mut document);
    Ok(document)
}

/// The paths as they were written down: the document itself is in the order of the alphabet.
fn order() -> Vec<String> {
    Document::openapi().paths.paths.keys().cloned().collect()
}

/// `GET /openapi.json`
pub(crate) async fn handler() -> Response {
    static TEXT: OnceLock<String> = OnceLock::new();
    // The same for as long as the program runs, and large: it is written once.
    let text = match TEXT.get() {
        Some(text) => Ok(text.clone()),
        None => document().map(|text| TEXT.get_or_init(|| text).clone()),
    };
    match text {
        Ok(text) => ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the OpenAPI document cannot be written");
            super::error::ApiError::internal().into_response()
        }
    }
}

type Responses = BTreeMap<String, RefOr<ResponseObject>>;

fn errors(list: &[(&str, &str)]) -> Responses {
    list.iter()
        .map(|(status, description)| {
            let content = ContentBuilder::new()
                .schema(Some(Ref::from_schema_name("ErrorBody")))
                .build();
            let response = ResponseBuilder::new()
                .description(*description)
                .content("application/json", content)
                .build();
            ((*status).to_owned(), RefOr::T(response))
        })
        .collect()
}

const INVALID: (&str, &str) = (
    "400",
    "The input is wrong; each violation names its field and rule",
);
const UNKNOWN_CALLER: (&str, &str) = ("401", "No, a wrong or an expired credential");
const FORBIDDEN: (&str, &str) = ("403", "Known, but not allowed to");
const MISSING: (&str, &str) = ("404", "No such thing");
const CONFLICT: (&str, &str) = (
    "409",
    "The idempotency key was used for something else, or the state forbids it",
);
const TOO_SLOW: (&str, &str) = ("408", "The body did not arrive in time");
const TOO_LARGE: (&str, &str) = ("413", "The body is above the limit; data.limitBytes");
const WRONG_TYPE: (&str, &str) = ("415", "The body is of a type that this call does not read");
const OTHER_VERSION: (&str, &str) = ("412", "Another version of tus than Tus-Version says");
const LOCKED: (&str, &str) = ("423", "Another request sends to this upload");
const PRECONDITION: (&str, &str) = (
    "428",
    "The channel does not exist yet, or the thread has moved on",
);
const TOO_FAST: (&str, &str) = (
    "429",
    "Too many or too fast; data.limit, data.retryAfterMs and Retry-After",
);
const BROKEN: (&str, &str) = ("500", "Something went wrong on our side");
const AWAY: (&str, &str) = ("503", "Cannot store at the moment; safe to send again");

macro_rules! error_set {
    ($(#[$meta:meta])* $name:ident: $($error:expr),+ $(,)?) => {
        $(#[$meta])*
        pub(crate) struct $name;

        impl IntoResponses for $name {
            fn responses() -> Responses {
                errors(&[$($error),+])
            }
        }
    };
}

error_set!(
    /// Of calls with an API key.
    AppErrors: INVALID, UNKNOWN_CALLER, FORBIDDEN, MISSING, TOO_SLOW, CONFLICT, TOO_LARGE, WRONG_TYPE, PRECONDITION, TOO_FAST,
    BROKEN, AWAY
);
error_set!(
    /// Of calls with a visitor token.
    ParticipantErrors: INVALID, UNKNOWN_CALLER, FORBIDDEN, MISSING, TOO_SLOW, CONFLICT, TOO_LARGE, WRONG_TYPE, TOO_FAST, BROKEN,
    AWAY
);
error_set!(
    /// Of calls with a session cookie.
    StaffErrors: INVALID, UNKNOWN_CALLER, FORBIDDEN, MISSING, TOO_SLOW, CONFLICT, TOO_LARGE, WRONG_TYPE, PRECONDITION, TOO_FAST,
    BROKEN, AWAY
);
error_set!(
    /// Of calls that need no credential.
    PublicErrors: INVALID, UNKNOWN_CALLER, FORBIDDEN, MISSING, TOO_SLOW, TOO_LARGE, WRONG_TYPE, TOO_FAST, BROKEN, AWAY
);
error_set!(
    /// Of uploads, beside the caller's own.
    UploadErrors: TOO_SLOW, TOO_LARGE, WRONG_TYPE, OTHER_VERSION, LOCKED
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_public_route_is_described_with_its_errors() {
        let document: serde_json::Value = serde_json::from_str(&document().unwrap()).unwrap();
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        for (path, method, error) in [
            ("/inbox/v2/messages", "post", "400"),
            ("/crm/inbox/v2/messages", "get", "401"),
            ("/inbox/v2/conversations/{id}", "get", "404"),
            ("/chat/v1/messages", "post", "428"),
            ("/events/v1", "get", "429"),
            ("/widget/v1/uploads", "post", "413"),
            ("/staff/v1/conversations/{id}/messages", "post", "428"),
            ("/admin/v1/site", "patch", "403"),
        ] {
            let response = &document["paths"][path][method]["responses"][error];
            let schema = &response["content"]["application/json"]["schema"]["$ref"];
            assert_eq!(
                schema, "#/components/schemas/ErrorBody",
                "{method} {path} {error}"
            );
        }
    }

    #[test]
    fn no_reference_leads_nowhere() {
        let document: serde_json::Value = serde_json::from_str(&document().unwrap()).unwrap();
        let mut open = vec![&document];
        while let Some(value) = open.pop() {
            match value {
                serde_json::Value::Object(map) => {
                    if let Some(reference) = map.get("$ref").and_then(|reference| reference.as_str()) {
                        let pointer = reference.trim_start_matches('#');
                        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
                    }
                    open.extend(map.values());
                }
                serde_json::Value::Array(list) => open.extend(list),
                _ => {}
            }
        }
    }
}
