//! What a talk goes over: text frames in, text frames out. The loops know nothing else of the transport, so the same
//! code serves a WebSocket, a long-poll and the network of a simulation.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use futures_util::SinkExt;
use tokio::time::timeout;

use super::Ended;

/// Close codes of RFC 6455 that we use.
pub mod close {
    /// The server stops.
    pub const GOING_AWAY: u16 = 1001;
    /// Only text frames are understood.
    pub const UNSUPPORTED: u16 = 1003;
    /// No valid credential, or the first frame was not `hello`.
    pub const POLICY: u16 = 1008;
    /// A frame above the limit.
    pub const TOO_BIG: u16 = 1009;
    /// Something broke on our side.
    pub const BROKEN: u16 = 1011;
    /// Too many connections.
    pub const TRY_LATER: u16 = 1013;
}

/// What came in.
#[derive(Debug)]
pub enum Incoming {
    /// A text frame.
    Text(String),
    /// A sign of life without content.
    Alive,
    /// A frame that is no text.
    Binary,
    /// A frame above the limit; nothing more can be read.
    TooLarge,
    /// The other side is gone.
    Gone,
}

/// One transport to one client. Frames arrive whole and in order, or the transport ends.
pub trait Wire: Send + 'static {
    /// The next frame. Cancel safe: dropping the future loses nothing.
    fn receive(&mut self) -> impl Future<Output = Incoming> + Send;

    /// Hands over a frame; it leaves with the next [`Self::flush`] at the latest. Waits where the other side takes
    /// nothing: the caller bounds how long.
    ///
    /// # Errors
    /// The other side is gone.
    fn feed(&mut self, text: String) -> impl Future<Output = Result<(), Ended>> + Send;

    /// Waits until everything handed over has left.
    ///
    /// # Errors
    /// The other side is gone.
    fn flush(&mut self) -> impl Future<Output = Result<(), Ended>> + Send;

    /// Asks for a sign of life on the transport's own level, where it has such a thing.
    ///
    /// # Errors
    /// The other side is gone.
    fn probe(&mut self) -> impl Future<Output = Result<(), Ended>> + Send;

    /// Ends, and says why by a code of [`close`].
    fn close(self, code: u16) -> impl Future<Output = ()> + Send;
}

impl Wire for WebSocket {
    async fn receive(&mut self) -> Incoming {
        match self.recv().await {
            Some(Ok(Message::Text(text))) => Incoming::Text(text.as_str().to_owned()),
            Some(Ok(Message::Binary(_))) => Incoming::Binary,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Incoming::Alive,
            Some(Err(error)) if is_capacity(&error) => Incoming::TooLarge,
            Some(Ok(Message::Close(_)) | Err(_)) | None => Incoming::Gone,
        }
    }

    async fn feed(&mut self, text: String) -> Result<(), Ended> {
        SinkExt::feed(self, Message::Text(text.into()))
            .await
            .map_err(|_gone| Ended)
    }

    async fn flush(&mut self) -> Result<(), Ended> {
        SinkExt::flush(self).await.map_err(|_gone| Ended)
    }

    async fn probe(&mut self) -> Result<(), Ended> {
        self.send(Message::Ping(axum::body::Bytes::new()))
            .await
            .map_err(|_gone| Ended)
    }

    async fn close(mut self, code: u16) {
        let frame = CloseFrame {
            code,
            reason: Utf8Bytes::default(),
        };
        let goodbye = async {
            if self.send(Message::Close(Some(frame))).await.is_ok() {
                // Until the other side has closed too: what is still on its way would turn our last frame into a reset.
                while let Some(Ok(_rest)) = self.recv().await {}
            }
        };
        let _in_time_or_not = timeout(Duration::from_secs(1), goodbye).await;
    }
}

fn is_capacity(error: &axum::Error) -> bool {
    // Axum hides the type; its text is the one thing left to tell a frame above the limit from a broken line.
    let text = error.to_string();
    text.contains("too long") || text.contains("too big")
}
