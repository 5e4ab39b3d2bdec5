//! Carries out what the [`Desk`] wants done: socket, requests, timer; and writes what it wants shown into the state.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use leptos::prelude::*;
use shopbell_protocol::frame::{SUBPROTOCOL, StaffServerFrame};
use shopbell_protocol::paging::HistoryPage;
use shopbell_protocol::staff::{ConversationsPage, StaffMessage, StaffSendAnswer, StaffSendRequest};
use shopbell_protocol::widget::{SeenAnswer, SeenRequest};
use shopbell_protocol::{ConversationId, code};
use shopbell_sync::{HistoryState, LocalId, Moment, Reason};
use shopbell_widget::platform::socket::{Socket, SocketEvent, socket};
use shopbell_widget::platform::timer::{Timer, after};
use shopbell_widget::platform::{clock, random};
use shopbell_widget::state::rows;

use super::desk::{Desk, Failure, Input, Output, Request, ThreadInput, ThreadOutput};
use super::roster::Roster;
use super::store::{History, InboxState, Loading, Session};
use crate::api::{self, Calls};

/// What became of a message of this page.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It is stored.
    Accepted(LocalId),
    /// It was refused and is not sent again by itself.
    Refused(ConversationId, LocalId, Reason),
    /// The first conversation has become part of the second.
    Merged(ConversationId, ConversationId),
}

type OnOutcome = Box<dyn Fn(Outcome)>;

/// The desk with its hands.
pub struct Office {
    /// What is shown.
    pub state: InboxState,
    /// Requests under way.
    pub calls: Calls,
    desk: RefCell<Desk>,
    socket: RefCell<Option<Socket>>,
    timer: RefCell<Option<Timer>>,
    inputs: RefCell<VecDeque<Input>>,
    working: Cell<bool>,
    on_outcome: RefCell<Option<OnOutcome>>,
    itself: Weak<Office>,
}

impl Office {
    /// Nothing is open yet.
    pub fn new(state: InboxState) -> Rc<Self> {
        Rc::new_cyclic(|itself| Self {
            state,
            calls: Calls::default(),
            desk: RefCell::default(),
            socket: RefCell::default(),
            timer: RefCell::default(),
            inputs: RefCell::default(),
            working: Cell::default(),
            on_outcome: RefCell::default(),
            itself: itself.clone(),
        })
    }

    /// Whom to tell what became of a message.
    pub fn on_outcome(&self, tell: impl Fn(Outcome) + 'static) {
        self.on_outcome.replace(Some(Box::new(tell)));
    }

    /// Reads from the desk.
    pub fn read<T>(&self, read: impl FnOnce(&Desk) -> T) -> T {
        read(&self.desk.borrow())
    }

    /// Hands an input to the desk and does what it wants done. What comes meanwhile waits for its turn.
    pub fn take(&self, input: Input) {
        self.inputs.borrow_mut().push_back(input);
        if self.working.replace(true) {
            return;
        }
        loop {
            let Some(input) = self.inputs.borrow_mut().pop_front() else {
                break;
            };
            let at = Moment {
                now_ms: clock::monotonic_ms(),
                unit: random::unit(),
            };
            let outputs = self.desk.borrow_mut().step(input, at);
            for output in outputs {
                self.carry_out(output);
            }
        }
        self.working.set(false);
        self.arm();
    }

    /// Reads the newest page of the list.
    pub fn relist(&self) {
        // With a list on the screen nobody waits for it.
        if !self.state.roster.with_untracked(Roster::loaded) {
            self.state.listing.set(Loading::Running);
        }
        self.read_list(None);
    }

    /// Reads the page of the list that begins at `cursor`, or the newest one.
    pub fn read_list(&self, cursor: Option<&str>) {
        let older = cursor.is_some();
        let itself = self.itself.clone();
        self.calls.ask(
            "GET",
            &api::conversations(cursor),
            move |answer: Result<ConversationsPage, Failure>| {
                let Some(office) = itself.upgrade() else { return };
                let state = office.state;
                match answer {
                    Ok(page) if older => state.roster.update(|roster| roster.take_older(page)),
                    Ok(page) => state.roster.update(|roster| roster.take_first(page)),
                    Err(failure) => {
                        office.check_session(&failure);
                        // With a list on the screen a notice about it would only be in the way: it is tried again.
                        let shown = state.roster.with_untracked(|roster| roster.loaded() && !older);
                        state
                            .listing
                            .set(if shown { Loading::Idle } else { Loading::Failed });
                        return;
                    }
                }
                state.listing.set(Loading::Idle);
            },
        );
    }

    /// Goes back to the sign-in where the cookie is no longer good.
    pub fn check_session(&self, failure: &Failure) {
        if let Failure::Refused(error) = failure
            && error.code() == code::UNAUTHENTICATED
        {
            self.signed_out();
        }
    }

    /// The session is over; what was typed stays.
    pub fn signed_out(&self) {
        if self
            .state
            .session
            .with_untracked(|session| matches!(session, Session::SignedIn(_)))
        {
            self.state.session.set(Session::SignedOut { ended: true });
            self.take(Input::Stop);
        }
    }

    /// Puts the open conversation's timeline on the screen, as it is.
    pub fn show(&self, id: &ConversationId) {
        let (rows, history) = (self.state.rows, self.state.history);
        rows.set(Vec::new());
        history.set(History::Unknown);
        let items = self.read(|desk| desk.thread(id).map(|thread| thread.timeline().items().to_vec()));
        if let Some(items) = items.filter(|items| !items.is_empty()) {
            rows::apply(rows, shopbell_sync::Change::Inserted { at: 0, items });
        }
        history.set(self.read(|desk| {
            desk.thread(id)
                .map_or(History::Unknown, |thread| self.history_of(thread.history()))
        }));
    }

    fn history_of(&self, history: HistoryState) -> History {
        // The first page is not "older messages" to the reader.
        let first = self.state.rows.with_untracked(Vec::is_empty);
        match history {
            HistoryState::Unknown => History::Unknown,
            HistoryState::Loading if first => History::Unknown,
            HistoryState::More => History::More,
            HistoryState::Loading => History::Loading,
            HistoryState::Failed => History::Failed,
            HistoryState::Complete => History::Complete,
        }
    }

    fn carry_out(&self, output: Output) {
        let state = self.state;
        match output {
            Output::Connect => self.connect(),
            Output::Close => drop(self.socket.take()),
            Output::Frame(frame) => {
                if let (Some(socket), Ok(text)) = (&*self.socket.borrow(), serde_json::to_string(&frame)) {
                    socket.send(&text);
                }
            }
            Output::Request(id, request) => self.request(id, request),
            Output::Connection(connection) => state.connection.set(connection),
            Output::Relist => self.relist(),
            Output::Row(row) => state.roster.update(|roster| roster.take(*row)),
            Output::Merged(from, into) => self.tell(Outcome::Merged(from, into)),
            Output::Presence(id, online) => state.roster.update(|roster| roster.set_online(&id, online)),
            Output::Typing(id, typist) => state.typing.update(|typing| {
                match typist {
                    Some(typist) => typing.insert(id, typist),
                    None => typing.remove(&id),
                };
            }),
            Output::SignedOut => self.signed_out(),
            Output::Thread(id, output) => self.show_in_thread(&id, output),
        }
    }

    fn show_in_thread(&self, id: &ConversationId, output: ThreadOutput) {
        let state = self.state;
        let is_open = state.open.with_untracked(|open| open.as_ref() == Some(id));
        match output {
            ThreadOutput::Timeline(change) if is_open => rows::apply(state.rows, change),
            ThreadOutput::History(history) if is_open => state.history.set(self.history_of(history)),
            ThreadOutput::Arrived(item) if is_open => state.arrived.set(rows::find(state.rows, &item.id)),
            ThreadOutput::Timeline(_) | ThreadOutput::History(_) | ThreadOutput::Arrived(_) => {}
            ThreadOutput::Accepted(item) => self.tell(Outcome::Accepted(item.id)),
            ThreadOutput::Refused(item, reason) => self.tell(Outcome::Refused(id.clone(), item, reason)),
        }
    }

    fn tell(&self, outcome: Outcome) {
        if let Some(tell) = &*self.on_outcome.borrow() {
            tell(outcome);
        }
    }

    fn connect(&self) {
        let itself = self.itself.clone();
        let opened = socket(api::SOCKET, SUBPROTOCOL, move |event| {
            let Some(office) = itself.upgrade() else { return };
            match event {
                SocketEvent::Opened => office.take(Input::SocketOpened),
                SocketEvent::Closed => office.take(Input::SocketClosed),
                SocketEvent::Text(text) => {
                    // A frame that cannot be read is one of a newer peer.
                    if let Ok(frame) = serde_json::from_str::<StaffServerFrame>(&text) {
                        office.take(Input::Frame(Box::new(frame)));
                    }
                }
            }
        });
        let refused = opened.is_none();
        drop(self.socket.replace(opened));
        if refused {
            self.inputs.borrow_mut().push_back(Input::SocketClosed);
        }
    }

    fn request(&self, id: ConversationId, request: Request) {
        let itself = self.itself.clone();
        let answered = move |id: &ConversationId, input: ThreadInput| {
            if let Some(office) = itself.upgrade() {
                office.take(Input::Thread(id.clone(), input));
            }
        };
        match request {
            Request::Page(request) => {
                self.calls.ask(
                    "GET",
                    &api::page(&id, request),
                    move |answer: Result<HistoryPage<StaffMessage>, _>| {
                        answered(&id, ThreadInput::Page(request, answer));
                    },
                );
            }
            Request::Send {
                client_id,
                draft,
                last_seen,
            } => {
                let path = api::messages(&id);
                let body = StaffSendRequest {
                    client_id: client_id.clone(),
                    message: *draft,
                    last_seen_sequence: last_seen,
                };
                self.calls
                    .send("POST", &path, &body, move |answer: Result<StaffSendAnswer, _>| {
                        let answer = answer.map(|answer| Box::new(answer.message));
                        answered(&id, ThreadInput::Sent(client_id.clone(), answer));
                    });
            }
            Request::Seen(sequence) => {
                let body = SeenRequest { sequence };
                self.calls
                    .send("POST", &api::seen(&id), &body, |_: Result<SeenAnswer, _>| {});
            }
        }
    }

    fn arm(&self) {
        let itself = self.itself.clone();
        let timer = self.desk.borrow().wake_at().map(|at| {
            let delay = at.saturating_sub(clock::monotonic_ms());
            after(delay, move || {
                if let Some(office) = itself.upgrade() {
                    office.take(Input::Tick);
                }
            })
        });
        drop(self.timer.replace(timer));
    }
}
