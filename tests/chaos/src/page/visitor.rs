//! A visitor: the widget's own [`Client`], somebody who talks, and somebody who presses every button that comes.

use std::collections::VecDeque;
use std::sync::Arc;

use anyhow::Result;
use serde::de::DeserializeOwned;
use shopbell_protocol::widget::SessionRequest;
use shopbell_protocol::{ClientId, ConversationId, MessageContent, ShownAction, ShownMessage};
use shopbell_sync::client::{Client, Failure, Input, Output, Request};
use shopbell_sync::{Effect, Item, Moment, PageRequest, Reason, Status};

use super::rows::{Rows, text_of};
use super::{Half, Hands};
use crate::log::{Log, Whom};
use crate::socket::SocketEvent;
use crate::talk::Talk;
use shopbell_process::Http;
use shopbell_process::http::Answer;

/// See the module.
pub(crate) struct Visitor {
    pub(crate) client: Client,
    pub(crate) rows: Rows<ShownMessage>,
    pub(crate) talk: Talk,
    pub(crate) conversation: Option<ConversationId>,
    /// Why messages were held back, each new reason once.
    pub(crate) refusals: Vec<Reason>,
    /// Presses begun.
    pub(crate) presses: u64,
    log: Arc<Log>,
    http: Http,
    inputs: VecDeque<Input>,
}

impl Visitor {
    /// Asks at `http`, and tells `log` what was acknowledged.
    pub(crate) fn new(http: Http, log: Arc<Log>, talk: Talk) -> Self {
        Self {
            client: Client::default(),
            rows: Rows::default(),
            talk,
            conversation: None,
            refusals: Vec::new(),
            presses: 0,
            log,
            http,
            inputs: VecDeque::new(),
        }
    }

    /// Whether everything that was said is stored.
    pub(crate) fn is_quiet(&self) -> bool {
        self.talk.is_over() && self.client.thread().is_outbox_empty()
    }

    fn carry_out(&mut self, output: Output, hands: &mut Hands<Input>) {
        match output {
            // Sockets come through here, if anything does.
            Output::Connect(_) => hands.connect(),
            Output::Close => hands.close(),
            Output::Frame(frame) => hands.frame(&frame),
            Output::Request(request) => self.request(request, hands),
            Output::Session { conversation_id, .. } => {
                self.conversation = conversation_id.or(self.conversation.take());
            }
            Output::Show(effect) => self.show(effect, hands),
            // What a page draws and nobody here looks at.
            _ => {}
        }
    }

    fn show(&mut self, effect: Effect<ShownMessage>, hands: &Hands<Input>) {
        match effect {
            Effect::Timeline(change) => {
                if let shopbell_sync::Change::Changed { item, .. } = &change {
                    self.note_refusal(item);
                }
                self.rows.follow(change);
            }
            Effect::Accepted(item) => {
                self.log
                    .acknowledge(Whom::Page, text_of(&item.message), hands.since);
            }
            Effect::Arrived(item) => {
                self.press(&item);
                // Whoever reads, reads now and then, not each line by itself.
                if fastrand::u8(..) < 16
                    && let Some(sequence) = item.sequence()
                {
                    self.inputs.push_back(Input::Look(sequence));
                }
            }
            _ => {}
        }
    }

    fn note_refusal(&mut self, item: &Item<ShownMessage>) {
        if let Status::Failed { reason, .. } = &item.status
            && !self.refusals.contains(reason)
        {
            self.refusals.push(reason.clone());
        }
    }

    /// Twice, as an impatient thumb does.
    fn press(&mut self, item: &Item<ShownMessage>) {
        let Some(message_id) = item.message_id() else {
            return;
        };
        for button in item.message.content.buttons() {
            if let ShownAction::Postback { button_id, .. } = &button.action {
                self.presses += 1;
                for tap in ["a", "b"] {
                    self.inputs.push_back(Input::Press {
                        client_id: ClientId(format!("p-{message_id}-{button_id}-{tap}")),
                        message_id,
                        button_id: button_id.clone(),
                    });
                }
            }
        }
    }

    /// Presses every button again that is not done, once.
    pub(crate) fn press_again(&mut self) {
        let items = self.rows.items.clone();
        let presses = self.presses;
        for item in &items {
            self.press(item);
        }
        self.presses = presses;
    }

    fn request(&self, request: Request, hands: &Hands<Input>) {
        let http = match self.client.token() {
            Some(token) => self.http.with("authorization", format!("Bearer {token}")),
            None => self.http.clone(),
        };
        match request {
            Request::Session { token, identity } => {
                let http = self.http.clone();
                hands.ask(async move {
                    let body = SessionRequest {
                        token,
                        identity,
                        ..SessionRequest::default()
                    };
                    Input::Session(read(http.post("/widget/v1/session", &body).await).map(Box::new))
                });
            }
            Request::Page(page) => hands.ask(async move {
                let place = match page {
                    PageRequest::Before(sequence) => format!("&before={sequence}"),
                    PageRequest::After(sequence) => format!("&after={sequence}"),
                    PageRequest::Newest => String::new(),
                };
                let path = format!("/widget/v1/messages?limit=100{place}");
                Input::Page(page, read(http.get(&path).await))
            }),
        }
    }
}

impl Half for Visitor {
    type Input = Input;

    const SOCKET: &'static str = "/widget/v1/socket";

    fn take(&mut self, input: Input, at: Moment, hands: &mut Hands<Input>) {
        self.inputs.push_back(input);
        loop {
            while let Some(input) = self.inputs.pop_front() {
                for output in self.client.step(input, at) {
                    self.carry_out(output, hands);
                }
            }
            if !self.client.thread().is_outbox_empty() {
                return;
            }
            let Some((client_id, text)) = self.talk.next() else {
                return;
            };
            self.inputs.push_back(Input::Send {
                client_id,
                content: MessageContent::text(text),
                ready: true,
                created_date: String::new(),
            });
        }
    }

    fn wake_at(&self) -> Option<u64> {
        self.client.wake_at()
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

/// An answer as the engine wants it.
fn read<T: DeserializeOwned>(answer: Result<Answer>) -> Result<T, Failure> {
    let answer = answer.map_err(|_| Failure::Lost)?;
    answer.ok().map_err(|_| match answer.refusal() {
        Some(error) => Failure::Refused(error),
        None => Failure::Lost,
    })
}
