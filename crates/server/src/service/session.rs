//! A visitor's session: a token that stands for a participant of a site.

use shopbell_protocol::ParticipantId;
use shopbell_protocol::widget::{SessionAnswer, SessionRequest};

use super::{ParticipantCaller, Service, ServiceError, ServiceResult, site, token};
use crate::ids::{conversation_id, guid};
use crate::store::SiteRow;

impl Service {
    /// Starts a session as a new visitor, goes on with the token of an earlier one, or becomes a member on proof. `origin` is the request's
    /// `Origin` header; one that the site does not allow is refused. The server's own origin is always allowed.
    /// A new visitor is not stored: only their first message makes a conversation.
    ///
    /// # Errors
    /// `Unauthenticated` for an expired or forged token, `IdentityExpired`, `IdentityRefused`, `SiteNotFound`,
    /// `PermissionDenied` for the origin; store errors.
    pub async fn start_session(
        &self,
        request: SessionRequest,
        origin: Option<&str>,
    ) -> ServiceResult<SessionAnswer> {
        let earlier = match &request.token {
            Some(token) => Some(self.authenticate_participant(token).await),
            None => None,
        };
        let site_id = match (&request.site_id, &earlier) {
            (Some(site), _) => Some(site.clone()),
            (None, Some(Ok(earlier))) => Some(earlier.site_id.clone()),
            (None, _) => None,
        };
        let site = self.site_row(site_id.as_ref()).await?;
        // Before anything is merged: a page of another origin has no business with this site's members.
        self.check_origin(&site.allowed_origins, origin)?;
        let caller = match (&request.identity, earlier) {
            (Some(identity), earlier) => {
                let earlier = whoever_it_was(earlier)?;
                self.prove(&site, identity, earlier).await?
            }
            (None, Some(earlier)) => earlier?,
            (None, None) => self.new_visitor(&site)?,
        };
        if caller.site_id != site.id {
            return Err(ServiceError::Unauthenticated {
                reason: "The visitor token is for another site",
            });
        }
        let welcome = self.welcome_participant(&caller).await?;
        Ok(SessionAnswer {
            token: token::issue(
                &site.secret,
                &site.id,
                &caller.participant,
                caller.session.as_ref(),
                self.now_micros(),
            ),
            participant: caller.participant,
            conversation_id: welcome.conversation_id,
            last_sequence: welcome.last_sequence,
            unread_count: welcome.unread_count,
            settings: welcome.settings,
            server_time: self.server_time(),
        })
    }

    fn new_visitor(&self, site: &SiteRow) -> ServiceResult<ParticipantCaller> {
        let participant = ParticipantId::AnonymousVisitor(guid(self.random())?);
        Ok(ParticipantCaller {
            site_id: site.id.clone(),
            conversation_id: conversation_id(&site.id, &participant),
            participant,
            session: None,
        })
    }

    fn check_origin(&self, allowed: &[String], origin: Option<&str>) -> ServiceResult<()> {
        // Without the header it is no browser on another page.
        let Some(origin) = origin else { return Ok(()) };
        if allowed.is_empty() {
            return Ok(());
        }
        let own = site::origin_of(&self.config().public_origin);
        let given = site::origin_of(origin);
        let known = given.is_some() && (given == own || given.is_some_and(|given| allowed.contains(&given)));
        if known {
            return Ok(());
        }
        Err(ServiceError::PermissionDenied {
            reason: "This site does not allow chats from this origin",
        })
    }
}

/// Beside a proof, an earlier token only says what may be merged: one that does not count any more is as good as none.
fn whoever_it_was(
    earlier: Option<ServiceResult<ParticipantCaller>>,
) -> ServiceResult<Option<ParticipantCaller>> {
    match earlier {
        None | Some(Err(ServiceError::Unauthenticated { .. } | ServiceError::IdentityExpired)) => Ok(None),
        Some(Ok(earlier)) => Ok(Some(earlier)),
        Some(Err(error)) => Err(error),
    }
}
