//! What a participant is handed out of the store: at the beginning, and whenever something is new.

use shopbell_protocol::frame::{Resume, ServerFrame};
use shopbell_protocol::message::Direction;

use super::Talk;
use crate::http::error::ApiError;
use crate::service::{ParticipantChanges, Place};
use crate::socket::connection::close;
use crate::socket::{Ended, Ending, marks};

impl Talk {
    pub(super) async fn welcome(&mut self, resume: Option<Resume>) -> Result<(), Ending> {
        let welcome = self
            .state
            .service()
            .welcome_participant(&self.caller)
            .await
            .map_err(broken)?;
        (self.told, self.staff_online, self.place) = (welcome.marks, welcome.staff_online, welcome.place);
        let frame = ServerFrame::Welcome {
            participant: welcome.participant,
            conversation_id: welcome.conversation_id,
            last_sequence: welcome.last_sequence,
            marks: welcome.marks,
            settings: welcome.settings,
            server_time: self.state.service().server_time(),
        };
        self.connection.feed(&frame).await?;
        self.connection
            .feed(&ServerFrame::Presence {
                online: self.staff_online,
            })
            .await?;
        match resume {
            // A place that this conversation never had: the reader holds something else than what is here.
            Some(resume) if resume.after > welcome.last_sequence => {
                self.connection.feed(&ServerFrame::Resync {}).await?;
            }
            Some(resume) => {
                self.place = Place {
                    after: resume.after,
                    revision: 0,
                }
            }
            None => {}
        }
        // What the reader missed is handed over as fast as it is taken, however much it is.
        self.look(false).await?;
        self.connection.flush().await?;
        Ok(())
    }

    /// Hands over what the store holds beyond this reader's place. A `live` reader that was slow and has fallen a page
    /// behind is told to start over instead.
    pub(super) async fn look(&mut self, live: bool) -> Result<(), Ending> {
        let page = u32::try_from(self.state.config().socket.queue_frames).unwrap_or(u32::MAX);
        loop {
            self.pulse.looked();
            let found = self
                .state
                .service()
                .participant_changes(&self.caller, self.place, page)
                .await;
            let changes = match found {
                Ok(changes) => changes,
                Err(error) => {
                    // The slow timer looks again; what is not handed over now is not lost.
                    let _logged = ApiError::from(error);
                    return Ok(());
                }
            };
            let more = changes.more;
            if live && more && self.connection.was_slow() {
                return self.start_over().await;
            }
            self.hand_over(changes).await?;
            if !more {
                return Ok(());
            }
            self.connection.flush().await?;
            if self.stopping.is_cancelled() {
                return Err(Ending::Stopping);
            }
        }
    }

    pub(super) async fn hand_over(&mut self, changes: ParticipantChanges) -> Result<(), Ended> {
        for live in changes.messages {
            let message = live.message;
            if message.direction == Direction::BusinessToParticipant
                && message.sequence > self.told.participant_delivered
            {
                self.handed_over = self.handed_over.max(message.sequence);
                self.pulse.report_soon();
            }
            let frame = ServerFrame::Message {
                message,
                previous_sequence: live.previous_sequence,
            };
            self.connection.feed(&frame).await?;
        }
        for change in changes.buttons {
            self.connection
                .feed(&ServerFrame::ButtonState {
                    client_id: None,
                    change,
                })
                .await?;
        }
        for (indication, performed_by, sequence) in marks::news(self.told, changes.marks) {
            self.connection
                .feed(&ServerFrame::Indication {
                    indication,
                    performed_by,
                    sequence,
                })
                .await?;
        }
        (self.told, self.place) = (changes.marks, changes.place);
        Ok(())
    }

    pub(super) async fn start_over(&mut self) -> Result<(), Ending> {
        self.state.counters().resync();
        let welcome = self
            .state
            .service()
            .welcome_participant(&self.caller)
            .await
            .map_err(broken)?;
        (self.told, self.place) = (welcome.marks, welcome.place);
        self.connection.feed(&ServerFrame::Resync {}).await?;
        Ok(())
    }
}
fn broken(error: crate::service::ServiceError) -> Ending {
    Ending::Refused(error.into(), close::BROKEN)
}
