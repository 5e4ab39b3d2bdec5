//! A member of the staff: the inbox's own [`Desk`] with some conversations open, and somebody who answers in each.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use anyhow::Result;
use serde::de::DeserializeOwned;
use shopbell_inbox::state::desk::{Desk, Failure, Input, Output, Request, ThreadInput, ThreadOutput};
use shopbell_protocol::message::MessageDraft;
use shopbell_protocol::staff::{StaffMessage, StaffSendAnswer, StaffSendRequest};
use shopbell_protocol::widget::{SeenAnswer, SeenRequest};
use shopbell_protocol::{ConversationId, Direction, MessageContent, Sequence, Visibility, code};
use shopbell_sync::{LocalId, Moment, PageRequest, Reason, Thread};

use super::rows::{Rows, text_of};
use super::{Half, Hands, Page};
use crate::log::{Log, Whom};
use crate::socket::SocketEvent;
use crate::talk::Talk;
use shopbell_process::Http;
use shopbell_process::http::Answer;

/// Rows that a screen has room for.
const ON_SCREEN: usize = 50;

/// What somebody does whose answer was refused because the conversation has moved on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Reads what is new and presses once more.
    PressesAgain,
    /// Waits for the script.
    Waits,
}

/// One conversation on the screen.
pub(crate) struct Open {
    pub(crate) rows: Rows<StaffMessage>,
    pub(crate) talk: Talk,
    /// Answers that were refused and wait for their writer.
    pub(crate) refused: Vec<(LocalId, Reason)>,
    /// Refusals by rule 15.
    pub(crate) moved_on: u64,
}

/// See the module.
pub(crate) struct Staff {
    pub(crate) desk: Desk,
    pub(crate) open: HashMap<ConversationId, Open>,
    manner: Manner,
    /// The session is over: what was open is of no more use.
    pub(crate) signed_out: bool,
    log: Arc<Log>,
    http: Http,
    inputs: VecDeque<Input>,
}

impl Staff {
    /// Asks at `http`, which knows the session, and tells `log` what was acknowledged.
    pub(crate) fn new(http: Http, log: Arc<Log>, manner: Manner) -> Self {
        Self {
            desk: Desk::default(),
            open: HashMap::new(),
            manner,
            signed_out: false,
            log,
            http,
            inputs: VecDeque::new(),
        }
    }

    /// The thread of a conversation.
    pub(crate) fn thread(&self, id: &ConversationId) -> Option<&Thread<StaffMessage>> {
        self.desk.thread(id)
    }

    /// Whether everything that was said is stored.
    pub(crate) fn is_quiet(&self) -> bool {
        self.open.values().all(|open| open.talk.is_over()) && !self.desk.has_unsent()
    }

    fn carry_out(&mut self, output: Output, hands: &mut Hands<Input>) {
        match output {
            Output::Connect => hands.connect(),
            Output::Close => hands.close(),
            Output::Frame(frame) => hands.frame(&frame),
            Output::Request(id, request) => self.request(id, request, hands),
            Output::Thread(id, output) => self.show(id, output, hands),
            Output::SignedOut => self.signed_out = true,
            // What a page draws and nobody here looks at.
            _ => {}
        }
    }

    fn show(&mut self, id: ConversationId, output: ThreadOutput, hands: &Hands<Input>) {
        let Some(open) = self.open.get_mut(&id) else {
            return;
        };
        match output {
            ThreadOutput::Timeline(change) => open.rows.follow(change),
            ThreadOutput::Accepted(item) => {
                self.log
                    .acknowledge(Whom::Page, text_of(&item.message.shown), hands.since);
            }
            ThreadOutput::Arrived(item) => {
                if fastrand::u8(..) < 16
                    && let Some(sequence) = item.sequence()
                {
                    self.inputs
                        .push_back(Input::Thread(id, ThreadInput::Look(sequence)));
                }
            }
            ThreadOutput::Refused(item, reason) => {
                let moved_on = reason.code == code::THREAD_MOVED_ON;
                open.moved_on += u64::from(moved_on);
                if moved_on && self.manner == Manner::PressesAgain {
                    self.inputs.push_back(Input::Thread(id, ThreadInput::Retry(item)));
                } else {
                    open.refused.push((item, reason));
                }
            }
            ThreadOutput::History(_) => {}
        }
    }

    fn request(&self, id: ConversationId, request: Request, hands: &Hands<Input>) {
        let http = self.http.clone();
        let path = format!("/staff/v1/conversations/{id}");
        match request {
            Request::Page(page) => hands.ask(async move {
                let place = match page {
                    PageRequest::Before(sequence) => format!("&before={sequence}"),
                    PageRequest::After(sequence) => format!("&after={sequence}"),
                    PageRequest::Newest => String::new(),
                };
                let answer = http.get(&format!("{path}/messages?limit=100{place}")).await;
                Input::Thread(id, ThreadInput::Page(page, read(answer)))
            }),
            Request::Send {
                client_id,
                draft,
                last_seen,
            } => hands.ask(async move {
                let body = StaffSendRequest {
                    client_id: client_id.clone(),
                    message: *draft,
                    last_seen_sequence: last_seen,
                };
                let answer = read::<StaffSendAnswer>(http.post(&format!("{path}/messages"), &body).await);
                Input::Thread(
                    id,
                    ThreadInput::Sent(client_id, answer.map(|answer| Box::new(answer.message))),
                )
            }),
            Request::Seen(sequence) => hands.ask(async move {
                let body = SeenRequest { sequence };
                // Told again with the next one.
                let _answer = read::<SeenAnswer>(http.post(&format!("{path}/seen"), &body).await);
                Input::Tick
            }),
        }
    }

    /// Presses send; answers the newest messages on the screen in that moment.
    pub(crate) fn press(&mut self, id: &ConversationId, text: &str, note: bool) -> Vec<Sequence> {
        let mut input = answer(text.into(), text.to_owned());
        if let (true, ThreadInput::Send { draft, .. }) = (note, &mut input) {
            draft.visibility = Some(Visibility::Business);
        }
        self.inputs.push_back(Input::Thread(id.clone(), input));
        self.on_screen(id)
    }

    /// Presses send again on what was refused; answers as [`Self::press`].
    pub(crate) fn press_again(&mut self, id: &ConversationId, item: LocalId) -> Vec<Sequence> {
        self.inputs
            .push_back(Input::Thread(id.clone(), ThreadInput::Retry(item)));
        self.on_screen(id)
    }

    fn on_screen(&self, id: &ConversationId) -> Vec<Sequence> {
        let rows = self.open.get(id).map(|open| &open.rows.items);
        let rows = rows.into_iter().flatten().rev();
        rows.filter_map(shopbell_sync::Item::sequence)
            .take(ON_SCREEN)
            .collect()
    }

    fn say(&mut self) {
        for (id, open) in &mut self.open {
            let waits = self
                .desk
                .thread(id)
                .is_none_or(|thread| !thread.is_outbox_empty());
            if waits {
                continue;
            }
            if let Some((client_id, text)) = open.talk.next() {
                self.inputs
                    .push_back(Input::Thread(id.clone(), answer(client_id, text)));
            }
        }
    }
}

/// An answer to the participant.
pub(crate) fn answer(client_id: shopbell_protocol::ClientId, text: String) -> ThreadInput {
    let draft = MessageDraft {
        content: Some(MessageContent::text(text)),
        visibility: Some(Visibility::BusinessAndParticipant),
        direction: Some(Direction::BusinessToParticipant),
        ..MessageDraft::default()
    };
    ThreadInput::Send {
        client_id,
        draft: Box::new(draft),
        created_date: String::new(),
    }
}

impl Half for Staff {
    type Input = Input;

    const SOCKET: &'static str = "/staff/v1/socket";

    fn take(&mut self, input: Input, at: Moment, hands: &mut Hands<Input>) {
        self.inputs.push_back(input);
        loop {
            while let Some(input) = self.inputs.pop_front() {
                for output in self.desk.step(input, at) {
                    self.carry_out(output, hands);
                }
            }
            self.say();
            if self.inputs.is_empty() {
                return;
            }
        }
    }

    fn wake_at(&self) -> Option<u64> {
        self.desk.wake_at()
    }

    fn tick() -> Input {
        Input::Tick
    }

    fn heard(event: SocketEvent) -> Option<Input> {
        Some(match event {
            SocketEvent::Opened => Input::SocketOpened,
            SocketEvent::Closed => Input::SocketClosed,
            SocketEvent::Text(text) => Input::Frame(serde_json::from_str(&text).ok()?),
        })
    }
}

impl Page<Staff> {
    /// Puts a conversation on the screen.
    ///
    /// # Errors
    /// The page has ended.
    pub(crate) async fn follow(
        &self,
        conversation: ConversationId,
        last_sequence: Sequence,
        talk: Talk,
    ) -> Result<()> {
        let id = conversation.clone();
        self.with(move |staff| {
            let open = Open {
                rows: Rows::default(),
                talk,
                refused: Vec::new(),
                moved_on: 0,
            };
            staff.open.insert(id, open);
        })
        .await?;
        self.input(Input::Open {
            conversation,
            last_sequence,
        });
        Ok(())
    }
}

/// An answer as the desk wants it.
fn read<T: DeserializeOwned>(answer: Result<Answer>) -> Result<T, Failure> {
    let answer = answer.map_err(|_| Failure::Lost)?;
    answer.ok().map_err(|_| match answer.refusal() {
        Some(error) => Failure::Refused(Box::new(error)),
        None => Failure::Lost,
    })
}
