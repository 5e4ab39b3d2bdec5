//! The socket of the inbox page: `GET /staff/v1/socket`. One for the conversation list and all opened conversations.

mod look;
mod turn;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use shopbell_protocol::frame::{StaffClientFrame, StaffServerFrame};
use shopbell_protocol::shown::Marks;
use shopbell_protocol::{ConversationId, ErrorBody, Rule, Sequence};
use tokio::time::Instant;

use super::connection::{Connection, unacceptable};
use super::pulse::Pulse;
use super::talk::{Line, Talk, first_frame};
use super::wire::{Incoming, Wire, close};
use super::{complaint, upgrade};
use crate::http::error::ApiError;
use crate::http::extract::auth::{SESSION_COOKIE, Staff, cookie_value, own_page};
use crate::http::extract::client::Hold;
use crate::http::state::AppState;
use crate::service::{Place, StaffCaller};

/// Conversations that are read at once.
const READS_AT_ONCE: usize = 4;
/// Time between two looks at the list: each line is a larger question than a message, and nobody reads faster.
const LIST_AFTER: Duration = Duration::from_millis(200);
/// And so much more for each line of the last look, of [`LIST_LINES_MAX`] at most: on a busy site a list that moves all
/// the time costs more than the messages, on every page of the staff.
const LIST_LINE_AFTER: Duration = Duration::from_millis(16);
/// A second, in lines.
const LIST_LINES_MAX: u32 = 50;
/// Time between two questions whether the session still holds: another process may have ended it, and says nothing.
const CHECK_SESSION_AFTER: Duration = Duration::from_secs(3);
/// Conversations that one connection may have open.
const OPEN_MAX: usize = 200;

/// Opens the socket; the session cookie is the credential.
pub(crate) async fn handler(
    State(state): State<AppState>,
    Staff(caller): Staff,
    hold: Hold,
    headers: HeaderMap,
    request: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    own_page(&headers, &state)?;
    let session = cookie_value(&headers, SESSION_COOKIE).unwrap_or_default();
    let upgrade = upgrade::accept(request, state.stopping().is_cancelled())?;
    let tasks = state.tasks().clone();
    Ok(upgrade.on_upgrade(move |socket| {
        tasks.track_future(async move {
            talk(state, socket, caller, session).await;
            drop(hold);
        })
    }))
}

/// Talks with a member of the staff over `wire` until one side ends it or the session is over.
pub async fn talk<W: Wire>(state: AppState, wire: W, caller: StaffCaller, session: String) {
    let mut connection = Connection::new(wire, state.clone());
    if let Err(refusal) = Box::pin(greet(&state, &mut connection)).await {
        if let Some((error, code)) = refusal {
            refuse(connection, error, code).await;
        }
        return;
    }
    let most = state.config().socket.per_staff;
    let Some(_place) = state
        .staff_sockets()
        .take(caller.staff_id.as_str().to_owned(), most)
    else {
        let text = format!("More than {most} connections of one staff member");
        let error = ApiError::exhausted("socket.per_staff", text, 10_000).into_body();
        return refuse(connection, error, close::TRY_LATER).await;
    };
    let subscription = state.service().follow_as_staff(&caller);
    let _present = state.service().staff_connected(&caller);
    let pulse = Pulse::new(&state.config().socket).checking_every(CHECK_SESSION_AFTER);
    let dialect = Desk {
        caller,
        session,
        list_revision: 0,
        opened: BTreeMap::new(),
        changed: BTreeSet::new(),
        list_changed: false,
        list_looked: Instant::now(),
        list_lines: 0,
    };
    Talk::new(dialect, Line::new(state, connection, pulse))
        .run(subscription)
        .await;
}

async fn refuse<W: Wire>(connection: Connection<W>, error: ErrorBody, code: u16) {
    Box::pin(connection.part(&StaffServerFrame::Error { error }, code)).await;
}

async fn greet<W: Wire>(
    state: &AppState,
    connection: &mut Connection<W>,
) -> Result<(), Option<(ErrorBody, u16)>> {
    let within = Duration::from_secs(state.config().socket.hello_within_s);
    let not_hello = |error: ApiError| Some((error.into_body(), close::POLICY));
    match first_frame(connection, within).await {
        Ok(Incoming::Text(text)) => match serde_json::from_str(&text) {
            Ok(StaffClientFrame::Hello {}) => Ok(()),
            Ok(_other) => Err(not_hello(ApiError::field(
                "type",
                Rule::Other,
                "must be hello in the first frame",
            ))),
            Err(_unreadable) => Err(Some((
                complaint::about(&text, complaint::Dialect::Staff).error,
                close::POLICY,
            ))),
        },
        Ok(other) => Err(unacceptable(&other).map(|(error, code)| (error.into_body(), code))),
        Err(_elapsed) => {
            let text = format!(
                "The first frame must be hello, within {} seconds",
                within.as_secs()
            );
            let error = ApiError::application(StatusCode::REQUEST_TIMEOUT, "REQUEST_TIMEOUT", text);
            Err(not_hello(error))
        }
    }
}

/// A conversation that the page shows.
#[derive(Debug, Default)]
struct Opened {
    place: Place,
    told: Marks,
    /// The newest message of the participant that was handed over and not yet reported.
    handed_over: Sequence,
}

/// What a connection of the staff holds.
struct Desk {
    caller: StaffCaller,
    session: String,
    list_revision: u64,
    opened: BTreeMap<ConversationId, Opened>,
    /// Opened conversations in which something is new.
    changed: BTreeSet<ConversationId>,
    list_changed: bool,
    list_looked: Instant,
    /// Lines handed over by the last look at the list.
    list_lines: u32,
}
