//! A visitor's session: a token that stands for a participant of a site.

use shopbell_protocol::widget::{SessionAnswer, SessionRequest};

use super::{Service, ServiceResult, unbuilt};

impl Service {
    /// Starts a session as a new visitor, or goes on with the token of an earlier one. `origin` is the request's
    /// `Origin` header; one that the site does not allow is refused. The server's own origin is always allowed.
    ///
    /// # Errors
    /// `Unauthenticated` for an expired or forged token, `SiteNotFound`, `PermissionDenied` for the origin; store errors.
    pub async fn start_session(&self, request: SessionRequest, origin: Option<&str>) -> ServiceResult<SessionAnswer> {
        let _ = (request, origin);
        Err(unbuilt())
    }
}
