//! Marks of delivery, written beside a loop: one at a time while it goes on, and never worth a connection.

use tokio::task::JoinHandle;

use crate::service::ServiceError;

/// The newest report.
#[derive(Debug, Default)]
pub(super) struct Reporting(Option<JoinHandle<()>>);

impl Reporting {
    /// Whether the last one has not ended yet.
    pub(super) fn is_running(&self) -> bool {
        self.0.as_ref().is_some_and(|running| !running.is_finished())
    }

    /// Starts one; what it answers is a failure. It ends by itself, even when the connection is gone by then.
    pub(super) fn start(&mut self, report: impl Future<Output = Option<ServiceError>> + Send + 'static) {
        self.0 = Some(tokio::spawn(async move {
            if let Some(error) = report.await {
                // Marked again with the next message.
                tracing::warn!(%error, "a delivery could not be marked");
            }
        }));
    }
}
