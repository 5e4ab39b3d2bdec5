//! What outlives the page: an entry is written down before it is shown as sending, and struck out once it is settled.
//!
//! The storage itself is the owner's. It is told by [`Store`] what to keep, says when that is written, and hands back
//! what an earlier page has left. Where it fails, the entry goes on in memory; that is told once.

use std::collections::VecDeque;

use shopbell_protocol::{ClientId, MessageId, Sequence};

/// How long the storage may take before it is given up; a person waits for their own words on screen.
const WRITE_MS: u64 = 2_000;
/// The same where files have to be written too.
const WRITE_FILES_MS: u64 = 10_000;

/// A message or a press that waits for the server, in the form in which it outlives the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept<D> {
    /// The same on each send, whichever page sends.
    pub client_id: ClientId,
    /// The date of the machine on which it was typed.
    pub created_date: String,
    /// What is to be sent.
    pub deed: Deed<D>,
}

/// What is to be sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed<D> {
    /// A message.
    Send {
        /// What it says.
        draft: D,
        /// The newest message on screen when it was sent (rule 15).
        seen: Sequence,
        /// Whether it may leave; false while files of it are on their way up.
        ready: bool,
    },
    /// A press of a postback button.
    Press {
        /// The message with the button.
        message_id: MessageId,
        /// The button.
        button_id: String,
    },
}

/// What the storage has to do. Entries are handed back in the order in which they were first put.
#[derive(Debug, Clone, PartialEq)]
pub enum Store<D> {
    /// Keep this, in place of what has the same client id; to be answered, well or badly.
    Put(Kept<D>),
    /// Forget this.
    Remove(ClientId),
    /// Forget everything.
    Clear,
}

#[derive(Debug)]
pub(crate) struct Keep<D> {
    mode: Mode,
    told: bool,
    /// Put and not shown yet, in order of typing.
    writing: VecDeque<Writing<D>>,
    /// What the storage may hold of this page.
    kept: Vec<ClientId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// There is no storage.
    Off,
    /// What an earlier page has left is not known yet; it goes first.
    Restoring,
    On,
}

#[derive(Debug)]
struct Writing<D> {
    kept: Kept<D>,
    since_ms: u64,
    written: bool,
}

impl<D> Default for Keep<D> {
    fn default() -> Self {
        Self {
            mode: Mode::Off,
            told: false,
            writing: VecDeque::new(),
            kept: Vec::new(),
        }
    }
}

impl<D> Keep<D> {
    pub(crate) fn start(&mut self) {
        self.mode = Mode::Restoring;
    }

    /// Takes an entry that has to be written first; gives it back where there is no storage.
    pub(crate) fn write(&mut self, kept: Kept<D>, now_ms: u64) -> Option<Kept<D>> {
        if self.mode == Mode::Off {
            return Some(kept);
        }
        self.kept.push(kept.client_id.clone());
        self.writing.push_back(Writing {
            kept,
            since_ms: now_ms,
            written: false,
        });
        None
    }

    pub(crate) fn is_on(&self) -> bool {
        self.mode != Mode::Off
    }

    /// What an earlier page has left is known.
    pub(crate) fn restored(&mut self) {
        if self.mode == Mode::Restoring {
            self.mode = Mode::On;
        }
    }

    /// The storage has answered, well or badly: either way the entry may go on.
    pub(crate) fn written(&mut self, client_id: &ClientId) {
        if let Some(writing) = self.find(client_id) {
            writing.written = true;
        }
    }

    /// The storage holds this, by this page's doing or by taking it over.
    pub(crate) fn holds(&mut self, client_id: ClientId) {
        if !self.kept.contains(&client_id) {
            self.kept.push(client_id);
        }
    }

    /// Whether this is the first failure.
    pub(crate) fn tell_failure(&mut self) -> bool {
        !std::mem::replace(&mut self.told, true)
    }

    /// The next entry that may be shown, in order of typing.
    pub(crate) fn next_written(&mut self) -> Option<Kept<D>> {
        let front = self.writing.front()?;
        let may = self.mode == Mode::Off || (front.written && self.mode == Mode::On);
        if !may {
            return None;
        }
        self.writing.pop_front().map(|writing| writing.kept)
    }

    /// Whether the storage hangs; it is given up then.
    pub(crate) fn expire(&mut self, now_ms: u64) -> bool {
        let hangs = self.wake_at().is_some_and(|at| now_ms >= at);
        if hangs {
            self.mode = Mode::Off;
        }
        hangs
    }

    pub(crate) fn wake_at(&self) -> Option<u64> {
        let front = self.writing.front()?;
        let has_files = matches!(front.kept.deed, Deed::Send { ready: false, .. });
        let patience_ms = if has_files { WRITE_FILES_MS } else { WRITE_MS };
        Some(front.since_ms.saturating_add(patience_ms))
    }

    /// An entry that is still being written.
    pub(crate) fn entry(&mut self, client_id: &ClientId) -> Option<&mut Kept<D>> {
        self.find(client_id).map(|writing| &mut writing.kept)
    }

    /// Whether a press of this button is being written.
    pub(crate) fn presses(&self, wanted: MessageId, button: &str) -> bool {
        self.writing.iter().any(|writing| {
            matches!(&writing.kept.deed, Deed::Press { message_id, button_id } if *message_id == wanted && button_id == button)
        })
    }

    /// Strikes out what is settled: neither being written nor `waits` for the server.
    pub(crate) fn settled(&mut self, waits: impl Fn(&ClientId) -> bool) -> Vec<ClientId> {
        let Self { writing, kept, .. } = self;
        let mut settled = Vec::new();
        kept.retain(|client_id| {
            let keep = waits(client_id) || writing.iter().any(|writing| writing.kept.client_id == *client_id);
            if !keep {
                settled.push(client_id.clone());
            }
            keep
        });
        settled
    }

    pub(crate) fn clear(&mut self) {
        self.writing.clear();
        self.kept.clear();
    }

    fn find(&mut self, client_id: &ClientId) -> Option<&mut Writing<D>> {
        self.writing
            .iter_mut()
            .find(|writing| writing.kept.client_id == *client_id)
    }
}
