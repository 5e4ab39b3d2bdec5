//! Who it is: a visitor token in a cookie that only these pages see. Opening a page sets none; the first message does, with
//! the token that its form brought along, so that posting that form twice makes one visitor and not two.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method};
use shopbell_protocol::widget::{SessionAnswer, SessionRequest};

use super::BASE;
use crate::http::error::ApiError;
use crate::http::extract::auth::{cookie_value, own_page};
use crate::http::extract::client::ClientAddress;
use crate::http::rates::Caller;
use crate::http::state::AppState;
use crate::service::{ParticipantCaller, ServiceError};

const COOKIE: &str = "shopbell_visitor";
/// Renewed with every message.
const MAX_AGE_S: u32 = 365 * 24 * 3_600;

/// Who asks for a page; with a refusal, the handler draws one that says so.
pub(super) struct Visitor(pub(super) Result<Known, ApiError>);

/// Who it is as far as one knows.
pub(super) struct Known {
    /// `None` for somebody who has not written yet.
    pub(super) caller: Option<ParticipantCaller>,
    token: Option<String>,
    address: ClientAddress,
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Self(known(parts, state).await))
    }
}

async fn known(parts: &Parts, state: &AppState) -> Result<Known, ApiError> {
    // The cookie comes along with whatever posts here, so it alone proves nothing.
    if parts.method != Method::GET {
        own_page(&parts.headers, state)?;
    }
    let mut known = Known {
        caller: None,
        token: None,
        address: ClientAddress::of(parts, state.config().http.trust_forwarded_for),
    };
    if let Some(token) = cookie_value(&parts.headers, COOKIE) {
        known.is(state, token).await?;
    }
    Ok(known)
}

impl Known {
    /// Whose token it is. One that has ended is as good as none: whoever has it starts anew.
    async fn is(&mut self, state: &AppState, token: String) -> Result<(), ApiError> {
        match state.service().authenticate_participant(&token).await {
            Ok(caller) => (self.caller, self.token) = (Some(caller), Some(token)),
            Err(ServiceError::Unauthenticated { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Counts the request.
    ///
    /// # Errors
    /// 429.
    pub(super) fn count(&self, state: &AppState) -> Result<(), ApiError> {
        state.rates().take(match &self.caller {
            Some(caller) => Caller::Participant(caller.conversation_id.as_str()),
            None => Caller::Address(self.address),
        })
    }

    /// Goes on with their session, with the one that a form `brought`, or begins a new one; nothing is stored for it.
    ///
    /// # Errors
    /// As [`crate::service::Service::start_session`].
    pub(super) async fn session(
        &mut self,
        state: &AppState,
        brought: Option<String>,
    ) -> Result<SessionAnswer, ApiError> {
        if let Some(token) = brought.filter(|_| self.caller.is_none()) {
            self.is(state, token).await?;
        }
        let request = SessionRequest {
            token: self.token.clone(),
            ..SessionRequest::default()
        };
        Ok(state.service().start_session(request, None).await?)
    }
}

/// The cookie for a token, as `Set-Cookie` wants it.
///
/// # Errors
/// 500 for a token that does not fit.
pub(super) fn set_cookie(state: &AppState, token: &str) -> Result<HeaderValue, ApiError> {
    // In a frame on another site only a cookie that says so comes back, and only over https; kept apart per site then.
    let kind = if state.public_origin().starts_with("https://") {
        "Secure; SameSite=None; Partitioned"
    } else {
        "SameSite=Lax"
    };
    HeaderValue::try_from(format!(
        "{COOKIE}={token}; Path={BASE}; Max-Age={MAX_AGE_S}; HttpOnly; {kind}"
    ))
    .map_err(|error| {
        tracing::error!(%error, "a visitor token does not fit into a cookie");
        ApiError::internal()
    })
}
