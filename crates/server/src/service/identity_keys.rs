//! The keys by which a site's own server proves who its members are: made, listed, put in another's place, taken away.

use serde::Serialize;
use shopbell_protocol::{Rule, SiteId, Violations};
use utoipa::ToSchema;

use super::{Service, ServiceError, ServiceResult, StaffCaller, proof};
use crate::clock::to_wire_date;
use crate::ids::{guid, secret_text};
use crate::store::{IdentityAlgorithm, IdentityKeyRow};

/// Most keys of a site: each is one more signature to try.
const KEYS_MAX: usize = 10;
const NAME_MAX: usize = 100;
const PEM_MAX_BYTES: usize = 4_096;
/// How long the old key may go on beside the new one.
const OVERLAP_MAX_S: u64 = 30 * 24 * 3_600;
/// Bytes of a 2048-bit RSA public key in PKCS#1, and of an 8192-bit one with room to spare.
const RSA_BYTES: std::ops::RangeInclusive<usize> = 268..=1_060;

/// A key that is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewIdentityKey {
    /// 1 to 100 characters on one line.
    pub name: String,
    /// `HS256`, `EdDSA` or `RS256`.
    pub algorithm: String,
    /// PEM; not with `HS256`, whose secret is made here.
    pub public_key: Option<String>,
}

/// A key as it is listed: nothing of a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentityKey {
    /// `kid` for a token's header.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// The one algorithm that it is for.
    pub algorithm: String,
    /// `YYYY-MM-DDThh:mm:ss.sssZ`.
    pub created_date: String,
    /// Until when it counts, where another has taken its place.
    pub expires_date: Option<String>,
    /// Public keys only.
    pub public_key: Option<String>,
}

/// A key that was made.
#[derive(Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MadeIdentityKey {
    /// As it will be listed.
    pub key: IdentityKey,
    /// For `HS256`; shown this once. Its characters are the key's bytes, as they stand here.
    pub secret: Option<String>,
}

impl Service {
    /// Every key of the site, oldest first. The caller is absent for the command line, here and below.
    ///
    /// # Errors
    /// `PermissionDenied` unless the owner asks; store errors.
    pub async fn identity_keys(&self, caller: Option<&StaffCaller>) -> ServiceResult<Vec<IdentityKey>> {
        let site = self.of_owner(caller).await?;
        let rows = self.store().identity_keys(site.clone()).await?;
        Ok(rows.iter().map(listed).collect())
    }

    /// Makes a key.
    ///
    /// # Errors
    /// `PermissionDenied` unless the owner asks, `Invalid`; store errors.
    pub async fn create_identity_key(
        &self,
        caller: Option<&StaffCaller>,
        new: NewIdentityKey,
    ) -> ServiceResult<MadeIdentityKey> {
        let site = self.of_owner(caller).await?;
        self.room(&site).await?;
        self.make_identity_key(&site, new, None).await
    }

    /// Makes a key of the same kind in another's place. The old one counts for `overlap_s` more, so that tokens under way
    /// and servers that have not been told yet go on.
    ///
    /// # Errors
    /// `PermissionDenied` unless the owner asks, `NotFound`, `Invalid`; store errors.
    pub async fn rotate_identity_key(
        &self,
        caller: Option<&StaffCaller>,
        id: &str,
        public_key: Option<String>,
        overlap_s: u64,
    ) -> ServiceResult<MadeIdentityKey> {
        let site = self.of_owner(caller).await?;
        if overlap_s > OVERLAP_MAX_S {
            let text = format!("must be {OVERLAP_MAX_S} or less");
            return Err(Violations::one("overlapSeconds", Rule::Max, text).into());
        }
        self.room(&site).await?;
        let rows = self.store().identity_keys(site.clone()).await?;
        let old = rows.into_iter().find(|row| row.id == id);
        let old = old.ok_or(ServiceError::NotFound { what: "Identity key" })?;
        let new = NewIdentityKey {
            name: old.name,
            algorithm: old.algorithm.name().to_owned(),
            public_key,
        };
        let until = self
            .now_micros()
            .saturating_add(overlap_s.saturating_mul(1_000_000));
        self.make_identity_key(&site, new, Some((old.id, until))).await
    }

    /// Takes a key's right away at once. Sessions that it began go on until they end.
    ///
    /// # Errors
    /// `PermissionDenied` unless the owner asks, `NotFound`; store errors.
    pub async fn revoke_identity_key(&self, caller: Option<&StaffCaller>, id: &str) -> ServiceResult<()> {
        let site = self.of_owner(caller).await?;
        if self.store().delete_identity_key(site, id.to_owned()).await? {
            Ok(())
        } else {
            Err(ServiceError::NotFound { what: "Identity key" })
        }
    }

    /// The site whose owner asks; the only one for the command line, which is the owner's.
    async fn of_owner(&self, caller: Option<&StaffCaller>) -> ServiceResult<SiteId> {
        match caller {
            None => Ok(self.site_row(None).await?.id.clone()),
            Some(caller) if caller.owner => Ok(caller.site_id.clone()),
            Some(_) => Err(ServiceError::PermissionDenied {
                reason: "Only the owner may see or change identity keys",
            }),
        }
    }

    async fn room(&self, site: &SiteId) -> ServiceResult<()> {
        let now = self.now_micros();
        let rows = self.store().identity_keys(site.clone()).await?;
        let counting = rows
            .iter()
            .filter(|row| row.expires.is_none_or(|expires| expires > now));
        if counting.count() >= KEYS_MAX {
            let text = format!("cannot be made: the site has {KEYS_MAX} already; revoke one first");
            return Err(Violations::one("name", Rule::MaxSize, text).into());
        }
        Ok(())
    }

    async fn make_identity_key(
        &self,
        site: &SiteId,
        new: NewIdentityKey,
        replaces: Option<(String, u64)>,
    ) -> ServiceResult<MadeIdentityKey> {
        let (name, algorithm, public_key) = check(new)?;
        let secret = match public_key {
            Some(_) => None,
            None => Some(secret_text(self.random())?),
        };
        let row = IdentityKeyRow {
            id: guid(self.random())?,
            site_id: site.clone(),
            name,
            algorithm,
            material: public_key
                .or_else(|| secret.clone())
                .unwrap_or_default()
                .into_bytes(),
            created: self.now_micros(),
            expires: None,
        };
        let key = listed(&row);
        if !self.store().create_identity_key(row, replaces).await? {
            return Err(ServiceError::NotFound { what: "Identity key" });
        }
        Ok(MadeIdentityKey { key, secret })
    }
}

fn listed(row: &IdentityKeyRow) -> IdentityKey {
    let public_key = match row.algorithm {
        IdentityAlgorithm::Hs256 => None,
        IdentityAlgorithm::EdDsa | IdentityAlgorithm::Rs256 => {
            Some(String::from_utf8_lossy(&row.material).into_owned())
        }
    };
    IdentityKey {
        id: row.id.clone(),
        name: row.name.clone(),
        algorithm: row.algorithm.name().to_owned(),
        created_date: to_wire_date(row.created),
        expires_date: row.expires.map(to_wire_date),
        public_key,
    }
}

fn check(new: NewIdentityKey) -> Result<(String, IdentityAlgorithm, Option<String>), Violations> {
    let mut violations = Violations::default();
    let name = new.name.trim().to_owned();
    let length = name.chars().count();
    if length == 0 || length > NAME_MAX || name.chars().any(char::is_control) {
        let text = format!("must be one line of 1 to {NAME_MAX} characters");
        violations.push("name", Rule::Format, text);
    }
    let algorithm = IdentityAlgorithm::of(&new.algorithm);
    match (algorithm, &new.public_key) {
        (None, _) => violations.push(
            "algorithm",
            Rule::InvalidEnumValue,
            "is not one of HS256, EdDSA, RS256",
        ),
        (Some(IdentityAlgorithm::Hs256), Some(_)) => violations.push(
            "publicKey",
            Rule::OneOfAlignment,
            "does not go with HS256: its secret is made here",
        ),
        (Some(IdentityAlgorithm::Hs256), None) => {}
        (Some(_), None) => violations.push("publicKey", Rule::RequiredField, "is required, as PEM"),
        (Some(algorithm), Some(pem)) => check_public_key(algorithm, pem, &mut violations),
    }
    violations.into_result((
        name,
        algorithm.unwrap_or(IdentityAlgorithm::Hs256),
        new.public_key,
    ))
}

fn check_public_key(algorithm: IdentityAlgorithm, pem: &str, violations: &mut Violations) {
    const FIELD: &str = "publicKey";
    if pem.len() > PEM_MAX_BYTES {
        violations.push(FIELD, Rule::MaxLength, "is larger than 4096 bytes");
        return;
    }
    if pem.contains("PRIVATE KEY") {
        let text = "is a private key: that one stays on your server, send the public one";
        violations.push(FIELD, Rule::Format, text);
        return;
    }
    let bytes = proof::decoding(algorithm, pem.as_bytes())
        .and_then(|(key, _)| key.try_get_as_bytes().ok().map(<[u8]>::len));
    let fits = match algorithm {
        IdentityAlgorithm::Rs256 => bytes.is_some_and(|bytes| RSA_BYTES.contains(&bytes)),
        IdentityAlgorithm::EdDsa => bytes == Some(32),
        IdentityAlgorithm::Hs256 => false,
    };
    if !fits {
        let text = match algorithm {
            IdentityAlgorithm::Rs256 => "is not a PEM public key of RSA with 2048 to 8192 bits",
            IdentityAlgorithm::EdDsa | IdentityAlgorithm::Hs256 => "is not a PEM public key of Ed25519",
        };
        violations.push(FIELD, Rule::Format, text);
    }
}
