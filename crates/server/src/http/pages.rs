//! The pages, embed.js and what they load, out of the binary.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use shopbell_languages::Language;

use super::error::ApiError;
use super::extract::path::PathId;
use super::extract::query::Query;
use super::state::AppState;
use crate::assets;

/// All of them; the shop only where the demonstration is asked for.
pub(crate) fn routes(demo: bool) -> Router<AppState> {
    let router = Router::new()
        .route("/embed.js", get(embed))
        .route(
            "/embed.d.ts",
            get(|state, headers| file(state, headers, "embed.d.ts")),
        )
        .route(
            "/custom-elements.json",
            get(|state, headers| file(state, headers, "custom-elements.json")),
        )
        .route("/favicon.ico", get(async || StatusCode::NO_CONTENT))
        .route("/widget", get(async || Redirect::permanent("/widget/")))
        .route("/widget/", get(widget))
        .route(
            "/widget/{*path}",
            get(|state, headers, path| below(state, headers, path, "widget")),
        )
        .route("/inbox", get(async || Redirect::permanent("/inbox/")))
        .route("/inbox/", get(|state, headers| page(state, headers, "inbox")))
        .route(
            "/inbox/{*path}",
            get(|state, headers, path| below(state, headers, path, "inbox")),
        );
    if demo {
        router
            .merge(super::shop::routes())
            .route("/", get(|state, headers| page(state, headers, "shop")))
            .route("/shop", get(async || Redirect::permanent("/shop/")))
            .route("/shop/", get(|state, headers| page(state, headers, "shop")))
            .route(
                "/shop/{*path}",
                get(|state, headers, path| below(state, headers, path, "shop")),
            )
    } else {
        router.route("/", get(async || Redirect::temporary("/inbox/")))
    }
}

/// What a site's tag loads: any page may, and none of them may keep it long without asking for a newer one.
async fn embed(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, Response> {
    let mut response = serve(&state, &headers, "embed.js").await?;
    let out = response.headers_mut();
    out.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    out.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    out.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=300, stale-while-revalidate=86400"),
    );
    Ok(response)
}

async fn file(
    State(state): State<AppState>,
    headers: HeaderMap,
    path: &'static str,
) -> Result<Response, Response> {
    serve(&state, &headers, path).await
}

async fn page(
    State(state): State<AppState>,
    headers: HeaderMap,
    folder: &'static str,
) -> Result<Response, Response> {
    serve(&state, &headers, &format!("{folder}/index.html")).await
}

/// The widget's page in the first language that we speak of those that the address names, else of those that the browser
/// prefers, else in English.
async fn widget(
    State(state): State<AppState>,
    headers: HeaderMap,
    query: Query,
) -> Result<Response, Response> {
    let language = language(query.text("lang").unwrap_or_default(), &headers);
    let mut response = serve(&state, &headers, &format!("widget/{}.html", language.tag())).await?;
    let varies = HeaderValue::from_static("Accept-Encoding, Accept-Language");
    response.headers_mut().insert(header::VARY, varies);
    Ok(response)
}

/// The first language that we speak of those in `wish`, else of those that the browser prefers, else English.
pub(crate) fn language(wish: &str, headers: &HeaderMap) -> Language {
    let preferred = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    // Browsers list what they prefer strongest first, with falling weights that say no more.
    let mut tags = wish.split(',').chain(preferred.split(','));
    tags.find_map(|tag| Language::from_tag(tag.split(';').next()?.trim()))
        .unwrap_or(Language::English)
}

async fn below(
    State(state): State<AppState>,
    headers: HeaderMap,
    PathId(path): PathId,
    folder: &'static str,
) -> Result<Response, Response> {
    // A page inside a folder: `shop/embed/` is `shop/embed/index.html`.
    let index = if path.ends_with('/') { "index.html" } else { "" };
    serve(&state, &headers, &format!("{folder}/{path}{index}")).await
}

async fn serve(state: &AppState, headers: &HeaderMap, path: &str) -> Result<Response, Response> {
    let Some(asset) = state.assets().get(path) else {
        return Err(missing(path));
    };
    let policy = match asset.policy() {
        None => None,
        Some(policy) => {
            let site = match policy.kind {
                assets::policy::PageKind::Widget => Some(
                    state
                        .service()
                        .site(None)
                        .await
                        .map_err(|error| ApiError::from(error).into_response())?,
                ),
                assets::policy::PageKind::Inbox | assets::policy::PageKind::Shop => None,
            };
            let allowed = site.map(|site| site.allowed_origins).unwrap_or_default();
            HeaderValue::try_from(policy.header(state.socket_origin(), &allowed)).ok()
        }
    };
    Ok(assets::answer(asset, headers, policy))
}

/// A page that is not in this binary says how to get it there; anything else is simply not there.
fn missing(path: &str) -> Response {
    if !matches!(
        path,
        "widget/en.html" | "inbox/index.html" | "shop/index.html" | "embed.js"
    ) {
        return ApiError::not_found("There is nothing at this address").into_response();
    }
    let text = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Shopbell: pages are not built</title>\
        <h1>This server was built without its pages</h1><p>Build them, and the server around them:</p>\
        <pre>cargo xtask build</pre><p>The APIs work: see <a href=\"/openapi.json\">/openapi.json</a>.</p>";
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; base-uri 'none'; frame-ancestors *",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (StatusCode::SERVICE_UNAVAILABLE, headers, text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_asked_before_the_browser_and_english_is_last() {
        let pick = |wish: &str, preferred: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(preferred));
            language(wish, &headers).tag()
        };
        assert_eq!(pick("de-AT", "fr"), "de");
        assert_eq!(pick("tlh,iw-IL,de", "fr"), "he");
        assert_eq!(pick("", "sv-SE,sv;q=0.9, pt-BR;q=0.8,en;q=0.7"), "pt");
        assert_eq!(pick("tlh", "*"), "en");
        assert_eq!(language("", &HeaderMap::new()), Language::English);
    }
}
