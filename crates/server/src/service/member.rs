//! Members: proven by what their site has signed, one with the visitor they were (rule 13), and gone when they sign out.
//!
//! A merge needs two proofs at once: the signed identity of the member, and the token of the visitor. What a visitor says
//! of themselves is kept as said, and merges nothing.

use shopbell_protocol::widget::ContactRequest;
use shopbell_protocol::{ParticipantId, Violations};

use super::caller::MemberSession;
use super::{ParticipantCaller, Service, ServiceError, ServiceResult, proof};
use crate::ids::conversation_id;
use crate::store::{Claim, GetOrCreate, Profile, Prove, Proved, SiteRow};

/// How long a proof holds on a device before the page is asked for a fresh one.
const SESSION_S: u64 = 24 * 3_600;

impl Service {
    /// Makes somebody a member (or contact) on proof. `earlier` is who they were by their token: a visitor's conversation
    /// becomes part of the member's, and a contact's; never that of another member.
    ///
    /// # Errors
    /// `IdentityRefused` names what is wrong, `IdentityExpired`; store errors.
    pub(super) async fn prove(
        &self,
        site: &SiteRow,
        identity: &str,
        earlier: Option<ParticipantCaller>,
    ) -> ServiceResult<ParticipantCaller> {
        let now_micros = self.now_micros();
        let keys = self.store().identity_keys(site.id.clone()).await?;
        let proof = proof::check(identity, &site.id, &keys, now_micros)?;
        if self.store().session_ended(proof.digest).await? {
            return Err(ServiceError::IdentityRefused {
                field: "identity".to_owned(),
                reason: "was signed out; a new one is needed",
            });
        }
        let caller = ParticipantCaller {
            site_id: site.id.clone(),
            conversation_id: conversation_id(&site.id, &proof.participant),
            participant: proof.participant,
            session: Some(MemberSession {
                id: proof.digest,
                expires_s: now_micros / 1_000_000 + SESSION_S,
            }),
        };
        let earlier = earlier.filter(|earlier| {
            earlier.site_id == site.id && stage(&earlier.participant) < stage(&caller.participant)
        });
        let prove = Prove {
            member: GetOrCreate {
                site_id: site.id.clone(),
                participant: caller.participant.clone(),
                id: caller.conversation_id.clone(),
                now_micros,
            },
            profile: proof.profile,
            key_id: proof.key_id,
            from: earlier.map(|earlier| earlier.conversation_id),
            event_id: self.event_id()?,
        };
        let site_id = site.id.clone();
        let proved = self
            .to_the_end(|service| async move {
                let own = prove.member.id.clone();
                let proved = service.store().prove_member(prove).await?;
                match &proved {
                    Proved::Merged { from, into } => {
                        service.look_again(site_id.clone(), into.clone());
                        service.look_again(site_id, from.clone());
                    }
                    Proved::Known => service.look_again(site_id, own),
                    Proved::Past => {}
                }
                Ok(proved)
            })
            .await?;
        match proved {
            Proved::Known | Proved::Merged { .. } => Ok(caller),
            Proved::Past => Err(ServiceError::IdentityRefused {
                field: "identity.sub".to_owned(),
                reason: "is a contact who has become a member since",
            }),
        }
    }

    /// What a visitor says of themselves.
    ///
    /// # Errors
    /// `Invalid`, `IdentityRequired` where the site wants proof, and for whoever has given it; store errors.
    pub async fn claim_contact(
        &self,
        caller: &ParticipantCaller,
        request: ContactRequest,
    ) -> ServiceResult<()> {
        let site = self.site_row(Some(&caller.site_id)).await?;
        if site.identity_required || stage(&caller.participant) > 0 {
            return Err(ServiceError::IdentityRequired);
        }
        let mut violations = Violations::default();
        let profile = Profile {
            name: proof::name(request.name.as_deref(), "name", &mut violations),
            email: proof::email(request.email.as_deref(), "email", &mut violations),
            ..Profile::default()
        };
        violations.into_result(())?;
        let (site_id, conversation_id) = (caller.site_id.clone(), caller.conversation_id.clone());
        let claim = Claim {
            site_id: site_id.clone(),
            participant: caller.participant.clone(),
            conversation_id: conversation_id.clone(),
            profile,
            now_micros: self.now_micros(),
        };
        self.to_the_end(|service| async move {
            service.store().claim_profile(claim).await?;
            service.look_again(site_id, conversation_id);
            Ok(())
        })
        .await
    }

    /// Ends a member's session: neither its token nor the signed identity behind it counts again. A visitor's token names
    /// nobody, and is forgotten by whoever holds it.
    ///
    /// # Errors
    /// Store errors.
    pub async fn sign_out_participant(&self, caller: &ParticipantCaller) -> ServiceResult<()> {
        let Some(session) = caller.session else {
            return Ok(());
        };
        let (site_id, conversation_id) = (caller.site_id.clone(), caller.conversation_id.clone());
        let (expires, now_micros) = (session.expires_s.saturating_mul(1_000_000), self.now_micros());
        self.to_the_end(move |service| async move {
            service
                .store()
                .end_session(session.id, expires, now_micros)
                .await?;
            // Connections of this session find out with their next look.
            service.look_again(site_id, conversation_id);
            Ok(())
        })
        .await
    }

    /// That a connection's session still holds; a visitor's always does.
    pub(super) async fn session_holds(&self, caller: &ParticipantCaller) -> ServiceResult<()> {
        let Some(session) = caller.session else {
            return Ok(());
        };
        if session.expires_s <= self.now_micros() / 1_000_000 {
            return Err(ServiceError::IdentityExpired);
        }
        self.check_session(session).await
    }

    pub(super) async fn check_session(&self, session: MemberSession) -> ServiceResult<()> {
        if self.store().session_ended(session.id).await? {
            return Err(ServiceError::Unauthenticated {
                reason: "This session was signed out",
            });
        }
        Ok(())
    }
}

/// A person is first a visitor, then perhaps a contact, then perhaps a member; steps may be skipped.
fn stage(participant: &ParticipantId) -> u8 {
    match participant {
        ParticipantId::AnonymousVisitor(_) => 0,
        ParticipantId::Contact(_) => 1,
        ParticipantId::Member(_) => 2,
        // Stands for nobody, so nothing is merged from it.
        ParticipantId::Unsupported { .. } => u8::MAX,
    }
}

/// The answer to whoever still holds the token of a conversation that has become part of another: the token ends with it,
/// because what it opened is now for those who have proven who they are.
pub(super) fn past() -> ServiceError {
    ServiceError::Unauthenticated {
        reason: "This visitor has signed in; go on with the member's session",
    }
}
