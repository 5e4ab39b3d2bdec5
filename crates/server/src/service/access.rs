//! What the operator does about lost or leaked secrets: a new password for the owner, keys made and taken away.
//!
//! Nothing here is cached anywhere: a running server asks the store about every session and key, so a change made by
//! another process counts from the next request on.

use shopbell_protocol::{AppId, Rule, Violations};

use super::secret::{hash_password, sha256};
use super::start::OWNER_LOGIN;
use super::{Service, ServiceError, ServiceResult};
use crate::clock::to_wire_date;
use crate::ids::{guid, secret, secret_text};
use crate::store::{KeyRow, ListedKey, NewKey};

/// Bytes of a key's hash that name it: enough to tell keys apart, too few to be of use to anybody.
const KEY_ID_BYTES: usize = 6;
/// Longest name of a key.
const KEY_NAME_MAX: usize = 100;

/// The owner's login and new password. Never stored in this form.
#[derive(Clone)]
pub struct NewPassword {
    /// `owner@localhost`.
    pub login: String,
    /// In clear.
    pub password: String,
}

/// A key as an operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Names the key where it is taken away; says nothing about it.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// Identity of its program in messages.
    pub app_id: AppId,
    /// When it was made, as on the wire.
    pub created: String,
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

    /// Makes a key for a new program of the site. The second value is the key itself, shown this once.
    ///
    /// # Errors
    /// `Invalid` for the name, `SiteNotFound` before the first start; store errors.
    pub async fn create_api_key(&self, name: &str) -> ServiceResult<(ApiKey, String)> {
        let name = name.trim();
        let length = name.chars().count();
        if length == 0 || length > KEY_NAME_MAX || name.chars().any(char::is_control) {
            let rule = if length > KEY_NAME_MAX {
                Rule::MaxLength
            } else {
                Rule::Format
            };
            let text = format!("must be one line of 1 to {KEY_NAME_MAX} characters");
            return Err(ServiceError::Invalid(Violations::one("name", rule, text)));
        }
        let site_id = self.site_row(None).await?.id.clone();
        let key = self.new_key()?;
        let row = KeyRow {
            site_id,
            app_id: AppId(guid(self.random())?),
        };
        let new = NewKey {
            key_hash: sha256(key.as_bytes()),
            row,
            name: name.to_owned(),
            now_micros: self.now_micros(),
        };
        self.store().create_api_key(new.clone()).await?;
        let listed = shown(ListedKey {
            key_hash: new.key_hash,
            row: new.row,
            name: new.name,
            created_micros: new.now_micros,
        });
        Ok((listed, key))
    }

    /// Every key, oldest first.
    ///
    /// # Errors
    /// Store errors.
    pub async fn api_keys(&self) -> ServiceResult<Vec<ApiKey>> {
        Ok(self.store().api_keys().await?.into_iter().map(shown).collect())
    }

    /// Takes a key's right away, for good; its program is refused from the next request on.
    ///
    /// # Errors
    /// `NotFound` for an unknown id; store errors.
    pub async fn revoke_api_key(&self, id: &str) -> ServiceResult<()> {
        let keys = self.store().api_keys().await?;
        let known = keys.into_iter().find(|key| key_id(&key.key_hash) == id);
        let deleted = match known {
            Some(key) => self.store().delete_api_key(key.key_hash).await?,
            None => false,
        };
        if deleted {
            Ok(())
        } else {
            Err(ServiceError::NotFound { what: "Key" })
        }
    }

    pub(super) fn new_password(&self) -> ServiceResult<String> {
        Ok(secret_text(self.random())?.chars().take(20).collect())
    }

    pub(super) fn new_key(&self) -> ServiceResult<String> {
        Ok(format!("sbk_{}", secret_text(self.random())?))
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

fn shown(key: ListedKey) -> ApiKey {
    ApiKey {
        id: key_id(&key.key_hash),
        name: key.name,
        app_id: key.row.app_id,
        created: to_wire_date(key.created_micros),
    }
}

fn key_id(hash: &[u8; 32]) -> String {
    let bytes = hash.iter().take(KEY_ID_BYTES);
    let number = bytes.fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    format!("{number:012x}")
}
