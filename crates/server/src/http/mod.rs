//! The HTTP edge: a folder for each audience, in it a file for each call.
//!
//! A handler extracts, makes one call of the rules and answers with a type of the protocol. What every answer has in
//! common is around it: [`layer`]. What can go wrong is in [`error`], the framework's own refusals included.

pub(crate) mod admin;
pub(crate) mod answer;
pub(crate) mod chat;
pub(crate) mod error;
pub(crate) mod events;
pub(crate) mod extract;
pub(crate) mod history_query;
pub(crate) mod inbox;
pub(crate) mod layer;
pub(crate) mod media;
pub(crate) mod oauth;
pub mod openapi;
pub(crate) mod operations;
pub(crate) mod pages;
pub(crate) mod places;
pub(crate) mod plain;
pub(crate) mod rates;
pub(crate) mod shop;
pub(crate) mod staff;
pub mod state;
pub(crate) mod upload;
pub(crate) mod widget;

pub use extract::client::PeerAddress;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};

use error::ApiError;
use state::AppState;

/// The whole surface of the server.
pub fn router(state: AppState) -> Router {
    let programs = Router::new()
        .nest("/inbox/v2", inbox::routes())
        .nest("/crm/inbox/v2", inbox::routes())
        .nest("/chat/v1", chat::routes())
        .route("/events/v1", get(events::list::handler))
        .route("/oauth2/token", post(oauth::token::handler))
        .route("/oauth/access", post(oauth::token::handler))
        .method_not_allowed_fallback(async || ApiError::method_not_allowed());
    let programs = layer::compression::json(programs).layer(from_fn(layer::cors::programs));
    let people = Router::new()
        .nest("/widget/v1", widget::routes())
        .nest("/staff/v1", staff::routes())
        .nest("/admin/v1", admin::routes())
        .route("/openapi.json", get(openapi::handler))
        .route("/docs/api", get(openapi::page::handler))
        .method_not_allowed_fallback(async || ApiError::method_not_allowed());
    let files = Router::new()
        .route("/media/{id}/{filename}", get(media::handler))
        .route("/healthz", get(operations::healthz))
        .route("/readyz", get(operations::readyz))
        .route("/metrics", get(operations::metrics))
        .merge(plain::routes())
        .merge(pages::routes(state.config().server.demo))
        .method_not_allowed_fallback(async || ApiError::method_not_allowed());
    programs
        .merge(layer::compression::json(people))
        .merge(files)
        .fallback(async || ApiError::not_found("There is nothing at this address"))
        .layer(from_fn_with_state(state.clone(), layer::unread::around))
        .layer(from_fn_with_state(state.clone(), layer::outermost::around))
        .with_state(state)
}

/// What an edge answers where the rules refuse; for tests that call the rules without an edge.
#[cfg(any(test, feature = "testing"))]
pub fn refusal(error: crate::service::ServiceError) -> shopbell_protocol::ErrorBody {
    ApiError::from(error).into_body()
}
