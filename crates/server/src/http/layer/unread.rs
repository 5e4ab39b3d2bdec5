//! What nobody has read of a request's body: read on for a moment, after the answer is under way.
//!
//! A browser that is still sending when the connection is closed sees a broken connection instead of the answer that
//! says why: 401, 413, 429.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::BodyExt as _;

use crate::http::state::AppState;

/// Long enough for a body that is under way; whoever goes on sending for longer is cut.
const FOR: Duration = Duration::from_secs(2);

/// Runs the request; what it leaves of the body is read beside the answer.
pub(crate) async fn around(State(state): State<AppState>, request: Request, next: Next) -> Response {
    // Who waits for a "go on" before sending has nothing under way.
    if request.body().is_end_stream() || request.headers().contains_key(header::EXPECT) {
        return next.run(request).await;
    }
    let left = Left::default();
    let request = request.map(|body| {
        Body::new(Watched {
            body,
            left: left.clone(),
        })
    });
    let response = next.run(request).await;
    if let Some(mut body) = left.take() {
        state.tasks().spawn(async move {
            let rest = async { while let Some(Ok(_frame)) = body.frame().await {} };
            let _all_or_enough = tokio::time::timeout(FOR, rest).await;
        });
    }
    response
}

/// Where a dropped body is put.
#[derive(Debug, Clone, Default)]
struct Left(Arc<Mutex<Option<Body>>>);

impl Left {
    fn take(&self) -> Option<Body> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A body that is not lost when it is dropped unread.
struct Watched {
    body: Body,
    left: Left,
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if !self.body.is_end_stream() {
            let body = std::mem::take(&mut self.body);
            *self.left.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(body);
        }
    }
}
