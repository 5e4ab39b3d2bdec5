//! Files that were picked, pasted or dropped.

use web_sys::{Blob, Url};

use super::window;

/// The address under which the page itself can show a file; dropping it lets the browser forget the file.
#[derive(Debug)]
pub struct ObjectUrl(String);

/// An address for a file; `None` where the browser refuses.
pub fn object_url(blob: &Blob) -> Option<ObjectUrl> {
    Url::create_object_url_with_blob(blob).ok().map(ObjectUrl)
}

/// Text as it may stand in an HTTP header or an address.
pub fn percent_encode(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// The text's UTF-8 in base64.
pub fn base64(text: &str) -> String {
    let bytes: String = text.bytes().map(char::from).collect();
    // Fails only for characters beyond a byte.
    window()
        .and_then(|window| window.btoa(&bytes).ok())
        .unwrap_or_default()
}

/// The bytes of a file from one place to another.
pub fn part_of(blob: &Blob, from: u64, to: u64) -> Option<Blob> {
    #[expect(clippy::cast_precision_loss, reason = "no file is that large")]
    let (from, to) = (from as f64, to as f64);
    blob.slice_with_f64_and_f64(from, to).ok()
}

impl ObjectUrl {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        // Fails only for an address that is none.
        let _forgotten = Url::revoke_object_url(&self.0);
    }
}
