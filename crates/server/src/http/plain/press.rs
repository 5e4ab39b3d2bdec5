//! `POST /widget/plain/press`: presses a button, and goes back to the messages.

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Redirect, Response};
use shopbell_protocol::limits::PUBLIC_BODY_MAX_BYTES;
use shopbell_protocol::widget::PostbackRequest;
use shopbell_protocol::{ClientId, MessageId, Rule};

use super::MESSAGES;
use super::refused::refused;
use super::view::View;
use super::visitor::Visitor;
use crate::http::error::ApiError;
use crate::http::extract::body;
use crate::http::extract::query::Query;
use crate::http::state::AppState;

/// Names of the form's fields.
pub(super) const CLIENT_ID: &str = "clientId";
pub(super) const MESSAGE_ID: &str = "messageId";
pub(super) const BUTTON_ID: &str = "buttonId";

/// Name of the parameter that says which press was refused: message and button, a dot between them.
pub(super) const FAILED: &str = "failed";

pub(super) async fn handler(
    State(state): State<AppState>,
    visitor: Visitor,
    view: View,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let begun = async {
        let known = visitor.0?;
        let bytes = body::read(&headers, body, PUBLIC_BODY_MAX_BYTES, state.body_within()).await?;
        let request = request(&Query::parse(&String::from_utf8_lossy(&bytes)))?;
        Ok::<_, ApiError>((known, request))
    };
    let (known, request) = match begun.await {
        Ok(begun) => begun,
        Err(error) => return refused(&state, view, MESSAGES, &error).await,
    };
    let failed = format!("{}.{}", request.message_id, request.button_id);
    let pressed = async {
        known.count(&state)?;
        let caller = known
            .caller
            .as_ref()
            .ok_or_else(|| ApiError::unauthenticated("This page knows nobody yet"))?;
        let seen = request.message_id.into();
        let answer = state.service().press_postback(caller, request).await?;
        state.service().participant_seen(caller, seen).await?;
        Ok::<_, ApiError>(answer)
    };
    // The page that comes shows the button as it is then; only that a press was refused it has to be told.
    let back = match pressed.await {
        Ok(_buttons) => view.address(MESSAGES, &[]),
        Err(_refused) => view.address(MESSAGES, &[(FAILED, &failed)]),
    };
    Ok(Redirect::to(&back).into_response())
}

fn request(fields: &Query) -> Result<PostbackRequest, ApiError> {
    let field = |name: &str| fields.text(name).unwrap_or_default();
    let message_id: MessageId = field(MESSAGE_ID)
        .parse()
        .map_err(|_| ApiError::field(MESSAGE_ID, Rule::Format, "is not the id of a message"))?;
    Ok(PostbackRequest {
        client_id: ClientId::from(field(CLIENT_ID)),
        message_id,
        button_id: field(BUTTON_ID).to_owned(),
    })
}
