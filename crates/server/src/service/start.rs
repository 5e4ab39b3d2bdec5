//! The first start: site, owner and first API key.

use super::{Service, ServiceResult, unbuilt};

/// What the operator gave for the first start; whatever is absent is made at random.
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
    /// `Invalid` for a given password or key that is too short; store errors.
    pub async fn first_start(&self, first: FirstStart) -> ServiceResult<Option<FirstSecrets>> {
        let _ = first;
        Err(unbuilt())
    }
}
