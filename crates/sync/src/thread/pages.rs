//! Pages: older history on demand, refills of holes, and starting over where the place is lost.

use shopbell_protocol::Sequence;
use shopbell_protocol::paging::HistoryPage;

use super::{Effect, HistoryState, Moment, PageRequest, Thread};
use crate::message::TimelineMessage;

impl<M: TimelineMessage> Thread<M> {
    /// Asks for the page before the oldest message; no effect while one is on its way or none is left.
    pub fn load_earlier(&mut self) {
        if matches!(self.history, HistoryState::More | HistoryState::Failed) {
            self.set_history(HistoryState::Loading);
            self.effects.push(Effect::Load(PageRequest::Before(self.oldest)));
        }
    }

    /// Asks for what came since, as an owner without a socket does.
    pub fn poll(&mut self) -> bool {
        match self.resume.poll() {
            Some(request) => {
                self.effects.push(Effect::Load(request));
                true
            }
            None => false,
        }
    }

    /// The answer to a [`Effect::Load`]; a late one that is not awaited any more has no effect.
    pub fn page(&mut self, request: PageRequest, page: HistoryPage<M>, at: Moment) {
        match request {
            PageRequest::Before(_) => {
                if self.awaits(request) {
                    self.timeline.raise_marks(&page.marks);
                    self.page_before(page);
                }
            }
            PageRequest::After(_) => {
                if self.resume.take_answer(request) {
                    self.timeline.raise_marks(&page.marks);
                    let newest = page.messages.iter().map(TimelineMessage::sequence).max();
                    for message in page.messages {
                        self.arrive(message);
                    }
                    self.resume.filled(newest, page.last_sequence, at.now_ms, at.unit);
                }
            }
            PageRequest::Newest => {
                if self.resume.take_answer(request) {
                    self.start_over(page, at);
                }
            }
        }
        self.follow_marks();
        self.settle(at);
    }

    /// A page did not come.
    pub fn page_failed(&mut self, request: PageRequest, at: Moment) {
        if self.awaits(request) {
            self.set_history(HistoryState::Failed);
        } else if self.resume.take_answer(request) {
            self.resume.failed(at.now_ms, at.unit);
        }
    }

    pub(super) fn page_before(&mut self, page: HistoryPage<M>) {
        let first = page.messages.first().map(TimelineMessage::sequence);
        let done = !page.has_older || first.is_none_or(|first| first >= self.oldest);
        self.oldest = first.map_or(self.oldest, |first| first.min(self.oldest));
        self.merge_page(page.messages);
        self.set_history(if done {
            HistoryState::Complete
        } else {
            HistoryState::More
        });
    }

    /// A page may hold what still waits here: an earlier page had sent it, and ended before the ack.
    fn merge_page(&mut self, messages: Vec<M>) {
        let own: Vec<_> = messages
            .iter()
            .filter_map(|message| Some((message.shown().client_id.clone()?, message.sequence())))
            .filter(|(client_id, _)| self.outbox.has(client_id))
            .collect();
        self.timeline.merge_page(messages);
        for (client_id, sequence) in own {
            self.stored(&client_id, sequence);
        }
    }

    pub(super) fn start_over(&mut self, page: HistoryPage<M>, at: Moment) {
        let newest = page
            .messages
            .last()
            .map_or(page.last_sequence, TimelineMessage::sequence);
        self.timeline.raise_marks(&page.marks);
        if self.resume.touches(&page) {
            for message in page.messages {
                self.arrive(message);
            }
        } else {
            self.timeline.clear_stored();
            self.oldest = page
                .messages
                .first()
                .map_or(Sequence(0), TimelineMessage::sequence);
            self.merge_page(page.messages);
            self.set_history(if page.has_older {
                HistoryState::More
            } else {
                HistoryState::Complete
            });
            self.count_unread();
        }
        self.resume.resynced(newest, at.now_ms);
    }

    pub(super) fn awaits(&self, request: PageRequest) -> bool {
        self.history == HistoryState::Loading && request == PageRequest::Before(self.oldest)
    }

    pub(super) fn set_history(&mut self, history: HistoryState) {
        if self.history != history {
            self.history = history;
            self.effects.push(Effect::History(history));
        }
    }
}
