//! What the operator does about a lost or leaked password.
//!
//! Nothing here is cached anywhere: a running server asks the store about every session, so a change made by another
//! process counts from the next request on.

use super::secret::hash_password;
use super::start::OWNER_LOGIN;
use super::{Service, ServiceError, ServiceResult};
use crate::ids::{secret, secret_text};

/// The owner's login and new password. Never stored in this form.
#[derive(Clone)]
pub struct NewPassword {
    /// `owner@localhost`.
    pub login: String,
    /// In clear.
    pub password: String,
}

impl Service {
    /// Sets the owner's password, a random one where none is given, and ends all sessions of that login.
    ///
    /// # Errors
    /// `NotFound` before the first start; store errors.
    pub async fn set_owner_password(&self, given: Option<String>) -> ServiceResult<NewPassword> {
        let password = match given.filter(|given| !given.is_empty()) {
            Some(given) => given,
            None => self.new_password()?,
        };
        let hash = self.hash(&password).await?;
        let staff = self
            .store()
            .set_staff_password(OWNER_LOGIN.to_owned(), hash)
            .await?
            .ok_or(ServiceError::NotFound { what: "Owner" })?;
        self.sessions_ended(staff.site_id);
        Ok(NewPassword {
            login: staff.email,
            password,
        })
    }

    pub(super) fn new_password(&self) -> ServiceResult<String> {
        Ok(secret_text(self.random())?.chars().take(20).collect())
    }

    pub(super) async fn hash(&self, password: &str) -> ServiceResult<String> {
        let (password, salt, memory) = (
            password.to_owned(),
            secret(self.random())?,
            self.config().password_memory_kib,
        );
        let hash = tokio::task::spawn_blocking(move || hash_password(&password, salt, memory)).await;
        hash.ok().flatten().ok_or_else(|| ServiceError::Internal {
            reason: "the owner's password cannot be hashed".to_owned(),
        })
    }
}
