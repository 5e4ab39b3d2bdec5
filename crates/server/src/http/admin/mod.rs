//! The Admin API: the site's own settings.

pub(crate) mod site;

use axum::Router;
use axum::routing::get;

use super::state::AppState;

/// The calls, below `/admin/v1`.
pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/site", get(site::show::handler).patch(site::change::handler))
}
