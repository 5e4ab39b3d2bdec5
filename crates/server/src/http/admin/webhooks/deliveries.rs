//! `GET /admin/v1/webhooks/{id}/deliveries`

use axum::extract::State;
use shopbell_protocol::admin::{DeliveryState, WebhookDeliveries};

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::Owner;
use crate::http::extract::path::PathId;
use crate::http::extract::query::Query;
use crate::http::openapi::StaffErrors;
use crate::http::state::AppState;

/// What an endpoint is owed or was, newest first, with every attempt; delivered ones for three days
#[utoipa::path(
    get, path = "/admin/v1/webhooks/{id}/deliveries", operation_id = "listWebhookDeliveries", tag = "Admin API",
    params(
        ("id" = String, Path, description = "The endpoint's id"),
        ("state" = Option<String>, Query, description = "Only these"),
        ("before" = Option<String>, Query, description = "The cursor of the answer before"),
        ("limit" = Option<i64>, Query, description = "1 to 100, default 50")
    ),
    security(("staffSession" = []), ("apiKey" = [])),
    responses((status = 200, description = "The page", body = WebhookDeliveries), StaffErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    Owner(caller): Owner,
    PathId(id): PathId,
    query: Query,
) -> Answered<WebhookDeliveries> {
    let state_wanted = query.text("state").map(DeliveryState::from_wire);
    let limit = Some(query.bounded("limit", 1, 100, 50)?);
    Ok(Answer(
        state
            .service()
            .webhook_deliveries(&caller, &id, state_wanted, query.text("before"), limit)
            .await?,
    ))
}
