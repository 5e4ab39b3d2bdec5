//! What a participant is handed out of the store: at the beginning, and whenever something is new.

use shopbell_protocol::ShownMessage;
use shopbell_protocol::frame::ServerFrame;
use shopbell_protocol::message::Direction;

use super::Participant;
use crate::http::error::ApiError;
use crate::service::{LiveMessage, News, ParticipantChanges, ServiceError};
use crate::socket::talk::Line;
use crate::socket::wire::{Wire, close};
use crate::socket::{Ended, Ending, marks};
use crate::store::Arrival;

impl Participant {
    pub(super) async fn welcome<W: Wire>(&mut self, line: &mut Line<W, ServerFrame>) -> Result<(), Ending> {
        let service = line.state.service().clone();
        let welcome = service.welcome_participant(&self.caller).await.map_err(broken)?;
        (self.told, self.staff_online, self.place) = (welcome.marks, welcome.staff_online, welcome.place);
        let place = self.resume.take().map(|resume| welcome.resume(resume.after));
        let frame = ServerFrame::Welcome {
            participant: welcome.participant,
            conversation_id: welcome.conversation_id,
            last_sequence: welcome.last_sequence,
            marks: welcome.marks,
            settings: welcome.settings,
            server_time: service.server_time(),
        };
        line.feed(&frame).await?;
        let online = self.staff_online;
        line.feed(&ServerFrame::Presence { online }).await?;
        match place {
            Some(Some(place)) => self.place = place,
            // The reader holds something else than what is here.
            Some(None) => line.feed(&ServerFrame::Resync {}).await?,
            None => {}
        }
        // What the reader missed is handed over as fast as it is taken, however much it is.
        self.look_beyond(line, false).await
    }

    /// Hands over what the store holds beyond this reader's place. A `streaming` reader that was slow and has fallen a page
    /// behind is told to start over instead.
    pub(super) async fn look_beyond<W: Wire>(
        &mut self,
        line: &mut Line<W, ServerFrame>,
        streaming: bool,
    ) -> Result<(), Ending> {
        let page = line.page();
        loop {
            line.pulse.looked();
            let service = line.state.service();
            let found = service.participant_changes(&self.caller, self.place, page).await;
            let changes = match found {
                Ok(changes) => changes,
                // Signed in or out on another page: this token has ended.
                Err(error @ (ServiceError::Unauthenticated { .. } | ServiceError::IdentityExpired)) => {
                    return Err(Ending::Refused(error.into(), close::POLICY));
                }
                Err(error) => {
                    // The slow timer looks again; what is not handed over now is not lost.
                    let _logged = ApiError::from(error);
                    return Ok(());
                }
            };
            if changes.gone {
                return self.start_over(line).await;
            }
            let more = changes.more;
            if changes.start_over || (streaming && more && line.connection.was_slow()) {
                return self.start_over(line).await;
            }
            self.hand_over(line, changes).await?;
            if !more {
                return Ok(());
            }
            line.connection.flush().await?;
            if line.stopping.is_cancelled() {
                return Err(Ending::Stopping);
            }
        }
    }

    /// Hands over a message that was just stored, if it is all that is new.
    pub(super) async fn take_arrival<W: Wire>(
        &mut self,
        line: &mut Line<W, ServerFrame>,
        arrival: &Arrival,
    ) -> Result<(), Ending> {
        if line.pulse.is_to_look() {
            return Ok(());
        }
        let service = line.state.service();
        match service.participant_news(&self.caller, self.place, arrival).await {
            Ok(News::Nothing) => {}
            Ok(News::All(arrived)) => {
                let sequence = arrived.message.sequence;
                self.hand_over_message(line, arrived).await?;
                self.place.after = sequence;
            }
            Ok(News::Look) | Err(_) => line.pulse.look_soon(),
        }
        Ok(())
    }

    async fn hand_over_message<W: Wire>(
        &mut self,
        line: &mut Line<W, ServerFrame>,
        arrived: LiveMessage<ShownMessage>,
    ) -> Result<(), Ended> {
        let message = arrived.message;
        if message.direction == Direction::BusinessToParticipant
            && message.sequence > self.told.participant_delivered
        {
            self.handed_over = self.handed_over.max(message.sequence);
            line.pulse.report_soon();
        }
        let frame = ServerFrame::Message {
            message,
            previous_sequence: arrived.previous_sequence,
        };
        line.feed(&frame).await
    }

    async fn hand_over<W: Wire>(
        &mut self,
        line: &mut Line<W, ServerFrame>,
        changes: ParticipantChanges,
    ) -> Result<(), Ended> {
        for live in changes.messages {
            self.hand_over_message(line, live).await?;
        }
        for change in changes.buttons {
            let client_id = None;
            line.feed(&ServerFrame::ButtonState { client_id, change }).await?;
        }
        for (indication, performed_by, sequence) in marks::news(self.told, changes.marks) {
            line.feed(&ServerFrame::Indication {
                indication,
                performed_by,
                sequence,
            })
            .await?;
        }
        (self.told, self.place) = (changes.marks, changes.place);
        Ok(())
    }

    async fn start_over<W: Wire>(&mut self, line: &mut Line<W, ServerFrame>) -> Result<(), Ending> {
        line.state.counters().resync();
        let service = line.state.service();
        let welcome = service.welcome_participant(&self.caller).await.map_err(broken)?;
        // Presses since are told all the same: the page that the reader gets does not reach back to every message that it
        // keeps on its screen.
        let revision = self.place.revision;
        (self.told, self.place) = (welcome.marks, welcome.place);
        self.place.revision = revision;
        line.feed(&ServerFrame::Resync {}).await?;
        line.pulse.look_soon();
        Ok(())
    }
}

fn broken(error: ServiceError) -> Ending {
    let code = match error {
        ServiceError::Unauthenticated { .. } => close::POLICY,
        _ => close::BROKEN,
    };
    Ending::Refused(error.into(), code)
}
