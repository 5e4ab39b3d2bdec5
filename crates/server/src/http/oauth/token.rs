//! `POST /oauth2/token`, `POST /oauth/access`

use axum::extract::State;
use axum::http::{HeaderMap, header};
use shopbell_protocol::limits::PUBLIC_BODY_MAX_BYTES;
use shopbell_protocol::oauth::{TokenAnswer, TokenRequest};

use crate::http::answer::{Answer, Answered};
use crate::http::extract::client::ClientAddress;
use crate::http::extract::json::Json;
use crate::http::openapi::PublicErrors;
use crate::http::rates::Caller;
use crate::http::state::AppState;

/// Tokens for a visitor, a member or an app
///
/// `anonymous` makes a visitor of the site that `clientId` names (the site's id, or a program's). `client_credentials`
/// is for an app: `instanceId` is the site, `clientId` the app, `clientSecret` its API key. `authorized_client` is for a
/// member: the header `Authorization` holds a visitor token and an API key with a comma between them. `refresh_token`
/// goes on with any of them. Each name may be written in snake case too.
#[utoipa::path(
    post, path = "/oauth2/token", operation_id = "grantToken", tag = "Tokens",
    params(("Authorization" = Option<String>, Header, description = "For authorized_client only")),
    request_body = TokenRequest,
    responses((status = 200, description = "The tokens", body = TokenAnswer), PublicErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    address: ClientAddress,
    headers: HeaderMap,
    Json(request): Json<TokenRequest, PUBLIC_BODY_MAX_BYTES>,
) -> Answered<TokenAnswer> {
    state.rates().take(Caller::Address(address))?;
    let authorization = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    Ok(Answer(state.service().grant_token(request, authorization).await?))
}
