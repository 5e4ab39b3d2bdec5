//! Who is calling: API keys, staff passwords and sessions, visitor tokens.

use std::sync::Arc;

use shopbell_protocol::admin::KeyScope;
use shopbell_protocol::staff::{SignInRequest, StaffSession};

use super::secret::{sha256, verify_password};
use super::token::{self, Worthless};
use super::{AppCaller, ParticipantCaller, Service, ServiceError, ServiceResult, StaffCaller};
use crate::ids::{conversation_id, secret_text};
use crate::store::{NewSession, StaffRow};

/// How long a staff session lasts, and so its cookie.
pub const SESSION_COOKIE_MAX_AGE_S: u64 = 30 * 24 * 3600;

/// Longer credentials than any of ours are not worth hashing.
const CREDENTIAL_MAX_BYTES: usize = 1024;

/// A staff member has signed in.
#[derive(Clone)]
pub struct SignedIn {
    /// For the session cookie; only its hash is stored.
    pub token: String,
    /// Who.
    pub staff: StaffCaller,
}

impl Service {
    /// The program behind an `Authorization` header, with or without `Bearer`: an API key, whatever it may be used for, or
    /// an access token for one.
    ///
    /// # Errors
    /// `Unauthenticated`; store errors.
    pub async fn authenticate_app(&self, authorization: &str) -> ServiceResult<AppCaller> {
        self.authenticate_key(authorization, None).await
    }

    /// The same, if its key may be used for `scope`.
    ///
    /// # Errors
    /// `Unauthenticated`, `PermissionDenied` names the scope; store errors.
    pub async fn authenticate_key(
        &self,
        authorization: &str,
        scope: Option<KeyScope>,
    ) -> ServiceResult<AppCaller> {
        let given = authorization.trim();
        let key = match given.split_once(' ') {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => rest.trim(),
            _ => given,
        };
        if key.is_empty() || key.len() > CREDENTIAL_MAX_BYTES {
            return Err(unauthenticated(
                "An API key is required in the Authorization header",
            ));
        }
        let key_hash = match self.key_of_token(key).await? {
            Some(key_hash) => key_hash,
            None => sha256(key.as_bytes()),
        };
        let row = self.key_row(key_hash, scope).await?;
        Ok(AppCaller {
            site_id: row.site_id,
            app_id: row.app_id,
        })
    }

    /// The participant behind a visitor token. For a visitor it needs no store but for the site's secret, which is cached;
    /// a member may have signed out.
    ///
    /// # Errors
    /// `Unauthenticated`, `IdentityExpired`; store errors.
    pub async fn authenticate_participant(&self, token: &str) -> ServiceResult<ParticipantCaller> {
        let invalid =
            || unauthenticated("The visitor token is missing, wrong or too old; start a new session");
        let unchecked = token::parse(token).ok_or_else(invalid)?;
        let site = match self.site_row(Some(unchecked.site_id())).await {
            Ok(site) => site,
            Err(ServiceError::SiteNotFound) => return Err(invalid()),
            Err(error) => return Err(error),
        };
        let claims = match unchecked.check(&site.secret, self.now_micros()) {
            Ok(claims) => claims,
            Err(Worthless::Expired { proven: true }) => return Err(ServiceError::IdentityExpired),
            Err(Worthless::Expired { proven: false } | Worthless::Forged) => return Err(invalid()),
        };
        let conversation_id = conversation_id(&claims.site_id, &claims.participant);
        let session = claims.session();
        if let Some(session) = session {
            self.check_session(session).await?;
        }
        Ok(ParticipantCaller {
            session,
            site_id: claims.site_id,
            participant: claims.participant,
            conversation_id,
        })
    }

    /// The staff member behind a session cookie.
    ///
    /// # Errors
    /// `Unauthenticated`; store errors.
    pub async fn authenticate_staff(&self, session_token: &str) -> ServiceResult<StaffCaller> {
        let invalid = || unauthenticated("Please sign in");
        if session_token.is_empty() || session_token.len() > CREDENTIAL_MAX_BYTES {
            return Err(invalid());
        }
        let row = self
            .store()
            .staff_by_session(sha256(session_token.as_bytes()), self.now_micros())
            .await?;
        row.map(staff_caller).ok_or_else(invalid)
    }

    /// Checks login and password; takes as long for an unknown login as for a wrong password. How often one may try
    /// is the edge's to limit.
    ///
    /// # Errors
    /// `Unauthenticated`; store errors.
    pub async fn sign_in(&self, request: SignInRequest) -> ServiceResult<SignedIn> {
        let SignInRequest { email, password } = request;
        if password.len() > CREDENTIAL_MAX_BYTES || email.len() > CREDENTIAL_MAX_BYTES {
            return Err(unauthenticated("Login or password is wrong"));
        }
        let staff = self.store().staff_by_email(email.trim().to_lowercase()).await?;
        let hash = staff.as_ref().map(|staff| staff.password_hash.clone());
        let memory = self.config().password_memory_kib;
        let permit = Arc::clone(&self.inner.hashing).acquire_owned().await;
        let checking = tokio::task::spawn_blocking(move || {
            // The permit goes along: whoever asks and hangs up must not make room for one more at once.
            let _permit = permit;
            verify_password(&password, hash.as_deref(), memory)
        });
        let matches = checking.await.map_err(|error| ServiceError::Internal {
            reason: error.to_string(),
        })?;
        let staff = staff
            .filter(|_| matches)
            .ok_or_else(|| unauthenticated("Login or password is wrong"))?;
        let token = secret_text(self.random())?;
        let now_micros = self.now_micros();
        let session = NewSession {
            token_hash: sha256(token.as_bytes()),
            staff_id: staff.id.clone(),
            expires: now_micros.saturating_add(SESSION_COOKIE_MAX_AGE_S * 1_000_000),
            now_micros,
        };
        let token_hash = session.token_hash;
        self.store().create_staff_session(session).await?;
        // The password may have been changed while the old one was checked, which takes long: then this session came
        // after those that the change ended.
        let now = self.store().staff_by_email(staff.email.clone()).await?;
        if now.is_none_or(|now| now.password_hash != staff.password_hash) {
            self.store().delete_staff_session(token_hash).await?;
            return Err(unauthenticated("Login or password is wrong"));
        }
        Ok(SignedIn {
            token,
            staff: staff_caller(staff),
        })
    }

    /// Ends a session; an unknown one is ended already.
    ///
    /// # Errors
    /// Store errors.
    pub async fn sign_out(&self, session_token: &str) -> ServiceResult<()> {
        let token_hash = sha256(session_token.as_bytes());
        let now_micros = self.now_micros();
        self.to_the_end(move |service| async move {
            let staff = service.store().staff_by_session(token_hash, now_micros).await?;
            service.store().delete_staff_session(token_hash).await?;
            if let Some(staff) = staff {
                service.sessions_ended(staff.site_id);
            }
            Ok(())
        })
        .await
    }

    /// What the inbox page is told about who is signed in.
    ///
    /// # Errors
    /// Store errors.
    pub async fn staff_session(&self, caller: &StaffCaller) -> ServiceResult<StaffSession> {
        Ok(StaffSession {
            staff: caller.member(),
            settings: self.site_settings(&caller.site_id).await?,
        })
    }
}

fn staff_caller(row: StaffRow) -> StaffCaller {
    StaffCaller {
        site_id: row.site_id,
        staff_id: row.id,
        email: row.email,
        name: row.name,
        owner: row.owner,
    }
}

pub(super) fn unauthenticated(reason: &'static str) -> ServiceError {
    ServiceError::Unauthenticated { reason }
}
