//! What one turn of the loop does: a frame that came in, a signal, a time that is due.

use futures_util::FutureExt as _;
use shopbell_protocol::frame::{Resume, StaffClientFrame, StaffServerFrame};
use shopbell_protocol::shown::Side;
use shopbell_protocol::staff::StaffSendRequest;
use shopbell_protocol::{ConversationId, Rule, Sequence};
use tokio::time::Instant;

use super::{OPEN_MAX, Opened, SIGNALS_AT_ONCE, Talk};
use crate::broker::{Heard, Signal, SignalKind, Subscription};
use crate::http::error::ApiError;
use crate::http::rates::Caller;
use crate::service::{Place, ServiceError};
use crate::socket::complaint::{self, Dialect};
use crate::socket::connection::{Incoming, close, unacceptable};
use crate::socket::pulse::Due;
use crate::socket::{Ended, Ending};

impl Talk {
    pub(super) async fn incoming(&mut self, incoming: Incoming) -> Result<(), Ending> {
        self.pulse.hear();
        if let Some((error, code)) = unacceptable(&incoming) {
            return Err(Ending::Refused(error, code));
        }
        let text = match incoming {
            Incoming::Text(text) => text,
            Incoming::Alive => return Ok(()),
            Incoming::Gone | Incoming::Binary | Incoming::TooLarge => {
                self.report_all();
                return Err(Ending::Gone);
            }
        };
        match serde_json::from_str(&text) {
            Ok(mut frame) => {
                in_lower_case(&mut frame);
                self.frame(frame).await?;
            }
            Err(_unreadable) => {
                // No page of ours sends this, so whoever goes on with it is cut off instead of being answered without end.
                if let Err(too_fast) = self
                    .state
                    .rates()
                    .take(Caller::Staff(self.caller.staff_id.as_str()))
                {
                    return Err(Ending::Refused(too_fast, close::TRY_LATER));
                }
                let complaint = complaint::about(&text, Dialect::Staff);
                let frame = match (complaint.client_id, complaint.conversation_id) {
                    (Some(client_id), Some(conversation_id)) => StaffServerFrame::Reject {
                        conversation_id,
                        client_id,
                        error: complaint.error,
                    },
                    _ => StaffServerFrame::Error {
                        error: complaint.error,
                    },
                };
                self.connection.feed(&frame).await?;
            }
        }
        self.connection.flush().await?;
        Ok(())
    }

    pub(super) async fn frame(&mut self, frame: StaffClientFrame) -> Result<(), Ending> {
        let counted = !matches!(frame, StaffClientFrame::Ping { .. } | StaffClientFrame::Unknown);
        let caller = Caller::Staff(self.caller.staff_id.as_str());
        if counted && let Err(too_fast) = self.state.rates().take(caller) {
            let error = too_fast.into_body();
            let frame = match frame {
                StaffClientFrame::Send {
                    conversation_id,
                    client_id,
                    ..
                } => StaffServerFrame::Reject {
                    conversation_id,
                    client_id,
                    error,
                },
                _ => StaffServerFrame::Error { error },
            };
            self.connection.feed(&frame).await?;
            return Ok(());
        }
        if counted {
            self.check_session().await?;
        }
        let service = self.state.service();
        match frame {
            StaffClientFrame::Open {
                conversation_id,
                resume,
            } => self.open(conversation_id, resume).await?,
            StaffClientFrame::Close { conversation_id } => {
                self.report(std::slice::from_ref(&conversation_id));
                self.opened.remove(&conversation_id);
                self.changed.remove(&conversation_id);
            }
            StaffClientFrame::Send {
                conversation_id,
                client_id,
                message,
                last_seen_sequence,
            } => {
                let request = StaffSendRequest {
                    client_id: client_id.clone(),
                    message: *message,
                    last_seen_sequence,
                };
                let frame = match service
                    .send_as_staff(&self.caller, &conversation_id, request)
                    .await
                {
                    Ok(message) => StaffServerFrame::Ack {
                        conversation_id,
                        client_id,
                        message: Box::new(message),
                    },
                    Err(error) => {
                        let error = ApiError::from(error).into_body();
                        StaffServerFrame::Reject {
                            conversation_id,
                            client_id,
                            error,
                        }
                    }
                };
                self.connection.feed(&frame).await?;
            }
            StaffClientFrame::Seen {
                conversation_id,
                sequence,
            } => {
                if let Err(error) = service.staff_seen(&self.caller, &conversation_id, sequence).await {
                    self.complain(error).await?;
                }
            }
            StaffClientFrame::Typing { conversation_id, on } => {
                if let Err(error) = service.staff_typing(&self.caller, &conversation_id, on).await {
                    self.complain(error).await?;
                }
            }
            StaffClientFrame::Ping { n } => self.connection.feed(&StaffServerFrame::Pong { n }).await?,
            StaffClientFrame::Hello {} => {
                let error =
                    ApiError::field("type", Rule::Other, "must be hello in the first frame only").into_body();
                self.connection.feed(&StaffServerFrame::Error { error }).await?;
            }
            StaffClientFrame::Unknown => {}
        }
        Ok(())
    }

    pub(super) async fn complain(&mut self, error: ServiceError) -> Result<(), Ended> {
        let error = ApiError::from(error).into_body();
        self.connection.feed(&StaffServerFrame::Error { error }).await
    }

    pub(super) async fn open(
        &mut self,
        conversation_id: ConversationId,
        resume: Option<Resume>,
    ) -> Result<(), Ending> {
        if self.opened.len() >= OPEN_MAX && !self.opened.contains_key(&conversation_id) {
            let text = format!("More than {OPEN_MAX} conversations are open; close one first");
            let error = ApiError::exhausted("open conversations of a connection", text, 1_000).into_body();
            self.connection.feed(&StaffServerFrame::Error { error }).await?;
            return Ok(());
        }
        let found = match self
            .state
            .service()
            .open_for_staff(&self.caller, &conversation_id)
            .await
        {
            Ok(found) => found,
            Err(error) => {
                self.complain(error).await?;
                return Ok(());
            }
        };
        let id = conversation_id.clone();
        let frame = StaffServerFrame::Opened {
            conversation_id: id,
            last_sequence: found.last_sequence,
            marks: found.marks,
        };
        self.connection.feed(&frame).await?;
        let (conversation, online) = (conversation_id.clone(), found.participant_online);
        self.connection
            .feed(&StaffServerFrame::Presence {
                conversation_id: conversation,
                online,
            })
            .await?;
        let place = match resume {
            Some(resume) if resume.after > found.last_sequence => {
                let conversation_id = Some(conversation_id.clone());
                self.connection
                    .feed(&StaffServerFrame::Resync { conversation_id })
                    .await?;
                found.place
            }
            Some(resume) => Place {
                after: resume.after,
                revision: 0,
            },
            None => found.place,
        };
        let opened = Opened {
            place,
            told: found.marks,
            handed_over: Sequence::default(),
        };
        self.opened.insert(conversation_id.clone(), opened);
        // What the page missed is handed over as fast as it is taken, however much it is.
        self.look_into(&conversation_id, false).await
    }

    pub(super) async fn heard(
        &mut self,
        first: Heard,
        subscription: &mut Subscription,
    ) -> Result<(), Ending> {
        let (mut next, mut taken) = (Some(first), 0);
        while let Some(heard) = next {
            match heard {
                Heard::Signal(signal) => self.signal(signal).await?,
                Heard::Missed => {
                    self.check_session().await?;
                    self.look_at_all();
                }
                Heard::Closed => return Err(Ending::Stopping),
            }
            taken += 1;
            next = if taken < SIGNALS_AT_ONCE {
                subscription.heard().now_or_never()
            } else {
                None
            };
        }
        self.connection.flush().await?;
        Ok(())
    }

    pub(super) fn look_at_all(&mut self) {
        self.changed.extend(self.opened.keys().cloned());
        self.list_changed = true;
        self.pulse.look_soon();
    }

    /// Somebody who has signed out elsewhere, or whose password was changed, hears and says no more.
    pub(super) async fn check_session(&mut self) -> Result<(), Ending> {
        self.session_checked = Instant::now();
        let known = self.state.service().authenticate_staff(&self.session).await;
        match known {
            Err(error @ ServiceError::Unauthenticated { .. }) => {
                Err(Ending::Refused(error.into(), close::POLICY))
            }
            // A store that cannot answer now says so to whatever is asked of it.
            Ok(_) | Err(_) => Ok(()),
        }
    }

    pub(super) async fn signal(&mut self, signal: Signal) -> Result<(), Ending> {
        let conversation_id = signal.conversation_id;
        match signal.kind {
            SignalKind::Look => {
                self.list_changed = true;
                if self.opened.contains_key(&conversation_id) {
                    self.changed.insert(conversation_id);
                }
                self.pulse.look_soon();
                Ok(())
            }
            // One's own typing comes back as everybody else's does, from this tab and from others of the same person.
            SignalKind::Typing {
                staff_id: Some(typist),
                ..
            } if typist == self.caller.staff_id => Ok(()),
            SignalKind::Typing { side, who, on, .. } => {
                let frame = StaffServerFrame::Typing {
                    conversation_id,
                    performed_by: side,
                    who,
                    on,
                };
                Ok(self.connection.feed(&frame).await?)
            }
            SignalKind::SessionsEnded => self.check_session().await,
            SignalKind::Presence {
                side: Side::Participant,
                online,
            } => Ok(self
                .connection
                .feed(&StaffServerFrame::Presence {
                    conversation_id,
                    online,
                })
                .await?),
            SignalKind::Presence { .. } => Ok(()),
        }
    }

    pub(super) async fn due(&mut self, due: Due) -> Result<(), Ending> {
        match due {
            Due::Ask => self.connection.send(&StaffServerFrame::Ping { n: 0 }).await?,
            Due::Probe => self.connection.probe().await?,
            Due::GiveUp => return Err(Ending::Gone),
            Due::Look => self.look().await?,
            Due::LookAnyway => {
                self.look_at_all();
                self.look().await?;
            }
            Due::Report if self.reporting.is_running() => self.pulse.report_soon(),
            Due::Report => self.report_all(),
        }
        Ok(())
    }

    fn report_all(&mut self) {
        let opened: Vec<ConversationId> = self.opened.keys().cloned().collect();
        self.report(&opened);
    }
}

/// An id is the same in any case; signals, and what is kept by id here, have it in lower case.
fn in_lower_case(frame: &mut StaffClientFrame) {
    match frame {
        StaffClientFrame::Open { conversation_id, .. }
        | StaffClientFrame::Close { conversation_id }
        | StaffClientFrame::Send { conversation_id, .. }
        | StaffClientFrame::Seen { conversation_id, .. }
        | StaffClientFrame::Typing { conversation_id, .. } => conversation_id.0.make_ascii_lowercase(),
        StaffClientFrame::Ping { .. } | StaffClientFrame::Hello {} | StaffClientFrame::Unknown => {}
    }
}
