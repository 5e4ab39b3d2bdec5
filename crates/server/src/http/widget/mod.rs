//! The Widget API: what the chat's page calls in a visitor's name.

pub(crate) mod history;
pub(crate) mod postback;
pub(crate) mod seen;
pub(crate) mod send;
pub(crate) mod session;
pub(crate) mod upload;

use axum::Router;
use axum::routing::{get, post};

use super::state::AppState;
use crate::socket;

/// The calls, below `/widget/v1`.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/session", post(session::handler))
        .route("/messages", get(history::handler).post(send::handler))
        .route("/postbacks", post(postback::handler))
        .route("/seen", post(seen::handler))
        .route("/uploads", post(upload::handler))
        .route("/socket", get(socket::participant::handler))
}
