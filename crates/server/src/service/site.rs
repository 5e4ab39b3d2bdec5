//! The site's own settings.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use shopbell_protocol::widget::SiteSettings;
use shopbell_protocol::{Rule, SiteId, Violations, limits, validate};

use super::{Service, ServiceError, ServiceResult, StaffCaller};
use crate::store::{SiteRow, SiteUpdate};

/// How long a site that was read is good for: another process may have changed it.
const CACHED_FOR_MICROS: u64 = 5_000_000;
/// Longest name of a site.
const NAME_MAX: usize = 256;
/// Most allowed origins; they travel in a header of every page.
const ORIGINS_MAX: usize = 100;

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
    /// Names and mail addresses are taken from a signed identity only.
    pub identity_required: bool,
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
    /// Whether names and mail addresses are taken from a signed identity only.
    pub identity_required: Option<bool>,
}

/// Sites that were read lately: every token and every picture's address needs its site's key.
#[derive(Debug, Default)]
pub(super) struct SiteCache(Mutex<HashMap<Option<SiteId>, CachedSite>>);

#[derive(Debug)]
struct CachedSite {
    read_micros: u64,
    row: Arc<SiteRow>,
}

impl Service {
    /// The site of this id; the only one where absent. Cached for some seconds.
    ///
    /// # Errors
    /// `SiteNotFound`; store errors.
    pub async fn site(&self, id: Option<&SiteId>) -> ServiceResult<Site> {
        Ok(site_of(&*self.site_row(id).await?))
    }

    /// How the site wants the chat, for the visitor's eyes.
    ///
    /// # Errors
    /// `SiteNotFound`; store errors.
    pub async fn site_settings(&self, id: &SiteId) -> ServiceResult<SiteSettings> {
        Ok(self.settings_of(&*self.site_row(Some(id)).await?))
    }

    /// Changes the site.
    ///
    /// # Errors
    /// `PermissionDenied` unless the owner asks, `Invalid`; store errors.
    pub async fn update_site(&self, caller: &StaffCaller, change: SiteChange) -> ServiceResult<Site> {
        if !caller.owner {
            return Err(ServiceError::PermissionDenied {
                reason: "Only the owner may change the site",
            });
        }
        let update = check(change)?;
        let row = self.store().update_site(caller.site_id.clone(), update).await?;
        self.inner.sites.clear();
        row.map(|row| site_of(&row)).ok_or(ServiceError::SiteNotFound)
    }

    pub(super) async fn site_row(&self, id: Option<&SiteId>) -> ServiceResult<Arc<SiteRow>> {
        let now = self.now_micros();
        if let Some(row) = self.inner.sites.get(id, now) {
            return Ok(row);
        }
        let row = self
            .store()
            .site(id.cloned())
            .await?
            .map(Arc::new)
            .ok_or(ServiceError::SiteNotFound)?;
        self.inner.sites.put(id, now, &row);
        Ok(row)
    }

    pub(super) fn settings_of(&self, row: &SiteRow) -> SiteSettings {
        let config = self.config();
        SiteSettings {
            site_id: Some(row.id.clone()),
            business_name: row.name.clone(),
            business_image_url: row.image_url.clone(),
            welcome_text: row.welcome_text.clone(),
            upload_max_bytes: config.upload_max_bytes,
            upload_accept: config.upload_accept.clone(),
        }
    }
}

impl SiteCache {
    fn get(&self, id: Option<&SiteId>, now: u64) -> Option<Arc<SiteRow>> {
        let sites = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let cached = sites.get(&id.cloned())?;
        // A clock that stepped back makes everything old.
        let fresh = now
            .checked_sub(cached.read_micros)
            .is_some_and(|age| age < CACHED_FOR_MICROS);
        fresh.then(|| Arc::clone(&cached.row))
    }

    fn put(&self, id: Option<&SiteId>, read_micros: u64, row: &Arc<SiteRow>) {
        let cached = CachedSite {
            read_micros,
            row: Arc::clone(row),
        };
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id.cloned(), cached);
    }

    fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

fn site_of(row: &SiteRow) -> Site {
    Site {
        id: row.id.clone(),
        name: row.name.clone(),
        image_url: row.image_url.clone(),
        welcome_text: row.welcome_text.clone(),
        allowed_origins: row.allowed_origins.clone(),
        identity_required: row.identity_required,
    }
}

fn check(change: SiteChange) -> Result<SiteUpdate, Violations> {
    let mut violations = Violations::default();
    if let Some(name) = &change.name {
        let length = name.trim().chars().count();
        if length == 0 {
            violations.push("name", Rule::MinLength, "has size 0, expected 1 or more");
        }
        at_most(length, NAME_MAX, "name", &mut violations);
        if name.trim().chars().any(char::is_control) {
            violations.push("name", Rule::Format, "must be one line");
        }
    }
    if let Some(Some(url)) = &change.image_url {
        // A path on the chat origin, or an address of its own.
        if !url.starts_with('/') || url.starts_with("//") {
            validate::web_url(url, "imageUrl", limits::WEB_URL_MAX, &mut violations);
        }
        at_most(
            url.chars().count(),
            limits::WEB_URL_MAX,
            "imageUrl",
            &mut violations,
        );
    }
    if let Some(Some(text)) = &change.welcome_text {
        at_most(
            text.chars().count(),
            limits::TEXT_MAX,
            "welcomeText",
            &mut violations,
        );
    }
    let allowed_origins = change
        .allowed_origins
        .map(|origins| check_origins(&origins, &mut violations));
    violations.into_result(SiteUpdate {
        name: change.name.map(|name| name.trim().to_owned()),
        image_url: change.image_url,
        welcome_text: change.welcome_text,
        allowed_origins,
        identity_required: change.identity_required,
    })
}

pub(super) fn check_origins(origins: &[String], violations: &mut Violations) -> Vec<String> {
    if origins.len() > ORIGINS_MAX {
        let found = format!("has size {}, expected {ORIGINS_MAX} or less", origins.len());
        violations.push("allowedOrigins", Rule::MaxSize, found);
    }
    let mut checked = Vec::with_capacity(origins.len());
    for (index, origin) in origins.iter().enumerate() {
        match origin_of(origin) {
            Some(origin) => checked.push(origin),
            None => violations.push(
                format!("allowedOrigins[{index}]"),
                Rule::Format,
                "is not an origin, expected one like https://shop.example.com",
            ),
        }
    }
    checked
}

/// The origin as browsers write it; `None` for anything with a path, or that is not `http` or `https`.
pub(super) fn origin_of(text: &str) -> Option<String> {
    let url = url::Url::parse(text.trim()).ok()?;
    let plain = matches!(url.scheme(), "http" | "https")
        && matches!(url.path(), "" | "/")
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    // What is kept becomes part of a policy, where `*` and the like have a meaning of their own.
    let host = url.host_str().unwrap_or_default();
    let named = host
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '[' | ']' | ':'));
    (plain && named).then(|| url.origin().ascii_serialization())
}

fn at_most(length: usize, most: usize, field: &str, violations: &mut Violations) {
    if length > most {
        violations.push(
            field,
            Rule::MaxLength,
            format!("has size {length}, expected {most} or less"),
        );
    }
}
