//! Which addresses are used: checked again here, whatever the server checked before (rule 11).

use shopbell_protocol::validate::is_web_url;

/// An address to open: absolute `http` or `https`.
pub fn link_address(url: &str) -> Option<&str> {
    is_web_url(url).then_some(url)
}

/// An address to show a picture from, or to fetch a file from: `http`, `https`, or a path on the chat origin.
pub fn picture_address(url: &str) -> Option<&str> {
    let path = url.starts_with('/')
        && !url.starts_with("//")
        && !url
            .chars()
            .any(|c| c == '\\' || c.is_whitespace() || c.is_control());
    (path || is_web_url(url)).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_come_from_web_addresses_and_from_our_own_origin() {
        for good in [
            "https://a.example/x.png",
            "http://127.0.0.1:8080/x",
            "/media/1/x.png?expires=1",
        ] {
            assert_eq!(picture_address(good), Some(good));
        }
        for bad in [
            "",
            "//evil.example/x",
            "/\\evil.example",
            "javascript:alert(1)",
            "data:image/svg+xml,x",
            "x.png",
        ] {
            assert_eq!(picture_address(bad), None, "{bad}");
        }
    }

    #[test]
    fn links_need_a_web_address() {
        assert_eq!(link_address("https://a.example"), Some("https://a.example"));
        assert_eq!(link_address("/inbox/"), None);
        assert_eq!(link_address("javascript:alert(1)"), None);
    }
}
