//! JSON bodies, with the place of what is wrong in them.

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use shopbell_protocol::limits::JSON_BODY_MAX_BYTES;
use shopbell_protocol::{Rule, Violations};

use crate::http::error::ApiError;
use crate::http::extract::body;
use crate::http::extract::strict::Strict;
use crate::http::state::AppState;

/// A decoded JSON body of at most `LIMIT` bytes.
pub(crate) struct Json<T, const LIMIT: usize = JSON_BODY_MAX_BYTES>(pub(crate) T);

impl<T: DeserializeOwned, const LIMIT: usize> FromRequest<AppState> for Json<T, LIMIT> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let Measured(value, _) = Measured::<T, LIMIT>::from_request(request, state).await?;
        Ok(Self(value))
    }
}

/// The same, and how many bytes it was.
pub(crate) struct Measured<T, const LIMIT: usize = JSON_BODY_MAX_BYTES>(pub(crate) T, pub(crate) usize);

impl<T: DeserializeOwned, const LIMIT: usize> FromRequest<AppState> for Measured<T, LIMIT> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        if !is_json(&parts.headers) {
            return Err(ApiError::unsupported_media_type(
                "application/json in UTF-8, without a Content-Encoding",
            ));
        }
        let bytes = body::read(&parts.headers, body, LIMIT, state.body_within()).await?;
        let value = decode(&bytes).map_err(ApiError::validation)?;
        Ok(Self(value, bytes.len()))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(text) = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    let mut parts = text.split(';').map(|part| part.trim().to_ascii_lowercase());
    let essence = parts.next().unwrap_or_default();
    // JSON is UTF-8; what says that it is something else would be read as what it is not.
    let utf8 = parts.all(|part| {
        let charset = part.strip_prefix("charset=");
        charset.is_none_or(|charset| matches!(charset.trim_matches('"'), "utf-8" | "utf8" | "us-ascii"))
    });
    let json =
        essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"));
    json && utf8 && is_plain(headers)
}

/// No body is unpacked here: one that is packed would be complained about as broken JSON.
fn is_plain(headers: &HeaderMap) -> bool {
    let codings = headers.get_all(header::CONTENT_ENCODING);
    codings
        .iter()
        .all(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// Decodes JSON text; what is wrong is named by its path, `body` where it is not JSON at all.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Violations> {
    // All of it: what a decoder skips, it does not look at.
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let place = format!(
            "must be JSON in UTF-8; it is not at byte {}",
            error.valid_up_to() + 1
        );
        Violations::one("body", Rule::Format, place)
    })?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(Strict(&mut reader)).map_err(|error| {
        let path = error.path().to_string();
        violation(&path, error.inner())
    })?;
    reader.end().map_err(|error| violation(".", &error))?;
    Ok(value)
}

fn violation(path: &str, error: &serde_json::Error) -> Violations {
    // Serde's own path for "the value itself" is a dot; unknown steps inside hand-made decoders are `?`.
    let path = path.trim_end_matches(".?").trim_end_matches('?');
    let field = if path.is_empty() || path == "." {
        "body"
    } else {
        path
    };
    match error.classify() {
        serde_json::error::Category::Data => {
            let text = error.to_string();
            let text = text.split(" at line ").next().unwrap_or_default();
            if let Some(name) = text
                .strip_prefix("missing field `")
                .and_then(|rest| rest.strip_suffix('`'))
            {
                return Violations::one(below(field, name), Rule::RequiredField, "is required");
            }
            if let Some(name) = text
                .strip_prefix("duplicate field `")
                .and_then(|rest| rest.strip_suffix('`'))
            {
                return Violations::one(below(field, name), Rule::Format, "is there twice");
            }
            if text.starts_with("unknown field `") {
                let mut violations = Violations::one(field, Rule::Other, "is not a field of this request");
                for violation in &mut violations.0 {
                    violation.rule_name = Some("UNKNOWN_FIELD".to_owned());
                }
                return violations;
            }
            Violations::one(field, Rule::Format, format!("must be {}", expected(text)))
        }
        serde_json::error::Category::Eof => {
            Violations::one("body", Rule::Format, "must be JSON; it ends too early".to_owned())
        }
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => {
            let place = format!(
                "must be JSON; it is not at line {} column {}",
                error.line(),
                error.column()
            );
            Violations::one("body", Rule::Format, place)
        }
    }
}

fn below(field: &str, name: &str) -> String {
    if field == "body" {
        name.to_owned()
    } else {
        format!("{field}.{name}")
    }
}

/// What serde wanted, without the names of our types.
fn expected(text: &str) -> &str {
    let wanted = text.rsplit_once("expected ").map_or(text, |(_, wanted)| wanted);
    match wanted {
        "a string" | "a borrowed string" | "string" | "str" => "a text",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "an object",
        _ if wanted.starts_with("struct ") => "an object",
        _ if wanted.starts_with("enum ") || wanted.starts_with("internally tagged enum ") => "an object",
        _ if wanted.starts_with(['u', 'i', 'f'])
            && wanted.get(1..).is_some_and(|rest| rest.parse::<u8>().is_ok()) =>
        {
            "a number in range"
        }
        "digits as text" => "digits as text",
        _ => text.strip_prefix("must be ").unwrap_or("of another type"),
    }
}

#[cfg(test)]
mod tests {
    use shopbell_protocol::inbox::{ListMessagesRequest, SendMessageRequest};
    use shopbell_protocol::widget::SendRequest;

    use super::*;

    fn one<T: DeserializeOwned + std::fmt::Debug>(text: &str) -> (String, Rule, String) {
        let violations = decode::<T>(text.as_bytes()).unwrap_err();
        assert_eq!(violations.0.len(), 1);
        let violation = &violations.0[0];
        (
            violation.field.clone(),
            violation.violated_rule,
            violation.description.clone(),
        )
    }

    #[test]
    fn a_value_of_the_wrong_type_is_named_by_its_path() {
        let text = r#"{"message":{"content":{"template":{"buttons":[{"label":7}]}}}}"#;
        let (field, rule, description) = one::<SendMessageRequest>(text);
        assert_eq!(field, "message.content.template.buttons[0].label");
        assert_eq!(rule, Rule::Format);
        assert_eq!(description, "must be a text");
        assert_eq!(one::<SendMessageRequest>(r#"{"message":"text"}"#).0, "message");
        assert_eq!(
            one::<SendMessageRequest>(r#"{"silent":"no"}"#).2,
            "must be true or false"
        );
        assert_eq!(one::<SendMessageRequest>("7").0, "body");
    }

    #[test]
    fn a_missing_field_is_named_with_its_path() {
        assert_eq!(
            one::<SendRequest>(r#"{"content":{}}"#),
            ("clientId".into(), Rule::RequiredField, "is required".into())
        );
    }

    #[test]
    fn a_list_is_no_object_however_well_its_members_fit() {
        for (text, field) in [
            (r#"["guid", {}]"#, "body"),
            (
                r#"{"message":[{"basic":{"items":[{"text":"a"}]}},[],"BUSINESS"]}"#,
                "message",
            ),
            (
                r#"{"message":{"content":{"basic":[[{"text":"a"}]]}}}"#,
                "message.content.basic",
            ),
        ] {
            let wanted = (field.to_owned(), Rule::Format, "must be an object".to_owned());
            assert_eq!(one::<SendMessageRequest>(text), wanted, "{text}");
        }
        assert_eq!(one::<ListMessagesRequest>(r#"{"paging":[1]}"#).0, "paging");
    }

    #[test]
    fn a_field_that_is_there_twice_is_named() {
        let twice = |field: &str| (field.to_owned(), Rule::Format, "is there twice".to_owned());
        let text = r#"{"conversationId":"a","conversationId":"b"}"#;
        assert_eq!(one::<SendMessageRequest>(text), twice("conversationId"));
        let text = r#"{"message":{"content":{"basic":{"items":[{"text":"a","text":"b"}]}}}}"#;
        assert_eq!(
            one::<SendMessageRequest>(text),
            twice("message.content.basic.items[0].text")
        );
    }

    #[test]
    fn what_is_no_json_is_named_as_the_body() {
        for text in [
            "",
            "{",
            "{\"a\":}",
            "nonsense",
            "{} {}",
            "\u{0}",
            "{\"silent\":true,]",
            "{\"message\":\"\\ud800\"}",
        ] {
            let (field, rule, description) = one::<SendMessageRequest>(text);
            assert_eq!(
                (field.as_str(), rule),
                ("body", Rule::Format),
                "{text:?}: {description}"
            );
        }
        assert!(decode::<SendMessageRequest>("[".repeat(100_000).as_bytes()).is_err());
        for bytes in [b"\xff\xfe".as_slice(), b"{\"unknown\": \"\xff\"}"] {
            let violations = decode::<SendMessageRequest>(bytes).unwrap_err();
            assert!(violations.to_string().contains("UTF-8"), "{violations}");
        }
    }

    #[test]
    fn no_complaint_names_a_type_of_ours() {
        for text in [
            "7",
            "{\"message\":3}",
            "{\"sendAs\":3}",
            "{\"message\":{\"content\":true}}",
        ] {
            let description = decode::<SendMessageRequest>(text.as_bytes())
                .map(drop)
                .unwrap_err()
                .to_string();
            for name in ["struct", "Raw", "Draft", "Request"] {
                assert!(!description.contains(name), "{text}: {description}");
            }
        }
    }
}
