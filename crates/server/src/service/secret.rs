//! What is signed and hashed, and how: one key per site, a purpose for each use, comparisons in constant time.

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// What a signature is for: one made for one purpose is worth nothing for another.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    VisitorToken,
    MediaLink,
    ListCursor,
    AppToken,
    RefreshToken,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::VisitorToken => b"shopbell visitor token\0",
            Self::MediaLink => b"shopbell media link\0",
            Self::ListCursor => b"shopbell list cursor\0",
            Self::AppToken => b"shopbell app token\0",
            Self::RefreshToken => b"shopbell refresh token\0",
        }
    }
}

pub(super) fn sign(secret: &[u8; 32], purpose: Purpose, data: &[u8]) -> [u8; 32] {
    mac(secret, purpose, data).finalize().into_bytes().into()
}

/// Compares in constant time. `signature` may be cut to a number of bytes that the caller has checked.
pub(super) fn verify(secret: &[u8; 32], purpose: Purpose, data: &[u8], signature: &[u8]) -> bool {
    mac(secret, purpose, data)
        .verify_truncated_left(signature)
        .is_ok()
}

pub(super) fn sha256(data: &[u8]) -> [u8; 32] {
    Sha256::digest(data).into()
}

pub(super) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Passes over the memory.
const PASSES: u32 = 2;

/// Takes tens of milliseconds and `memory_kib`: not on a thread that others wait for.
pub(super) fn hash_password(password: &str, salt: [u8; 32], memory_kib: u32) -> Option<String> {
    let params = Params::new(memory_kib, PASSES, 1, None).ok()?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash: PasswordHash = argon.hash_password_with_salt(password.as_bytes(), &salt).ok()?;
    Some(hash.to_string())
}

/// Takes as long for no hash at all as for one that does not fit, so that logins cannot be told apart by time.
pub(super) fn verify_password(password: &str, hash: Option<&str>, memory_kib: u32) -> bool {
    let nobodys = nobodys_hash(memory_kib);
    let matches = PasswordHash::new(hash.unwrap_or(&nobodys)).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    });
    matches && hash.is_some()
}

fn nobodys_hash(memory_kib: u32) -> String {
    let (salt, hash) = (STANDARD_NO_PAD.encode([0; 32]), STANDARD_NO_PAD.encode([0; 32]));
    format!("$argon2id$v=19$m={memory_kib},t={PASSES},p=1${salt}${hash}")
}

fn mac(secret: &[u8; 32], purpose: Purpose, data: &[u8]) -> Hmac<Sha256> {
    // HMAC itself fills a key up to its block with zeros; doing it here leaves no length that could be wrong.
    let mut block = [0; 64];
    for (byte, secret) in block.iter_mut().zip(secret) {
        *byte = *secret;
    }
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(purpose.label());
    mac.update(data);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_key_purpose_and_data_only() {
        let signature = sign(&[1; 32], Purpose::MediaLink, b"data");
        assert!(verify(&[1; 32], Purpose::MediaLink, b"data", &signature));
        assert!(!verify(&[2; 32], Purpose::MediaLink, b"data", &signature));
        assert!(!verify(&[1; 32], Purpose::ListCursor, b"data", &signature));
        assert!(!verify(&[1; 32], Purpose::MediaLink, b"date", &signature));
        assert!(!verify(&[1; 32], Purpose::MediaLink, b"data", b""));
    }

    #[test]
    fn a_password_fits_its_own_hash_and_nobody_has_the_hash_of_unknown_logins() {
        let hash = hash_password("correct horse", [7; 32], 64).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=2,p=1$"));
        assert!(verify_password("correct horse", Some(&hash), 64));
        assert!(!verify_password("battery staple", Some(&hash), 64));
        assert!(!verify_password("correct horse", None, 64));
        assert!(!verify_password("correct horse", Some("nonsense"), 64));
        assert!(PasswordHash::new(&nobodys_hash(64)).is_ok());
    }
}
