//! What a site's owner administers over the Admin API: keys of programs, and webhooks.

use serde::{Deserialize, Serialize};

use crate::id::{AppId, EventId};
use crate::wire::open_enum;

open_enum!(
    /// What a key may be used for.
    KeyScope {
        /// Reading conversations and messages.
        Read = "READ",
        /// Sending, and everything else that changes conversations.
        Write = "WRITE",
        /// The event log.
        Events = "EVENTS",
        /// The Admin API: the site, keys, webhooks.
        Admin = "ADMIN",
    } unknown = "UNKNOWN_SCOPE"
);

/// A key of a program, without the key itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// Names the key in this API; says nothing about it.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// Identity of its program in messages; a key that takes another's place keeps it.
    pub app_id: AppId,
    /// What it may be used for.
    pub scopes: Vec<KeyScope>,
    /// When it was made.
    pub created_date: String,
    /// Not valid from then on; absent: until it is revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_date: Option<String>,
    /// To the minute; absent: never used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_date: Option<String>,
    /// When a new key took its place; it is valid until `expiresDate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_date: Option<String>,
}

/// Answer of `GET /admin/v1/keys`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKeys {
    /// Oldest first.
    pub keys: Vec<ApiKey>,
}

/// `POST /admin/v1/keys`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewApiKey {
    /// What the key is for; one line of 1 to 100 characters.
    #[serde(default)]
    #[cfg_attr(
        feature = "openapi",
        schema(required = true, min_length = 1, max_length = 100)
    )]
    pub name: String,
    /// What it may be used for; absent: everything but `ADMIN`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<KeyScope>>,
    /// When it ends; absent: when it is revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub expires_date: Option<String>,
}

/// `POST /admin/v1/keys/{id}/rotate`, and the like for secrets and signing keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rotation {
    /// Hours for which the old one stays valid beside the new one; 0 to 720, default 24.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 720))]
    pub overlap_hours: Option<u32>,
}

/// A key that was just made: the one time that it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MadeApiKey {
    /// As it will be listed.
    pub key: ApiKey,
    /// The key itself, for the `Authorization` header.
    pub api_key: String,
}

open_enum!(
    /// What a webhook request carries.
    WebhookFormat {
        /// One signed token, which the official SDK's `webhooks.process` accepts.
        Token = "TOKEN",
        /// Plain JSON, signed by the Standard Webhooks scheme.
        Standard = "STANDARD",
    } unknown = "UNKNOWN_FORMAT"
);

open_enum!(
    /// Whether an endpoint is called.
    EndpointState {
        /// It is.
        Active = "ACTIVE",
        /// Not until the owner says so; what it is owed waits.
        Paused = "PAUSED",
        /// Not any more, because its answer said so; `disabledReason`. What it is owed waits.
        Disabled = "DISABLED",
    } unknown = "UNKNOWN_STATE"
);

open_enum!(
    /// How a delivery stands.
    DeliveryState {
        /// Not accepted yet; will be tried.
        Waiting = "WAITING",
        /// Accepted.
        Delivered = "DELIVERED",
        /// Given up after 48 hours; may be replayed.
        Dead = "DEAD_LETTER",
        /// A test event: tried once, whatever came of it.
        Test = "TEST",
    } unknown = "UNKNOWN_STATE"
);

/// A program's address that is told of events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct WebhookEndpoint {
    /// A GUID.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// What is called.
    pub url: String,
    /// What a request carries.
    pub format: WebhookFormat,
    /// Event types it is told of; empty for all.
    pub types: Vec<String>,
    /// Whether it is called.
    pub state: EndpointState,
    /// Why it is disabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_reason: Option<String>,
    /// When it was made.
    pub created_date: String,
    /// The first failure after which nothing was accepted; absent while all is well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since_date: Option<String>,
    /// Deliveries that wait.
    pub waiting: u64,
    /// Deliveries that were given up.
    pub dead_letters: u64,
    /// The last attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_attempt: Option<WebhookAttempt>,
}

/// Answer of `GET /admin/v1/webhooks`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookEndpoints {
    /// Oldest first.
    pub endpoints: Vec<WebhookEndpoint>,
}

/// `POST /admin/v1/webhooks`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewWebhook {
    /// One line of at most 100 characters; absent: the address's host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 100))]
    pub name: Option<String>,
    /// `https`, in the public internet unless the operator allows more.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true, max_length = 2000))]
    pub url: String,
    /// What a request carries; `TOKEN` where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<WebhookFormat>,
    /// Event types it is told of; absent or empty for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub types: Option<Vec<String>>,
}

/// `PATCH /admin/v1/webhooks/{id}`; an absent field stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WebhookChange {
    /// One line of 1 to 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 100))]
    pub name: Option<String>,
    /// As for a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub url: Option<String>,
    /// Empty for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub types: Option<Vec<String>>,
    /// `ACTIVE` or `PAUSED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<EndpointState>,
}

/// An endpoint that was just made, or whose secret was: the one time that the secret is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MadeWebhook {
    /// As it will be listed.
    pub endpoint: WebhookEndpoint,
    /// `whsec_…`, for format `STANDARD`; tokens are checked with the public key instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// One try to deliver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct WebhookAttempt {
    /// When it began.
    pub date: String,
    /// How long it took.
    pub duration_ms: u64,
    /// HTTP status; absent when there was no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// What was wrong; absent when it was accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// An event that an endpoint is owed, or was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct WebhookDelivery {
    /// Names it in this API.
    pub id: String,
    /// The event's id, the same in every attempt.
    pub event_id: EventId,
    /// The event's type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// How it stands.
    pub state: DeliveryState,
    /// Since when it is owed.
    pub created_date: String,
    /// When it is tried next, if nothing else happens; absent when it is finished.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_attempt_date: Option<String>,
    /// Oldest first.
    pub attempts: Vec<WebhookAttempt>,
}

/// Answer of `GET /admin/v1/webhooks/{id}/deliveries`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookDeliveries {
    /// Newest first.
    pub deliveries: Vec<WebhookDelivery>,
    /// What to pass as `before` for older ones; absent when there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// `POST /admin/v1/webhooks/{id}/replay`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReplayRequest {
    /// Which dead letters; absent for all of the endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 1000))]
    pub delivery_ids: Option<Vec<String>>,
}

/// Answer of a replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Replayed {
    /// How many dead letters wait again.
    pub replayed: u64,
}

open_enum!(
    /// How a signing key stands.
    SigningKeyState {
        /// Will sign from `signsFromDate` on; configure it in the receivers before.
        Next = "NEXT",
        /// Signs now.
        Current = "CURRENT",
        /// Has signed, and does not any more.
        Retired = "RETIRED",
    } unknown = "UNKNOWN_STATE"
);

/// A key that signs webhook tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SigningKey {
    /// The token's `kid`.
    pub id: String,
    /// How it stands.
    pub state: SigningKeyState,
    /// PEM (SPKI), as the SDK's `AppStrategy({publicKey})` takes it.
    pub public_key: String,
    /// From when on it signs.
    pub signs_from_date: String,
}

/// Answer of `GET /admin/v1/signing-keys`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SigningKeys {
    /// Newest first.
    pub keys: Vec<SigningKey>,
}
