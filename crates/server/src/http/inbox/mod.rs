//! The Inbox API: the four calls of the official SDK (`inbox-api.md` section 1.1), and what it declares beside them (2.12),
//! the same under two prefixes.

pub(crate) mod conversations;
pub(crate) mod messages;

use axum::Router;
use axum::routing::{get, post};

use super::state::AppState;

/// The calls, below `/inbox/v2` and `/crm/inbox/v2`.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/conversations", post(conversations::get_or_create::handler))
        .route(
            "/conversations/{id}",
            get(conversations::get::handler).delete(conversations::delete::handler),
        )
        .route("/conversations/{id}/read", post(conversations::read::handler))
        .route(
            "/conversations/{id}/channels",
            get(conversations::channels::handler),
        )
        .route(
            "/conversations/{id}/indications",
            post(messages::indicate::handler),
        )
        .route(
            "/conversations/{id}/messages/{messageId}",
            get(messages::get::handler),
        )
        .route(
            "/conversations/{id}/messages/{messageId}/indications",
            get(messages::indications::handler),
        )
        .route(
            "/messages",
            post(messages::send::handler).get(messages::list::handler),
        )
}
