//! What the inbox page is handed out of the store: new messages of opened conversations, new lines of the list.

use futures_util::future::join_all;
use futures_util::{StreamExt as _, stream};
use shopbell_protocol::frame::StaffServerFrame;
use shopbell_protocol::message::Direction;
use shopbell_protocol::shown::Marks;
use shopbell_protocol::staff::StaffMessage;
use shopbell_protocol::{ConversationId, Sequence};
use tokio::time::Instant;

use super::{Desk, LIST_LINES_MAX, Opened, READS_AT_ONCE};
use crate::http::error::ApiError;
use crate::service::{LiveMessage, News, Place, ServiceError, ServiceResult, StaffChanges};
use crate::socket::talk::Line;
use crate::socket::wire::{Wire, close};
use crate::socket::{Ended, Ending, marks};
use crate::store::Arrival;

impl Opened {
    async fn hand_over<W: Wire>(
        &mut self,
        line: &mut Line<W, StaffServerFrame>,
        conversation_id: ConversationId,
        arrived: LiveMessage<StaffMessage>,
        told: Marks,
    ) -> Result<(), Ended> {
        let shown = &arrived.message.shown;
        if shown.direction == Direction::ParticipantToBusiness && shown.sequence > told.business_delivered {
            self.handed_over = self.handed_over.max(shown.sequence);
            line.pulse.report_soon();
        }
        let frame = StaffServerFrame::Message {
            conversation_id,
            message: Box::new(arrived.message),
            previous_sequence: arrived.previous_sequence,
        };
        line.feed(&frame).await
    }
}

impl Desk {
    pub(super) async fn welcome<W: Wire>(
        &mut self,
        line: &mut Line<W, StaffServerFrame>,
    ) -> Result<(), Ending> {
        let service = line.state.service();
        let revision = service.list_revision(&self.caller).await;
        self.list_revision = revision.map_err(|error| Ending::Refused(error.into(), close::BROKEN))?;
        let frame = StaffServerFrame::Welcome {
            staff: self.caller.member(),
            server_time: service.server_time(),
        };
        line.connection.send(&frame).await?;
        Ok(())
    }

    pub(super) async fn look_again<W: Wire>(
        &mut self,
        line: &mut Line<W, StaffServerFrame>,
    ) -> Result<(), Ending> {
        line.pulse.looked();
        self.look_into_changed(line).await?;
        if self.list_changed {
            let next = self.list_due();
            if next <= Instant::now() {
                self.list_changed = false;
                self.list_looked = Instant::now();
                self.list_lines = 0;
                self.look_at_list(line).await?;
            } else {
                line.pulse.look_by(next);
            }
        }
        line.connection.flush().await?;
        Ok(())
    }

    /// Reads several conversations at once, so that a busy one does not keep the others waiting.
    pub(super) async fn look_into_changed<W: Wire>(
        &mut self,
        line: &mut Line<W, StaffServerFrame>,
    ) -> Result<(), Ending> {
        let changed = std::mem::take(&mut self.changed);
        let places: Vec<(ConversationId, Place)> = changed
            .into_iter()
            .filter_map(|id| self.opened.get(&id).map(|opened| (opened.place, id)))
            .map(|(place, id)| (id, place))
            .collect();
        let (service, caller, page) = (line.state.service().clone(), self.caller.clone(), line.page());
        let found = stream::iter(places).map(|(id, place)| {
            let (service, caller) = (&service, &caller);
            async move {
                let found = service.staff_changes(caller, &id, place, page).await;
                (id, found)
            }
        });
        let mut found = std::pin::pin!(found.buffered(READS_AT_ONCE));
        while let Some((conversation_id, changes)) = found.next().await {
            if self.take(line, &conversation_id, changes, true).await? {
                self.look_into(line, &conversation_id, true).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn look_at_list<W: Wire>(
        &mut self,
        line: &mut Line<W, StaffServerFrame>,
    ) -> Result<(), Ending> {
        loop {
            let changes = match line
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
            let lines = u32::try_from(changes.conversations.len()).unwrap_or(u32::MAX);
            self.list_lines = self.list_lines.saturating_add(lines).min(LIST_LINES_MAX);
            for conversation in changes.conversations {
                let conversation = Box::new(conversation);
                line.feed(&StaffServerFrame::Conversation { conversation })
                    .await?;
            }
            self.list_revision = changes.revision;
            if !changes.more {
                return Ok(());
            }
            line.connection.flush().await?;
        }
    }

    /// Something is new in a conversation.
    pub(super) fn look_for<W: Wire>(
        &mut self,
        line: &mut Line<W, StaffServerFrame>,
        conversation_id: ConversationId,
    ) {
        self.list_changed = true;
        if self.opened.contains_key(&conversation_id) {
            self.changed.insert(conversation_id);
            line.pulse.look_soon();
        } else {
            line.pulse.look_by(self.list_due());
        }
    }

    /// Hands over a message that was just stored, if its conversation is open and the message is all that is new in it.
    pub(super) async fn take_arrival<W: Wire>(
        &mut self,
        line: &mut Line<W, StaffServerFrame>,
        conversation_id: ConversationId,
        arrival: &Arrival,
    ) -> Result<(), Ending> {
        let opened = match self.opened.get_mut(&conversation_id) {
            Some(opened) if !self.changed.contains(&conversation_id) => opened,
            _ => {
                self.look_for(line, conversation_id);
                return Ok(());
            }
        };
        let service = line.state.service();
        match service.staff_news(&self.caller, opened.place, arrival).await {
            Ok(News::Nothing) => {}
            Ok(News::All(arrived)) => {
                let told = opened.told;
                opened.hand_over(line, conversation_id, arrived, told).await?;
                opened.place.after = arrival.message.sequence;
            }
            Ok(News::Look) | Err(_) => self.look_for(line, conversation_id),
        }
        self.list_changed = true;
        line.pulse.look_by(self.list_due());
        Ok(())
    }

    /// Hands over everything that the store holds beyond the page's place in a conversation.
    pub(super) async fn look_into<W: Wire>(
        &mut self,
        line: &mut Line<W, StaffServerFrame>,
        conversation_id: &ConversationId,
        streaming: bool,
    ) -> Result<(), Ending> {
        loop {
            let Some(place) = self.opened.get(conversation_id).map(|opened| opened.place) else {
                return Ok(());
            };
            let service = line.state.service();
            let found = service
                .staff_changes(&self.caller, conversation_id, place, line.page())
                .await;
            if !self.take(line, conversation_id, found, streaming).await? {
                return Ok(());
            }
            line.connection.flush().await?;
            if line.stopping.is_cancelled() {
                return Err(Ending::Stopping);
            }
        }
    }

    /// Hands over what was found in a conversation; answers whether there is more. A `streaming` page that was slow and has
    /// fallen behind is told to start over instead.
    pub(super) async fn take<W: Wire>(
        &mut self,
        line: &mut Line<W, StaffServerFrame>,
        conversation_id: &ConversationId,
        found: ServiceResult<StaffChanges>,
        streaming: bool,
    ) -> Result<bool, Ending> {
        let changes = match found {
            Ok(changes) => changes,
            Err(ServiceError::ConversationMerged { into }) => {
                self.opened.remove(conversation_id);
                let conversation_id = conversation_id.clone();
                line.feed(&StaffServerFrame::Merged {
                    conversation_id,
                    into,
                })
                .await?;
                return Ok(false);
            }
            Err(ServiceError::ConversationNotFound) => {
                // Taken away while it was open.
                self.opened.remove(conversation_id);
                let conversation_id = Some(conversation_id.clone());
                line.feed(&StaffServerFrame::Resync { conversation_id }).await?;
                return Ok(false);
            }
            Err(error) => {
                // The slow timer looks again.
                let _logged = ApiError::from(error);
                return Ok(false);
            }
        };
        let more = changes.more;
        if changes.start_over || (streaming && more && line.connection.was_slow()) {
            self.start_over(line, conversation_id).await?;
            return Ok(false);
        }
        self.hand_over(line, conversation_id, changes).await?;
        Ok(more)
    }

    pub(super) async fn hand_over<W: Wire>(
        &mut self,
        line: &mut Line<W, StaffServerFrame>,
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
            opened.hand_over(line, id(), live, told).await?;
        }
        for change in changes.buttons {
            line.connection
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
            line.feed(&frame).await?;
        }
        for (indication, performed_by, sequence) in marks::news(told, changes.marks) {
            let frame = StaffServerFrame::Indication {
                conversation_id: id(),
                indication,
                performed_by,
                sequence,
            };
            line.feed(&frame).await?;
        }
        Ok(())
    }

    /// Marks what was handed over of these conversations as delivered: all at once, so that they share a commit, and
    /// beside the loop, so that nothing new waits for it. Marks only grow: one more report beside another does no harm.
    pub(super) fn report_in<W: Wire>(
        &mut self,
        line: &mut Line<W, StaffServerFrame>,
        conversations: &[ConversationId],
    ) {
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
        let (service, caller) = (line.state.service().clone(), self.caller.clone());
        line.reporting.start(async move {
            let marked = waiting
                .iter()
                .map(|(id, sequence)| service.staff_delivered(&caller, id, *sequence));
            join_all(marked).await.into_iter().find_map(Result::err)
        });
    }

    pub(super) async fn start_over<W: Wire>(
        &mut self,
        line: &mut Line<W, StaffServerFrame>,
        conversation_id: &ConversationId,
    ) -> Result<(), Ending> {
        line.state.counters().resync();
        let found = line
            .state
            .service()
            .open_for_staff(&self.caller, conversation_id)
            .await;
        let found = found.map_err(|error| Ending::Refused(error.into(), close::BROKEN))?;
        if let Some(opened) = self.opened.get_mut(conversation_id) {
            // Presses since are told all the same: the page that the inbox reads does not reach back to every message that
            // it keeps on its screen.
            let revision = opened.place.revision;
            (opened.place, opened.told) = (found.place, found.marks);
            opened.place.revision = revision;
            self.changed.insert(conversation_id.clone());
            line.pulse.look_soon();
        }
        let conversation_id = Some(conversation_id.clone());
        line.feed(&StaffServerFrame::Resync { conversation_id }).await?;
        Ok(())
    }
}
