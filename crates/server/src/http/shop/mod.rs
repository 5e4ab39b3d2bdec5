//! The demonstration shop's backend, as every shop has one: who is signed in, and the token that says so to the chat.
//! Served with `--demo` only; there is no password, because nothing is for sale.

pub(crate) mod member;

use axum::Router;
use axum::routing::get;

use super::state::AppState;

/// Beside the shop's pages.
pub(crate) fn routes() -> Router<AppState> {
    Router::new().route(
        "/shop/member",
        get(member::show).post(member::sign_in).delete(member::sign_out),
    )
}
