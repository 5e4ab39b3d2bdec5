//! Files that were picked, pasted or dropped.

use web_sys::{Blob, Url};

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
