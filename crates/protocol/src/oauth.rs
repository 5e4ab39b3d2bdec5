//! Bodies of the token calls, `/oauth2/token` and `/oauth/access` (`inbox-api.md` section 1.5).

use serde::{Deserialize, Serialize};

/// `POST /oauth2/token`, and with `refresh_token` `POST /oauth/access`. The official SDK writes some of its bodies in
/// camel case and some in snake case; each name is read in both.
#[derive(Clone, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(rename_all = "camelCase"))]
pub struct TokenRequest {
    /// `anonymous`, `refresh_token`, `authorized_client` or `client_credentials`; required.
    #[serde(default, alias = "grantType")]
    pub grant_type: Option<String>,
    /// Of an app: its id. Visitors may also name the site.
    #[serde(default, alias = "clientId")]
    pub client_id: Option<String>,
    /// Of an app: its API key.
    #[serde(default, alias = "clientSecret")]
    pub client_secret: Option<String>,
    /// Of an app: the site it acts for.
    #[serde(default, alias = "instanceId")]
    pub instance_id: Option<String>,
    /// From an earlier answer.
    #[serde(default, alias = "refreshToken")]
    pub refresh_token: Option<String>,
    /// For `authorized_client`: the member whose token is wanted.
    #[serde(default, alias = "memberId")]
    pub member_id: Option<String>,
}

/// Answer of both.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenAnswer {
    /// For `Authorization`.
    pub access_token: String,
    /// For the next one.
    pub refresh_token: String,
    /// Seconds until the access token ends.
    pub expires_in: u64,
}
