//! The one shape of every error answer (`inbox-api.md` section 1.8), and the violations that fill it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Codes of application errors (`inbox-api.md` section 1.9), and ours.
pub mod code {
    /// The conversation is unknown, or was merged into another. 404.
    pub const CONVERSATION_NOT_FOUND: &str = "CONVERSATION_NOT_FOUND";
    /// The conversation belongs to another site. 403.
    pub const NOT_OWNED_BY_BUSINESS: &str = "NOT_OWNED_BY_BUSINESS";
    /// Whoever asks for messages is no party of the conversation. 401.
    pub const NOT_JOINED_CHATROOM: &str = "NOT_JOINED_CHATROOM";
    /// The credential has no inbox: it is a visitor's. 401.
    pub const NO_INBOX_INSTANCE: &str = "NO_INBOX_INSTANCE";
    /// The sender or direction does not fit the caller. 403.
    pub const IDENTITY_DOES_NOT_MATCH: &str = "IDENTITY_DOES_NOT_MATCH";
    /// A picture or file address cannot be used. 400.
    pub const INVALID_MEDIA_URL: &str = "INVALID_MEDIA_URL";
    /// The site is unknown. 404.
    pub const INBOX_INSTANCE_NOT_FOUND: &str = "INBOX_INSTANCE_NOT_FOUND";
    /// No, a wrong or an expired credential. 401.
    pub const UNAUTHENTICATED: &str = "UNAUTHENTICATED";
    /// The signed identity is none that this site accepts. 401; `data.field` says what is wrong with it.
    pub const IDENTITY_REFUSED: &str = "IDENTITY_REFUSED";
    /// The proof of who the member is has run out: ask the page for a fresh one. 401.
    pub const IDENTITY_EXPIRED: &str = "IDENTITY_EXPIRED";
    /// This site takes a name or mail address only from a signed identity. 403.
    pub const IDENTITY_REQUIRED: &str = "IDENTITY_REQUIRED";
    /// Authenticated but not allowed. 403.
    pub const PERMISSION_DENIED: &str = "PERMISSION_DENIED";
    /// No such thing or route. 404.
    pub const NOT_FOUND: &str = "NOT_FOUND";
    /// It is there already. 409.
    pub const ALREADY_EXISTS: &str = "ALREADY_EXISTS";
    /// The same client id was used for a different message. 409.
    pub const IDEMPOTENCY_KEY_REUSED: &str = "IDEMPOTENCY_KEY_REUSED";
    /// The thread has moved on since the sender looked. 428; `data.missed` holds what came.
    pub const THREAD_MOVED_ON: &str = "THREAD_MOVED_ON";
    /// A channel exists only after a first message through the widget. 428.
    pub const CHANNEL_NOT_FOUND: &str = "CHANNEL_NOT_FOUND";
    /// Too many or too fast. 429; `data.limit` and `data.retryAfterMs`.
    pub const RESOURCE_EXHAUSTED: &str = "RESOURCE_EXHAUSTED";
    /// The method is not known for this route. 405.
    pub const METHOD_NOT_ALLOWED: &str = "METHOD_NOT_ALLOWED";
    /// The body is larger than the limit. 413; `data.limitBytes`.
    pub const BODY_TOO_LARGE: &str = "BODY_TOO_LARGE";
    /// The content type of the body is not the one the route reads. 415.
    pub const UNSUPPORTED_MEDIA_TYPE: &str = "UNSUPPORTED_MEDIA_TYPE";
    /// The request broke off; what came before may be kept. 400, 409.
    pub const ABORTED: &str = "ABORTED";
    /// Another offset than the confirmed one. 409; `data.offset`.
    pub const UPLOAD_OFFSET: &str = "UPLOAD_OFFSET";
    /// Another request sends to the same upload. 423; `data.retryAfterMs`.
    pub const LOCKED: &str = "LOCKED";
    /// Another version of tus than 1.0.0. 412.
    pub const TUS_VERSION: &str = "TUS_VERSION";
    /// The button cannot be pressed any more. 409; `data.state`.
    pub const BUTTON_EXPIRED: &str = "BUTTON_EXPIRED";
    /// Shopbell cannot store at the moment (disk full, database locked). 503; safe to send again.
    pub const UNAVAILABLE: &str = "UNAVAILABLE";
    /// Something broke on our side. 500, without details.
    pub const INTERNAL: &str = "INTERNAL";
}

/// Names of the rules that input can break (`inbox-api.md` section 1.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Rule {
    /// Missing.
    RequiredField,
    /// Text shorter than allowed.
    MinLength,
    /// Text longer than allowed.
    MaxLength,
    /// List shorter than allowed.
    MinSize,
    /// List longer than allowed.
    MaxSize,
    /// Number below the least.
    Min,
    /// Number above the most.
    Max,
    /// Not of the expected form: a GUID, an address, a date, JSON.
    Format,
    /// Not one of the values.
    InvalidEnumValue,
    /// None of a choice was given.
    RequiredOneOfField,
    /// Several of a choice were given.
    OneOfAlignment,
    /// Any other; `ruleName` says which.
    Other,
}

/// One thing wrong with the input, by its place in the request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FieldViolation {
    /// Path in the request, `message.content.template.buttons[3].label`.
    pub field: String,
    /// Reads well right after the field's name.
    pub description: String,
    /// The rule.
    pub violated_rule: Rule,
    /// Name of the rule where it is `OTHER`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_name: Option<String>,
    /// What a program may want: the limit, the size found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<serde_json::Map<String, serde_json::Value>>))]
    pub data: Option<Data>,
}

/// All that is wrong with one input; never empty once returned as an error.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Violations(pub Vec<FieldViolation>);

impl Violations {
    /// One violation.
    pub fn one(field: impl Into<String>, rule: Rule, description: impl Into<String>) -> Self {
        let mut violations = Self::default();
        violations.push(field, rule, description);
        violations
    }

    /// Adds one.
    pub fn push(&mut self, field: impl Into<String>, rule: Rule, description: impl Into<String>) {
        self.0.push(FieldViolation {
            field: field.into(),
            description: description.into(),
            violated_rule: rule,
            rule_name: None,
            data: None,
        });
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `value` if nothing is wrong.
    ///
    /// # Errors
    /// The violations themselves otherwise.
    pub fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{} {}", violation.field, violation.description)?;
        }
        Ok(())
    }
}

impl std::error::Error for Violations {}

/// What a program may want.
#[cfg(not(feature = "lean"))]
pub type Data = serde_json::Map<String, serde_json::Value>;

#[cfg(not(feature = "lean"))]
fn retry_after_ms(data: &Data) -> Option<u64> {
    data.get("retryAfterMs").and_then(serde_json::Value::as_u64)
}

#[cfg(not(feature = "lean"))]
fn set_retry_after_ms(data: &mut Data, after_ms: u64) {
    data.insert("retryAfterMs".to_owned(), after_ms.into());
}

/// What a page may want.
#[cfg(feature = "lean")]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Data {
    /// When the same may be sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u64>,
}

#[cfg(feature = "lean")]
fn retry_after_ms(data: &Data) -> Option<u64> {
    data.retry_after_ms
}

#[cfg(feature = "lean")]
fn set_retry_after_ms(data: &mut Data, after_ms: u64) {
    data.retry_after_ms = Some(after_ms);
}

/// The body of every error answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// For people; equal to the description of an application error.
    pub message: String,
    /// Exactly one of the two forms.
    pub details: ErrorDetails,
}

/// One of the two forms of error details.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum ErrorDetails {
    /// The input is wrong, field by field.
    #[serde(rename_all = "camelCase")]
    ValidationError {
        /// At least one.
        field_violations: Vec<FieldViolation>,
    },
    /// Everything else.
    ApplicationError(ApplicationError),
}

/// An error that is not about one field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplicationError {
    /// One of [`code`].
    pub code: String,
    /// For people.
    pub description: String,
    /// What a program may want; `{}` when there is nothing.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = serde_json::Map<String, serde_json::Value>))]
    pub data: Data,
}

impl ErrorBody {
    /// The first form.
    pub fn validation(violations: Violations) -> Self {
        Self {
            message: format!("INVALID_ARGUMENT: {violations}"),
            details: ErrorDetails::ValidationError {
                field_violations: violations.0,
            },
        }
    }

    /// The second form; the description is sent twice because the official SDK joins the two when they differ.
    pub fn application(code: &str, description: impl Into<String>) -> Self {
        let description = description.into();
        Self {
            message: description.clone(),
            details: ErrorDetails::ApplicationError(ApplicationError {
                code: code.to_owned(),
                description,
                data: Data::default(),
            }),
        }
    }

    /// Says in the data of an application error when to try again; a validation error stays as it is.
    #[must_use]
    pub fn with_retry_after_ms(mut self, after_ms: u64) -> Self {
        if let ErrorDetails::ApplicationError(error) = &mut self.details {
            set_retry_after_ms(&mut error.data, after_ms);
        }
        self
    }

    /// Adds a value to the data of an application error; a validation error stays as it is.
    #[cfg(not(feature = "lean"))]
    #[must_use]
    pub fn with_data(mut self, key: &str, value: impl Into<serde_json::Value>) -> Self {
        if let ErrorDetails::ApplicationError(error) = &mut self.details {
            error.data.insert(key.to_owned(), value.into());
        }
        self
    }

    /// The code, `INVALID_ARGUMENT` for a validation error.
    pub fn code(&self) -> &str {
        match &self.details {
            ErrorDetails::ValidationError { .. } => "INVALID_ARGUMENT",
            ErrorDetails::ApplicationError(error) => &error.code,
        }
    }

    /// Milliseconds after which the same request may be sent again, where the error says so.
    pub fn retry_after_ms(&self) -> Option<u64> {
        match &self.details {
            ErrorDetails::ApplicationError(error) => retry_after_ms(&error.data),
            ErrorDetails::ValidationError { .. } => None,
        }
    }
}
