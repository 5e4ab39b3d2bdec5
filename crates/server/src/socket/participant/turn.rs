//! What a participant says, and what they are told of that is not in the store.

use shopbell_protocol::frame::{ClientFrame, ServerFrame};
use shopbell_protocol::shown::Side;
use shopbell_protocol::widget::{PostbackRequest, SendRequest};
use shopbell_protocol::{ClientId, ErrorBody, Rule, Sequence};

use super::Participant;
use crate::broker::{Signal, SignalKind};
use crate::http::error::ApiError;
use crate::http::rates::Caller;
use crate::service::ServiceError;
use crate::socket::Ending;
use crate::socket::complaint::{self, Complaint};
use crate::socket::talk::{Dialect, Line};
use crate::socket::wire::Wire;

impl Dialect for Participant {
    type In = ClientFrame;
    type Out = ServerFrame;

    const NAME: complaint::Dialect = complaint::Dialect::Participant;
    const SIGNALS_AT_ONCE: usize = 256;

    fn caller(&self) -> Caller<'_> {
        Caller::Participant(self.caller.conversation_id.as_str())
    }

    fn error(error: ErrorBody) -> ServerFrame {
        ServerFrame::Error { error }
    }

    fn complaint(complaint: Complaint) -> ServerFrame {
        let error = complaint.error;
        match complaint.client_id {
            Some(client_id) => ServerFrame::Reject { client_id, error },
            None => ServerFrame::Error { error },
        }
    }

    fn ping() -> ServerFrame {
        ServerFrame::Ping { n: 0 }
    }

    fn goodbye(retry_after_ms: u64) -> ServerFrame {
        ServerFrame::Goodbye { retry_after_ms }
    }

    async fn begin<W: Wire>(&mut self, line: &mut Line<W, ServerFrame>) -> Result<(), Ending> {
        self.welcome(line).await
    }

    async fn frame<W: Wire>(
        &mut self,
        line: &mut Line<W, ServerFrame>,
        frame: ClientFrame,
        bytes: usize,
    ) -> Result<(), Ending> {
        if let Some(too_fast) = self.too_fast(line, &frame, bytes) {
            let error = too_fast.into_body();
            line.answer(match frame {
                ClientFrame::Send { client_id, .. } | ClientFrame::Postback { client_id, .. } => {
                    ServerFrame::Reject { client_id, error }
                }
                _ => ServerFrame::Error { error },
            });
            return Ok(());
        }
        match frame {
            ClientFrame::Send { client_id, content } => {
                let request = SendRequest {
                    client_id: client_id.clone(),
                    content,
                };
                let service = line.state.service();
                let sending = service.begin_send_as_participant(&self.caller, request).await;
                line.answers.push(async move {
                    vec![match sending.await {
                        Ok(message) => ServerFrame::Ack { client_id, message },
                        Err(error) => reject(client_id, error),
                    }]
                });
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
                let (service, caller) = (line.state.service().clone(), self.caller.clone());
                line.answers.push(async move {
                    match service.press_postback(&caller, request).await {
                        Ok(answer) => {
                            let buttons = answer.buttons.into_iter();
                            let client_id = Some(client_id);
                            buttons
                                .map(|change| ServerFrame::ButtonState {
                                    client_id: client_id.clone(),
                                    change,
                                })
                                .collect()
                        }
                        Err(error) => vec![reject(client_id, error)],
                    }
                });
            }
            ClientFrame::Seen { sequence } => self.seen(line, sequence),
            ClientFrame::Typing { on } => line.state.service().participant_typing(&self.caller, on),
            ClientFrame::Ping { n } => line.feed(&ServerFrame::Pong { n }).await?,
            ClientFrame::Hello { .. } => {
                let error = ApiError::field("type", Rule::Other, "must be hello in the first frame only");
                line.answer(Self::error(error.into_body()));
            }
            ClientFrame::Unknown => {}
        }
        Ok(())
    }

    async fn signal<W: Wire>(
        &mut self,
        line: &mut Line<W, ServerFrame>,
        signal: Signal,
    ) -> Result<(), Ending> {
        match signal.kind {
            SignalKind::Look => line.pulse.look_soon(),
            SignalKind::Stored(arrival) => self.take_arrival(line, &arrival).await?,
            SignalKind::Typing {
                side: Side::Business,
                who,
                on,
                ..
            } => line.feed(&ServerFrame::Typing { who, on }).await?,
            SignalKind::Presence {
                side: Side::Business,
                online,
            } if online != self.staff_online => {
                self.staff_online = online;
                line.feed(&ServerFrame::Presence { online }).await?;
            }
            SignalKind::Typing { .. } | SignalKind::Presence { .. } | SignalKind::SessionsEnded => {}
        }
        Ok(())
    }

    async fn missed<W: Wire>(&mut self, line: &mut Line<W, ServerFrame>) -> Result<(), Ending> {
        line.pulse.look_soon();
        Ok(())
    }

    async fn look<W: Wire>(
        &mut self,
        line: &mut Line<W, ServerFrame>,
        _everywhere: bool,
    ) -> Result<(), Ending> {
        self.look_beyond(line, true).await
    }

    /// A visitor token holds as long as it says; its socket is not checked again.
    async fn check<W: Wire>(&mut self, _line: &mut Line<W, ServerFrame>) -> Result<(), Ending> {
        Ok(())
    }

    fn report<W: Wire>(&mut self, line: &mut Line<W, ServerFrame>) {
        let sequence = std::mem::take(&mut self.handed_over);
        if sequence == Sequence::default() {
            return;
        }
        let (service, caller) = (line.state.service().clone(), self.caller.clone());
        line.reporting
            .start(async move { service.participant_delivered(&caller, sequence).await.err() });
    }
}

impl Participant {
    fn too_fast<W: Wire>(
        &self,
        line: &Line<W, ServerFrame>,
        frame: &ClientFrame,
        bytes: usize,
    ) -> Option<ApiError> {
        let rates = line.state.rates();
        let too_fast = rates.take(self.caller()).err();
        if too_fast.is_some() || !matches!(frame, ClientFrame::Send { .. }) {
            return too_fast;
        }
        rates.take_message(&self.caller.conversation_id, bytes).err()
    }

    fn seen<W: Wire>(&self, line: &mut Line<W, ServerFrame>, sequence: Sequence) {
        let (service, caller) = (line.state.service().clone(), self.caller.clone());
        line.answers.push(async move {
            let seen = service.participant_seen(&caller, sequence).await;
            let error = seen.err().map(|error| ApiError::from(error).into_body());
            error.map(Self::error).into_iter().collect()
        });
    }
}

fn reject(client_id: ClientId, error: ServiceError) -> ServerFrame {
    let error = ApiError::from(error).into_body();
    ServerFrame::Reject { client_id, error }
}
