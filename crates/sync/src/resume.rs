//! The cursor: up to where this screen holds everything, and how it gets the rest.
//!
//! A live message names the one before it that this reader may see. If that one is not here, the message waits
//! `ahead` while the part between is asked for, so nothing is ever shown past a hole. An acknowledgement shows one's own
//! message at once but does not move the cursor: something may have come in between.

use shopbell_protocol::Sequence;
use shopbell_protocol::paging::HistoryPage;

use crate::backoff;
use crate::message::TimelineMessage;

/// How long something known to exist may stay away before it is asked for.
const BEHIND_MS: u64 = 4_000;
/// How many messages wait before a hole; more are dropped and fetched with the rest.
const AHEAD_MAX: usize = 256;
/// After this many answers that brought nothing, a hole is taken for the server's way of counting.
const STUCK_MAX: u32 = 3;

/// A page of history to ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageRequest {
    /// The page right before this sequence.
    Before(Sequence),
    /// What came after this sequence, oldest first.
    After(Sequence),
    /// The newest page.
    Newest,
}

/// Where this screen stands in the conversation.
#[derive(Debug)]
pub struct Resume<M> {
    /// `None` until the conversation has been opened.
    cursor: Option<Sequence>,
    /// By rising sequence, each with the one before it.
    ahead: Vec<(Sequence, M)>,
    /// The newest that is known to exist.
    target: Sequence,
    behind_since_ms: Option<u64>,
    resyncing: bool,
    /// Asked for, and not answered yet.
    asked: Option<PageRequest>,
    more: bool,
    not_before_ms: u64,
    attempts: u32,
    stuck: u32,
}

impl<M> Default for Resume<M> {
    fn default() -> Self {
        Self {
            cursor: None,
            ahead: Vec::new(),
            target: Sequence(0),
            behind_since_ms: None,
            resyncing: false,
            asked: None,
            more: false,
            not_before_ms: 0,
            attempts: 0,
            stuck: 0,
        }
    }
}

impl<M: TimelineMessage> Resume<M> {
    /// Everything up to here is on this screen, or belongs to history that is loaded page by page.
    pub fn cursor(&self) -> Option<Sequence> {
        self.cursor
    }

    /// The conversation begins to be followed here.
    pub fn anchor(&mut self, at: Sequence) {
        self.cursor = Some(at);
    }

    /// Whether a page of the newest messages is awaited because the place was lost.
    pub fn is_resyncing(&self) -> bool {
        self.resyncing
    }

    /// The place is lost: start over from the newest page.
    pub fn resync(&mut self) {
        self.resyncing = true;
        self.asked = None;
        self.not_before_ms = 0;
    }

    /// Something up to here is known to exist.
    pub fn expect(&mut self, sequence: Sequence, now_ms: u64) {
        self.target = sequence.max(self.target);
        self.watch(now_ms);
    }

    /// A live message: handed back if it may be shown now.
    pub fn receive(&mut self, previous: Sequence, message: M, now_ms: u64) -> Option<M> {
        let sequence = message.sequence();
        match self.cursor {
            Some(cursor) if !self.resyncing && (sequence <= cursor || previous <= cursor) => {
                self.cursor = Some(sequence.max(cursor));
                self.watch(now_ms);
                Some(message)
            }
            _ => {
                self.wait(previous, message);
                self.watch(now_ms);
                None
            }
        }
    }

    /// The next of those that waited and now follow what is shown.
    pub fn next_ahead(&mut self, now_ms: u64) -> Option<M> {
        let cursor = self.cursor?;
        let (previous, message) = self.ahead.first()?;
        let follows = *previous <= cursor || message.sequence() <= cursor;
        if self.resyncing || !follows {
            return None;
        }
        let (_, message) = self.ahead.remove(0);
        self.cursor = Some(message.sequence().max(cursor));
        self.watch(now_ms);
        Some(message)
    }

    /// What has to be asked for now, if anything; it counts as asked.
    pub fn next_request(&mut self, now_ms: u64) -> Option<PageRequest> {
        if self.asked.is_some() || now_ms < self.wake_at()? {
            return None;
        }
        self.asked = Some(if self.resyncing {
            PageRequest::Newest
        } else {
            PageRequest::After(self.cursor?)
        });
        self.asked
    }

    /// When [`Self::next_request`] has to be asked again.
    pub fn wake_at(&self) -> Option<u64> {
        let cursor = self.cursor?;
        if self.asked.is_some() {
            return None;
        }
        let due = if self.resyncing || self.more || !self.ahead.is_empty() {
            0
        } else if cursor < self.target {
            self.behind_since_ms?.saturating_add(BEHIND_MS)
        } else {
            return None;
        };
        Some(due.max(self.not_before_ms))
    }

    /// Asks for what came since, as a page without a socket does; `None` while an answer is awaited.
    pub fn poll(&mut self) -> Option<PageRequest> {
        let cursor = self.cursor?;
        if self.asked.is_some() {
            return None;
        }
        self.asked = Some(if self.resyncing {
            PageRequest::Newest
        } else {
            PageRequest::After(cursor)
        });
        self.asked
    }

    /// Whether an answer is the one that is awaited; a late one of an earlier place is not.
    pub fn take_answer(&mut self, request: PageRequest) -> bool {
        let awaited = self.asked == Some(request);
        if awaited {
            self.asked = None;
        }
        awaited
    }

    /// The awaited answer did not come.
    pub fn failed(&mut self, now_ms: u64, unit: f64) {
        self.not_before_ms = now_ms.saturating_add(backoff::delay_ms(self.attempts, unit));
        self.attempts = self.attempts.saturating_add(1);
    }

    /// A page of what came after the cursor was merged up to `newest`.
    pub fn filled(&mut self, newest: Option<Sequence>, last_sequence: Sequence, now_ms: u64, unit: f64) {
        self.attempts = 0;
        self.target = self.target.max(last_sequence);
        let Some(cursor) = self.cursor else { return };
        let reached = newest.unwrap_or(cursor).max(cursor);
        self.cursor = Some(reached);
        if reached > cursor {
            self.stuck = 0;
            self.not_before_ms = 0;
            self.more = reached < last_sequence;
        } else {
            self.more = false;
            if reached < self.target || !self.ahead.is_empty() {
                self.stuck = self.stuck.saturating_add(1);
                self.failed(now_ms, unit);
            }
            if self.stuck >= STUCK_MAX {
                self.give_up();
            }
        }
        self.watch(now_ms);
    }

    /// The place is found again at `newest`.
    pub fn resynced(&mut self, newest: Sequence, now_ms: u64) {
        self.cursor = Some(newest);
        self.target = newest;
        self.resyncing = false;
        self.more = false;
        self.attempts = 0;
        self.stuck = 0;
        self.not_before_ms = 0;
        self.watch(now_ms);
    }

    /// Whether the newest page still touches what is here, so that nothing has to be thrown away.
    pub fn touches(&self, page: &HistoryPage<M>) -> bool {
        let (Some(cursor), Some(first)) = (self.cursor, page.messages.first()) else {
            return false;
        };
        first.sequence() <= cursor && page.last_sequence >= cursor
    }

    fn wait(&mut self, previous: Sequence, message: M) {
        let sequence = message.sequence();
        self.target = sequence.max(self.target);
        if let Err(at) = self
            .ahead
            .binary_search_by_key(&sequence, |(_, waiting)| waiting.sequence())
            && self.ahead.len() < AHEAD_MAX
        {
            self.ahead.insert(at, (previous, message));
        }
    }

    /// The first that waits is taken to follow what is shown, and nothing more is expected than is here.
    fn give_up(&mut self) {
        self.stuck = 0;
        self.not_before_ms = 0;
        match self.ahead.first_mut() {
            Some((previous, _)) => *previous = Sequence(0),
            None => self.target = self.cursor.unwrap_or_default(),
        }
    }

    fn watch(&mut self, now_ms: u64) {
        if self.cursor.is_some_and(|cursor| cursor < self.target) {
            self.behind_since_ms.get_or_insert(now_ms);
        } else {
            self.behind_since_ms = None;
        }
    }
}
