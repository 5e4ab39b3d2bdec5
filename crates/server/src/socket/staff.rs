//! The socket of the inbox page: `GET /staff/v1/socket`. One for the conversation list and all opened conversations.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use futures_util::future::join_all;
use futures_util::{FutureExt as _, StreamExt as _, stream};
use shopbell_protocol::frame::{Resume, StaffClientFrame, StaffServerFrame};
use shopbell_protocol::message::Direction;
use shopbell_protocol::shown::{Marks, Side};
use shopbell_protocol::staff::StaffSendRequest;
use shopbell_protocol::{ConversationId, ErrorBody, Rule, Sequence};
use tokio::time::{Instant, timeout};

use super::complaint::{self, Dialect};
use super::connection::{Connection, Incoming, close, unacceptable};
use super::pulse::{Due, Pulse};
use super::{Ended, marks, upgrade};
use crate::broker::{Heard, Signal, SignalKind, Subscription};
use crate::http::error::ApiError;
use crate::http::extract::auth::{Staff, own_page, session_cookie};
use crate::http::extract::client::Hold;
use crate::http::rates::Caller;
use crate::http::state::AppState;
use crate::service::{Place, ServiceError, ServiceResult, StaffCaller, StaffChanges};

/// Signals taken together before one look.
const SIGNALS_AT_ONCE: usize = 1_024;
/// Conversations that are read at once.
const READS_AT_ONCE: usize = 4;
/// Time between two looks at the list: each line is a larger question than a message, and nobody reads faster.
const LIST_AFTER: Duration = Duration::from_millis(200);
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
    };
    let ending = match Box::pin(talk.welcome()).await {
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
}

impl Talk {
    async fn welcome(&mut self) -> Result<(), Ending> {
        let service = self.state.service();
        let revision = service.list_revision(&self.caller).await;
        self.list_revision = revision.map_err(|error| Ending::Refused(error.into(), close::BROKEN))?;
        let frame = StaffServerFrame::Welcome {
            staff: self.caller.member(),
            server_time: service.server_time(),
        };
        self.connection.send(&frame).await?;
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

    async fn frame(&mut self, frame: StaffClientFrame) -> Result<(), Ending> {
        let service = self.state.service();
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
        match frame {
            StaffClientFrame::Open {
                conversation_id,
                resume,
            } => self.open(conversation_id, resume).await?,
            StaffClientFrame::Close { conversation_id } => {
                self.report(std::slice::from_ref(&conversation_id)).await;
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

    async fn complain(&mut self, error: ServiceError) -> Result<(), Ended> {
        let error = ApiError::from(error).into_body();
        self.connection.feed(&StaffServerFrame::Error { error }).await
    }

    async fn open(&mut self, conversation_id: ConversationId, resume: Option<Resume>) -> Result<(), Ending> {
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

    async fn heard(&mut self, first: Heard, subscription: &mut Subscription) -> Result<(), Ending> {
        let (mut next, mut taken) = (Some(first), 0);
        while let Some(heard) = next {
            match heard {
                Heard::Signal(signal) => self.signal(signal).await?,
                Heard::Missed => self.look_at_all(),
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

    fn look_at_all(&mut self) {
        self.changed.extend(self.opened.keys().cloned());
        self.list_changed = true;
        self.pulse.look_soon();
    }

    async fn signal(&mut self, signal: Signal) -> Result<(), Ended> {
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
            // One's own typing comes back as everybody else's does.
            SignalKind::Typing {
                side: Side::Business,
                who,
                ..
            } if who.as_deref() == Some(&self.caller.name) => Ok(()),
            SignalKind::Typing { side, who, on } => {
                let frame = StaffServerFrame::Typing {
                    conversation_id,
                    performed_by: side,
                    who,
                    on,
                };
                self.connection.feed(&frame).await
            }
            SignalKind::Presence {
                side: Side::Participant,
                online,
            } => {
                self.connection
                    .feed(&StaffServerFrame::Presence {
                        conversation_id,
                        online,
                    })
                    .await
            }
            SignalKind::Presence { .. } => Ok(()),
        }
    }

    async fn due(&mut self, due: Due) -> Result<(), Ending> {
        match due {
            Due::Ask => self.connection.send(&StaffServerFrame::Ping { n: 0 }).await?,
            Due::Probe => self.connection.probe().await?,
            Due::GiveUp => return Err(Ending::Gone),
            Due::Look => self.look().await?,
            Due::LookAnyway => {
                // Somebody who has signed out elsewhere, or lost their account, hears no more.
                let known = self.state.service().authenticate_staff(&self.session).await;
                if let Err(error @ ServiceError::Unauthenticated { .. }) = known {
                    return Err(Ending::Refused(error.into(), close::POLICY));
                }
                self.look_at_all();
                self.look().await?;
            }
            Due::Report => {
                let waiting: Vec<ConversationId> = self.opened.keys().cloned().collect();
                self.report(&waiting).await;
            }
        }
        Ok(())
    }

    /// Marks what was handed over of these conversations as delivered, all at once: they share a commit.
    async fn report(&mut self, conversations: &[ConversationId]) {
        let mut waiting = Vec::new();
        for conversation_id in conversations {
            let Some(opened) = self.opened.get_mut(conversation_id) else {
                continue;
            };
            let sequence = std::mem::take(&mut opened.handed_over);
            if sequence > Sequence::default() {
                waiting.push((conversation_id, sequence));
            }
        }
        let (service, caller) = (self.state.service(), &self.caller);
        let reports = waiting
            .into_iter()
            .map(|(id, sequence)| service.staff_delivered(caller, id, sequence));
        for reported in join_all(reports).await {
            if let Err(error) = reported {
                // Told again with the next message; a mark is not worth a connection.
                tracing::warn!(%error, "a delivery could not be marked");
            }
        }
    }

    async fn look(&mut self) -> Result<(), Ending> {
        self.pulse.looked();
        self.look_into_changed().await?;
        if self.list_changed {
            let next = self.list_looked + LIST_AFTER;
            if next <= Instant::now() {
                self.list_changed = false;
                self.list_looked = Instant::now();
                self.look_at_list().await?;
            } else {
                self.pulse.look_by(next);
            }
        }
        self.connection.flush().await?;
        Ok(())
    }

    /// Reads several conversations at once, so that a busy one does not keep the others waiting.
    async fn look_into_changed(&mut self) -> Result<(), Ending> {
        let changed = std::mem::take(&mut self.changed);
        let places: Vec<(ConversationId, Place)> = changed
            .into_iter()
            .filter_map(|id| self.opened.get(&id).map(|opened| (opened.place, id)))
            .map(|(place, id)| (id, place))
            .collect();
        let (service, caller, page) = (self.state.service().clone(), self.caller.clone(), self.page());
        let found = stream::iter(places).map(|(id, place)| {
            let (service, caller) = (&service, &caller);
            async move {
                let found = service.staff_changes(caller, &id, place, page).await;
                (id, found)
            }
        });
        let mut found = std::pin::pin!(found.buffered(READS_AT_ONCE));
        while let Some((conversation_id, changes)) = found.next().await {
            if self.take(&conversation_id, changes, true).await? {
                self.look_into(&conversation_id, true).await?;
            }
        }
        Ok(())
    }

    fn page(&self) -> u32 {
        u32::try_from(self.state.config().socket.queue_frames).unwrap_or(u32::MAX)
    }

    async fn look_at_list(&mut self) -> Result<(), Ending> {
        loop {
            let changes = match self
                .state
                .service()
                .list_changes(&self.caller, self.list_revision)
                .await
            {
                Ok(changes) => changes,
                Err(error) => {
                    // The slow timer looks again.
                    let _logged = ApiError::from(error);
                    return Ok(());
                }
            };
            for conversation in changes.conversations {
                let conversation = Box::new(conversation);
                self.connection
                    .feed(&StaffServerFrame::Conversation { conversation })
                    .await?;
            }
            self.list_revision = changes.revision;
            if !changes.more {
                return Ok(());
            }
            self.connection.flush().await?;
        }
    }

    /// Hands over everything that the store holds beyond the page's place in a conversation.
    async fn look_into(&mut self, conversation_id: &ConversationId, live: bool) -> Result<(), Ending> {
        loop {
            let Some(place) = self.opened.get(conversation_id).map(|opened| opened.place) else {
                return Ok(());
            };
            let service = self.state.service();
            let found = service
                .staff_changes(&self.caller, conversation_id, place, self.page())
                .await;
            if !self.take(conversation_id, found, live).await? {
                return Ok(());
            }
            self.connection.flush().await?;
            if self.stopping.is_cancelled() {
                return Err(Ending::Stopping);
            }
        }
    }

    /// Hands over what was found in a conversation; answers whether there is more. A `live` page that was slow and has
    /// fallen behind is told to start over instead.
    async fn take(
        &mut self,
        conversation_id: &ConversationId,
        found: ServiceResult<StaffChanges>,
        live: bool,
    ) -> Result<bool, Ending> {
        let changes = match found {
            Ok(changes) => changes,
            Err(ServiceError::ConversationNotFound) => {
                // Merged into another while it was open: the list says which goes on.
                self.opened.remove(conversation_id);
                let conversation_id = Some(conversation_id.clone());
                self.connection
                    .feed(&StaffServerFrame::Resync { conversation_id })
                    .await?;
                return Ok(false);
            }
            Err(error) => {
                // The slow timer looks again.
                let _logged = ApiError::from(error);
                return Ok(false);
            }
        };
        let more = changes.more;
        if live && more && self.connection.was_slow() {
            self.start_over(conversation_id).await?;
            return Ok(false);
        }
        self.hand_over(conversation_id, changes).await?;
        Ok(more)
    }

    async fn hand_over(
        &mut self,
        conversation_id: &ConversationId,
        changes: StaffChanges,
    ) -> Result<(), Ended> {
        let Some(opened) = self.opened.get_mut(conversation_id) else {
            return Ok(());
        };
        let told = std::mem::replace(&mut opened.told, changes.marks);
        opened.place = changes.place;
        let id = || conversation_id.clone();
        for live in changes.messages {
            let shown = &live.message.shown;
            if shown.direction == Direction::ParticipantToBusiness && shown.sequence > told.business_delivered
            {
                opened.handed_over = opened.handed_over.max(shown.sequence);
                self.pulse.report_soon();
            }
            let message = Box::new(live.message);
            let previous_sequence = live.previous_sequence;
            let frame = StaffServerFrame::Message {
                conversation_id: id(),
                message,
                previous_sequence,
            };
            self.connection.feed(&frame).await?;
        }
        for change in changes.buttons {
            self.connection
                .feed(&StaffServerFrame::ButtonState {
                    conversation_id: id(),
                    change,
                })
                .await?;
        }
        for interaction in changes.interactions {
            let frame = StaffServerFrame::Interaction {
                conversation_id: id(),
                interaction,
            };
            self.connection.feed(&frame).await?;
        }
        for (indication, performed_by, sequence) in marks::news(told, changes.marks) {
            let frame = StaffServerFrame::Indication {
                conversation_id: id(),
                indication,
                performed_by,
                sequence,
            };
            self.connection.feed(&frame).await?;
        }
        Ok(())
    }

    async fn start_over(&mut self, conversation_id: &ConversationId) -> Result<(), Ending> {
        self.state.counters().resync();
        let found = self
            .state
            .service()
            .open_for_staff(&self.caller, conversation_id)
            .await;
        let found = found.map_err(|error| Ending::Refused(error.into(), close::BROKEN))?;
        if let Some(opened) = self.opened.get_mut(conversation_id) {
            (opened.place, opened.told) = (found.place, found.marks);
        }
        let conversation_id = Some(conversation_id.clone());
        self.connection
            .feed(&StaffServerFrame::Resync { conversation_id })
            .await?;
        Ok(())
    }
}
