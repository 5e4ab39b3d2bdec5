//! The conversation without scripts: pages drawn here and forms that post, for whoever blocks scripts or WebAssembly.
//!
//! The outer page ([`page`]) is header, frame and composer. In the frame ([`live`]) are the messages; its answer stays open,
//! and what comes is added at its end as it comes, so a page without any script is live, and what one is typing beside it is
//! left alone. A press ([`press`]) comes back to the frame. [`draw`] makes the markup, with the classes of the widget's own
//! style sheets, so both look the same. Who it is stands in a cookie ([`visitor`]), never in an address.
//!
//! Every form carries the `clientId` of what it will send, made when it was drawn: posted twice, it is stored once.

mod draw;
mod files;
mod form;
mod live;
mod page;
mod press;
mod refused;
mod view;
mod visitor;
mod words;

use axum::Router;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Redirect;
use axum::routing::{get, post};

use super::error::ApiError;
use super::state::AppState;
use crate::assets::policy::{framed_by, hash};
use view::View;

/// The outer page; the others are below it, and the cookie is for these addresses alone.
const BASE: &str = "/widget/plain/";
const MESSAGES: &str = "/widget/plain/messages";
const PRESS: &str = "/widget/plain/press";

/// All of them.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/widget/plain", get(async || Redirect::permanent(BASE)))
        .route(BASE, get(page::show).post(page::send))
        .route(MESSAGES, get(live::handler))
        .route(PRESS, post(press::handler))
        .route(files::SHEET, get(files::sheet))
        .route(files::PANEL, get(files::panel))
}

/// What each of these pages is served with. They run no script and load nothing but pictures, their style sheet and
/// one another; where they may be framed is where the widget may.
async fn page_headers(state: &AppState, view: View) -> Result<HeaderMap, ApiError> {
    let site = state.service().site(None).await?;
    let own = view.sheet().map(|sheet| hash(&sheet)).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; style-src 'self'{own}; img-src 'self' https: http:; frame-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors{}",
        framed_by(&site.allowed_origins)
    );
    let policy = HeaderValue::try_from(policy).map_err(|error| {
        tracing::error!(%error, "an allowed origin does not fit into a policy");
        ApiError::internal()
    })?;
    let fixed = |text| HeaderValue::from_static(text);
    Ok(HeaderMap::from_iter([
        (header::CONTENT_TYPE, fixed("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, fixed("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, fixed("nosniff")),
        (header::CONTENT_SECURITY_POLICY, policy),
        // Not `no-referrer`, as the other pages have it: browsers then hide the origin of a posted form, by which we tell
        // ours from others.
        (header::REFERRER_POLICY, fixed("same-origin")),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            fixed("cross-origin"),
        ),
        // A proxy that gathered the answer before passing it on would hold the messages back.
        (HeaderName::from_static("x-accel-buffering"), fixed("no")),
    ]))
}
