//! The Staff API: what the inbox page calls.

pub(crate) mod conversations;
pub(crate) mod session;
pub(crate) mod upload;

use axum::Router;
use axum::routing::{get, post};

use super::state::AppState;
use crate::socket;

/// The calls, below `/staff/v1`.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route(
            "/session",
            get(session::show::handler)
                .post(session::sign_in::handler)
                .delete(session::sign_out::handler),
        )
        .route("/conversations", get(conversations::list::handler))
        .route("/conversations/{id}", get(conversations::show::handler))
        .route(
            "/conversations/{id}/messages",
            get(conversations::history::handler).post(conversations::send::handler),
        )
        .route("/conversations/{id}/seen", post(conversations::seen::handler))
        .route("/uploads", post(upload::handler))
        .route("/socket", get(socket::staff::handler))
}
