//! `POST /widget/v1/messages`

use axum::extract::State;
use shopbell_protocol::widget::{SendAnswer, SendRequest};

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Participant;
use crate::http::extract::json::Measured;
use crate::http::openapi::ParticipantErrors;
use crate::http::state::AppState;

/// Sends as the visitor; basic or form content
#[utoipa::path(
    post, path = "/widget/v1/messages", operation_id = "sendAsVisitor", tag = "Widget API",
    request_body = SendRequest, security(("visitorToken" = [])),
    responses((status = 200, description = "As stored", body = SendAnswer), ParticipantErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Participant(caller): Participant,
    Measured(request, bytes): Measured<SendRequest>,
) -> Answered<SendAnswer> {
    state.rates().take_message(&caller.conversation_id, bytes)?;
    let message = state.service().send_as_participant(&caller, request).await?;
    Ok(Answer(SendAnswer { message }))
}
