//! Who is calling: API keys, staff passwords and sessions, visitor tokens.

use shopbell_protocol::staff::{SignInRequest, StaffSession};

use super::{AppCaller, ParticipantCaller, Service, ServiceResult, StaffCaller, unbuilt};

/// How long a staff session lasts, and so its cookie.
pub const SESSION_COOKIE_MAX_AGE_S: u64 = 30 * 24 * 3600;

/// A staff member has signed in.
#[derive(Clone)]
pub struct SignedIn {
    /// For the session cookie; only its hash is stored.
    pub token: String,
    /// Who.
    pub staff: StaffCaller,
}

impl Service {
    /// The program behind an `Authorization` header, with or without `Bearer`.
    ///
    /// # Errors
    /// `Unauthenticated`; store errors.
    pub async fn authenticate_app(&self, authorization: &str) -> ServiceResult<AppCaller> {
        let _ = authorization;
        Err(unbuilt())
    }

    /// The participant behind a visitor token. Needs no store but for the site's secret, which is cached.
    ///
    /// # Errors
    /// `Unauthenticated`; store errors.
    pub async fn authenticate_participant(&self, token: &str) -> ServiceResult<ParticipantCaller> {
        let _ = token;
        Err(unbuilt())
    }

    /// The staff member behind a session cookie.
    ///
    /// # Errors
    /// `Unauthenticated`; store errors.
    pub async fn authenticate_staff(&self, session_token: &str) -> ServiceResult<StaffCaller> {
        let _ = session_token;
        Err(unbuilt())
    }

    /// Checks login and password; takes as long for an unknown login as for a wrong password.
    ///
    /// # Errors
    /// `Unauthenticated`, `ResourceExhausted` after too many attempts with one login; store errors.
    pub async fn sign_in(&self, request: SignInRequest) -> ServiceResult<SignedIn> {
        let _ = request;
        Err(unbuilt())
    }

    /// Ends a session; an unknown one is ended already.
    ///
    /// # Errors
    /// Store errors.
    pub async fn sign_out(&self, session_token: &str) -> ServiceResult<()> {
        let _ = session_token;
        Err(unbuilt())
    }

    /// What the inbox page is told about who is signed in.
    ///
    /// # Errors
    /// Store errors.
    pub async fn staff_session(&self, caller: &StaffCaller) -> ServiceResult<StaffSession> {
        let _ = caller;
        Err(unbuilt())
    }
}
