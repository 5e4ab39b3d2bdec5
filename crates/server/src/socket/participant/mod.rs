//! The socket of a participant: `GET /widget/v1/socket`.

mod look;
mod turn;

use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::Response;
use shopbell_protocol::frame::{ClientFrame, Resume, ServerFrame};
use shopbell_protocol::limits::PUBLIC_BODY_MAX_BYTES;
use shopbell_protocol::shown::Marks;
use shopbell_protocol::{Rule, Sequence};
use tokio::time::timeout;

use super::complaint::{self, Dialect};
use super::connection::{Connection, Incoming, close, unacceptable};
use super::pulse::Pulse;
use super::reporting::Reporting;
use super::{Ending, upgrade};
use crate::broker::Subscription;
use crate::http::error::ApiError;
use crate::http::extract::auth::own_page;
use crate::http::extract::client::{ClientAddress, Hold};
use crate::http::rates::Caller;
use crate::http::state::AppState;
use crate::service::{ParticipantCaller, Place};

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
        reporting: Reporting::default(),
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
        Ok(Incoming::Text(text)) if text.len() > PUBLIC_BODY_MAX_BYTES => {
            let error = ApiError::body_too_large(PUBLIC_BODY_MAX_BYTES as u64);
            return Err(Some((error, close::TOO_BIG)));
        }
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
    reporting: Reporting,
}

impl Talk {
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
}
