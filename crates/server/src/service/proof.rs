//! What a site's server signs for its member: a JWT, checked against the keys that the site has registered.
//!
//! The algorithm is the registered key's. What a token says of its algorithm only has to agree with it: so there is no
//! `none`, and no public key that passes for a secret. Signatures are a library's; what stands in a token is read here, by
//! types that refuse a member that is there twice, and by the app's own clock.

use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use shopbell_protocol::{ParticipantId, Rule, SiteId, Violations, limits, validate};

use super::secret::{decode, sha256};
use super::{ServiceError, ServiceResult};
use crate::ids::subject_guid;
use crate::store::{IdentityAlgorithm, IdentityKeyRow, Profile};

/// A longer token is none that is worth reading; a picture's address is the longest part of one.
const TOKEN_MAX_BYTES: usize = 8_192;
/// How far ahead `exp` may be: a proof that somebody finds later is worth nothing by then.
const AHEAD_MAX_S: u64 = 3_600;
/// By how much two servers' clocks may differ.
const LEEWAY_S: u64 = 60;
const SUBJECT_MAX: usize = 255;
pub(super) const NAME_MAX: usize = 100;
pub(super) const EMAIL_MAX: usize = 254;

/// Who somebody is proven to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Proof {
    pub(super) participant: ParticipantId,
    pub(super) profile: Profile,
    /// The key that signed.
    pub(super) key_id: String,
    /// SHA-256 of the token: names the session that begins with it.
    pub(super) digest: [u8; 32],
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    // Nothing that has to be understood is understood here.
    crit: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: u64,
    iat: Option<u64>,
    nbf: Option<u64>,
    aud: Option<OneOrMany>,
    site: Option<String>,
    stage: Option<Stage>,
    name: Option<String>,
    email: Option<String>,
    picture: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Stage {
    Member,
    Contact,
}

/// Who the token proves somebody to be.
///
/// # Errors
/// `IdentityRefused` names what is wrong, `IdentityExpired`.
pub(super) fn check(
    token: &str,
    site: &SiteId,
    keys: &[IdentityKeyRow],
    now_micros: u64,
) -> ServiceResult<Proof> {
    if token.len() > TOKEN_MAX_BYTES {
        return Err(refused("identity", "is larger than 8192 bytes"));
    }
    let mut parts = token.split('.');
    let (Some(header), Some(claims), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(refused(
            "identity",
            "is not a signed JWT: three parts with dots between them",
        ));
    };
    let signed = token.get(..header.len() + 1 + claims.len()).unwrap_or_default();
    let header: Header = part(header, "identity.header")?;
    if header.crit.is_some() {
        return Err(refused(
            "identity.header.crit",
            "asks for what is not understood here",
        ));
    }
    let key = signer(&header, keys, signed, signature, now_micros)?;
    let claims: Claims = part(claims, "identity")?;
    in_time(&claims, now_micros / 1_000_000)?;
    for_site(&claims, site)?;
    Ok(Proof {
        participant: participant(&claims, site)?,
        profile: profile(claims)?,
        key_id: key.id.clone(),
        digest: sha256(token.as_bytes()),
    })
}

/// The registered key that made the signature.
fn signer<'k>(
    header: &Header,
    keys: &'k [IdentityKeyRow],
    signed: &str,
    signature: &str,
    now_micros: u64,
) -> ServiceResult<&'k IdentityKeyRow> {
    let counts = |key: &&IdentityKeyRow| key.expires.is_none_or(|expires| expires > now_micros);
    let keys: Vec<&IdentityKeyRow> = keys.iter().filter(counts).collect();
    if keys.is_empty() {
        return Err(refused(
            "identity",
            "cannot be checked: this site has no identity key",
        ));
    }
    let named: Vec<_> = keys
        .into_iter()
        .filter(|key| header.kid.as_ref().is_none_or(|kid| key.id == *kid))
        .collect();
    if named.is_empty() {
        return Err(refused(
            "identity.header.kid",
            "names no identity key of this site",
        ));
    }
    let fitting: Vec<_> = named
        .into_iter()
        .filter(|key| key.algorithm.name() == header.alg)
        .collect();
    if fitting.is_empty() {
        return Err(refused(
            "identity.header.alg",
            "is not the algorithm that the identity key was registered for",
        ));
    }
    fitting
        .into_iter()
        .find(|key| made(key, signed, signature))
        .ok_or_else(|| {
            refused(
                "identity.signature",
                "was not made with an identity key of this site",
            )
        })
}

fn made(key: &IdentityKeyRow, signed: &str, signature: &str) -> bool {
    decoding(key.algorithm, &key.material).is_some_and(|(decoding, algorithm)| {
        crypto::verify(signature, signed.as_bytes(), &decoding, algorithm).unwrap_or(false)
    })
}

/// A registered key as the library takes it; `None` for material that is no key of this algorithm.
pub(super) fn decoding(algorithm: IdentityAlgorithm, material: &[u8]) -> Option<(DecodingKey, Algorithm)> {
    match algorithm {
        IdentityAlgorithm::Hs256 => Some((DecodingKey::from_secret(material), Algorithm::HS256)),
        IdentityAlgorithm::EdDsa => {
            let key = DecodingKey::from_ed_pem(material).ok()?;
            Some((key, Algorithm::EdDSA))
        }
        IdentityAlgorithm::Rs256 => {
            let key = DecodingKey::from_rsa_pem(material).ok()?;
            Some((key, Algorithm::RS256))
        }
    }
}

fn part<T: DeserializeOwned>(text: &str, place: &'static str) -> ServiceResult<T> {
    let bytes = decode(text).ok_or_else(|| refused(place, "is not unpadded base64url"))?;
    // serde takes a list for a struct, member by member.
    if !bytes.starts_with(b"{") {
        return Err(refused(place, "is not one JSON object"));
    }
    let mut reader = serde_json::Deserializer::from_slice(&bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let field = match path.as_str() {
            // A missing or doubled member is told of the object around it.
            "." | "?" => {
                named(&error.inner().to_string()).map_or(place.to_owned(), |name| format!("{place}.{name}"))
            }
            path => format!("{place}.{path}"),
        };
        refused(field, "is missing, there twice, or of the wrong type")
    })?;
    reader
        .end()
        .map(|()| value)
        .map_err(|_| refused(place, "is not one JSON object"))
}

/// The member that serde's own words name between backquotes.
fn named(text: &str) -> Option<&str> {
    text.split('`').nth(1)
}

fn in_time(claims: &Claims, now_s: u64) -> ServiceResult<()> {
    if claims.exp <= now_s {
        return Err(ServiceError::IdentityExpired);
    }
    if claims.exp > now_s + AHEAD_MAX_S + LEEWAY_S {
        return Err(refused("identity.exp", "is more than an hour ahead"));
    }
    for (claim, field) in [(claims.iat, "identity.iat"), (claims.nbf, "identity.nbf")] {
        if claim.is_some_and(|claim| claim > now_s + LEEWAY_S) {
            return Err(refused(field, "is in the future"));
        }
    }
    Ok(())
}

fn for_site(claims: &Claims, site: &SiteId) -> ServiceResult<()> {
    let audience = match &claims.aud {
        None => true,
        Some(OneOrMany::One(one)) => one == site.as_str(),
        Some(OneOrMany::Many(many)) => many.iter().any(|one| one == site.as_str()),
    };
    if !audience {
        return Err(refused("identity.aud", "does not name this site"));
    }
    if claims.site.as_ref().is_some_and(|named| named != site.as_str()) {
        return Err(refused("identity.site", "does not name this site"));
    }
    Ok(())
}

fn participant(claims: &Claims, site: &SiteId) -> ServiceResult<ParticipantId> {
    let subject = &claims.sub;
    let length = subject.chars().count();
    if subject.trim().is_empty() || length > SUBJECT_MAX || subject.chars().any(char::is_control) {
        return Err(refused("identity.sub", "must be one line of 1 to 255 characters"));
    }
    let guid = subject_guid(site, subject);
    Ok(match claims.stage {
        Some(Stage::Contact) => ParticipantId::Contact(guid),
        Some(Stage::Member) | None => ParticipantId::Member(guid),
    })
}

fn profile(claims: Claims) -> ServiceResult<Profile> {
    let mut violations = Violations::default();
    let name = name(claims.name.as_deref(), "identity.name", &mut violations);
    let email = email(claims.email.as_deref(), "identity.email", &mut violations);
    if let Some(picture) = &claims.picture {
        validate::web_url(picture, "identity.picture", limits::WEB_URL_MAX, &mut violations);
    }
    match violations.0.into_iter().next() {
        Some(first) => Err(refused(
            first.field,
            "is not a name, mail address or picture that can be shown",
        )),
        None => Ok(Profile {
            name,
            email,
            image_url: claims.picture,
            subject: Some(claims.sub),
        }),
    }
}

/// A name as it may be shown: one line of 1 to 100 characters.
pub(super) fn name(given: Option<&str>, field: &str, violations: &mut Violations) -> Option<String> {
    let name = given?.trim();
    let length = name.chars().count();
    if length == 0 || length > NAME_MAX || name.chars().any(hides) {
        let text = format!("must be one line of 1 to {NAME_MAX} characters");
        violations.push(field, Rule::Format, text);
        return None;
    }
    Some(name.to_owned())
}

/// A mail address by its form.
pub(super) fn email(given: Option<&str>, field: &str, violations: &mut Violations) -> Option<String> {
    let email = given?.trim();
    let (local, domain) = email.rsplit_once('@').unwrap_or_default();
    let plain = !email.chars().any(|c| c.is_whitespace() || hides(c));
    if local.is_empty() || domain.is_empty() || email.chars().count() > EMAIL_MAX || !plain {
        violations.push(field, Rule::Format, "is not a mail address");
        return None;
    }
    Some(email.to_owned())
}

/// Characters that could make one name look like another: controls, and those that turn the direction of writing.
fn hides(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn refused(field: impl Into<String>, reason: &'static str) -> ServiceError {
    ServiceError::IdentityRefused {
        field: field.into(),
        reason,
    }
}
