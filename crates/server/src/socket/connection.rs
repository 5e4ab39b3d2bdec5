//! One connection: frames as JSON over a [`Wire`], each write within a time.

use std::time::Duration;

use serde::Serialize;
use shopbell_protocol::limits::FRAME_MAX_BYTES;
use tokio::time::{Instant, timeout};

use super::Ended;
use super::wire::{Incoming, Wire, close};
use crate::http::error::ApiError;
use crate::http::state::AppState;

/// A write that takes longer than this makes its reader a slow one.
const SLOW_AFTER: Duration = Duration::from_secs(1);

/// One connection.
pub(super) struct Connection<W> {
    wire: W,
    state: AppState,
    write_within: Duration,
    fed_since: Option<Instant>,
    slow: bool,
}

impl<W: Wire> Connection<W> {
    pub(super) fn new(wire: W, state: AppState) -> Self {
        let write_within = Duration::from_secs(state.config().socket.silent_after_s);
        Self {
            wire,
            state,
            write_within,
            fed_since: None,
            slow: false,
        }
    }

    /// The next frame. Cancel safe.
    pub(super) async fn receive(&mut self) -> Incoming {
        match self.wire.receive().await {
            Incoming::Text(text) if text.len() > FRAME_MAX_BYTES => Incoming::TooLarge,
            Incoming::Text(text) => {
                self.state.counters().frames(1, 0);
                Incoming::Text(text)
            }
            other => other,
        }
    }

    /// Hands over a frame; it leaves with the next [`Self::flush`] at the latest.
    ///
    /// # Errors
    /// The other side is gone, or took nothing for too long.
    pub(super) async fn feed<F: Serialize + Sync>(&mut self, frame: &F) -> Result<(), Ended> {
        let text = serde_json::to_string(frame).map_err(|error| {
            tracing::error!(%error, "a frame cannot be written as JSON");
            Ended
        })?;
        self.fed_since.get_or_insert_with(Instant::now);
        self.state.counters().frames(0, 1);
        within(self.write_within, self.wire.feed(text)).await
    }

    /// Waits until everything handed over has left.
    ///
    /// # Errors
    /// As [`Self::feed`].
    pub(super) async fn flush(&mut self) -> Result<(), Ended> {
        let Some(since) = self.fed_since.take() else {
            return Ok(());
        };
        let flushed = within(self.write_within, self.wire.flush()).await;
        self.slow |= since.elapsed() > SLOW_AFTER;
        flushed
    }

    /// Both.
    ///
    /// # Errors
    /// As [`Self::feed`].
    pub(super) async fn send<F: Serialize + Sync>(&mut self, frame: &F) -> Result<(), Ended> {
        self.feed(frame).await?;
        self.flush().await
    }

    /// Whether a write has been slow since this was last asked.
    pub(super) fn was_slow(&mut self) -> bool {
        std::mem::take(&mut self.slow)
    }

    /// Asks on the transport's own level, which every client's library answers by itself.
    ///
    /// # Errors
    /// As [`Self::feed`].
    pub(super) async fn probe(&mut self) -> Result<(), Ended> {
        within(self.write_within, self.wire.probe()).await
    }

    /// Sends a last frame, says why, and ends.
    pub(super) async fn part<F: Serialize + Sync>(mut self, frame: &F, code: u16) {
        if self.send(frame).await.is_ok() {
            self.wire.close(code).await;
        }
    }
}

async fn within(time: Duration, write: impl Future<Output = Result<(), Ended>> + Send) -> Result<(), Ended> {
    timeout(time, write).await.unwrap_or(Err(Ended))
}

/// What is said about a frame that no loop can take, and the code to close with.
pub(super) fn unacceptable(incoming: &Incoming) -> Option<(ApiError, u16)> {
    match incoming {
        Incoming::Binary => {
            let text = "Binary frames are not understood here; send JSON as text frames";
            Some((
                ApiError::application(axum::http::StatusCode::BAD_REQUEST, "BINARY_FRAME", text),
                close::UNSUPPORTED,
            ))
        }
        Incoming::TooLarge => Some((ApiError::body_too_large(FRAME_MAX_BYTES as u64), close::TOO_BIG)),
        Incoming::Text(_) | Incoming::Alive | Incoming::Gone => None,
    }
}
