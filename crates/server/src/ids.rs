//! The app's randomness: a part that is handed in, so that tests can repeat a run. Every id and secret is made here.

use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use shopbell_protocol::{ConversationId, ParticipantId, SiteId};
use uuid::Uuid;

/// Where the app gets randomness from.
pub trait Random: Debug + Send + Sync + 'static {
    /// Fills `bytes` with unpredictable bytes.
    ///
    /// # Errors
    /// The system has none to give; then nothing secret may be made.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness>;
}

/// The system has no randomness to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system's random source failed")]
pub struct NoRandomness;

/// The system's random source.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        getrandom::fill(bytes).map_err(|_| NoRandomness)
    }
}

/// The same bytes in every run from the same seed; for tests and benchmarks only.
#[derive(Debug, Default)]
pub struct SeededRandom {
    seed: u64,
    drawn: AtomicU64,
}

impl SeededRandom {
    /// Bytes that depend on `seed` alone.
    pub const fn new(seed: u64) -> Self {
        Self {
            seed,
            drawn: AtomicU64::new(0),
        }
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        for chunk in bytes.chunks_mut(32) {
            let drawn = self.drawn.fetch_add(1, Ordering::SeqCst);
            let block = Sha256::digest([self.seed.to_be_bytes(), drawn.to_be_bytes()].concat());
            for (byte, random) in chunk.iter_mut().zip(block) {
                *byte = random;
            }
        }
        Ok(())
    }
}

/// A GUID of version 4.
///
/// # Errors
/// [`NoRandomness`].
pub fn guid(random: &dyn Random) -> Result<String, NoRandomness> {
    let mut bytes = [0; 16];
    random.fill(&mut bytes)?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid().to_string())
}

/// A GUID of version 7, by the time: one that an index takes at its end, where a random one touches a page of its own with
/// every row.
///
/// # Errors
/// [`NoRandomness`].
pub fn ordered_guid(random: &dyn Random, now_micros: u64) -> Result<String, NoRandomness> {
    let mut bytes = [0; 10];
    random.fill(&mut bytes)?;
    let guid = uuid::Builder::from_unix_timestamp_millis(now_micros / 1_000, &bytes);
    Ok(guid.into_uuid().to_string())
}

/// A secret of 256 bits as 43 characters that need no escaping anywhere.
///
/// # Errors
/// [`NoRandomness`].
pub fn secret_text(random: &dyn Random) -> Result<String, NoRandomness> {
    Ok(URL_SAFE_NO_PAD.encode(secret(random)?))
}

/// A secret of 256 bits.
///
/// # Errors
/// [`NoRandomness`].
pub fn secret(random: &dyn Random) -> Result<[u8; 32], NoRandomness> {
    let mut bytes = [0; 32];
    random.fill(&mut bytes)?;
    Ok(bytes)
}

/// The id of the one conversation between a participant and a site: a GUID of version 3, the same whenever and
/// wherever it is computed, so that it is known before the conversation exists.
pub fn conversation_id(site: &SiteId, participant: &ParticipantId) -> ConversationId {
    // A site's id is a GUID that this server made; the fallback only keeps the function total.
    let namespace = Uuid::parse_str(site.as_str()).unwrap_or(Uuid::NAMESPACE_OID);
    let name = format!(
        "{}:{}",
        participant.field(),
        participant.guid().to_ascii_lowercase()
    );
    ConversationId(Uuid::new_v3(&namespace, name.as_bytes()).to_string())
}

/// The GUID by which a site's own id of its member is known here: itself where it is one, derived from it otherwise, the
/// same whenever and wherever it is computed.
pub fn subject_guid(site: &SiteId, subject: &str) -> String {
    if let (36, Ok(guid)) = (subject.len(), Uuid::parse_str(subject)) {
        return guid.to_string();
    }
    let namespace = Uuid::parse_str(site.as_str()).unwrap_or(Uuid::NAMESPACE_OID);
    Uuid::new_v3(&namespace, format!("sub:{subject}").as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_id_is_a_guid_of_version_3_that_depends_on_site_and_participant_only() {
        let site = SiteId::from("5d2a3f6e-1111-4222-8333-944455566677");
        let visitor = ParticipantId::AnonymousVisitor("E56ED8F7-4BBF-4D99-B2F9-962E555264C3".to_owned());
        let id = conversation_id(&site, &visitor);
        assert_eq!(Uuid::parse_str(id.as_str()).unwrap().get_version_num(), 3);
        let lower = ParticipantId::AnonymousVisitor(visitor.guid().to_ascii_lowercase());
        assert_eq!(id, conversation_id(&site, &lower));
        assert_ne!(
            id,
            conversation_id(&site, &ParticipantId::Member(visitor.guid().to_owned()))
        );
        assert_ne!(
            id,
            conversation_id(&SiteId::from("5d2a3f6e-1111-4222-8333-944455566678"), &visitor)
        );
    }

    #[test]
    fn an_ordered_guid_is_of_version_7_and_stands_behind_every_earlier_one() {
        let random = SeededRandom::new(1);
        let earlier = ordered_guid(&random, 1_790_000_000_000_000).unwrap();
        let later = ordered_guid(&random, 1_790_000_000_001_000).unwrap();
        assert_eq!(Uuid::parse_str(&earlier).unwrap().get_version_num(), 7);
        assert!(earlier < later, "{earlier} {later}");
        assert_ne!(later, ordered_guid(&random, 1_790_000_000_001_000).unwrap());
    }

    #[test]
    fn seeded_randomness_repeats_and_does_not_stand_still() {
        let (one, other) = (SeededRandom::new(7), SeededRandom::new(7));
        let first = guid(&one).unwrap();
        assert_eq!(first, guid(&other).unwrap());
        assert_ne!(first, guid(&one).unwrap());
        assert_eq!(secret_text(&one).unwrap().len(), 43);
    }
}
