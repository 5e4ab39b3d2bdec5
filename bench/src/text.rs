//! The text of a message: who sent it, which it is, when it was meant to leave, and filler.

use memchr::memmem;

pub(crate) const FILLER: &str = "Hello, the parcel that I ordered last week has not come yet, and the page shows no date. \
Could you look where it is? It was meant for Friday, to the address in my account. ";

/// `seat` and `number` name it; `due_ns` is the moment from which its way is counted.
pub(crate) fn compose(seat: u32, number: u32, due_ns: u64, bytes: usize) -> String {
    let mut text = format!("~m{seat:08x}{number:08x}{due_ns:016x}~ ");
    text.extend(FILLER.chars().cycle().take(bytes.saturating_sub(text.len())));
    text
}

/// Seat, number and due time of the first text in a frame.
pub(crate) fn find(frame: &str) -> Option<(u32, u32, u64)> {
    let at = memmem::find(frame.as_bytes(), b"~m")? + 2;
    let seat = u32::from_str_radix(frame.get(at..at + 8)?, 16).ok()?;
    let number = u32::from_str_radix(frame.get(at + 8..at + 16)?, 16).ok()?;
    let due = u64::from_str_radix(frame.get(at + 16..at + 32)?, 16).ok()?;
    Some((seat, number, due))
}

/// The number in a `clientId` of ours.
pub(crate) fn client_number(frame: &str) -> Option<u32> {
    let at = memmem::find(frame.as_bytes(), br#""clientId":"b-"#)? + 14;
    u32::from_str_radix(frame.get(at + 9..at + 17)?, 16).ok()
}

/// The `clientId` of a send.
pub(crate) fn client_id(seat: u32, number: u32) -> String {
    format!("b-{seat:08x}-{number:08x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_composed_is_found_again() {
        let text = compose(7, 0xabc, 42, 300);
        assert_eq!(text.len(), 300);
        assert_eq!(find(&format!("{{\"x\":\"{text}\"}}")), Some((7, 0xabc, 42)));
        assert_eq!(find("~m nothing"), None);
        let ack = format!(
            r#"{{"type":"ack","clientId":"{}","message":{{}}}}"#,
            client_id(7, 0xabc)
        );
        assert_eq!(client_number(&ack), Some(0xabc));
    }
}
