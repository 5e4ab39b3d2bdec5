//! What a file is, by its content: what the uploader says about it is never believed.
//!
//! Only what is on the list is taken. Pages, scripts, vector pictures and programs are not: whatever a browser would
//! run in our name has no place here.

use std::io::{BufRead, Seek};

/// What a page's file dialog offers, as in `accept`.
pub const ACCEPT: &str = "image/*,application/pdf,text/plain,text/csv,.csv,.docx,.xlsx,.pptx,.odt,.ods,.odp,.zip,\
                          audio/*,video/mp4,video/webm,video/quicktime";

/// How much of the beginning is looked at.
pub(crate) const HEAD_BYTES: usize = 8_192;

/// A kind of file that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kind {
    /// As it is stored and served.
    pub(crate) mime_type: &'static str,
    /// Endings that fit, the usual one first.
    pub(crate) endings: &'static [&'static str],
    /// A picture that every browser shows in place; its size in pixels must be readable.
    pub(crate) picture: bool,
}

const fn picture(mime_type: &'static str, endings: &'static [&'static str]) -> Kind {
    Kind {
        mime_type,
        endings,
        picture: true,
    }
}

const fn file(mime_type: &'static str, endings: &'static [&'static str]) -> Kind {
    Kind {
        mime_type,
        endings,
        picture: false,
    }
}

const KINDS: &[Kind] = &[
    picture("image/jpeg", &["jpg", "jpeg", "jpe", "jfif"]),
    picture("image/png", &["png"]),
    picture("image/gif", &["gif"]),
    picture("image/webp", &["webp"]),
    picture("image/avif", &["avif"]),
    file("image/heif", &["heic", "heif"]),
    file("image/bmp", &["bmp"]),
    file("image/tiff", &["tif", "tiff"]),
    file("application/pdf", &["pdf"]),
    file("application/zip", &["zip"]),
    file(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        &["docx"],
    ),
    file(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        &["xlsx"],
    ),
    file(
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        &["pptx"],
    ),
    file("application/vnd.oasis.opendocument.text", &["odt"]),
    file("application/vnd.oasis.opendocument.spreadsheet", &["ods"]),
    file("application/vnd.oasis.opendocument.presentation", &["odp"]),
    file("audio/mpeg", &["mp3"]),
    file("audio/m4a", &["m4a"]),
    file("audio/ogg", &["ogg", "oga", "opus"]),
    file("audio/wav", &["wav"]),
    file("audio/x-wav", &["wav"]),
    file("audio/aac", &["aac"]),
    file("audio/x-flac", &["flac"]),
    file("video/mp4", &["mp4", "m4v"]),
    file("video/webm", &["webm"]),
    file("video/quicktime", &["mov", "qt"]),
];

const TEXT: Kind = file("text/plain", &["txt", "csv", "tsv", "md", "log", "ics", "vcf"]);

/// What a file is that begins with `head`; `None` for what is not taken.
pub(crate) fn kind(head: &[u8]) -> Option<Kind> {
    match infer::get(head) {
        Some(found) => KINDS
            .iter()
            .find(|kind| kind.mime_type == found.mime_type())
            .copied(),
        None => is_text(head).then_some(TEXT),
    }
}

/// Plain text: UTF-8 without control characters, that no old browser takes for a page either.
fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // The head may end in the middle of a character.
        Err(error) if error.error_len().is_none() => {
            let whole = head.get(..error.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(whole).unwrap_or_default()
        }
        Err(_) => return false,
    };
    let controls = text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}'));
    let lower = text.to_ascii_lowercase();
    let looks_like_markup = lower.trim_start_matches('\u{feff}').trim_start().starts_with('<')
        || ["<script", "<svg", "<html", "<!doctype", "<iframe", "<?xml"]
            .iter()
            .any(|tag| lower.contains(tag));
    let program = text.starts_with("#!");
    !text.is_empty() && !controls && !looks_like_markup && !program
}

/// Width and height of a picture; `None` when they cannot be read.
pub(crate) fn dimensions(file: impl BufRead + Seek) -> Option<(u32, u32)> {
    let measured = imagesize::reader_size(file).ok()?;
    let side = |pixels: usize| u32::try_from(pixels).ok().filter(|pixels| *pixels > 0);
    Some((side(measured.width)?, side(measured.height)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mime(head: &[u8]) -> Option<&'static str> {
        kind(head).map(|kind| kind.mime_type)
    }

    #[test]
    fn content_decides_what_a_file_is() {
        assert_eq!(mime(b"\x89PNG\r\n\x1a\nrest"), Some("image/png"));
        assert_eq!(mime(b"\xff\xd8\xff\xe0rest"), Some("image/jpeg"));
        assert_eq!(mime(b"GIF89a"), Some("image/gif"));
        assert_eq!(mime(b"%PDF-1.7"), Some("application/pdf"));
        assert_eq!(mime(b"PK\x03\x04rest of it"), Some("application/zip"));
        assert_eq!(mime("Grüße, a;b".as_bytes()), Some("text/plain"));
        assert_eq!(mime(&"ü".as_bytes()[..1]), None);
        assert_eq!(mime(&"aü".as_bytes()[..2]), Some("text/plain"));
    }

    #[test]
    fn what_a_browser_or_a_shell_would_run_is_not_taken() {
        for head in [
            b"<!DOCTYPE html><p>".as_slice(),
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>1</script></svg>",
            b"\xef\xbb\xbf <?xml version=\"1.0\"?><svg/>",
            b"hello <script>alert(1)</script>",
            b"<html>",
            b"#!/bin/sh\nrm",
            b"MZ\x90\x00\x03",
            b"\x7fELF\x02\x01\x01",
            b"\x00\x01\x02",
            b"",
        ] {
            assert_eq!(mime(head), None, "{:?}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn every_kind_that_is_listed_has_an_ending() {
        assert!(KINDS.iter().all(|kind| !kind.endings.is_empty()));
    }
}
