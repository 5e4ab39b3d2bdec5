//! Who is asking: each credential is an extractor, so that a handler without one is visibly public.
//!
//! A valid credential is counted by itself; anything else by address.

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use shopbell_protocol::admin::KeyScope;
use shopbell_protocol::code;

use crate::http::error::ApiError;
use crate::http::extract::client::ClientAddress;
use crate::http::layer::origin::Origin;
use crate::http::rates::Caller;
use crate::http::state::AppState;
use crate::service::{AppCaller, ParticipantCaller, ServiceError, ServiceResult, StaffCaller};

/// Name of the staff's session cookie.
pub(crate) const SESSION_COOKIE: &str = "shopbell_session";

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// A program: the key itself in `Authorization`, with the scope that the call needs ([`scope_of`]).
pub(crate) struct App(pub(crate) AppCaller);

/// A participant: `Authorization: Bearer` and the visitor token.
pub(crate) struct Participant(pub(crate) ParticipantCaller);

/// A person of the staff: the session cookie, and for everything but reading the page's own origin.
pub(crate) struct Staff(pub(crate) StaffCaller);

/// Who may change the site: its owner's session, or an API key with the scope for it.
pub(crate) struct Owner(pub(crate) StaffCaller);

impl FromRequestParts<AppState> for App {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        // A nested router sees its own part of the address only.
        let whole = parts.extensions.get::<OriginalUri>();
        let path = whole.map_or_else(|| parts.uri.path(), |whole| whole.path());
        app(parts, state, scope_of(&parts.method, path)).await.map(Self)
    }
}

impl FromRequestParts<AppState> for Participant {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let Some(token) = authorization(&parts.headers).and_then(bearer) else {
            count_unknown(parts, state)?;
            return Err(ApiError::unauthenticated(
                "Send the token of POST /widget/v1/session as Authorization: Bearer TOKEN",
            ));
        };
        let caller = known(
            parts,
            state,
            state.service().authenticate_participant(token).await,
        )?;
        state
            .rates()
            .take(Caller::Participant(caller.conversation_id.as_str()))?;
        Ok(Self(caller))
    }
}

impl FromRequestParts<AppState> for Staff {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        if parts.method != Method::GET {
            own_page(&parts.headers, state)?;
        }
        let Some(token) = cookie_value(&parts.headers, SESSION_COOKIE) else {
            count_unknown(parts, state)?;
            return Err(ApiError::unauthenticated("Sign in first: POST /staff/v1/session"));
        };
        let caller = known(parts, state, state.service().authenticate_staff(&token).await)?;
        state.rates().take(Caller::Staff(caller.staff_id.as_str()))?;
        Ok(Self(caller))
    }
}

impl FromRequestParts<AppState> for Owner {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        if parts.headers.contains_key(header::AUTHORIZATION) {
            let app = app(parts, state, KeyScope::Admin).await?;
            // Whoever holds such a key was given it by the owner, and administers in the owner's name.
            return Ok(Self(StaffCaller {
                site_id: app.site_id,
                staff_id: app.app_id.as_str().into(),
                email: String::new(),
                name: String::new(),
                owner: true,
            }));
        }
        let Staff(staff) = Staff::from_request_parts(parts, state).await?;
        if staff.owner {
            Ok(Self(staff))
        } else {
            Err(ApiError::permission_denied("Only the owner may do this"))
        }
    }
}

/// What a key must be good for. By address and method, not by handler: a new call cannot forget to ask.
fn scope_of(method: &Method, path: &str) -> KeyScope {
    if path.starts_with("/events/") {
        KeyScope::Events
    } else if matches!(*method, Method::GET | Method::HEAD) {
        KeyScope::Read
    } else {
        KeyScope::Write
    }
}

async fn app(parts: &Parts, state: &AppState, scope: KeyScope) -> Result<AppCaller, ApiError> {
    // The official SDK sends an empty header without a key, and the text `undefined` with an undefined one.
    let key = authorization(&parts.headers).filter(|key| !key.is_empty() && *key != "undefined");
    let Some(key) = key else {
        count_unknown(parts, state)?;
        return Err(ApiError::unauthenticated(
            "Put an API key into the Authorization header, without a prefix",
        ));
    };
    let found = state.service().authenticate_key(key, Some(scope)).await;
    if found.is_err() && is_visitor(state, key).await {
        count_unknown(parts, state)?;
        return Err(not_for_visitors(parts));
    }
    let caller = known(parts, state, found)?;
    state.rates().take(Caller::App(caller.app_id.as_str()))?;
    Ok(caller)
}

async fn is_visitor(state: &AppState, key: &str) -> bool {
    let token = bearer(key).unwrap_or(key);
    state.service().authenticate_participant(token).await.is_ok()
}

/// A visitor's token where a program's is needed: known, and still not allowed to (`inbox-api.md` sections 1.9, 2.8).
fn not_for_visitors(parts: &Parts) -> ApiError {
    let messages = parts.uri.path().ends_with("/messages");
    let (status, code, text) = match (messages, &parts.method) {
        (true, &Method::POST) => (
            StatusCode::FORBIDDEN,
            code::IDENTITY_DOES_NOT_MATCH,
            "A visitor does not send here; the widget's own calls are for them",
        ),
        (true, &Method::GET) => (
            StatusCode::UNAUTHORIZED,
            code::NO_INBOX_INSTANCE,
            "A visitor has no inbox; the widget's own calls are for them",
        ),
        _ => return ApiError::permission_denied("This call is for programs, not for visitors"),
    };
    ApiError::application(status, code, text)
}

/// Refuses what a page of another origin makes a signed-in browser send.
///
/// # Errors
/// 403 for another origin.
pub(crate) fn own_page(headers: &HeaderMap, state: &AppState) -> Result<(), ApiError> {
    let from_another_page = match Origin::of(headers, state.public_origin()) {
        Origin::Own => false,
        Origin::Other(_) => true,
        // Programs send neither header. A browser that leaves out one sends the other.
        Origin::Absent => headers
            .get(FETCH_SITE)
            .is_some_and(|site| !matches!(site.as_bytes(), b"same-origin" | b"none")),
    };
    if from_another_page {
        return Err(ApiError::permission_denied(
            "Only pages of this server may call this",
        ));
    }
    Ok(())
}

/// The value of a cookie.
pub(crate) fn cookie_value(headers: &HeaderMap, wanted: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, value)| *name == wanted && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

pub(crate) fn authorization(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok().map(str::trim)
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty()).then(|| token.trim())
}

/// Passes a known caller; a wrong credential is counted by address, so that guessing is slow.
fn known<T>(parts: &Parts, state: &AppState, found: ServiceResult<T>) -> Result<T, ApiError> {
    match found {
        Ok(caller) => Ok(caller),
        Err(error @ ServiceError::Unauthenticated { .. }) => {
            count_unknown(parts, state)?;
            Err(error.into())
        }
        Err(error) => Err(error.into()),
    }
}

fn count_unknown(parts: &Parts, state: &AppState) -> Result<(), ApiError> {
    let address = ClientAddress::of(parts, state.config().http.trust_forwarded_for);
    state.rates().take(Caller::Address(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "a=b; shopbell_session=".parse().unwrap());
        assert_eq!(cookie_value(&headers, SESSION_COOKIE), None);
        headers.append(
            header::COOKIE,
            "x_shopbell_session=no; shopbell_session=abc-_; c=d"
                .parse()
                .unwrap(),
        );
        assert_eq!(cookie_value(&headers, SESSION_COOKIE).as_deref(), Some("abc-_"));
    }

    #[test]
    fn a_bearer_token_needs_its_scheme() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer  abc "), Some("abc"));
        assert_eq!(bearer("abc"), None);
        assert_eq!(bearer("Bearer "), None);
    }
}
