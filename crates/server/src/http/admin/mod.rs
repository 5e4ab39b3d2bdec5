//! The Admin API: the site's own settings, keys of its programs, webhooks.

pub(crate) mod keys;
pub(crate) mod site;

use axum::Router;
use axum::routing::{delete, get, post};

use super::state::AppState;

/// The calls, below `/admin/v1`.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/site", get(site::show::handler).patch(site::change::handler))
        .route("/keys", get(keys::list::handler).post(keys::create::handler))
        .route("/keys/{id}", delete(keys::revoke::handler))
        .route("/keys/{id}/rotate", post(keys::rotate::handler))
}
