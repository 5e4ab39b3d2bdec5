//! What proves that a webhook came from here: a token signed with RS256, or the Standard Webhooks signature.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use sha2::Sha256;

/// What a secret of the Standard Webhooks scheme begins with.
const SECRET_PREFIX: &str = "whsec_";
/// Seconds for which a token is good. A repeat carries a new one.
const TOKEN_LASTS_S: u64 = 3_600;

/// A key could not be made or used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key that signs webhooks cannot be used")]
pub struct KeyFailed;

/// A new RSA key of 2048 bits, which is what receivers accept (`inbox-api.md` 3.2): PKCS#8 and SPKI as PEM.
///
/// Takes a tenth of a second: not on a thread that others wait for. Its randomness is the library's own, which cannot
/// be handed in.
///
/// # Errors
/// [`KeyFailed`].
pub fn new_key() -> Result<(String, String), KeyFailed> {
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyFailed)?;
    let private: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyFailed)?;
    let public: PublicKeyX509Der<'_> = pair.public_key().as_der().map_err(|_| KeyFailed)?;
    Ok((
        pem("PRIVATE KEY", private.as_ref()),
        pem("PUBLIC KEY", public.as_ref()),
    ))
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = format!("-----BEGIN {label}-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at_checked(64).unwrap_or((rest, ""));
        pem.push_str(line);
        pem.push('\n');
        rest = after;
    }
    pem.push_str("-----END ");
    pem.push_str(label);
    pem.push_str("-----\n");
    pem
}

#[derive(Serialize)]
struct Claims<'a> {
    data: &'a str,
    iat: u64,
    exp: u64,
}

/// The token that carries `data`, a JSON text.
///
/// # Errors
/// [`KeyFailed`].
pub fn token(private_pem: &str, key_id: &str, data: &str, now_s: u64) -> Result<String, KeyFailed> {
    let key = EncodingKey::from_rsa_pem(private_pem.as_bytes()).map_err(|_| KeyFailed)?;
    let header = Header {
        kid: Some(key_id.to_owned()),
        ..Header::new(Algorithm::RS256)
    };
    let claims = Claims {
        data,
        iat: now_s,
        exp: now_s.saturating_add(TOKEN_LASTS_S),
    };
    jsonwebtoken::encode(&header, &claims, &key).map_err(|_| KeyFailed)
}

/// A secret as its receiver configures it.
pub fn secret_text(secret: &[u8]) -> String {
    format!("{SECRET_PREFIX}{}", STANDARD.encode(secret))
}

/// The value of `webhook-signature`: one signature for each secret, so that either is accepted while one replaces the
/// other.
pub fn standard(secrets: &[&[u8]], id: &str, now_s: u64, body: &str) -> String {
    let signed = format!("{id}.{now_s}.{body}");
    let signatures = secrets.iter().filter_map(|secret| {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
        mac.update(signed.as_bytes());
        Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    });
    signatures.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_signature_is_that_of_the_specification() {
        // The example of the specification and of every library of the scheme.
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = standard(
            &[&secret],
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(secret_text(&secret), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let both = standard(&[&secret, b"old"], "id", 1, "{}");
        assert_eq!(both.split(' ').filter(|one| one.starts_with("v1,")).count(), 2);
    }

    #[test]
    fn a_token_is_checked_with_the_public_key_and_no_other() {
        let (private, public) = new_key().unwrap();
        assert!(public.starts_with("-----BEGIN PUBLIC KEY-----\n"), "{public}");
        assert!(public.lines().all(|line| line.len() <= 64), "{public}");
        let token = token(&private, "k1", "{}", 1_700_000_000).unwrap();
        let check = |public: &str| {
            let key = jsonwebtoken::DecodingKey::from_rsa_pem(public.as_bytes()).unwrap();
            let mut validation = jsonwebtoken::Validation::new(Algorithm::RS256);
            validation.validate_exp = false;
            jsonwebtoken::decode::<serde_json::Value>(&token, &key, &validation)
        };
        let read = check(&public).unwrap();
        assert_eq!(read.claims["data"], "{}");
        assert_eq!(read.claims["exp"], 1_700_003_600_u64);
        assert_eq!(read.header.kid.as_deref(), Some("k1"));
        assert!(check(&new_key().unwrap().1).is_err());
    }
}
