//! `POST /widget/v1/postbacks`

use axum::extract::State;
use shopbell_protocol::widget::{PostbackAnswer, PostbackRequest};

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Participant;
use crate::http::extract::json::Json;
use crate::http::openapi::ParticipantErrors;
use crate::http::state::AppState;

/// Presses a postback button; a repeated press gets the first result
#[utoipa::path(
    post, path = "/widget/v1/postbacks", operation_id = "pressButton", tag = "Widget API",
    request_body = PostbackRequest, security(("visitorToken" = [])),
    responses((status = 200, description = "The buttons whose state changed", body = PostbackAnswer), ParticipantErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Participant(caller): Participant,
    Json(request): Json<PostbackRequest>,
) -> Answered<PostbackAnswer> {
    Ok(Answer(state.service().press_postback(&caller, request).await?))
}
