//! What the inbox page is handed out of the store: new messages of opened conversations, new lines of the list.

use futures_util::future::join_all;
use futures_util::{StreamExt as _, stream};
use shopbell_protocol::frame::StaffServerFrame;
use shopbell_protocol::message::Direction;
use shopbell_protocol::{ConversationId, Sequence};
use tokio::time::Instant;

use super::{LIST_AFTER, READS_AT_ONCE, Talk};
use crate::http::error::ApiError;
use crate::service::{Place, ServiceError, ServiceResult, StaffChanges};
use crate::socket::connection::close;
use crate::socket::{Ended, Ending, marks};

impl Talk {
    pub(super) async fn welcome(&mut self) -> Result<(), Ending> {
        let service = self.state.service();
        let revision = service.list_revision(&self.caller).await;
        self.list_revision = revision.map_err(|error| Ending::Refused(error.into(), close::BROKEN))?;
        let frame = StaffServerFrame::Welcome {
            staff: self.caller.member(),
            server_time: service.server_time(),
        };
        self.connection.send(&frame).await?;
        Ok(())
    }

    pub(super) async fn look(&mut self) -> Result<(), Ending> {
        self.pulse.looked();
        self.look_into_changed().await?;
        if self.list_changed {
            let next = self.list_looked + LIST_AFTER;
            if next <= Instant::now() {
                self.list_changed = false;
                self.list_looked = Instant::now();
                self.look_at_list().await?;
            } else {
                self.pulse.look_by(next);
            }
        }
        self.connection.flush().await?;
        Ok(())
    }

    /// Reads several conversations at once, so that a busy one does not keep the others waiting.
    pub(super) async fn look_into_changed(&mut self) -> Result<(), Ending> {
        let changed = std::mem::take(&mut self.changed);
        let places: Vec<(ConversationId, Place)> = changed
            .into_iter()
            .filter_map(|id| self.opened.get(&id).map(|opened| (opened.place, id)))
            .map(|(place, id)| (id, place))
            .collect();
        let (service, caller, page) = (self.state.service().clone(), self.caller.clone(), self.page());
        let found = stream::iter(places).map(|(id, place)| {
            let (service, caller) = (&service, &caller);
            async move {
                let found = service.staff_changes(caller, &id, place, page).await;
                (id, found)
            }
        });
        let mut found = std::pin::pin!(found.buffered(READS_AT_ONCE));
        while let Some((conversation_id, changes)) = found.next().await {
            if self.take(&conversation_id, changes, true).await? {
                self.look_into(&conversation_id, true).await?;
            }
        }
        Ok(())
    }

    pub(super) fn page(&self) -> u32 {
        u32::try_from(self.state.config().socket.queue_frames).unwrap_or(u32::MAX)
    }

    pub(super) async fn look_at_list(&mut self) -> Result<(), Ending> {
        loop {
            let changes = match self
                .state
                .service()
                .list_changes(&self.caller, self.list_revision)
                .await
            {
                Ok(changes) => changes,
                Err(error) => {
                    // The slow timer looks again.
                    let _logged = ApiError::from(error);
                    return Ok(());
                }
            };
            for conversation in changes.conversations {
                let conversation = Box::new(conversation);
                self.connection
                    .feed(&StaffServerFrame::Conversation { conversation })
                    .await?;
            }
            self.list_revision = changes.revision;
            if !changes.more {
                return Ok(());
            }
            self.connection.flush().await?;
        }
    }

    /// Hands over everything that the store holds beyond the page's place in a conversation.
    pub(super) async fn look_into(
        &mut self,
        conversation_id: &ConversationId,
        live: bool,
    ) -> Result<(), Ending> {
        loop {
            let Some(place) = self.opened.get(conversation_id).map(|opened| opened.place) else {
                return Ok(());
            };
            let service = self.state.service();
            let found = service
                .staff_changes(&self.caller, conversation_id, place, self.page())
                .await;
            if !self.take(conversation_id, found, live).await? {
                return Ok(());
            }
            self.connection.flush().await?;
            if self.stopping.is_cancelled() {
                return Err(Ending::Stopping);
            }
        }
    }

    /// Hands over what was found in a conversation; answers whether there is more. A `live` page that was slow and has
    /// fallen behind is told to start over instead.
    pub(super) async fn take(
        &mut self,
        conversation_id: &ConversationId,
        found: ServiceResult<StaffChanges>,
        live: bool,
    ) -> Result<bool, Ending> {
        let changes = match found {
            Ok(changes) => changes,
            Err(ServiceError::ConversationNotFound) => {
                // Merged into another while it was open: the list says which goes on.
                self.opened.remove(conversation_id);
                let conversation_id = Some(conversation_id.clone());
                self.connection
                    .feed(&StaffServerFrame::Resync { conversation_id })
                    .await?;
                return Ok(false);
            }
            Err(error) => {
                // The slow timer looks again.
                let _logged = ApiError::from(error);
                return Ok(false);
            }
        };
        let more = changes.more;
        if live && more && self.connection.was_slow() {
            self.start_over(conversation_id).await?;
            return Ok(false);
        }
        self.hand_over(conversation_id, changes).await?;
        Ok(more)
    }

    pub(super) async fn hand_over(
        &mut self,
        conversation_id: &ConversationId,
        changes: StaffChanges,
    ) -> Result<(), Ended> {
        let Some(opened) = self.opened.get_mut(conversation_id) else {
            return Ok(());
        };
        let told = std::mem::replace(&mut opened.told, changes.marks);
        opened.place = changes.place;
        let id = || conversation_id.clone();
        for live in changes.messages {
            let shown = &live.message.shown;
            if shown.direction == Direction::ParticipantToBusiness && shown.sequence > told.business_delivered
            {
                opened.handed_over = opened.handed_over.max(shown.sequence);
                self.pulse.report_soon();
            }
            let message = Box::new(live.message);
            let previous_sequence = live.previous_sequence;
            let frame = StaffServerFrame::Message {
                conversation_id: id(),
                message,
                previous_sequence,
            };
            self.connection.feed(&frame).await?;
        }
        for change in changes.buttons {
            self.connection
                .feed(&StaffServerFrame::ButtonState {
                    conversation_id: id(),
                    change,
                })
                .await?;
        }
        for interaction in changes.interactions {
            let frame = StaffServerFrame::Interaction {
                conversation_id: id(),
                interaction,
            };
            self.connection.feed(&frame).await?;
        }
        for (indication, performed_by, sequence) in marks::news(told, changes.marks) {
            let frame = StaffServerFrame::Indication {
                conversation_id: id(),
                indication,
                performed_by,
                sequence,
            };
            self.connection.feed(&frame).await?;
        }
        Ok(())
    }

    /// Marks what was handed over of these conversations as delivered: all at once, so that they share a commit, and
    /// beside the loop, so that nothing new waits for it. Marks only grow: one more report beside another does no harm.
    pub(super) fn report(&mut self, conversations: &[ConversationId]) {
        let mut waiting = Vec::new();
        for conversation_id in conversations {
            let Some(opened) = self.opened.get_mut(conversation_id) else {
                continue;
            };
            let sequence = std::mem::take(&mut opened.handed_over);
            if sequence > Sequence::default() {
                waiting.push((conversation_id.clone(), sequence));
            }
        }
        if waiting.is_empty() {
            return;
        }
        let (service, caller) = (self.state.service().clone(), self.caller.clone());
        self.reporting.start(async move {
            let marked = waiting
                .iter()
                .map(|(id, sequence)| service.staff_delivered(&caller, id, *sequence));
            join_all(marked).await.into_iter().find_map(Result::err)
        });
    }

    pub(super) async fn start_over(&mut self, conversation_id: &ConversationId) -> Result<(), Ending> {
        self.state.counters().resync();
        let found = self
            .state
            .service()
            .open_for_staff(&self.caller, conversation_id)
            .await;
        let found = found.map_err(|error| Ending::Refused(error.into(), close::BROKEN))?;
        if let Some(opened) = self.opened.get_mut(conversation_id) {
            (opened.place, opened.told) = (found.place, found.marks);
        }
        let conversation_id = Some(conversation_id.clone());
        self.connection
            .feed(&StaffServerFrame::Resync { conversation_id })
            .await?;
        Ok(())
    }
}
