//! Pages, embed.js, and what they load.

use crate::harness::Server;

#[tokio::test]
async fn each_page_has_a_policy_that_knows_its_inline_parts() {
    let server = Server::start().await;
    let policy = async |path: &str| {
        let page = server.get(path, &[]).await;
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(page.headers["x-content-type-options"], "nosniff");
        assert_eq!(page.headers["cache-control"], "no-cache");
        page.headers["content-security-policy"]
            .to_str()
            .unwrap()
            .to_owned()
    };
    let widget = policy("/widget/").await;
    assert_eq!(widget.matches("'sha256-").count(), 2, "{widget}");
    assert!(
        widget.contains("require-trusted-types-for 'script'") && widget.contains("object-src 'none'"),
        "{widget}"
    );
    assert!(
        widget.contains(&format!("connect-src 'self' ws://{}", server.addr)),
        "{widget}"
    );
    let inbox = policy("/inbox/").await;
    assert!(inbox.ends_with("frame-ancestors 'none'"), "{inbox}");
    assert!(inbox.contains("trusted-types 'none';"), "{inbox}");
    assert!(policy("/").await.contains("frame-src 'self'"));
}

#[tokio::test]
async fn a_site_without_a_list_of_origins_may_frame_the_chat_from_anywhere() {
    let server = Server::start().await;
    let page = server.get("/widget/", &[]).await;
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.ends_with("frame-ancestors *"), "{policy}");
}

#[tokio::test]
async fn the_chat_comes_in_the_language_that_is_asked_for() {
    let server = Server::start().await;
    let spoken = async |path: &str, preferred: &str| {
        let page = server.get(path, &[("accept-language", preferred)]).await;
        assert_eq!(page.status, 200, "{path}");
        String::from_utf8(page.body.to_vec()).unwrap()
    };
    assert!(spoken("/widget/?lang=de-AT,en", "fr").await.ends_with("Gespräch"));
    assert!(spoken("/widget/", "de-CH, en;q=0.5").await.ends_with("Gespräch"));
    assert!(spoken("/widget/?lang=tlh", "xx").await.ends_with("Chat"));
}

#[tokio::test]
async fn compressed_variants_are_chosen_and_known_copies_not_sent_again() {
    let server = Server::start().await;
    let best = server.get("/widget/", &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(
        (best.headers["content-encoding"].as_bytes(), &best.body[..]),
        (b"br".as_slice(), b"BROTLI".as_slice())
    );
    assert_eq!(best.headers["vary"], "Accept-Encoding, Accept-Language");
    let gzip = server.get("/widget/", &[("accept-encoding", "gzip")]).await;
    assert_eq!(gzip.headers["content-encoding"], "gzip");
    assert_ne!(gzip.headers["etag"], best.headers["etag"]);
    let tag = best.headers["etag"].to_str().unwrap();
    let again = server
        .get("/widget/", &[("accept-encoding", "br"), ("if-none-match", tag)])
        .await;
    assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
    let hashed = server.get("/widget/widget-0123456789abcdef.js", &[]).await;
    assert_eq!(
        hashed.headers["cache-control"],
        "public, max-age=31536000, immutable"
    );
    assert_eq!(hashed.headers["content-type"], "text/javascript; charset=utf-8");
}

#[tokio::test]
async fn any_site_may_load_embed_js_and_asks_for_a_newer_one_soon() {
    let server = Server::start().await;
    let embed = server.get("/embed.js", &[]).await;
    assert_eq!(embed.headers["access-control-allow-origin"], "*");
    assert_eq!(embed.headers["cross-origin-resource-policy"], "cross-origin");
    assert!(
        embed.headers["cache-control"]
            .to_str()
            .unwrap()
            .contains("max-age=300")
    );
    assert!(embed.headers.contains_key("etag"));
}

#[tokio::test]
async fn addresses_lead_to_pages_and_not_out_of_them() {
    let server = Server::start().await;
    assert_eq!(server.get("/widget", &[]).await.headers["location"], "/widget/");
    assert_eq!(server.get("/inbox", &[]).await.headers["location"], "/inbox/");
    for path in [
        "/widget/../embed.js",
        "/widget/%2e%2e/embed.js",
        "/widget//etc/passwd",
        "/shop/..%2fembed.js",
        "/embed.js.br",
    ] {
        let answer = server.get(path, &[]).await;
        assert_eq!(answer.status, 404, "{path}");
    }
    let plain = Server::start_with(|config| config.server.demo = false).await;
    assert_eq!(plain.get("/", &[]).await.headers["location"], "/inbox/");
    assert_eq!(plain.get("/shop/", &[]).await.status, 404);
}
