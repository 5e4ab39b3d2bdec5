//! The Inbox API (`inbox-api.md` section 1.1): four calls, the same under two prefixes.

pub(crate) mod conversations;
pub(crate) mod messages;

use axum::Router;
use axum::routing::{get, post};

use super::state::AppState;

/// The calls, below `/inbox/v2` and `/crm/inbox/v2`.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/conversations", post(conversations::get_or_create::handler))
        .route("/conversations/{id}", get(conversations::get::handler))
        .route(
            "/messages",
            post(messages::send::handler).get(messages::list::handler),
        )
}
