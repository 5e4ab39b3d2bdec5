//! A visitor's session: a token that stands for a participant of a site.

use shopbell_protocol::widget::{SessionAnswer, SessionRequest};
use shopbell_protocol::{ParticipantId, SiteId};

use super::{ParticipantCaller, Service, ServiceError, ServiceResult, site, token};
use crate::ids::{conversation_id, guid};

impl Service {
    /// Starts a session as a new visitor, or goes on with the token of an earlier one. `origin` is the request's
    /// `Origin` header; one that the site does not allow is refused. The server's own origin is always allowed.
    /// A new visitor is not stored: only their first message makes a conversation.
    ///
    /// # Errors
    /// `Unauthenticated` for an expired or forged token, `SiteNotFound`, `PermissionDenied` for the origin; store errors.
    pub async fn start_session(
        &self,
        request: SessionRequest,
        origin: Option<&str>,
    ) -> ServiceResult<SessionAnswer> {
        let caller = match &request.token {
            Some(token) => self.authenticate_participant(token).await?,
            None => self.new_visitor(request.site_id.as_ref()).await?,
        };
        if request
            .site_id
            .as_ref()
            .is_some_and(|site| *site != caller.site_id)
        {
            return Err(ServiceError::Unauthenticated {
                reason: "The visitor token is for another site",
            });
        }
        let site = self.site_row(Some(&caller.site_id)).await?;
        self.check_origin(&site.allowed_origins, origin)?;
        let welcome = self.welcome_participant(&caller).await?;
        Ok(SessionAnswer {
            token: token::issue(&site.secret, &site.id, &caller.participant, self.now_micros()),
            participant: caller.participant,
            conversation_id: welcome.conversation_id,
            last_sequence: welcome.last_sequence,
            unread_count: welcome.unread_count,
            settings: welcome.settings,
            server_time: self.server_time(),
        })
    }

    async fn new_visitor(&self, site: Option<&SiteId>) -> ServiceResult<ParticipantCaller> {
        let site_id = self.site_row(site).await?.id.clone();
        let participant = ParticipantId::AnonymousVisitor(guid(self.random())?);
        let conversation_id = conversation_id(&site_id, &participant);
        Ok(ParticipantCaller {
            site_id,
            participant,
            conversation_id,
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
