//! Content policies by hash: pages stay static and precompressed, and still run no script but their own.
//!
//! Each inline `<script>` and `<style>` of a page is hashed once at start. A page may hold neither inline handlers nor
//! `style` attributes, and nothing may be parsed as markup at run time (Trusted Types).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// Which of our pages it is: they differ in who may frame them and what they may load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageKind {
    /// Lives in a frame on the site's pages.
    Widget,
    /// The staff's page: framed by nobody.
    Inbox,
    /// The demonstration shop: an ordinary page that embeds the chat.
    Shop,
}

/// The policy of one page, but for who may frame it, which the site's settings decide.
#[derive(Debug)]
pub(crate) struct PagePolicy {
    pub(crate) kind: PageKind,
    sources: String,
}

impl PagePolicy {
    /// Of the page at `path`.
    pub(crate) fn of(path: &str, html: &str) -> Self {
        let kind = match path.split('/').next() {
            Some("widget") => PageKind::Widget,
            Some("inbox") => PageKind::Inbox,
            _ => PageKind::Shop,
        };
        Self {
            kind,
            sources: sources(kind, html),
        }
    }

    /// The header's value. `frame_ancestors` are the origins where the widget may live beside our own; none for anywhere.
    pub(crate) fn header(&self, socket_origin: &str, frame_ancestors: &[String]) -> String {
        let mut header = format!(
            "{}; connect-src 'self' {socket_origin}; frame-ancestors",
            self.sources
        );
        match self.kind {
            PageKind::Inbox => header.push_str(" 'none'"),
            PageKind::Shop => header.push_str(" 'self'"),
            PageKind::Widget => header.push_str(&framed_by(frame_ancestors)),
        }
        header
    }
}

/// The sources of `frame-ancestors` for a page of the chat, each with a space before it: our own pages and these origins;
/// none for anywhere.
pub(crate) fn framed_by(origins: &[String]) -> String {
    if origins.is_empty() {
        return " *".to_owned();
    }
    let mut sources = " 'self'".to_owned();
    for origin in origins.iter().filter(|origin| is_origin(origin)) {
        sources.push(' ');
        sources.push_str(origin);
    }
    sources
}

/// Whether a stored text can stand in a policy without changing the rest of it.
fn is_origin(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://"))
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b';' | b',' | b'\'' | b'"'))
}

fn sources(kind: PageKind, html: &str) -> String {
    let scripts = hashes(html, "script");
    let styles = hashes(html, "style");
    let frames = match kind {
        // The widget's page frames the chat without a program, where none may run.
        PageKind::Shop | PageKind::Widget => "'self'",
        PageKind::Inbox => "'none'",
    };
    // Messages show pictures from anywhere; the shop has only its own.
    let images = match kind {
        PageKind::Shop => "'self' data:",
        PageKind::Widget | PageKind::Inbox => "'self' https: http: data: blob:",
    };
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'{styles}; \
         img-src {images}; font-src 'self'; media-src 'self' blob:; manifest-src 'self'; frame-src {frames}; \
         worker-src 'none'; form-action 'self'; base-uri 'none'; object-src 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'"
    )
}

/// ` 'sha256-…'` for each inline element of that name.
fn hashes(html: &str, element: &str) -> String {
    inline(html, element).into_iter().map(hash).collect()
}

/// ` 'sha256-…'` for the text of an inline element.
pub(crate) fn hash(text: &str) -> String {
    format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

/// The texts of all inline elements of one name, comments left out, as a browser hashes them.
fn inline<'html>(html: &'html str, element: &str) -> Vec<&'html str> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let Some(tag) = rest.get(at..) else { break };
        if let Some(comment) = tag.strip_prefix("<!--") {
            rest = comment
                .find("-->")
                .and_then(|end| comment.get(end + 3..))
                .unwrap_or_default();
            continue;
        }
        let name = raw_text_name(tag);
        let Some((attributes, after)) = tag.split_once('>') else {
            break;
        };
        let Some(name) = name else {
            rest = after;
            continue;
        };
        let end = find_end(after, name).unwrap_or(after.len());
        let (text, next) = after.split_at(end);
        if name == element && !has_source(attributes) && !is_data(attributes) {
            found.push(text);
        }
        rest = next;
    }
    found
}

/// The element's name where its content is raw text and must not be searched for tags.
fn raw_text_name(tag: &str) -> Option<&'static str> {
    ["script", "style"].into_iter().find(|name| {
        tag.get(1..=name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
            && tag
                .get(1 + name.len()..)
                .is_some_and(|rest| rest.starts_with(['>', ' ', '\n', '\t', '/']))
    })
}

fn find_end(text: &str, name: &str) -> Option<usize> {
    let end = format!("</{name}");
    text.match_indices("</").map(|(at, _)| at).find(|at| {
        text.get(*at..at + end.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(&end))
    })
}

/// A script that holds data runs nothing, so no policy has to allow it.
fn is_data(attributes: &str) -> bool {
    attributes.contains("application/json")
}

fn has_source(attributes: &str) -> bool {
    attributes.split_ascii_whitespace().any(|part| {
        let name = part.split('=').next().unwrap_or_default();
        name.eq_ignore_ascii_case("src")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_inline_scripts_and_styles_are_found() {
        let html = "<!doctype html><!-- <script>no()</script> --><script>\n a < b </script>\
                    <script type=\"module\" src=\"/x.js\"></script><SCRIPT type=module>import('<style>')</SCRIPT>\
                    <style>p{}</style><p title=\"x\">text</p><scripty>no</scripty>\
                    <script type=\"application/json\">[1]</script>";
        assert_eq!(inline(html, "script"), ["\n a < b ", "import('<style>')"]);
        assert_eq!(inline(html, "style"), ["p{}"]);
    }

    #[test]
    fn an_empty_script_has_the_known_hash() {
        let empty = " 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";
        assert_eq!(hashes("<script></script>", "script"), empty);
    }

    #[test]
    fn only_the_widget_may_be_framed_and_only_by_allowed_origins() {
        let allowed = [
            "https://shop.example".to_owned(),
            "https://x.example; script-src *".to_owned(),
        ];
        let header = |path| PagePolicy::of(path, "").header("ws://127.0.0.1:8080", &allowed);
        let widget = header("widget/index.html");
        assert!(
            widget.ends_with("frame-ancestors 'self' https://shop.example"),
            "{widget}"
        );
        assert!(widget.contains("require-trusted-types-for 'script'") && widget.contains("base-uri 'none'"));
        assert!(widget.contains("connect-src 'self' ws://127.0.0.1:8080"));
        let anywhere = PagePolicy::of("widget/index.html", "").header("ws://127.0.0.1:8080", &[]);
        assert!(anywhere.ends_with("frame-ancestors *"), "{anywhere}");
        assert!(header("inbox/index.html").ends_with("frame-ancestors 'none'"));
        assert!(header("shop/index.html").ends_with("frame-ancestors 'self'"));
        for path in ["widget/index.html", "inbox/index.html", "shop/index.html"] {
            assert!(!header(path).contains("unsafe-inline") && !header(path).contains("'unsafe-eval'"));
            let no_markup = "require-trusted-types-for 'script'; trusted-types 'none';";
            assert!(
                header(path).contains(no_markup),
                "{path}: no page makes markup out of texts"
            );
        }
    }
}
