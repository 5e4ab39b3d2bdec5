//! The addresses of own pictures and files: made anew at each reading, signed, and good for ten hours.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use shopbell_protocol::MediaId;

use super::secret::{Purpose, decode, encode, sign, verify};
use crate::clock::to_wire_date;

/// `inbox-api.md` section 2.4.
const VALID_FOR_S: u64 = 10 * 3600;
/// Expiry is rounded up to this, so that a picture keeps its address for a while and browsers need not fetch it anew.
const ROUNDED_TO_S: u64 = 600;
const IN_FILENAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');

/// Makes and checks addresses with one site's key.
pub(super) struct MediaLinks<'a> {
    pub(super) public_origin: &'a str,
    pub(super) secret: &'a [u8; 32],
    pub(super) now_micros: u64,
}

/// An address and when it ends.
pub(super) struct MediaLink {
    pub(super) url: String,
    pub(super) expiration: String,
}

impl MediaLinks<'_> {
    pub(super) fn link(&self, id: &MediaId, filename: &str) -> MediaLink {
        let expires = (self.now_micros / 1_000_000 + VALID_FOR_S).div_ceil(ROUNDED_TO_S) * ROUNDED_TO_S;
        let signature = encode(&sign(self.secret, Purpose::MediaLink, &signed(id, expires)));
        let filename = utf8_percent_encode(filename, IN_FILENAME);
        let origin = self.public_origin;
        MediaLink {
            url: format!("{origin}/media/{id}/{filename}?expires={expires}&signature={signature}"),
            expiration: to_wire_date(expires.saturating_mul(1_000_000)),
        }
    }

    /// Seconds that the link is still good for.
    pub(super) fn check(&self, id: &MediaId, expires: &str, signature: &str) -> Option<u64> {
        let expires_s: u64 = expires.parse().ok()?;
        let signature = decode(signature).filter(|signature| signature.len() == 32)?;
        if !verify(
            self.secret,
            Purpose::MediaLink,
            &signed(id, expires_s),
            &signature,
        ) {
            return None;
        }
        expires_s
            .checked_sub(self.now_micros / 1_000_000)
            .filter(|left| *left > 0)
    }

    /// The id in an address that this server has made, whether it still opens or not.
    pub(super) fn own_id(&self, url: &str) -> Option<MediaId> {
        let rest = url.strip_prefix(self.public_origin)?.strip_prefix("/media/")?;
        let (id, _) = rest.split_once('/')?;
        Some(MediaId::from(id))
    }
}

fn signed(id: &MediaId, expires_s: u64) -> Vec<u8> {
    format!("{id}\n{expires_s}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(now_s: u64) -> MediaLinks<'static> {
        MediaLinks {
            public_origin: "https://chat.example.com",
            secret: &[3; 32],
            now_micros: now_s * 1_000_000,
        }
    }

    fn parts(url: &str) -> (String, String) {
        let url = url::Url::parse(url).unwrap();
        let get = |name: &str| {
            url.query_pairs()
                .find(|(key, _)| key == name)
                .unwrap()
                .1
                .into_owned()
        };
        (get("expires"), get("signature"))
    }

    #[test]
    fn a_link_opens_for_ten_hours_and_not_for_another_file() {
        let id = MediaId::from("abc");
        let link = links(1_000_000).link(&id, "Grüße & mehr.png");
        assert!(
            link.url
                .starts_with("https://chat.example.com/media/abc/Gr%C3%BC%C3%9Fe%20%26%20mehr.png?expires=")
        );
        let (expires, signature) = parts(&link.url);
        let left = links(1_000_000).check(&id, &expires, &signature).unwrap();
        assert!((36_000..36_600).contains(&left), "{left}");
        assert!(
            links(1_000_000 + left - 1)
                .check(&id, &expires, &signature)
                .is_some()
        );
        assert!(links(1_000_000 + left).check(&id, &expires, &signature).is_none());
        assert!(
            links(1_000_000)
                .check(&MediaId::from("abd"), &expires, &signature)
                .is_none()
        );
        assert!(links(1_000_000).check(&id, "99999999999", &signature).is_none());
        assert!(links(1_000_000).check(&id, "x", "y").is_none());
    }

    #[test]
    fn a_picture_keeps_its_address_for_minutes() {
        let id = MediaId::from("abc");
        assert_eq!(
            links(1_200_001).link(&id, "a").url,
            links(1_200_600).link(&id, "a").url
        );
    }

    #[test]
    fn only_own_addresses_are_taken_for_own_files() {
        let links = links(0);
        assert_eq!(
            links.own_id(&links.link(&MediaId::from("abc"), "x").url),
            Some(MediaId::from("abc"))
        );
        assert_eq!(
            links.own_id("https://chat.example.com.evil.example/media/abc/x"),
            None
        );
        assert_eq!(links.own_id("https://other.example/media/abc/x"), None);
    }
}
