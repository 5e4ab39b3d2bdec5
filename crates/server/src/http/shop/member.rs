//! `GET`, `POST` and `DELETE /shop/member`

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};

use crate::http::answer::Answer;
use crate::http::error::ApiError;
use crate::http::extract::auth::{cookie_value, own_page};
use crate::http::extract::json::Json;
use crate::http::state::AppState;
use crate::service::{DEMO_MEMBERS, DemoMember};

/// Holds the member's id. A real shop keeps a session's secret here; this one lets anybody be any of its two members.
const COOKIE: &str = "shop_member";
/// A day.
const MAX_AGE_S: u32 = 24 * 3_600;

/// Who signs in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    member: String,
}

/// Who is signed in, and the fresh token that proves it to the chat; empty where nobody is.
#[derive(Debug, Default, Serialize)]
struct SignedIn {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    picture: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

/// Who is signed in.
pub(crate) async fn show(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, ApiError> {
    own_page(&headers, &state)?;
    let known = cookie_value(&headers, COOKIE).and_then(|id| member(&id));
    let answer = match known {
        Some(member) => signed_in(&state, member).await?,
        None => SignedIn::default(),
    };
    Ok(Answer(answer).into_response())
}

/// Signs in.
pub(crate) async fn sign_in(
    State(state): State<AppState>,
    headers: HeaderMap,
    Json(request): Json<SignIn>,
) -> Result<Response, ApiError> {
    own_page(&headers, &state)?;
    let member =
        member(&request.member).ok_or_else(|| ApiError::not_found("The demonstration has no such member"))?;
    let mut response = Answer(signed_in(&state, member).await?).into_response();
    set_cookie(&mut response, &state, member.id, MAX_AGE_S)?;
    Ok(response)
}

/// Signs out; with nobody signed in there is nothing to do.
pub(crate) async fn sign_out(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    own_page(&headers, &state)?;
    let mut response = Answer(SignedIn::default()).into_response();
    set_cookie(&mut response, &state, "", 0)?;
    Ok(response)
}

fn member(id: &str) -> Option<DemoMember> {
    DEMO_MEMBERS.into_iter().find(|member| member.id == id)
}

async fn signed_in(state: &AppState, member: DemoMember) -> Result<SignedIn, ApiError> {
    let token = state
        .service()
        .demo_identity(member, state.public_origin())
        .await?;
    Ok(SignedIn {
        name: Some(member.name),
        picture: Some(member.picture),
        token: Some(token),
    })
}

fn set_cookie(response: &mut Response, state: &AppState, id: &str, max_age_s: u32) -> Result<(), ApiError> {
    let secure = if state.public_origin().starts_with("https:") {
        "; Secure"
    } else {
        ""
    };
    let cookie = format!("{COOKIE}={id}; Path=/shop; Max-Age={max_age_s}; HttpOnly; SameSite=Strict{secure}");
    let cookie = HeaderValue::try_from(cookie).map_err(|_| ApiError::internal())?;
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(())
}
