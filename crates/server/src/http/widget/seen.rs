//! `POST /widget/v1/seen`

use axum::extract::State;
use shopbell_protocol::widget::{SeenAnswer, SeenRequest};

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Participant;
use crate::http::extract::json::Json;
use crate::http::openapi::ParticipantErrors;
use crate::http::state::AppState;

/// The visitor has looked at everything up to a message
#[utoipa::path(
    post, path = "/widget/v1/seen", operation_id = "seenByVisitor", tag = "Widget API",
    request_body = SeenRequest, security(("visitorToken" = [])),
    responses((status = 200, description = "How far each side has got", body = SeenAnswer), ParticipantErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Participant(caller): Participant,
    Json(request): Json<SeenRequest>,
) -> Answered<SeenAnswer> {
    let marks = state
        .service()
        .participant_seen(&caller, request.sequence)
        .await?;
    Ok(Answer(SeenAnswer { marks }))
}
