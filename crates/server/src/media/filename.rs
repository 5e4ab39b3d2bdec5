//! What an uploader calls a file, made fit to be shown and offered for saving.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use shopbell_protocol::limits::FILENAME_MAX;

use super::sniff::Kind;

/// What RFC 8187 lets stand as it is in `filename*`.
const EXTENDED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What a quoted `filename` cannot hold.
const QUOTED: &AsciiSet = &CONTROLS.add(b'"').add(b'\\').add(b'%');

/// The name in the header `Shopbell-Filename`.
pub(crate) fn of_header(header: Option<&str>) -> String {
    let decoded = percent_decode_str(header.unwrap_or_default()).decode_utf8_lossy();
    decoded.into_owned()
}

/// An uploader's name, with an ending that fits what the file is.
///
/// A name that ends in `.html` on something that is a picture would otherwise be saved, and opened, as a page.
pub(crate) fn clean(name: &str, kind: &Kind) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name
        .chars()
        .filter(|c| !c.is_control() && !turns_direction(*c))
        .collect();
    let name = name.trim_matches(|c: char| c.is_whitespace() || c == '.');
    let fits = name.rsplit_once('.').is_some_and(|(stem, ending)| {
        !stem.is_empty() && kind.endings.iter().any(|e| e.eq_ignore_ascii_case(ending))
    });
    let ending = kind.endings.first().copied().unwrap_or("bin");
    if fits {
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ending));
        return shortened(stem, ending);
    }
    shortened(if name.is_empty() { "file" } else { name }, ending)
}

/// Marks that show a name in another order than it is: `gpj.exe` for `exe.jpg`.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn shortened(stem: &str, ending: &str) -> String {
    let room = FILENAME_MAX.saturating_sub(ending.chars().count() + 1);
    let stem: String = stem.chars().take(room).collect();
    format!("{stem}.{ending}")
}

/// `Content-Disposition` with the name in both forms.
pub(crate) fn disposition(inline: bool, name: &str) -> String {
    let how = if inline { "inline" } else { "attachment" };
    let ascii: String = name.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
    let quoted = utf8_percent_encode(&ascii, QUOTED).to_string().replace('%', "_");
    format!(
        "{how}; filename=\"{quoted}\"; filename*=UTF-8''{}",
        utf8_percent_encode(name, EXTENDED)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::sniff;

    fn cleaned(header: &str, head: &[u8]) -> String {
        clean(&of_header(Some(header)), &sniff::kind(head).unwrap())
    }

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

    #[test]
    fn a_name_keeps_its_letters_and_gets_an_ending_that_fits() {
        assert_eq!(
            cleaned("Sommer%20%C3%BCber%20M%C3%BCnchen.PNG", PNG),
            "Sommer über München.PNG"
        );
        assert_eq!(cleaned("evil.html", PNG), "evil.html.png");
        assert_eq!(cleaned("..%2F..%2Fetc%2Fpasswd", PNG), "passwd.png");
        assert_eq!(cleaned("C%3A%5Cpictures%5Ca.png", PNG), "a.png");
        assert_eq!(cleaned("", PNG), "file.png");
        assert_eq!(cleaned("a%00b%0d%0a.png", PNG), "ab.png");
        assert_eq!(cleaned("ann%E2%80%AEgnp.exe", PNG), "anngnp.exe.png");
        assert_eq!(cleaned(".png", PNG), "png.png");
        assert_eq!(cleaned("notes.csv", b"a,b"), "notes.csv");
        assert_eq!(cleaned("run.bat", b"echo"), "run.bat.txt");
        assert_eq!(cleaned(&"x".repeat(400), PNG).chars().count(), FILENAME_MAX);
        assert_eq!(clean(&of_header(None), &sniff::kind(PNG).unwrap()), "file.png");
    }

    #[test]
    fn a_disposition_cannot_be_broken_out_of() {
        assert_eq!(
            disposition(false, "a\"b; x=%41é\\.txt"),
            "attachment; filename=\"a_22b; x=_2541__5C.txt\"; filename*=UTF-8''a%22b%3B%20x%3D%2541%C3%A9%5C.txt"
        );
    }
}
