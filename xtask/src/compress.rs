//! Writes `X.br` and `X.gz` beside every file worth compressing, once at build time, so that the server never does it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::files::{self, extension};

/// What text and code compress; pictures and fonts already are compressed.
const COMPRESSIBLE: [&str; 11] = [
    "css",
    "html",
    "js",
    "json",
    "map",
    "mjs",
    "svg",
    "ts",
    "txt",
    "wasm",
    "webmanifest",
];

/// A file smaller than this travels in one packet either way.
const SMALLEST_BYTES: usize = 256;

/// Compresses everything in `folder` and removes siblings whose file is gone; answers how many files were compressed.
pub(crate) fn compress_all(folder: &Path) -> Result<usize> {
    let mut compressed = 0;
    for path in files::list(folder)? {
        match extension(&path) {
            _ if is_copy(&path) => remove_orphan(&path)?,
            kind if COMPRESSIBLE.contains(&kind) => compressed += usize::from(compress(&path)?),
            _ => {}
        }
    }
    Ok(compressed)
}

/// Whether this file is the compressed form of the one beside it.
pub(crate) fn is_copy(path: &Path) -> bool {
    matches!(extension(path), "br" | "gz")
}

/// Brotli at its best quality and the window that browsers are sure to have.
pub(crate) fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 24,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*content, &mut compressed, &parameters).context("brotli failed")?;
    Ok(compressed)
}

/// Gzip at its best level, without a time stamp, so that the same input gives the same bytes.
pub(crate) fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content).context("gzip failed")?;
    encoder.finish().context("gzip failed")
}

fn compress(path: &Path) -> Result<bool> {
    let [br, gz] = [sibling(path, "br"), sibling(path, "gz")];
    if is_newer(&br, path) && is_newer(&gz, path) {
        return Ok(false);
    }
    let content = files::read(path)?;
    let mut written = false;
    for (sibling, compressed) in [(br, brotli(&content)?), (gz, gzip(&content)?)] {
        if content.len() >= SMALLEST_BYTES && compressed.len() < content.len() {
            written |= files::write_if_changed(&sibling, &compressed)?;
        } else if sibling.exists() {
            fs::remove_file(&sibling).with_context(|| format!("cannot remove {}", sibling.display()))?;
        }
    }
    Ok(written)
}

fn remove_orphan(path: &Path) -> Result<()> {
    if path.with_extension("").exists() {
        return Ok(());
    }
    fs::remove_file(path).with_context(|| format!("cannot remove {}", path.display()))
}

fn is_newer(path: &Path, than: &Path) -> bool {
    let changed = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    matches!((changed(path), changed(than)), (Some(path), Some(than)) if path > than)
}

fn sibling(path: &Path, added: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(added);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn siblings_appear_beside_text_and_go_with_it() {
        let folder = std::env::temp_dir().join(format!("shopbell-xtask-compress-{}", std::process::id()));
        let (page, picture) = (folder.join("page.html"), folder.join("picture.png"));
        files::write_if_changed(&page, &b"<p>the same again</p>\n".repeat(50)).unwrap();
        files::write_if_changed(&picture, &[7; 4_096]).unwrap();
        assert_eq!(compress_all(&folder).unwrap(), 1);
        assert!(folder.join("page.html.br").exists() && folder.join("page.html.gz").exists());
        assert!(!folder.join("picture.png.br").exists());
        fs::remove_file(&page).unwrap();
        compress_all(&folder).unwrap();
        assert!(!folder.join("page.html.br").exists() && !folder.join("page.html.gz").exists());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_is_compressed_comes_back_whole() {
        let text = b"Change My Appointment ".repeat(100);
        let mut whole = Vec::new();
        brotli::BrotliDecompress(&mut &*brotli(&text).unwrap(), &mut whole).unwrap();
        assert_eq!(whole, text);
    }
}
