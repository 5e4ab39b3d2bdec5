//! Keys of the business's programs: what they may be used for, until when, and who takes their place.
//!
//! Nothing here is cached but when a key was last used: a running server asks the store about every key, so a change
//! made by another process counts from the next request on.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use shopbell_protocol::admin::{ApiKey, KeyScope, MadeApiKey, NewApiKey, Rotation};
use shopbell_protocol::{AppId, Rule, SiteId, Violations};

use super::secret::sha256;
use super::{Service, ServiceError, ServiceResult, StaffCaller};
use crate::clock::{from_wire_date, to_wire_date};
use crate::ids::{guid, secret_text};
use crate::store::{KeyRow, ListedKey, NewKey};

/// Bytes of a key's hash that name it: enough to tell keys apart, too few to be of use to anybody.
const KEY_ID_BYTES: usize = 6;
/// Longest name of a key, and of an endpoint.
pub(super) const NAME_MAX: usize = 100;
/// "Last used" is kept to the minute, so that a busy key costs one write in a minute.
const TOUCH_AFTER_MICROS: u64 = 60_000_000;
/// Hours for which what is replaced stays valid where nothing is said, and at most.
const OVERLAP_HOURS: u32 = 24;
const OVERLAP_HOURS_MAX: u32 = 720;

/// When each key was last noted to be used.
#[derive(Debug, Default)]
pub(super) struct KeyUses(Mutex<HashMap<[u8; 32], u64>>);

impl KeyUses {
    /// Whether this use is to be noted.
    fn worth_noting(&self, key_hash: [u8; 32], noted: Option<u64>, now: u64) -> bool {
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = uses.get(&key_hash).copied().max(noted);
        // A clock that stepped back makes everything old.
        let fresh =
            last.is_some_and(|last| now.checked_sub(last).is_some_and(|age| age < TOUCH_AFTER_MICROS));
        if !fresh {
            uses.insert(key_hash, now);
        }
        !fresh
    }
}

impl Service {
    /// The row of a key that is valid now and may be used for `scope`.
    pub(super) async fn key_row(&self, key_hash: [u8; 32], scope: Option<KeyScope>) -> ServiceResult<KeyRow> {
        // Looked up by hash: what a guess can learn from the time of a lookup is about the hash, not the key.
        let row = self.store().api_key(key_hash).await?;
        let row = row.ok_or(ServiceError::Unauthenticated {
            reason: "The API key is not valid",
        })?;
        let now = self.now_micros();
        if row.expires_micros.is_some_and(|ends| ends <= now) {
            return Err(ServiceError::Unauthenticated {
                reason: "The API key has expired",
            });
        }
        if self
            .inner
            .key_uses
            .worth_noting(key_hash, row.last_used_micros, now)
        {
            // Nobody waits for it, and a use that is not noted is noted with the next.
            let service = self.clone();
            tokio::spawn(async move { service.store().touch_api_key(key_hash, now).await.is_ok() });
        }
        match scope {
            Some(scope) if !row.scopes.contains(&scope) => Err(ServiceError::PermissionDenied {
                reason: missing(scope),
            }),
            Some(_) | None => Ok(row),
        }
    }

    /// Makes a key for a new program of the site, of the only one where `caller` is absent (the command line). The
    /// key itself is shown this once.
    ///
    /// # Errors
    /// `Invalid`, `PermissionDenied` unless the owner asks, `SiteNotFound` before the first start; store errors.
    pub async fn create_api_key(
        &self,
        caller: Option<&StaffCaller>,
        request: NewApiKey,
    ) -> ServiceResult<MadeApiKey> {
        let site_id = self.administered(caller).await?;
        let now_micros = self.now_micros();
        let mut violations = Violations::default();
        let name = one_line(&request.name, "name", &mut violations);
        let scopes = check_scopes(request.scopes, &mut violations);
        let expires_micros = request.expires_date.as_deref().and_then(|date| {
            let ends = from_wire_date(date);
            if ends.is_none_or(|ends| ends <= now_micros) {
                let text = "has to be a date to come, like 2027-01-31T00:00:00Z";
                violations.push("expiresDate", Rule::Format, text);
            }
            ends
        });
        violations.into_result(())?;
        let row = KeyRow {
            site_id,
            app_id: AppId(guid(self.random())?),
            scopes,
            expires_micros,
            last_used_micros: None,
            replaced_micros: None,
        };
        self.store_key(row, name, None).await
    }

    /// Makes a key that takes another's place: the same program, name, scopes and end. The old one stays valid for the
    /// overlap.
    ///
    /// # Errors
    /// `Invalid` for the overlap or a key that was replaced already, `NotFound`, `PermissionDenied` unless the owner
    /// asks; store errors.
    pub async fn rotate_api_key(
        &self,
        caller: Option<&StaffCaller>,
        id: &str,
        rotation: Rotation,
    ) -> ServiceResult<MadeApiKey> {
        let site_id = self.administered(caller).await?;
        let old = self.listed_key(&site_id, id).await?;
        let ends = self.now_micros().saturating_add(overlap_micros(rotation)?);
        let row = KeyRow {
            last_used_micros: None,
            replaced_micros: None,
            ..old.row
        };
        self.store_key(row, old.name, Some((old.key_hash, ends))).await
    }

    /// Every key of the site, oldest first.
    ///
    /// # Errors
    /// `PermissionDenied` unless the owner asks; store errors.
    pub async fn api_keys(&self, caller: Option<&StaffCaller>) -> ServiceResult<Vec<ApiKey>> {
        let site_id = self.administered(caller).await?;
        let keys = self.store().api_keys().await?.into_iter();
        Ok(keys.filter(|key| key.row.site_id == site_id).map(shown).collect())
    }

    /// Takes a key's right away, for good; its program is refused from the next request on.
    ///
    /// # Errors
    /// `NotFound` for an unknown id, `PermissionDenied` unless the owner asks; store errors.
    pub async fn revoke_api_key(&self, caller: Option<&StaffCaller>, id: &str) -> ServiceResult<()> {
        let site_id = self.administered(caller).await?;
        let key = self.listed_key(&site_id, id).await?;
        if self.store().delete_api_key(key.key_hash).await? {
            Ok(())
        } else {
            Err(ServiceError::NotFound { what: "Key" })
        }
    }

    /// The site whose owner asks; the only one for the operator at the command line.
    pub(super) async fn administered(&self, caller: Option<&StaffCaller>) -> ServiceResult<SiteId> {
        match caller {
            None => Ok(self.site_row(None).await?.id.clone()),
            Some(caller) if caller.owner => Ok(caller.site_id.clone()),
            Some(_) => Err(ServiceError::PermissionDenied {
                reason: "Only the owner may do this",
            }),
        }
    }

    pub(super) fn new_key(&self) -> ServiceResult<String> {
        Ok(format!("sbk_{}", secret_text(self.random())?))
    }

    async fn store_key(
        &self,
        row: KeyRow,
        name: String,
        replaces: Option<([u8; 32], u64)>,
    ) -> ServiceResult<MadeApiKey> {
        let api_key = self.new_key()?;
        let new = NewKey {
            key_hash: sha256(api_key.as_bytes()),
            row,
            name,
            now_micros: self.now_micros(),
            replaces,
        };
        if !self.store().create_api_key(new.clone()).await? {
            let text = "was replaced already; rotate the key that took its place";
            return Err(Violations::one("id", Rule::Format, text).into());
        }
        let key = shown(ListedKey {
            key_hash: new.key_hash,
            row: new.row,
            name: new.name,
            created_micros: new.now_micros,
        });
        Ok(MadeApiKey { key, api_key })
    }

    async fn listed_key(&self, site_id: &SiteId, id: &str) -> ServiceResult<ListedKey> {
        let mut keys = self.store().api_keys().await?.into_iter();
        keys.find(|key| key.row.site_id == *site_id && key_id(&key.key_hash) == id)
            .ok_or(ServiceError::NotFound { what: "Key" })
    }
}

/// How long what is replaced stays valid.
pub(super) fn overlap_micros(rotation: Rotation) -> Result<u64, Violations> {
    let hours = rotation.overlap_hours.unwrap_or(OVERLAP_HOURS);
    if hours > OVERLAP_HOURS_MAX {
        let text = format!("is {hours}, expected {OVERLAP_HOURS_MAX} or less");
        return Err(Violations::one("overlapHours", Rule::Max, text));
    }
    Ok(u64::from(hours) * 3_600_000_000)
}

/// A name as it is kept: one line of 1 to 100 characters.
pub(super) fn one_line(given: &str, field: &str, violations: &mut Violations) -> String {
    let name = given.trim();
    let length = name.chars().count();
    if length == 0 || length > NAME_MAX || name.chars().any(char::is_control) {
        let rule = if length > NAME_MAX {
            Rule::MaxLength
        } else {
            Rule::Format
        };
        let text = format!("must be one line of 1 to {NAME_MAX} characters");
        violations.push(field, rule, text);
    }
    name.to_owned()
}

fn check_scopes(given: Option<Vec<KeyScope>>, violations: &mut Violations) -> Vec<KeyScope> {
    // A program that reads and sends needs no right over the site; who wants one says so.
    let Some(given) = given else {
        return vec![KeyScope::Read, KeyScope::Write, KeyScope::Events];
    };
    if given.is_empty() {
        violations.push("scopes", Rule::MinSize, "has size 0, expected 1 or more");
    }
    let mut scopes: Vec<KeyScope> = Vec::new();
    for (index, scope) in given.into_iter().enumerate() {
        if !scope.is_known() {
            let text = format!("is none of {}", KeyScope::VALUES.join(", "));
            violations.push(format!("scopes[{index}]"), Rule::InvalidEnumValue, text);
        } else if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    scopes
}

/// Says which scope is missing, and where one gets it.
const fn missing(scope: KeyScope) -> &'static str {
    match scope {
        KeyScope::Read => "This API key lacks the scope READ, which reading conversations needs",
        KeyScope::Write => "This API key lacks the scope WRITE, which sending and changing need",
        KeyScope::Events => "This API key lacks the scope EVENTS, which the event log needs",
        KeyScope::Admin | KeyScope::Unknown | KeyScope::Unrecognized => {
            "This API key lacks the scope ADMIN, which the Admin API needs"
        }
    }
}

fn shown(key: ListedKey) -> ApiKey {
    ApiKey {
        id: key_id(&key.key_hash),
        name: key.name,
        app_id: key.row.app_id,
        scopes: key.row.scopes,
        created_date: to_wire_date(key.created_micros),
        expires_date: key.row.expires_micros.map(to_wire_date),
        last_used_date: key.row.last_used_micros.map(to_wire_date),
        replaced_date: key.row.replaced_micros.map(to_wire_date),
    }
}

fn key_id(hash: &[u8; 32]) -> String {
    let bytes = hash.iter().take(KEY_ID_BYTES);
    let number = bytes.fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    format!("{number:012x}")
}
