//! `DELETE /widget/v1/session`

use axum::extract::State;
use shopbell_protocol::widget::Done;

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Participant;
use crate::http::openapi::ParticipantErrors;
use crate::http::state::AppState;

/// Signs a member out: neither this token nor the signed identity behind it counts again
#[utoipa::path(
    delete, path = "/widget/v1/session", operation_id = "signOutParticipant", tag = "Widget API",
    security(("visitorToken" = [])),
    responses((status = 200, description = "The session has ended", body = Done), ParticipantErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Participant(caller): Participant,
) -> Answered<Done> {
    state.service().sign_out_participant(&caller).await?;
    Ok(Answer(Done {}))
}
