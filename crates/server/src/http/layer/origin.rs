//! Which page a request comes from: what a browser says in `Origin`, against where this server is.

use axum::http::{HeaderMap, header};

/// Where a request comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A program: browsers send the header with every call that changes something, and with every socket.
    Absent,
    /// A page of this server.
    Own,
    /// Another page.
    Other(String),
}

impl Origin {
    /// Of a request; `public_origin` is how visitors reach this server.
    pub(crate) fn of(headers: &HeaderMap, public_origin: &str) -> Self {
        let Some(origin) = headers.get(header::ORIGIN) else {
            return Self::Absent;
        };
        let Ok(origin) = origin.to_str() else {
            return Self::Other(String::new());
        };
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let authority = origin
            .strip_prefix("https://")
            .or_else(|| origin.strip_prefix("http://"));
        let own = origin.eq_ignore_ascii_case(public_origin)
            || matches!((authority, host), (Some(authority), Some(host)) if authority.eq_ignore_ascii_case(host));
        if own {
            Self::Own
        } else {
            Self::Other(origin.to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(origin: Option<&str>, host: &str) -> Origin {
        let mut headers = HeaderMap::new();
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        headers.insert(header::HOST, host.parse().unwrap());
        Origin::of(&headers, "https://chat.example.com")
    }

    #[test]
    fn a_page_is_ours_by_public_address_or_by_the_host_it_asked() {
        assert_eq!(origin(None, "127.0.0.1:8080"), Origin::Absent);
        assert_eq!(
            origin(Some("https://chat.example.com"), "127.0.0.1:8080"),
            Origin::Own
        );
        assert_eq!(
            origin(Some("http://localhost:8080"), "localhost:8080"),
            Origin::Own
        );
        for other in [
            "https://evil.example",
            "null",
            "http://localhost:8081",
            "https://chat.example.com.evil",
        ] {
            assert_eq!(
                origin(Some(other), "localhost:8080"),
                Origin::Other(other.to_owned())
            );
        }
    }
}
