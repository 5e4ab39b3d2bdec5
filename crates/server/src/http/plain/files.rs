//! The files beside the pages: the widget's own style sheets and what only these pages need as one, under the name of its
//! content; and the script that has the widget's page show these.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::IntoResponse;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Where it is served; [`address`] has its content's hash behind it.
pub(super) const SHEET: &str = "/widget/plain/style.css";

const STYLES: &str = concat!(
    include_str!("../../../../../style/tokens.css"),
    include_str!("../../../../../style/base.css"),
    include_str!("../../../../../style/components/panel.css"),
    include_str!("../../../../../style/components/header.css"),
    include_str!("../../../../../style/components/timeline.css"),
    include_str!("../../../../../style/components/message.css"),
    include_str!("../../../../../style/components/media.css"),
    include_str!("../../../../../style/components/card.css"),
    include_str!("../../../../../style/components/note.css"),
    include_str!("../../../../../style/components/notice.css"),
    include_str!("../../../../../style/components/composer.css"),
    include_str!("plain.css"),
);

static ADDRESS: LazyLock<String> = LazyLock::new(|| {
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(STYLES.as_bytes()));
    format!("{SHEET}?{}", hash.get(..12).unwrap_or_default())
});

/// The address for a page's head.
pub(super) fn address() -> &'static str {
    &ADDRESS
}

/// `GET /widget/plain/style.css`
pub(super) async fn sheet() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, STYLES)
}

/// Where the widget's page finds [`panel`].
pub(super) const PANEL: &str = "/widget/plain/panel.js";

/// `GET /widget/plain/panel.js`: puts these pages into the widget's panel; the only script here, and no page of these runs it.
pub(super) async fn panel() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=300"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, include_str!("panel.js"))
}
