//! What one turn of a participant's loop does: a frame that came in, a signal, a time that is due.

use futures_util::FutureExt as _;
use shopbell_protocol::frame::{ClientFrame, ServerFrame};
use shopbell_protocol::shown::Side;
use shopbell_protocol::widget::{PostbackRequest, SendRequest};
use shopbell_protocol::{Rule, Sequence};

use super::{SIGNALS_AT_ONCE, Talk};
use crate::broker::{Heard, SignalKind, Subscription};
use crate::http::error::ApiError;
use crate::http::rates::Caller;
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
                self.report();
                return Err(Ending::Gone);
            }
        };
        match serde_json::from_str(&text) {
            Ok(frame) => self.frame(frame, text.len()).await?,
            Err(_unreadable) => {
                // No page of ours sends this, so whoever goes on with it is cut off instead of being answered without end.
                if let Err(too_fast) = self
                    .state
                    .rates()
                    .take(Caller::Participant(self.caller.conversation_id.as_str()))
                {
                    return Err(Ending::Refused(too_fast, close::TRY_LATER));
                }
                let complaint = complaint::about(&text, Dialect::Participant);
                let frame = match complaint.client_id {
                    Some(client_id) => ServerFrame::Reject {
                        client_id,
                        error: complaint.error,
                    },
                    None => ServerFrame::Error {
                        error: complaint.error,
                    },
                };
                self.connection.feed(&frame).await?;
            }
        }
        self.connection.flush().await?;
        Ok(())
    }

    pub(super) async fn frame(&mut self, frame: ClientFrame, bytes: usize) -> Result<(), Ended> {
        let service = self.state.service();
        let counted = !matches!(frame, ClientFrame::Ping { .. } | ClientFrame::Unknown);
        let caller = Caller::Participant(self.caller.conversation_id.as_str());
        let rates = self.state.rates();
        let mut too_fast = if counted { rates.take(caller).err() } else { None };
        if too_fast.is_none() && matches!(frame, ClientFrame::Send { .. }) {
            too_fast = rates.take_message(&self.caller.conversation_id, bytes).err();
        }
        match frame {
            ClientFrame::Send { client_id, .. } | ClientFrame::Postback { client_id, .. }
                if too_fast.is_some() =>
            {
                let error = too_fast.unwrap_or_else(ApiError::internal).into_body();
                self.connection
                    .feed(&ServerFrame::Reject { client_id, error })
                    .await
            }
            ClientFrame::Seen { .. } | ClientFrame::Typing { .. } if too_fast.is_some() => {
                let error = too_fast.unwrap_or_else(ApiError::internal).into_body();
                self.connection.feed(&ServerFrame::Error { error }).await
            }
            ClientFrame::Send { client_id, content } => {
                let request = SendRequest {
                    client_id: client_id.clone(),
                    content,
                };
                let frame = match service.send_as_participant(&self.caller, request).await {
                    Ok(message) => ServerFrame::Ack { client_id, message },
                    Err(error) => ServerFrame::Reject {
                        client_id,
                        error: ApiError::from(error).into_body(),
                    },
                };
                self.connection.feed(&frame).await
            }
            ClientFrame::Postback {
                client_id,
                message_id,
                button_id,
            } => {
                let request = PostbackRequest {
                    client_id: client_id.clone(),
                    message_id,
                    button_id,
                };
                match service.press_postback(&self.caller, request).await {
                    Ok(answer) => {
                        for change in answer.buttons {
                            let client_id = Some(client_id.clone());
                            self.connection
                                .feed(&ServerFrame::ButtonState { client_id, change })
                                .await?;
                        }
                        Ok(())
                    }
                    Err(error) => {
                        let error = ApiError::from(error).into_body();
                        self.connection
                            .feed(&ServerFrame::Reject { client_id, error })
                            .await
                    }
                }
            }
            ClientFrame::Seen { sequence } => match service.participant_seen(&self.caller, sequence).await {
                Ok(_marks) => Ok(()),
                Err(error) => {
                    let error = ApiError::from(error).into_body();
                    self.connection.feed(&ServerFrame::Error { error }).await
                }
            },
            ClientFrame::Typing { on } => {
                service.participant_typing(&self.caller, on);
                Ok(())
            }
            ClientFrame::Ping { n } => self.connection.feed(&ServerFrame::Pong { n }).await,
            ClientFrame::Hello { .. } => {
                let error = ApiError::field("type", Rule::Other, "must be hello in the first frame only");
                self.connection
                    .feed(&ServerFrame::Error {
                        error: error.into_body(),
                    })
                    .await
            }
            ClientFrame::Unknown => Ok(()),
        }
    }

    pub(super) async fn heard(
        &mut self,
        first: Heard,
        subscription: &mut Subscription,
    ) -> Result<(), Ending> {
        let (mut next, mut taken) = (Some(first), 0);
        while let Some(heard) = next {
            match heard {
                Heard::Signal(signal) => self.signal(signal.kind).await?,
                Heard::Missed => self.pulse.look_soon(),
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

    pub(super) async fn signal(&mut self, kind: SignalKind) -> Result<(), Ended> {
        match kind {
            SignalKind::Look => {
                self.pulse.look_soon();
                Ok(())
            }
            SignalKind::Typing {
                side: Side::Business,
                who,
                on,
                ..
            } => self.connection.feed(&ServerFrame::Typing { who, on }).await,
            SignalKind::Presence {
                side: Side::Business,
                online,
            } if online != self.staff_online => {
                self.staff_online = online;
                self.connection.feed(&ServerFrame::Presence { online }).await
            }
            SignalKind::Typing { .. } | SignalKind::Presence { .. } | SignalKind::SessionsEnded => Ok(()),
        }
    }

    pub(super) async fn due(&mut self, due: Due) -> Result<(), Ending> {
        match due {
            Due::Ask => self.connection.send(&ServerFrame::Ping { n: 0 }).await?,
            Due::Probe => self.connection.probe().await?,
            Due::GiveUp => return Err(Ending::Gone),
            Due::Look | Due::LookAnyway => {
                self.look(true).await?;
                self.connection.flush().await?;
            }
            Due::Report if self.reporting.is_running() => self.pulse.report_soon(),
            Due::Report => self.report(),
        }
        Ok(())
    }

    /// Marks what was handed over as delivered, beside the loop; also what a reader that leaves has just received.
    fn report(&mut self) {
        let sequence = std::mem::take(&mut self.handed_over);
        if sequence == Sequence::default() {
            return;
        }
        let (service, caller) = (self.state.service().clone(), self.caller.clone());
        self.reporting
            .start(async move { service.participant_delivered(&caller, sequence).await.err() });
    }
}
