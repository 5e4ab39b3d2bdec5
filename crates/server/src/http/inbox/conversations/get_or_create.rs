//! `POST /inbox/v2/conversations`

use axum::extract::State;
use shopbell_protocol::inbox::{GetOrCreateConversationAnswer, GetOrCreateConversationRequest};

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::App;
use crate::http::extract::json::Json;
use crate::http::openapi::AppErrors;
use crate::http::state::AppState;

/// The one conversation of a participant; made if there is none yet
#[utoipa::path(
    post, path = "/inbox/v2/conversations", operation_id = "getOrCreateConversation", tag = "Inbox API",
    request_body = GetOrCreateConversationRequest, security(("apiKey" = [])),
    responses((status = 200, description = "The conversation", body = GetOrCreateConversationAnswer), AppErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    App(caller): App,
    Json(request): Json<GetOrCreateConversationRequest>,
) -> Answered<GetOrCreateConversationAnswer> {
    Ok(Answer(
        state
            .service()
            .get_or_create_conversation(&caller, request)
            .await?,
    ))
}
