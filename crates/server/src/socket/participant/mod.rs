//! The socket of a participant: `GET /widget/v1/socket`.

mod look;
mod turn;

use std::net::IpAddr;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::HeaderMap;
use axum::response::Response;
use shopbell_protocol::frame::{ClientFrame, Resume, ServerFrame};
use shopbell_protocol::limits::PUBLIC_BODY_MAX_BYTES;
use shopbell_protocol::shown::Marks;
use shopbell_protocol::{Rule, Sequence};

use super::complaint;
use super::connection::{Connection, unacceptable};
use super::pulse::Pulse;
use super::talk::{Line, Talk, first_frame};
use super::upgrade;
use super::wire::{Incoming, Wire, close};
use crate::http::error::ApiError;
use crate::http::extract::auth::own_page;
use crate::http::extract::client::{ClientAddress, Hold};
use crate::http::rates::Caller;
use crate::http::state::AppState;
use crate::service::{ParticipantCaller, Place};

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
            talk(state, socket, address.0).await;
            drop(hold);
        })
    }))
}

/// Talks with a participant over `wire` until one side ends it. The first frame says who it is; who cannot say it is
/// counted by `address`.
pub async fn talk<W: Wire>(state: AppState, wire: W, address: IpAddr) {
    let mut connection = Connection::new(wire, state.clone());
    let (caller, resume) = match Box::pin(greet(&state, &mut connection, ClientAddress(address))).await {
        Ok(greeting) => greeting,
        Err(Some((error, code))) => return refuse(connection, error, code).await,
        Err(None) => return,
    };
    let holder = caller.conversation_id.as_str().to_owned();
    let most = state.config().socket.per_participant;
    let Some(_place) = state.participant_sockets().take(holder, most) else {
        let text = format!("More than {most} connections of one participant");
        let error = ApiError::exhausted("socket.per_participant", text, 10_000);
        return refuse(connection, error, close::TRY_LATER).await;
    };
    // Listening starts before the first look into the store: what is stored after it is signalled, what was before is
    // found by the look.
    let subscription = state.service().follow_as_participant(&caller);
    let _present = state.service().participant_connected(&caller);
    let pulse = Pulse::new(&state.config().socket);
    let dialect = Participant {
        caller,
        resume,
        place: Place::default(),
        told: Marks::default(),
        staff_online: false,
        handed_over: Sequence::default(),
    };
    Talk::new(dialect, Line::new(state, connection, pulse))
        .run(subscription)
        .await;
}

async fn refuse<W: Wire>(connection: Connection<W>, error: ApiError, code: u16) {
    let frame = ServerFrame::Error {
        error: error.into_body(),
    };
    Box::pin(connection.part(&frame, code)).await;
}

/// The first frame, and who it speaks for.
async fn greet<W: Wire>(
    state: &AppState,
    connection: &mut Connection<W>,
    address: ClientAddress,
) -> Result<(ParticipantCaller, Option<Resume>), Option<(ApiError, u16)>> {
    let within = Duration::from_secs(state.config().socket.hello_within_s);
    let text = match first_frame(connection, within).await {
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
            let error = complaint::about(&text, complaint::Dialect::Participant).error;
            Err(Some((
                ApiError::new(axum::http::StatusCode::BAD_REQUEST, error),
                close::POLICY,
            )))
        }
    }
}

/// What a participant's connection holds.
struct Participant {
    caller: ParticipantCaller,
    resume: Option<Resume>,
    place: Place,
    told: Marks,
    staff_online: bool,
    /// The newest message of the business that was handed over and not yet reported.
    handed_over: Sequence,
}
