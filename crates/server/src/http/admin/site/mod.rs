//! Name, picture, welcome text and allowed origins of the site.

pub(crate) mod change;
pub(crate) mod show;

use serde::Serialize;
use shopbell_protocol::SiteId;
use utoipa::ToSchema;

use crate::service::Site;

/// The site as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SiteAnswer {
    /// A GUID.
    id: SiteId,
    /// Shown in the widget's header.
    name: String,
    /// Avatar of the business.
    image_url: Option<String>,
    /// Shown in an empty conversation.
    welcome_text: Option<String>,
    /// Where the chat may live; empty for anywhere.
    allowed_origins: Vec<String>,
    /// A visitor's name and mail address are taken from a signed identity only.
    identity_required: bool,
}

impl From<Site> for SiteAnswer {
    fn from(site: Site) -> Self {
        Self {
            id: site.id,
            name: site.name,
            image_url: site.image_url,
            welcome_text: site.welcome_text,
            allowed_origins: site.allowed_origins,
            identity_required: site.identity_required,
        }
    }
}
