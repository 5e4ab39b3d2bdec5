//! Randomness of a page: ids and jitter.

use super::{clock, window};

/// A fresh `UUIDv7`: rising with the machine's clock, then random.
pub fn uuid_v7() -> String {
    let mut bytes = [0_u8; 16];
    fill(&mut bytes);
    uuid_from(clock::now_ms(), bytes)
}

/// 0.0 to 1.0.
pub fn unit() -> f64 {
    let mut bytes = [0_u8; 4];
    fill(&mut bytes);
    f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)
}

fn fill(bytes: &mut [u8]) {
    let crypto = window().and_then(|window| window.crypto().ok());
    // Fails only above 65536 bytes; without it ids would repeat, so their time part is all that is left to tell them.
    let filled = crypto.is_some_and(|crypto| crypto.get_random_values_with_u8_array(bytes).is_ok());
    debug_assert!(filled, "no randomness");
}

/// # Source
/// RFC 9562, section 5.7.
fn uuid_from(now_ms: u64, mut bytes: [u8; 16]) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let [_, _, time @ ..] = now_ms.to_be_bytes();
    for (byte, time) in bytes.iter_mut().zip(time) {
        *byte = time;
    }
    let mut text = String::with_capacity(36);
    for (place, byte) in bytes.into_iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let byte = match place {
            6 => byte & 0x0f | 0x70,
            8 => byte & 0x3f | 0x80,
            _ => byte,
        };
        for nibble in [byte >> 4, byte & 0x0f] {
            text.push(char::from(HEX.get(usize::from(nibble)).copied().unwrap_or(b'0')));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_carries_its_time_version_and_variant() {
        let id = uuid_from(0x0190_1234_5678, [0xff; 16]);
        assert_eq!(id, "01901234-5678-7fff-bfff-ffffffffffff");
    }

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        assert!(uuid_from(1_000, [0xff; 16]) < uuid_from(1_001, [0; 16]));
    }
}
