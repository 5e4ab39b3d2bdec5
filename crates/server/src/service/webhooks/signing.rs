//! The keys that sign webhook tokens: made once, shown in public, replaced with an overlap.

use shopbell_protocol::SiteId;
use shopbell_protocol::admin::{Rotation, SigningKey, SigningKeyState, SigningKeys};

use crate::clock::to_wire_date;
use crate::ids::guid;
use crate::service::keys::overlap_micros;
use crate::service::{Service, ServiceError, ServiceResult, StaffCaller};
use crate::store::webhook::SigningKeyRow;
use crate::webhook::sign;

impl Service {
    /// The public keys, newest first. Makes the first one where there is none.
    ///
    /// # Errors
    /// `PermissionDenied` unless the owner asks; store errors.
    pub async fn signing_keys(&self, caller: Option<&StaffCaller>) -> ServiceResult<SigningKeys> {
        let site_id = self.administered(caller).await?;
        let rows = self.signing_key_rows(&site_id).await?;
        Ok(shown(rows, self.now_micros()))
    }

    /// Makes a key that signs once the overlap is over: time to let every receiver know it beside the present one.
    ///
    /// # Errors
    /// `Invalid` for the overlap, `PermissionDenied` unless the owner asks; store errors.
    pub async fn rotate_signing_key(
        &self,
        caller: Option<&StaffCaller>,
        rotation: Rotation,
    ) -> ServiceResult<SigningKeys> {
        let site_id = self.administered(caller).await?;
        let overlap = overlap_micros(rotation)?;
        // The present one first, or the new one would be taken for it.
        self.signing_key_rows(&site_id).await?;
        let signs_from = self.now_micros().saturating_add(overlap);
        let key = self.new_signing_key(&site_id, signs_from).await?;
        self.store().add_signing_key(key, false).await?;
        self.signing_keys(caller).await
    }

    /// The key that signs now.
    pub(super) async fn signing_key(&self, site_id: &SiteId) -> ServiceResult<Option<SigningKeyRow>> {
        let now = self.now_micros();
        let mut rows = self.signing_key_rows(site_id).await?;
        // Newest first. A clock that stepped back behind all of them leaves the oldest.
        let current = rows.iter().position(|key| key.signs_from <= now);
        let place = current.unwrap_or(rows.len().saturating_sub(1));
        Ok((place < rows.len()).then(|| rows.swap_remove(place)))
    }

    /// Keys of a site, newest first; at least one.
    pub(super) async fn signing_key_rows(&self, site_id: &SiteId) -> ServiceResult<Vec<SigningKeyRow>> {
        let rows = self.store().signing_keys(site_id.clone()).await?;
        if !rows.is_empty() {
            return Ok(rows);
        }
        let key = self.new_signing_key(site_id, self.now_micros()).await?;
        // Of several that make one at once, the first counts.
        self.store().add_signing_key(key, true).await?;
        Ok(self.store().signing_keys(site_id.clone()).await?)
    }

    async fn new_signing_key(&self, site_id: &SiteId, signs_from: u64) -> ServiceResult<SigningKeyRow> {
        let made = tokio::task::spawn_blocking(sign::new_key).await;
        let (private_pem, public_pem) =
            made.ok()
                .and_then(Result::ok)
                .ok_or_else(|| ServiceError::Internal {
                    reason: "no key for webhooks can be made".to_owned(),
                })?;
        Ok(SigningKeyRow {
            id: guid(self.random())?,
            site_id: site_id.clone(),
            private_pem,
            public_pem,
            signs_from,
            created: self.now_micros(),
        })
    }
}

fn shown(rows: Vec<SigningKeyRow>, now: u64) -> SigningKeys {
    let mut signing = false;
    let keys = rows.into_iter().map(|key| {
        let state = if key.signs_from > now {
            SigningKeyState::Next
        } else if signing {
            SigningKeyState::Retired
        } else {
            signing = true;
            SigningKeyState::Current
        };
        SigningKey {
            id: key.id,
            state,
            public_key: key.public_pem,
            signs_from_date: to_wire_date(key.signs_from),
        }
    });
    SigningKeys { keys: keys.collect() }
}
