//! `POST /widget/v1/contact`

use axum::extract::State;
use shopbell_protocol::limits::PUBLIC_BODY_MAX_BYTES;
use shopbell_protocol::widget::{ContactRequest, Done};

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Participant;
use crate::http::extract::json::Json;
use crate::http::openapi::ParticipantErrors;
use crate::http::state::AppState;

/// Says who one is, without proof: the business is shown it as what the visitor says
#[utoipa::path(
    post, path = "/widget/v1/contact", operation_id = "claimContact", tag = "Widget API",
    request_body = ContactRequest, security(("visitorToken" = [])),
    responses((status = 200, description = "It was written down", body = Done), ParticipantErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Participant(caller): Participant,
    Json(request): Json<ContactRequest, PUBLIC_BODY_MAX_BYTES>,
) -> Answered<Done> {
    state.service().claim_contact(&caller, request).await?;
    Ok(Answer(Done {}))
}
