//! Visitor tokens: `v1.<claims>.<signature>`, bound to a site and a participant. A visitor's is renewed with each
//! session; that of somebody proven ends when it was said to, whoever asks.
//!
//! Not a JWT: nobody else reads or makes them, and a format without a choice of algorithm has none to be fooled with.

use serde::{Deserialize, Serialize};
use shopbell_protocol::{ParticipantId, SiteId};

use super::caller::MemberSession;
use super::secret::{Purpose, decode, encode, sign, verify};

/// A visitor who comes back within a year is known; each visit renews it.
const VALID_FOR_S: u64 = 365 * 24 * 3600;
/// Ours are far shorter; longer ones are not worth decoding.
const TOKEN_MAX_BYTES: usize = 1024;
const VERSION: &str = "v1";

/// What a token says, once its signature was found good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Claims {
    #[serde(rename = "s")]
    pub(super) site_id: SiteId,
    #[serde(rename = "p")]
    pub(super) participant: ParticipantId,
    #[serde(rename = "e")]
    pub(super) expires_s: u64,
    /// Of a proven participant: the session that ends by itself, and by signing out.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    session: Option<String>,
}

/// Why a token whose form is good does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Worthless {
    /// Not ours, or changed.
    Forged,
    /// Ended.
    Expired {
        /// It stood for somebody proven, who may prove it again.
        proven: bool,
    },
}

impl Claims {
    /// The session of a proven participant; `None` for a visitor.
    pub(super) fn session(&self) -> Option<MemberSession> {
        let id = decode(self.session.as_ref()?)?.try_into().ok()?;
        Some(MemberSession {
            id,
            expires_s: self.expires_s,
        })
    }
}

/// A token whose signature has not been checked: only good for finding the key to check it with.
pub(super) struct Unchecked<'t> {
    claims: Claims,
    signed: &'t str,
    signature: Vec<u8>,
}

pub(super) fn issue(
    secret: &[u8; 32],
    site_id: &SiteId,
    participant: &ParticipantId,
    session: Option<&MemberSession>,
    now_micros: u64,
) -> String {
    let expires_s = session.map_or(now_micros / 1_000_000 + VALID_FOR_S, |session| session.expires_s);
    write(secret, site_id, participant, session, expires_s)
}

/// One that lasts for another time than the widget's.
pub(super) fn issue_for(
    secret: &[u8; 32],
    site_id: &SiteId,
    participant: &ParticipantId,
    now_micros: u64,
    lasts_s: u64,
) -> String {
    let expires_s = (now_micros / 1_000_000).saturating_add(lasts_s);
    write(secret, site_id, participant, None, expires_s)
}

fn write(
    secret: &[u8; 32],
    site_id: &SiteId,
    participant: &ParticipantId,
    session: Option<&MemberSession>,
    expires_s: u64,
) -> String {
    let claims = Claims {
        site_id: site_id.clone(),
        participant: participant.clone(),
        expires_s,
        session: session.map(|session| encode(&session.id)),
    };
    // Texts and a number always serialize; an empty text would only make a token that is not accepted.
    let claims = serde_json::to_vec(&claims).unwrap_or_default();
    let signed = format!("{VERSION}.{}", encode(&claims));
    let signature = encode(&sign(secret, Purpose::VisitorToken, signed.as_bytes()));
    format!("{signed}.{signature}")
}

pub(super) fn parse(token: &str) -> Option<Unchecked<'_>> {
    if token.len() > TOKEN_MAX_BYTES {
        return None;
    }
    let (signed, signature) = token.rsplit_once('.')?;
    let (version, claims) = signed.split_once('.')?;
    if version != VERSION {
        return None;
    }
    let claims = serde_json::from_slice(&decode(claims)?).ok()?;
    let signature = decode(signature).filter(|signature| signature.len() == 32)?;
    Some(Unchecked {
        claims,
        signed,
        signature,
    })
}

impl Unchecked<'_> {
    pub(super) fn site_id(&self) -> &SiteId {
        &self.claims.site_id
    }

    pub(super) fn check(self, secret: &[u8; 32], now_micros: u64) -> Result<Claims, Worthless> {
        let good = verify(
            secret,
            Purpose::VisitorToken,
            self.signed.as_bytes(),
            &self.signature,
        );
        if !good {
            return Err(Worthless::Forged);
        }
        if self.claims.expires_s <= now_micros / 1_000_000 {
            let proven = self.claims.session.is_some();
            return Err(Worthless::Expired { proven });
        }
        Ok(self.claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> String {
        let visitor = ParticipantId::AnonymousVisitor("e56ed8f7-4bbf-3d99-b2f9-962e555264c3".to_owned());
        issue(&[1; 32], &SiteId::from("site"), &visitor, None, 0)
    }

    #[test]
    fn a_token_speaks_for_its_participant_until_it_ends() {
        let token = token();
        let claims = parse(&token).unwrap().check(&[1; 32], 0).unwrap();
        assert_eq!(claims.site_id, SiteId::from("site"));
        assert_eq!(claims.participant.field(), "anonymousVisitorId");
        let last = VALID_FOR_S * 1_000_000 - 1;
        assert!(parse(&token).unwrap().check(&[1; 32], last).is_ok());
        assert_eq!(
            parse(&token).unwrap().check(&[1; 32], last + 1),
            Err(Worthless::Expired { proven: false })
        );
    }

    #[test]
    fn a_token_that_was_changed_anywhere_is_worth_nothing() {
        let token = token();
        for index in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            let accepted = parse(&changed).and_then(|unchecked| unchecked.check(&[1; 32], 0).ok());
            assert!(accepted.is_none(), "accepted with character {index} changed");
        }
        assert_eq!(parse(&token).unwrap().check(&[2; 32], 0), Err(Worthless::Forged));
    }

    #[test]
    fn text_that_is_no_token_is_refused_without_a_panic() {
        for text in [
            "",
            ".",
            "..",
            "v1..",
            "v2.e30.e30",
            "undefined",
            "v1.e30.",
            &"a".repeat(5000),
            "v1.ü.ü",
        ] {
            assert!(parse(text).is_none(), "{text:?} passed for a token");
        }
    }
}
