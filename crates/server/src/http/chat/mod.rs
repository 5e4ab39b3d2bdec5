//! The Chat API (`inbox-api.md` section 4).

pub(crate) mod events;
pub(crate) mod send;

use axum::Router;
use axum::routing::{get, post};

use super::state::AppState;

/// The calls, below `/chat/v1`.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/messages", post(send::handler))
        .route("/events", get(events::handler))
}
