//! The Widget API: what the chat's page calls in a visitor's name.

pub(crate) mod contact;
pub(crate) mod frames;
pub(crate) mod history;
pub(crate) mod postback;
pub(crate) mod seen;
pub(crate) mod send;
pub(crate) mod session;
pub(crate) mod sign_out;
pub(crate) mod uploads;

use axum::Router;
use axum::middleware::map_response;
use axum::routing::{get, head, post};

use super::state::AppState;
use super::upload::tus;
use crate::socket;

/// The calls, below `/widget/v1`.
pub(crate) fn routes() -> Router<AppState> {
    let uploads = Router::new()
        .route("/uploads", post(uploads::create).options(uploads::options))
        .route(
            "/uploads/{id}",
            head(uploads::show).patch(uploads::append).delete(uploads::remove),
        )
        .layer(map_response(async |response| tus::mark(response)));
    Router::new()
        .route("/session", post(session::handler).delete(sign_out::handler))
        .route("/contact", post(contact::handler))
        .route("/messages", get(history::handler).post(send::handler))
        .route("/postbacks", post(postback::handler))
        .route("/seen", post(seen::handler))
        .route("/frames", post(frames::handler))
        .route("/socket", get(socket::participant::handler))
        .merge(uploads)
}
