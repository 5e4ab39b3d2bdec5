//! The Admin API: the site's own settings, keys of its programs and for signed identities, webhooks.

pub(crate) mod identity;
pub(crate) mod keys;
pub(crate) mod signing_keys;
pub(crate) mod site;
pub(crate) mod webhooks;

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
        .route(
            "/signing-keys",
            get(signing_keys::list::handler).post(signing_keys::rotate::handler),
        )
        .route(
            "/webhooks",
            get(webhooks::list::handler).post(webhooks::create::handler),
        )
        .route(
            "/webhooks/{id}",
            get(webhooks::show::handler)
                .patch(webhooks::change::handler)
                .delete(webhooks::delete::handler),
        )
        .route("/webhooks/{id}/test", post(webhooks::test::handler))
        .route("/webhooks/{id}/secret", post(webhooks::secret::handler))
        .route("/webhooks/{id}/replay", post(webhooks::replay::handler))
        .route("/webhooks/{id}/deliveries", get(webhooks::deliveries::handler))
        .route(
            "/identity/keys",
            get(identity::list::handler).post(identity::create::handler),
        )
        .route("/identity/keys/{id}", delete(identity::revoke::handler))
        .route("/identity/keys/{id}/rotate", post(identity::rotate::handler))
}
