//! `PATCH /admin/v1/site`

use axum::extract::State;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::SiteAnswer;
use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Owner;
use crate::http::extract::json::Json;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;
use crate::service::SiteChange;

/// Absent, `null` and a text are three different wishes.
type Wish = Option<Option<String>>;

/// What to change; an absent field stays as it is, `null` takes a picture or text away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SiteRequest {
    /// 1 to 256.
    #[serde(default)]
    name: Option<String>,
    /// `http` or `https`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    image_url: Wish,
    /// At most 16384.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    welcome_text: Wish,
    /// Each like `https://shop.example.com`; empty for anywhere.
    #[serde(default)]
    allowed_origins: Option<Vec<String>>,
    /// A visitor's name and mail address are taken from a signed identity only.
    #[serde(default)]
    identity_required: Option<bool>,
}

/// Tells `null` from absent.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Wish, D::Error> {
    Option::<String>::deserialize(deserializer).map(Some)
}

/// Changes the site's settings
#[utoipa::path(
    patch, path = "/admin/v1/site", operation_id = "changeSite", tag = "Admin API",
    request_body = SiteRequest, security(("staffSession" = []), ("apiKey" = [])),
    responses((status = 200, description = "The site as it is now", body = SiteAnswer), StaffErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Owner(caller): Owner,
    Json(request): Json<SiteRequest>,
) -> Answered<SiteAnswer> {
    let change = SiteChange {
        name: request.name,
        image_url: request.image_url,
        welcome_text: request.welcome_text,
        allowed_origins: request.allowed_origins,
        identity_required: request.identity_required,
    };
    Ok(Answer(state.service().update_site(&caller, change).await?.into()))
}
