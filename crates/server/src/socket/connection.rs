//! One WebSocket: text frames in, JSON frames out, each write within a time.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use futures_util::SinkExt as _;
use serde::Serialize;
use shopbell_protocol::limits::FRAME_MAX_BYTES;
use tokio::time::{Instant, timeout};

use super::Ended;
use crate::http::error::ApiError;
use crate::http::state::AppState;

/// A write that takes longer than this makes its reader a slow one.
const SLOW_AFTER: Duration = Duration::from_secs(1);

/// Close codes of RFC 6455 that we use.
pub(super) mod close {
    /// The server stops.
    pub(in crate::socket) const GOING_AWAY: u16 = 1001;
    /// Only text frames are understood.
    pub(in crate::socket) const UNSUPPORTED: u16 = 1003;
    /// No valid credential, or the first frame was not `hello`.
    pub(in crate::socket) const POLICY: u16 = 1008;
    /// A frame above the limit.
    pub(in crate::socket) const TOO_BIG: u16 = 1009;
    /// Something broke on our side.
    pub(in crate::socket) const BROKEN: u16 = 1011;
    /// Too many connections.
    pub(in crate::socket) const TRY_LATER: u16 = 1013;
}

/// What came in.
#[derive(Debug)]
pub(super) enum Incoming {
    /// A text frame.
    Text(Utf8Bytes),
    /// A sign of life without content.
    Alive,
    /// A frame that is no text.
    Binary,
    /// A frame above the limit; nothing more can be read.
    TooLarge,
    /// The other side is gone.
    Gone,
}

/// One WebSocket.
pub(super) struct Connection {
    socket: WebSocket,
    state: AppState,
    write_within: Duration,
    fed_since: Option<Instant>,
    slow: bool,
}

impl Connection {
    pub(super) fn new(socket: WebSocket, state: AppState) -> Self {
        let write_within = Duration::from_secs(state.config().socket.silent_after_s);
        Self {
            socket,
            state,
            write_within,
            fed_since: None,
            slow: false,
        }
    }

    /// The next frame. Cancel safe.
    pub(super) async fn receive(&mut self) -> Incoming {
        match self.socket.recv().await {
            Some(Ok(Message::Text(text))) if text.len() > FRAME_MAX_BYTES => Incoming::TooLarge,
            Some(Ok(Message::Text(text))) => {
                self.state.counters().frames(1, 0);
                Incoming::Text(text)
            }
            Some(Ok(Message::Binary(_))) => Incoming::Binary,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Incoming::Alive,
            Some(Err(error)) if is_capacity(&error) => Incoming::TooLarge,
            Some(Ok(Message::Close(_)) | Err(_)) | None => Incoming::Gone,
        }
    }

    /// Hands over a frame; it leaves with the next [`Self::flush`] at the latest.
    ///
    /// # Errors
    /// The other side is gone, or took nothing for too long.
    pub(super) async fn feed<F: Serialize>(&mut self, frame: &F) -> Result<(), Ended> {
        let text = serde_json::to_string(frame).map_err(|error| {
            tracing::error!(%error, "a frame cannot be written as JSON");
            Ended
        })?;
        self.fed_since.get_or_insert_with(Instant::now);
        self.state.counters().frames(0, 1);
        let fed = timeout(self.write_within, self.socket.feed(Message::Text(text.into()))).await;
        matches!(fed, Ok(Ok(()))).then_some(()).ok_or(Ended)
    }

    /// Waits until everything handed over has left.
    ///
    /// # Errors
    /// As [`Self::feed`].
    pub(super) async fn flush(&mut self) -> Result<(), Ended> {
        let Some(since) = self.fed_since.take() else {
            return Ok(());
        };
        let flushed = timeout(self.write_within, self.socket.flush()).await;
        self.slow |= since.elapsed() > SLOW_AFTER;
        matches!(flushed, Ok(Ok(()))).then_some(()).ok_or(Ended)
    }

    /// Both.
    ///
    /// # Errors
    /// As [`Self::feed`].
    pub(super) async fn send<F: Serialize>(&mut self, frame: &F) -> Result<(), Ended> {
        self.feed(frame).await?;
        self.flush().await
    }

    /// Whether a write has been slow since this was last asked.
    pub(super) fn was_slow(&mut self) -> bool {
        std::mem::take(&mut self.slow)
    }

    /// Asks on the WebSocket's own level, which every client's library answers by itself.
    ///
    /// # Errors
    /// As [`Self::feed`].
    pub(super) async fn probe(&mut self) -> Result<(), Ended> {
        let sent = timeout(
            self.write_within,
            self.socket.send(Message::Ping(axum::body::Bytes::new())),
        )
        .await;
        matches!(sent, Ok(Ok(()))).then_some(()).ok_or(Ended)
    }

    /// Says why, and ends.
    pub(super) async fn close(mut self, code: u16) {
        let frame = CloseFrame {
            code,
            reason: Utf8Bytes::default(),
        };
        let goodbye = async {
            if self.socket.send(Message::Close(Some(frame))).await.is_ok() {
                // Until the other side has closed too: what is still on its way would turn our last frame into a reset.
                while let Some(Ok(_rest)) = self.socket.recv().await {}
            }
        };
        let _in_time_or_not = timeout(Duration::from_secs(1), goodbye).await;
    }

    /// Sends a last frame, then ends.
    pub(super) async fn part<F: Serialize>(mut self, frame: &F, code: u16) {
        if self.send(frame).await.is_ok() {
            self.close(code).await;
        }
    }
}

fn is_capacity(error: &axum::Error) -> bool {
    // Axum hides the type; its text is the one thing left to tell a frame above the limit from a broken line.
    let text = error.to_string();
    text.contains("too long") || text.contains("too big")
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
