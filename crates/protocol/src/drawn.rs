//! What whoever draws a message reads out of its texts: links, emoji, initials, and which addresses may be used.
//!
//! A scanner of our own: the usual crate brings tables of domains and of Unicode classes, which every visitor would load,
//! while here an address is what somebody pasted with its scheme, or wrote with `www.`. What ends a link is what people
//! write after one.

use std::borrow::Cow;

use crate::validate::is_web_url;

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Just text.
    Plain(&'a str),
    /// An `http` or `https` address, as written: without its scheme where it begins with `www.`.
    Link(&'a str),
}

/// Cuts a text into plain parts and links, in order; together they are the text again.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut from = 0;
    while let Some((start, is_www)) = next_address(rest, from) {
        let (before, candidate) = rest.split_at(start);
        // Letters of other scripts may stand before an address: some languages write no spaces.
        let inside = before.ends_with(|c: char| c.is_ascii_alphanumeric() || is_www && "._-@/\\".contains(c));
        if inside {
            from = start + 4;
            continue;
        }
        let word = candidate.split(ends_link).next().unwrap_or_default();
        let link = trim(word);
        let (is_address, to_next) = if is_www {
            // All of a word is left alone, else each `www.` in a long one would look at its end again.
            (is_www_host(link), word.len())
        } else {
            (is_web_url(link), 4)
        };
        if !is_address {
            from = start + to_next;
            continue;
        }
        if !before.is_empty() {
            found.push(Piece::Plain(before));
        }
        found.push(Piece::Link(link));
        rest = candidate.get(link.len()..).unwrap_or_default();
        from = 0;
    }
    if !rest.is_empty() {
        found.push(Piece::Plain(rest));
    }
    found
}

/// Where `http://`, `https://` or `www.` stands next, and whether it is the last.
fn next_address(text: &str, from: usize) -> Option<(usize, bool)> {
    let bytes = text.as_bytes();
    (from..bytes.len()).find_map(|at| {
        let tail = bytes.get(at..).unwrap_or_default();
        let has = |scheme: &[u8]| {
            tail.get(..scheme.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
        };
        let is_www = has(b"www.");
        (is_www || has(b"http://") || has(b"https://")).then_some((at, is_www))
    })
}

/// Whether what begins with `www.` goes on as a host does. Nothing with `@`: the host would be what stands after it.
fn is_www_host(link: &str) -> bool {
    let authority = link.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = authority.split_once(':').unwrap_or((authority, "80"));
    let label = |label: &str| {
        !label.is_empty()
            && label
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || !c.is_ascii())
    };
    host.len() > "www.".len()
        && host.split('.').all(label)
        && !port.is_empty()
        && port.bytes().all(|byte| byte.is_ascii_digit())
}

fn ends_link(c: char) -> bool {
    // Direction marks are left out of a link because they could make it read as another one.
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '<' | '>' | '"' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Without the punctuation of the sentence around it; a bracket stays if it was opened inside.
fn trim(link: &str) -> &str {
    // Closing brackets without an opening one, counted once: an address may end in thousands of them.
    let [mut round, mut square, mut curly] = [('(', ')'), ('[', ']'), ('{', '}')].map(|(open, close)| {
        let count = |bracket: char| link.chars().filter(|c| *c == bracket).count();
        count(close).saturating_sub(count(open))
    });
    let mut link = link;
    while let Some(last) = link.chars().next_back() {
        let keep = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '…' | '’' | '”' | '»' | '。' | '،'
            | '؟' => false,
            ')' => take_one(&mut round),
            ']' => take_one(&mut square),
            '}' => take_one(&mut curly),
            _ => true,
        };
        if keep {
            break;
        }
        link = link.get(..link.len() - last.len_utf8()).unwrap_or_default();
    }
    link
}

/// Takes one off, or says that none is left.
fn take_one(unopened: &mut usize) -> bool {
    let none = *unopened == 0;
    *unopened = unopened.saturating_sub(1);
    none
}

/// Where a link leads.
pub fn address_of(link: &str) -> Cow<'_, str> {
    if is_web_url(link) {
        Cow::Borrowed(link)
    } else {
        Cow::Owned(["https://", link].concat())
    }
}

/// One to three emoji and nothing else.
pub fn is_emoji_only(text: &str) -> bool {
    let mut shown = 0;
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        match u32::from(c) {
            // Joiner, variation selectors, skin tones, keycap, tags: parts of the emoji before.
            0x200d | 0xfe0f | 0x1f3fb..=0x1f3ff | 0x20e3 | 0xe0020..=0xe007f => {}
            0x1f300..=0x1faff | 0x1f1e6..=0x1f1ff | 0x2600..=0x27bf | 0x2b50 | 0x2b55 => shown += 1,
            _ => return false,
        }
    }
    (1..=6).contains(&shown) && text.chars().count() <= 12
}

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

/// First letters of the first and the last word.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first
        .into_iter()
        .chain(last.filter(|letter| !letter.is_ascii_punctuation()))
        .collect()
}

/// `PDF` of `prices.pdf`; nothing of a name without a short ending.
pub fn extension(filename: &str) -> Option<String> {
    let (stem, ending) = filename.rsplit_once('.')?;
    let short = (1..=5).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (short && !stem.is_empty()).then(|| ending.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::Piece::{Link, Plain};
    use super::*;

    fn check(text: &str, expected: &[Piece<'_>]) {
        assert_eq!(pieces(text), expected, "{text}");
    }

    #[test]
    fn addresses_become_links_and_the_rest_stays_text() {
        check("Hello", &[Plain("Hello")]);
        check("", &[]);
        check(
            "see https://a.example/x?y=1#z now",
            &[Plain("see "), Link("https://a.example/x?y=1#z"), Plain(" now")],
        );
        check(
            "HTTP://A.example\nhttps://b.example",
            &[Link("HTTP://A.example"), Plain("\n"), Link("https://b.example")],
        );
        check(
            "grüße https://münchen.example/straße",
            &[Plain("grüße "), Link("https://münchen.example/straße")],
        );
    }

    #[test]
    fn punctuation_after_an_address_is_not_part_of_it() {
        check(
            "(https://a.example).",
            &[Plain("("), Link("https://a.example"), Plain(").")],
        );
        check(
            "https://a.example/x_(y), or",
            &[Link("https://a.example/x_(y)"), Plain(", or")],
        );
        check(
            "“https://a.example”",
            &[Plain("“"), Link("https://a.example"), Plain("”")],
        );
        check("https://a.example?!", &[Link("https://a.example"), Plain("?!")]);
        check(
            "https://a.example/(x)).])",
            &[Link("https://a.example/(x)"), Plain(").])")],
        );
    }

    #[test]
    fn what_only_looks_like_an_address_stays_text() {
        for text in [
            "javascript:alert(1)",
            "http://",
            "https://.",
            "xhttps://a.example",
            "ftp://a.example",
            "http:/a.example",
        ] {
            check(text, &[Plain(text)]);
        }
    }

    #[test]
    fn what_begins_with_www_is_an_address() {
        check(
            "see www.example.com/a?b=1, or WWW.Example.com:8080.",
            &[
                Plain("see "),
                Link("www.example.com/a?b=1"),
                Plain(", or "),
                Link("WWW.Example.com:8080"),
                Plain("."),
            ],
        );
        check(
            "(www.münchen.example/straße)",
            &[Plain("("), Link("www.münchen.example/straße"), Plain(")")],
        );
        check("请看www.example.cn", &[Plain("请看"), Link("www.example.cn")]);
        check("https://www.a.example", &[Link("https://www.a.example")]);
        assert_eq!(address_of("WWW.a.example"), "https://WWW.a.example");
        assert_eq!(address_of("HTTP://a.example"), "HTTP://a.example");
    }

    #[test]
    fn what_only_looks_like_www_stays_text() {
        for text in [
            "www.",
            "www...",
            "www. example.com",
            "awww.example.com",
            "foo.www.example.com",
            "me@www.example.com",
            "ftp://www.example.com",
            "www.me@example.com",
            "www.example.com:secret@evil.example",
            "www.example.com\\@evil.example",
            "www.a..b",
        ] {
            check(text, &[Plain(text)]);
        }
    }

    #[test]
    fn an_address_does_not_swallow_direction_marks() {
        check(
            "https://a.example/\u{202e}gpj.exe",
            &[Link("https://a.example/"), Plain("\u{202e}gpj.exe")],
        );
    }

    #[test]
    fn the_pieces_are_the_text_again() {
        let text = "a https://b.example, (http://c.example/d) http://http://e https://";
        let joined: String = pieces(text)
            .into_iter()
            .map(|piece| match piece {
                Plain(text) | Link(text) => text,
            })
            .collect();
        assert_eq!(joined, text);
    }

    #[test]
    fn a_few_emoji_alone_are_noticed() {
        for text in ["🎉", "👍🏽", "❤️", "👨‍👩‍👧", "😀 😀 😀", "🇩🇪"] {
            assert!(is_emoji_only(text), "{text}");
        }
        for text in ["", " ", "ok 👍", "1", "😀😀😀😀😀😀😀", "©"] {
            assert!(!is_emoji_only(text), "{text}");
        }
    }

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

    #[test]
    fn initials_are_the_first_letters_of_first_and_last_word() {
        assert_eq!(initials("Amy's Shoes"), "AS");
        assert_eq!(initials("Amy"), "A");
        assert_eq!(initials("  Österreichische Post AG "), "ÖA");
        assert_eq!(initials("Shop (new)"), "S");
        assert_eq!(initials(""), "");
    }

    #[test]
    fn the_type_is_the_short_ending_of_the_name() {
        assert_eq!(extension("Prices 2026.pdf").as_deref(), Some("PDF"));
        assert_eq!(extension("a.tar.gz").as_deref(), Some("GZ"));
        assert_eq!(extension("README"), None);
        assert_eq!(extension(".env"), None);
        assert_eq!(extension("x.verylong"), None);
    }
}
