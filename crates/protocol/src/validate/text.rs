//! Checks of single values: lengths, list sizes, GUIDs, addresses, dates.

use crate::error::{Rule, Violations};
use crate::id::is_guid;

/// Length of `text` in Unicode scalar values against both limits, and no NUL in it.
pub(super) fn text_length(text: &str, field: &str, min: usize, max: usize, violations: &mut Violations) {
    let size = text.chars().count();
    if size == 0 && min > 0 {
        violations.push(field, Rule::MinLength, "is empty");
    } else if size < min {
        let description = format!("has size {size}, expected {min} or more");
        violations.push(field, Rule::MinLength, description);
    } else if size > max {
        let description = format!("has size {size}, expected {max} or less");
        violations.push(field, Rule::MaxLength, description);
    }
    // No screen shows it, and PostgreSQL cannot store it.
    if text.contains('\0') {
        violations.push(field, Rule::Format, "has a NUL character");
    }
}

/// Size of a list against both limits.
pub(super) fn list_size(size: usize, field: &str, min: usize, max: usize, violations: &mut Violations) {
    if size < min {
        violations.push(
            field,
            Rule::MinSize,
            format!("has {size} elements, expected {min} or more"),
        );
    } else if size > max {
        violations.push(
            field,
            Rule::MaxSize,
            format!("has {size} elements, expected {max} or less"),
        );
    }
}

/// An address that may be missing.
pub(super) fn optional_url(url: Option<&str>, field: &str, max: usize, violations: &mut Violations) {
    if let Some(url) = url {
        web_url(url, field, max, violations);
    }
}

/// An absolute `http` or `https` address without white space or control characters, at most `max` long.
pub fn web_url(url: &str, field: &str, max: usize, violations: &mut Violations) {
    text_length(url, field, 1, max, violations);
    if !url.is_empty() && !is_web_url(url) {
        violations.push(field, Rule::Format, "is not an absolute http or https address");
    }
}

/// A GUID in any case.
pub fn guid(text: &str, field: &str, violations: &mut Violations) {
    if !is_guid(text) {
        violations.push(field, Rule::Format, "is not a GUID");
    }
}

/// Whether a link, picture or icon may be opened or shown: the check that pages make again before they use one.
pub fn is_web_url(url: &str) -> bool {
    let rest = ["https://", "http://"].iter().find_map(|scheme| {
        let (head, rest) = url.split_at_checked(scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then_some(rest)
    });
    let Some(rest) = rest else { return false };
    let host = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    // Browsers drop or rewrite these inside an address, so what would be opened is not what was checked.
    let clean = !url.chars().any(|c| c.is_whitespace() || c.is_control());
    let host_without_user = host.rsplit('@').next().unwrap_or_default();
    clean && !host_without_user.is_empty() && !host_without_user.starts_with(':')
}

/// An RFC 3339 date with time and zone: `2026-11-20T09:00:00Z`, fraction and `+02:00` allowed.
pub(super) fn date(text: &str, field: &str, violations: &mut Violations) {
    if !is_date(text) {
        violations.push(field, Rule::Format, "is not a date like 2026-11-20T09:00:00Z");
    }
}

fn is_date(text: &str) -> bool {
    let number = |from: usize, to: usize, least: u32, most: u32| {
        text.get(from..to).is_some_and(|digits| {
            digits.bytes().all(|b| b.is_ascii_digit())
                && digits
                    .parse::<u32>()
                    .is_ok_and(|value| (least..=most).contains(&value))
        })
    };
    let mark = |at: usize, expected: &[u8]| {
        text.as_bytes()
            .get(at)
            .is_some_and(|byte| expected.contains(byte))
    };
    let fixed = number(0, 4, 1970, 9999)
        && mark(4, b"-")
        && number(5, 7, 1, 12)
        && mark(7, b"-")
        && number(8, 10, 1, days_of_month(text))
        && mark(10, b"Tt")
        && number(11, 13, 0, 23)
        && mark(13, b":")
        && number(14, 16, 0, 59)
        && mark(16, b":")
        && number(17, 19, 0, 59);
    let Some(rest) = text.get(19..).filter(|_| fixed) else {
        return false;
    };
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => {
            let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
            if !(1..=9).contains(&digits) {
                return false;
            }
            fraction.get(digits..).unwrap_or_default()
        }
        None => rest,
    };
    match zone.as_bytes() {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => {
            [h1, h2, m1, m2].into_iter().all(u8::is_ascii_digit)
                && [*h1, *h2] <= *b"23"
                && [*m1, *m2] <= *b"59"
        }
        _ => false,
    }
}

/// Of the month at the beginning of a date; a day that does not exist would be an instant that nobody can compute.
fn days_of_month(text: &str) -> u32 {
    let year = text
        .get(..4)
        .and_then(|year| year.parse::<u32>().ok())
        .unwrap_or(0);
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match text.get(5..7) {
        Some("02") if leap => 29,
        Some("02") => 28,
        Some("04" | "06" | "09" | "11") => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_absolute_http_and_https_addresses_pass() {
        for url in [
            "http://a",
            "https://example.com/x?y=1#z",
            "HTTPS://EXAMPLE.com",
            "https://exa.mple/ü",
            "http://127.0.0.1:8080/",
        ] {
            assert!(is_web_url(url), "{url:?} was refused");
        }
        for url in [
            "",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "//example.com",
            "/x",
            "example.com",
            "ftp://example.com",
            "https://",
            "https:///x",
            "https://?x",
            "https://a b",
            "https://a\u{0}b",
            "https://a\tb",
            "\u{1}https://a",
            " https://a",
            "https://a\n",
            "java\nscript:alert(1)",
            "https://:80",
            "https://user@",
            "ü://x",
            "blob:https://a",
            "vbscript:x",
            "https:/\\example.com",
            "httpsü://a",
        ] {
            assert!(!is_web_url(url), "{url:?} passed");
        }
    }

    #[test]
    fn dates_need_time_and_zone() {
        for text in [
            "2026-11-20T09:00:00Z",
            "2026-11-20T09:00:00.123456Z",
            "2026-11-20t09:00:00+02:00",
            "2028-02-29T23:59:59-23:59",
        ] {
            assert!(is_date(text), "{text:?} was refused");
        }
        for text in [
            "",
            "2026-11-20",
            "2026-11-20T09:00:00",
            "2026-13-20T09:00:00Z",
            "2026-11-20T09:00:00.Z",
            "tomorrow",
            "2026-11-20T09:00:00+2:00",
            "2026-02-29T09:00:00Z",
            "2026-11-31T09:00:00Z",
            "2026-11-20T09:00:60Z",
            "2026-11-20T09:00:00+24:00",
            "2026-11-20T09:00:00+02:60",
            "２026-11-20T09:00:00Z",
        ] {
            assert!(!is_date(text), "{text:?} passed");
        }
    }

    #[test]
    fn a_nul_character_is_refused() {
        let mut violations = Violations::default();
        text_length("a\0b", "x", 1, 256, &mut violations);
        assert_eq!(violations.to_string(), "x has a NUL character");
    }

    #[test]
    fn lengths_count_characters_and_not_bytes() {
        let mut violations = Violations::default();
        text_length(&"é".repeat(256), "x", 1, 256, &mut violations);
        text_length(&"😀".repeat(256), "x", 1, 256, &mut violations);
        assert!(violations.is_empty(), "{violations}");
        text_length(&"é".repeat(257), "x", 1, 256, &mut violations);
        assert_eq!(violations.to_string(), "x has size 257, expected 256 or less");
    }
}
