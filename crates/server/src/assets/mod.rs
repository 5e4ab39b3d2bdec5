//! The pages and embed.js out of the binary: types, tags for caches, compressed variants, content policies.
//!
//! Everything is looked up once at start; a request finds ready headers. In debug builds the files come from `dist/`
//! on disk, as they are when the server starts.

use std::borrow::Cow;
use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256, Sha384};

pub mod policy;
mod serve;

pub(crate) use serve::answer;

#[derive(RustEmbed)]
#[folder = "../../dist/"]
#[allow_missing = true]
struct Dist;

/// All files that are served as they are.
#[derive(Debug, Default)]
pub struct Assets {
    files: HashMap<String, Asset>,
}

/// One file.
#[derive(Debug)]
pub(crate) struct Asset {
    plain: Cow<'static, [u8]>,
    brotli: Option<Cow<'static, [u8]>>,
    gzip: Option<Cow<'static, [u8]>>,
    content_type: &'static str,
    /// Quoted later; the encoding is part of it, because variants are different bytes.
    tag: String,
    immutable: bool,
    page: Option<policy::PagePolicy>,
}

impl Assets {
    /// What was built into the binary.
    pub fn embedded() -> Self {
        Self::from_files(
            Dist::iter().filter_map(|path| Dist::get(&path).map(|file| (path.into_owned(), file.data))),
        )
    }

    /// From paths and contents; `X.br` and `X.gz` become variants of `X`.
    pub fn from_files(files: impl IntoIterator<Item = (String, Cow<'static, [u8]>)>) -> Self {
        let mut contents: HashMap<String, Cow<'static, [u8]>> = files.into_iter().collect();
        let originals: Vec<String> = contents
            .keys()
            .filter(|path| !variant_of(path).is_some_and(|original| contents.contains_key(original)))
            .cloned()
            .collect();
        let files = originals
            .into_iter()
            .filter_map(|path| {
                let plain = contents.remove(&path)?;
                let brotli = contents.remove(&format!("{path}.br"));
                let gzip = contents.remove(&format!("{path}.gz"));
                let asset = Asset::new(&path, plain, brotli, gzip);
                Some((path, asset))
            })
            .collect();
        Self { files }
    }

    /// What the `integrity` attribute of a tag says for this file: `sha384-…` of its uncompressed bytes.
    pub fn integrity(&self, path: &str) -> Option<String> {
        let file = self.files.get(path)?;
        Some(format!("sha384-{}", STANDARD.encode(Sha384::digest(&file.plain))))
    }

    /// The file at a path like `widget/index.html`.
    pub(crate) fn get(&self, path: &str) -> Option<&Asset> {
        self.files.get(path)
    }
}

impl Asset {
    fn new(
        path: &str,
        plain: Cow<'static, [u8]>,
        brotli: Option<Cow<'static, [u8]>>,
        gzip: Option<Cow<'static, [u8]>>,
    ) -> Self {
        let digest = Sha256::digest(&plain);
        let tag = URL_SAFE_NO_PAD.encode(digest.get(..12).unwrap_or_default());
        let content_type = content_type(path);
        let page = content_type
            .starts_with("text/html")
            .then(|| policy::PagePolicy::of(path, &String::from_utf8_lossy(&plain)));
        Self {
            plain,
            brotli,
            gzip,
            content_type,
            tag,
            immutable: is_hashed(path),
            page,
        }
    }
}

fn variant_of(path: &str) -> Option<&str> {
    path.strip_suffix(".br").or_else(|| path.strip_suffix(".gz"))
}

/// Digits of the shortest hash: whoever writes 64 bits as a number leaves out its zeros in front.
const HASH_DIGITS_MIN: usize = 8;

/// Whether the name carries a hash in hexadecimal digits behind its last hyphen: then its content never changes.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let Some((_, tail)) = name.rsplit_once('-') else {
        return false;
    };
    let after = tail.trim_start_matches(|digit: char| digit.is_ascii_hexdigit());
    tail.len() - after.len() >= HASH_DIGITS_MIN && after.starts_with(['.', '_'])
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json" | "map") => "application/json; charset=utf-8",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("webp") => "image/webp",
        Some("avif") => "image/avif",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("ts" | "txt" | "md") => "text/plain; charset=utf-8",
        Some("mp3") => "audio/mpeg",
        Some("wav") => "audio/wav",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compressed_variants_are_no_files_of_their_own() {
        let file = |path: &str, text: &'static str| (path.to_owned(), Cow::Borrowed(text.as_bytes()));
        let assets = Assets::from_files([
            file("embed.js", "let chat;"),
            file("embed.js.br", "B"),
            file("embed.js.gz", "G"),
            file("lone.gz", "L"),
        ]);
        let embed = assets.get("embed.js").unwrap();
        assert_eq!(embed.brotli.as_deref(), Some(b"B".as_slice()));
        assert_eq!(embed.gzip.as_deref(), Some(b"G".as_slice()));
        assert!(assets.get("embed.js.br").is_none());
        assert!(assets.get("lone.gz").is_some());
    }

    #[test]
    fn the_integrity_of_a_file_is_that_of_its_plain_bytes() {
        let file = |path: &str, text: &'static str| (path.to_owned(), Cow::Borrowed(text.as_bytes()));
        let assets = Assets::from_files([file("embed.js", ""), file("embed.js.br", "B")]);
        // What `openssl dgst -sha384 -binary /dev/null | base64` prints.
        let empty = "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb";
        assert_eq!(assets.integrity("embed.js").as_deref(), Some(empty));
        assert_eq!(assets.integrity("embed.css"), None);
    }

    #[test]
    fn only_names_with_their_hash_are_kept_for_ever() {
        assert!(is_hashed("widget/shopbell-widget-0123456789abcdef_bg.wasm"));
        assert!(is_hashed("inbox/inbox-0123456789abcdef.css"));
        assert!(
            is_hashed("inbox/inbox-123456789abcdef.js"),
            "a zero in front is left out"
        );
        for path in [
            "embed.js",
            "custom-elements.json",
            "widget/index.html",
            "a-0123456789abcdeg.js",
            "a-é23456789abcdefg.js",
        ] {
            assert!(!is_hashed(path), "{path}");
        }
    }
}
