//! The socket of a participant: `GET /widget/v1/socket`.

use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::Response;
use futures_util::FutureExt as _;
use shopbell_protocol::frame::{ClientFrame, Resume, ServerFrame};
use shopbell_protocol::message::Direction;
use shopbell_protocol::shown::{Marks, Side};
use shopbell_protocol::widget::{PostbackRequest, SendRequest};
use shopbell_protocol::{Rule, Sequence};
use tokio::time::timeout;

use super::complaint::{self, Dialect};
use super::connection::{Connection, Incoming, close, unacceptable};
use super::pulse::{Due, Pulse};
use super::{Ended, marks, upgrade};
use crate::broker::{Heard, SignalKind, Subscription};
use crate::http::error::ApiError;
use crate::http::extract::auth::own_page;
use crate::http::extract::client::{ClientAddress, Hold};
use crate::http::rates::Caller;
use crate::http::state::AppState;
use crate::service::{ParticipantCaller, ParticipantChanges, Place};

/// Signals taken together before one look.
const SIGNALS_AT_ONCE: usize = 256;

/// Opens the socket.
pub(crate) async fn handler(
    State(state): State<AppState>,
    address: ClientAddress,
    hold: Hold,
    headers: HeaderMap,
    request: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    own_page(&headers, &state)?;
    let upgrade = upgrade::accept(request, state.stopping().is_cancelled())?;
    let tasks = state.tasks().clone();
    Ok(upgrade.on_upgrade(move |socket| {
        tasks.track_future(async move {
            run(state, socket, address).await;
            drop(hold);
        })
    }))
}

async fn run(state: AppState, socket: WebSocket, address: ClientAddress) {
    let mut connection = Connection::new(socket, state.clone());
    let (caller, resume) = match Box::pin(greet(&state, &mut connection, address)).await {
        Ok(greeting) => greeting,
        Err(Some((error, code))) => {
            return Box::pin(connection.part(
                &ServerFrame::Error {
                    error: error.into_body(),
                },
                code,
            ))
            .await;
        }
        Err(None) => return,
    };
    let holder = caller.conversation_id.as_str().to_owned();
    let most = state.config().socket.per_participant;
    let Some(_place) = state.participant_sockets().take(holder, most) else {
        let text = format!("More than {most} connections of one participant");
        let error = ApiError::exhausted("socket.per_participant", text, 10_000);
        return Box::pin(connection.part(
            &ServerFrame::Error {
                error: error.into_body(),
            },
            close::TRY_LATER,
        ))
        .await;
    };
    // Listening starts before the first look into the store: what is stored after it is signalled, what was before is
    // found by the look.
    let subscription = state.service().follow_as_participant(&caller);
    let _present = state.service().participant_connected(&caller);
    let pulse = Pulse::new(&state.config().socket);
    let mut talk = Talk {
        stopping: state.stopping().clone(),
        state,
        connection,
        caller,
        pulse,
        place: Place::default(),
        told: Marks::default(),
        staff_online: false,
        handed_over: Sequence::default(),
    };
    let ending = match Box::pin(talk.welcome(resume)).await {
        Ok(()) => talk.live(subscription).await,
        Err(ending) => ending,
    };
    match ending {
        Ending::Gone => {}
        Ending::Stopping => {
            Box::pin(talk.connection.part(
                &ServerFrame::Goodbye {
                    retry_after_ms: 1_000,
                },
                close::GOING_AWAY,
            ))
            .await;
        }
        Ending::Refused(error, code) => {
            Box::pin(talk.connection.part(
                &ServerFrame::Error {
                    error: error.into_body(),
                },
                code,
            ))
            .await;
        }
    }
}

/// The first frame, and who it speaks for.
async fn greet(
    state: &AppState,
    connection: &mut Connection,
    address: ClientAddress,
) -> Result<(ParticipantCaller, Option<Resume>), Option<(ApiError, u16)>> {
    let within = Duration::from_secs(state.config().socket.hello_within_s);
    let first = async {
        loop {
            match connection.receive().await {
                Incoming::Alive => {}
                other => return other,
            }
        }
    };
    let text = match timeout(within, first).await {
        Ok(Incoming::Text(text)) => text,
        Ok(other) => return Err(unacceptable(&other)),
        Err(_elapsed) => {
            let text = format!(
                "The first frame must be hello, within {} seconds",
                within.as_secs()
            );
            return Err(Some((ApiError::unauthenticated(&text), close::POLICY)));
        }
    };
    match serde_json::from_str(&text) {
        Ok(ClientFrame::Hello { token, resume }) => {
            match state.service().authenticate_participant(&token).await {
                Ok(caller) => Ok((caller, resume)),
                Err(error) => {
                    let error = state
                        .rates()
                        .take(Caller::Address(address))
                        .err()
                        .unwrap_or_else(|| error.into());
                    Err(Some((error, close::POLICY)))
                }
            }
        }
        Ok(_other) => {
            let error = ApiError::field("type", Rule::Other, "must be hello in the first frame");
            Err(Some((error, close::POLICY)))
        }
        Err(_unreadable) => {
            let error = complaint::about(&text, Dialect::Participant).error;
            Err(Some((
                ApiError::new(axum::http::StatusCode::BAD_REQUEST, error),
                close::POLICY,
            )))
        }
    }
}

/// Why a talk is over.
enum Ending {
    Gone,
    Stopping,
    Refused(ApiError, u16),
}

impl From<Ended> for Ending {
    fn from(_ended: Ended) -> Self {
        Self::Gone
    }
}

/// One connection after its `hello`.
struct Talk {
    state: AppState,
    stopping: tokio_util::sync::CancellationToken,
    connection: Connection,
    caller: ParticipantCaller,
    pulse: Pulse,
    place: Place,
    told: Marks,
    staff_online: bool,
    /// The newest message of the business that was handed over and not yet reported.
    handed_over: Sequence,
}

impl Talk {
    async fn welcome(&mut self, resume: Option<Resume>) -> Result<(), Ending> {
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

    /// What a turn does is boxed: an idle connection holds only what it waits with, and most of them are idle.
    async fn live(&mut self, mut subscription: Subscription) -> Ending {
        loop {
            let turn = tokio::select! {
                incoming = self.connection.receive() => Box::pin(self.incoming(incoming)).await,
                heard = subscription.heard() => Box::pin(self.heard(heard, &mut subscription)).await,
                due = self.pulse.due() => Box::pin(self.due(due)).await,
                () = self.stopping.cancelled() => Err(Ending::Stopping),
            };
            if let Err(ending) = turn {
                return ending;
            }
        }
    }

    async fn incoming(&mut self, incoming: Incoming) -> Result<(), Ending> {
        self.pulse.hear();
        if let Some((error, code)) = unacceptable(&incoming) {
            return Err(Ending::Refused(error, code));
        }
        let text = match incoming {
            Incoming::Text(text) => text,
            Incoming::Alive => return Ok(()),
            Incoming::Gone | Incoming::Binary | Incoming::TooLarge => return Err(Ending::Gone),
        };
        match serde_json::from_str(&text) {
            Ok(frame) => self.frame(frame).await?,
            Err(_unreadable) => {
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

    async fn frame(&mut self, frame: ClientFrame) -> Result<(), Ended> {
        let service = self.state.service();
        let counted = !matches!(frame, ClientFrame::Ping { .. } | ClientFrame::Unknown);
        let caller = Caller::Participant(self.caller.conversation_id.as_str());
        let too_fast = if counted {
            self.state.rates().take(caller).err()
        } else {
            None
        };
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

    async fn heard(&mut self, first: Heard, subscription: &mut Subscription) -> Result<(), Ending> {
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

    async fn signal(&mut self, kind: SignalKind) -> Result<(), Ended> {
        match kind {
            SignalKind::Look => {
                self.pulse.look_soon();
                Ok(())
            }
            SignalKind::Typing {
                side: Side::Business,
                who,
                on,
            } => self.connection.feed(&ServerFrame::Typing { who, on }).await,
            SignalKind::Presence {
                side: Side::Business,
                online,
            } if online != self.staff_online => {
                self.staff_online = online;
                self.connection.feed(&ServerFrame::Presence { online }).await
            }
            SignalKind::Typing { .. } | SignalKind::Presence { .. } => Ok(()),
        }
    }

    async fn due(&mut self, due: Due) -> Result<(), Ending> {
        match due {
            Due::Ask => self.connection.send(&ServerFrame::Ping { n: 0 }).await?,
            Due::Probe => self.connection.probe().await?,
            Due::GiveUp => return Err(Ending::Gone),
            Due::Look | Due::LookAnyway => {
                self.look(true).await?;
                self.connection.flush().await?;
            }
            Due::Report => {
                let sequence = std::mem::take(&mut self.handed_over);
                let reported = self
                    .state
                    .service()
                    .participant_delivered(&self.caller, sequence)
                    .await;
                if let Err(error) = reported {
                    // Told again with the next message; a mark is not worth a connection.
                    tracing::warn!(%error, "a delivery could not be marked");
                }
            }
        }
        Ok(())
    }

    /// Hands over what the store holds beyond this reader's place. A `live` reader that was slow and has fallen a page
    /// behind is told to start over instead.
    async fn look(&mut self, live: bool) -> Result<(), Ending> {
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

    async fn hand_over(&mut self, changes: ParticipantChanges) -> Result<(), Ended> {
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

    async fn start_over(&mut self) -> Result<(), Ending> {
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
