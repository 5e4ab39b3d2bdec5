//! The socket of the inbox page: `GET /staff/v1/socket`. One for the conversation list and all opened conversations.

mod look;
mod turn;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use shopbell_protocol::frame::{StaffClientFrame, StaffServerFrame};
use shopbell_protocol::shown::Marks;
use shopbell_protocol::{ConversationId, ErrorBody, Rule, Sequence};
use tokio::time::{Instant, sleep_until, timeout};

use super::complaint::{self, Dialect};
use super::connection::{Connection, Incoming, close, unacceptable};
use super::pulse::Pulse;
use super::reporting::Reporting;
use super::{Ending, upgrade};
use crate::broker::Subscription;
use crate::http::error::ApiError;
use crate::http::extract::auth::{Staff, own_page, session_cookie};
use crate::http::extract::client::Hold;
use crate::http::state::AppState;
use crate::service::{Place, StaffCaller};

/// Signals taken together before one look.
const SIGNALS_AT_ONCE: usize = 1_024;
/// Conversations that are read at once.
const READS_AT_ONCE: usize = 4;
/// Time between two looks at the list: each line is a larger question than a message, and nobody reads faster.
const LIST_AFTER: Duration = Duration::from_millis(200);
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
    let session = session_cookie(&headers).unwrap_or_default();
    let upgrade = upgrade::accept(request, state.stopping().is_cancelled())?;
    let tasks = state.tasks().clone();
    Ok(upgrade.on_upgrade(move |socket| {
        tasks.track_future(async move {
            run(state, socket, caller, session).await;
            drop(hold);
        })
    }))
}

async fn run(state: AppState, socket: WebSocket, caller: StaffCaller, session: String) {
    let mut connection = Connection::new(socket, state.clone());
    if let Err(refusal) = Box::pin(greet(&state, &mut connection)).await {
        if let Some((error, code)) = refusal {
            connection.part(&StaffServerFrame::Error { error }, code).await;
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
        return Box::pin(connection.part(&StaffServerFrame::Error { error }, close::TRY_LATER)).await;
    };
    let subscription = state.service().follow_as_staff(&caller);
    let _present = state.service().staff_connected(&caller);
    let mut talk = Talk {
        stopping: state.stopping().clone(),
        pulse: Pulse::new(&state.config().socket),
        state,
        connection,
        caller,
        session,
        list_revision: 0,
        opened: HashMap::new(),
        changed: HashSet::new(),
        list_changed: false,
        list_looked: Instant::now(),
        session_checked: Instant::now(),
        reporting: Reporting::default(),
    };
    // Once more, now that the end of the session would be heard: it may have come before the first frame.
    let begun = match Box::pin(talk.check_session()).await {
        Ok(()) => Box::pin(talk.welcome()).await,
        refused => refused,
    };
    let ending = match begun {
        Ok(()) => talk.live(subscription).await,
        Err(ending) => ending,
    };
    match ending {
        Ending::Gone => {}
        Ending::Stopping => {
            let goodbye = StaffServerFrame::Goodbye {
                retry_after_ms: 1_000,
            };
            Box::pin(talk.connection.part(&goodbye, close::GOING_AWAY)).await;
        }
        Ending::Refused(error, code) => {
            Box::pin(talk.connection.part(
                &StaffServerFrame::Error {
                    error: error.into_body(),
                },
                code,
            ))
            .await;
        }
    }
}

async fn greet(state: &AppState, connection: &mut Connection) -> Result<(), Option<(ErrorBody, u16)>> {
    let within = Duration::from_secs(state.config().socket.hello_within_s);
    let first = async {
        loop {
            match connection.receive().await {
                Incoming::Alive => {}
                other => return other,
            }
        }
    };
    let not_hello = |error: ApiError| Some((error.into_body(), close::POLICY));
    match timeout(within, first).await {
        Ok(Incoming::Text(text)) => match serde_json::from_str(&text) {
            Ok(StaffClientFrame::Hello {}) => Ok(()),
            Ok(_other) => Err(not_hello(ApiError::field(
                "type",
                Rule::Other,
                "must be hello in the first frame",
            ))),
            Err(_unreadable) => Err(Some((
                complaint::about(&text, Dialect::Staff).error,
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

/// One connection after its `hello`.
struct Talk {
    state: AppState,
    stopping: tokio_util::sync::CancellationToken,
    connection: Connection,
    caller: StaffCaller,
    session: String,
    pulse: Pulse,
    list_revision: u64,
    opened: HashMap<ConversationId, Opened>,
    /// Opened conversations in which something is new.
    changed: HashSet<ConversationId>,
    list_changed: bool,
    list_looked: Instant,
    session_checked: Instant,
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
                () = sleep_until(self.session_checked + CHECK_SESSION_AFTER) => Box::pin(self.check_session()).await,
                () = self.stopping.cancelled() => Err(Ending::Stopping),
            };
            if let Err(ending) = turn {
                return ending;
            }
        }
    }
}
