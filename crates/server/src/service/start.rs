//! The first start: site, owner and first API key.

use shopbell_protocol::{AppId, SiteId, StaffId, Violations};

use super::secret::sha256;
use super::{Service, ServiceResult, site};
use crate::ids::{guid, secret};
use crate::store::{FirstSite, SiteRow, StaffRow};

pub(super) const OWNER_LOGIN: &str = "owner@localhost";

/// What the operator gave for the first start; whatever is absent or empty is made at random.
#[derive(Clone, Default)]
pub struct FirstStart {
    /// Shown in the widget's header; "Shopbell" where absent.
    pub business_name: Option<String>,
    /// `SHOPBELL_OWNER_PASSWORD`.
    pub owner_password: Option<String>,
    /// `SHOPBELL_API_KEY`.
    pub api_key: Option<String>,
    /// Where the widget may live; empty for anywhere.
    pub allowed_origins: Vec<String>,
}

/// What is to be printed once, at the first start. Never stored in this form.
#[derive(Clone)]
pub struct FirstSecrets {
    /// `owner@localhost`.
    pub owner_login: String,
    /// In clear.
    pub owner_password: String,
    /// In clear.
    pub api_key: String,
    /// Whether the password was made here; one that was given needs no printing.
    pub password_made: bool,
    /// Whether the key was made here.
    pub key_made: bool,
}

impl Service {
    /// Makes site, owner and first API key, if there is no site yet. `None` at every later start.
    ///
    /// # Errors
    /// `Invalid` for an allowed origin that is none; store errors.
    pub async fn first_start(&self, first: FirstStart) -> ServiceResult<Option<FirstSecrets>> {
        if self.store().site(None).await?.is_some() {
            return Ok(None);
        }
        let mut violations = Violations::default();
        let allowed_origins = site::check_origins(&first.allowed_origins, &mut violations);
        violations.into_result(())?;
        let random = self.random();
        let (password, password_made) = match first.owner_password.filter(|given| !given.is_empty()) {
            Some(given) => (given, false),
            None => (self.new_password()?, true),
        };
        let (api_key, key_made) = match first
            .api_key
            .map(|key| key.trim().to_owned())
            .filter(|key| !key.is_empty())
        {
            Some(given) => (given, false),
            None => (self.new_key()?, true),
        };
        let site = SiteRow {
            id: SiteId(guid(random)?),
            name: first.business_name.unwrap_or_else(|| "Shopbell".to_owned()),
            image_url: None,
            welcome_text: None,
            allowed_origins,
            secret: secret(random)?,
            identity_required: false,
        };
        let owner = self.owner(&site.id, &password).await?;
        let made = FirstSite {
            site,
            owner,
            key_hash: sha256(api_key.as_bytes()),
            app_id: AppId(guid(random)?),
            key_name: "First key".to_owned(),
            now_micros: self.now_micros(),
        };
        let made = self.store().create_first_site(made).await?;
        let secrets = FirstSecrets {
            owner_login: OWNER_LOGIN.to_owned(),
            owner_password: password,
            api_key,
            password_made,
            key_made,
        };
        Ok(made.then_some(secrets))
    }

    async fn owner(&self, site_id: &SiteId, password: &str) -> ServiceResult<StaffRow> {
        let password_hash = self.hash(password).await?;
        Ok(StaffRow {
            id: StaffId(guid(self.random())?),
            site_id: site_id.clone(),
            email: OWNER_LOGIN.to_owned(),
            password_hash,
            // Shown to visitors; the business's own name where empty.
            name: String::new(),
            owner: true,
        })
    }
}
