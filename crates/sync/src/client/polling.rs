//! The way without a socket: asking now and then, and requests in place of frames.

use shopbell_protocol::paging::HistoryPage;
use shopbell_protocol::{ClientFrame, MessageContent, ShownMessage, code};

use super::{Client, Failure, Output, POLL_MS, Polling, Request, Session};
use crate::backoff;
use crate::thread::{Command, Moment, PageRequest};

impl Client {
    pub(super) fn page_answered(
        &mut self,
        request: PageRequest,
        answer: Result<HistoryPage<ShownMessage>, Failure>,
        at: Moment,
    ) {
        if self.polling.next_ms.is_some() && !matches!(request, PageRequest::Before(_)) {
            self.polled(answer.is_ok(), at);
        }
        match answer {
            Ok(page) => self.thread.page(request, page, at),
            Err(failure) => {
                self.thread.page_failed(request, at);
                if let Failure::Refused(error) = failure
                    && error.code() == code::UNAUTHENTICATED
                {
                    self.renew(at);
                }
            }
        }
    }

    pub(super) fn wants_polling(&self) -> bool {
        self.session == Session::Open && self.link.is_blocked() && !self.link.is_live()
    }

    /// Where sockets do not come through, asks for news now and then.
    pub(super) fn poll(&mut self, at: Moment) {
        if !self.wants_polling() {
            return;
        }
        if at.now_ms >= self.polling.next_ms.unwrap_or(0) {
            self.polling.next_ms = Some(at.now_ms.saturating_add(POLL_MS));
            self.thread.poll();
        }
    }

    pub(super) fn polled(&mut self, answered: bool, at: Moment) {
        let failures = if answered {
            0
        } else {
            self.polling.failures.saturating_add(1)
        };
        let delay = if answered {
            POLL_MS
        } else {
            POLL_MS.max(backoff::delay_ms(failures, at.unit))
        };
        let did_work = std::mem::replace(
            &mut self.polling,
            Polling {
                next_ms: Some(at.now_ms.saturating_add(delay)),
                works: answered,
                failures,
            },
        );
        if answered && !did_work.works {
            self.thread.connected(at);
        } else if !answered && did_work.works {
            self.thread.disconnected();
        }
    }

    /// A command as a frame, or as a request where there is no socket. Typing is not worth a request.
    pub(super) fn way_of(&self, command: Command<MessageContent>) -> Option<Output> {
        let is_live = self.link.is_live();
        Some(match command {
            Command::Send {
                client_id,
                draft: content,
                ..
            } if is_live => Output::Frame(ClientFrame::Send { client_id, content }),
            Command::Send {
                client_id,
                draft: content,
                ..
            } => Output::Request(Request::Send { client_id, content }),
            Command::Press {
                client_id,
                message_id,
                button_id,
            } if is_live => Output::Frame(ClientFrame::Postback {
                client_id,
                message_id,
                button_id,
            }),
            Command::Press {
                client_id,
                message_id,
                button_id,
            } => Output::Request(Request::Press {
                client_id,
                message_id,
                button_id,
            }),
            Command::Seen(sequence) if is_live => Output::Frame(ClientFrame::Seen { sequence }),
            Command::Seen(sequence) => Output::Request(Request::Seen(sequence)),
            Command::Typing(on) if is_live => Output::Frame(ClientFrame::Typing { on }),
            Command::Typing(_) => return None,
        })
    }
}
