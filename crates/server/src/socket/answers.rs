//! Answers to what one connection has asked for, under way together and given in the order of asking.
//!
//! Changes that are asked for one after another share a commit instead of each waiting for its own.

use std::collections::VecDeque;
use std::future::pending;

use futures_util::FutureExt as _;
use tokio::task::JoinHandle;

/// Questions of one connection that are worked on at once; further frames are read when there is room again.
const UNDER_WAY: usize = 64;

/// What is under way, the oldest first; each ends in the frames that answer it. Dropping this gives up the answers, not
/// the work.
pub(super) struct Answers<F>(VecDeque<JoinHandle<Vec<F>>>);

impl<F> Default for Answers<F> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<F: Send + 'static> Answers<F> {
    /// Works on one more.
    pub(super) fn push(&mut self, work: impl Future<Output = Vec<F>> + Send + 'static) {
        self.0.push_back(tokio::spawn(work));
    }

    /// Whether more may be taken on.
    pub(super) fn has_room(&self) -> bool {
        self.0.len() < UNDER_WAY
    }

    /// Whether nothing is under way.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The frames of the oldest, once it is done; waits for ever where nothing is under way. Cancel safe.
    pub(super) async fn next(&mut self) -> Vec<F> {
        let Some(oldest) = self.0.front_mut() else {
            return pending().await;
        };
        let frames = oldest.await;
        self.0.pop_front();
        frames.unwrap_or_else(|error| {
            // Whoever asked gets no answer and asks again.
            tracing::error!(%error, "a frame could not be worked on to its end");
            Vec::new()
        })
    }

    /// The frames of the oldest, if it is done.
    pub(super) fn ready(&mut self) -> Option<Vec<F>> {
        self.next().now_or_never()
    }
}
