//! The site's own settings.

use shopbell_protocol::widget::SiteSettings;
use shopbell_protocol::SiteId;

use super::{Service, ServiceResult, StaffCaller, unbuilt};

/// A site as the edges need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// Shown in the widget's header.
    pub name: String,
    /// Avatar of the business.
    pub image_url: Option<String>,
    /// Shown in an empty conversation.
    pub welcome_text: Option<String>,
    /// Where the widget may live (`frame-ancestors`) and who may open sessions; empty for anywhere.
    pub allowed_origins: Vec<String>,
}

/// What to change; `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteChange {
    /// 1 to 256.
    pub name: Option<String>,
    /// `Some(None)` takes it away.
    pub image_url: Option<Option<String>>,
    /// `Some(None)` takes it away; at most 16384.
    pub welcome_text: Option<Option<String>>,
    /// Each like `https://shop.example.com`.
    pub allowed_origins: Option<Vec<String>>,
}

impl Service {
    /// The site of this id; the only one where absent. Cached for some seconds.
    ///
    /// # Errors
    /// `SiteNotFound`; store errors.
    pub async fn site(&self, id: Option<&SiteId>) -> ServiceResult<Site> {
        let _ = id;
        Err(unbuilt())
    }

    /// How the site wants the chat, for the visitor's eyes.
    ///
    /// # Errors
    /// `SiteNotFound`; store errors.
    pub async fn site_settings(&self, id: &SiteId) -> ServiceResult<SiteSettings> {
        let _ = id;
        Err(unbuilt())
    }

    /// Changes the site.
    ///
    /// # Errors
    /// `PermissionDenied` unless the owner asks, `Invalid`; store errors.
    pub async fn update_site(&self, caller: &StaffCaller, change: SiteChange) -> ServiceResult<Site> {
        let _ = (caller, change);
        Err(unbuilt())
    }
}
