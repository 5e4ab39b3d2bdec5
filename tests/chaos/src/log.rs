//! What the server has said yes to, as those heard it who asked.

use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;
use tokio::time::Instant;

/// See the module.
#[derive(Debug)]
pub(crate) struct Log {
    acknowledged: Mutex<Vec<String>>,
    /// The newest moment at which a connection was opened that has brought an acknowledgement since.
    newest: watch::Sender<Instant>,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            acknowledged: Mutex::default(),
            newest: watch::Sender::new(Instant::now()),
        }
    }
}

impl Log {
    /// A text was acknowledged on a connection that was opened at `since`.
    pub(crate) fn acknowledge(&self, text: String, since: Instant) {
        self.acknowledged
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(text);
        self.newest.send_if_modified(|newest| {
            let newer = since > *newest;
            if newer {
                *newest = since;
            }
            newer
        });
    }

    /// Waits for the first acknowledgement on a connection that was opened after `moment`.
    pub(crate) async fn first_after(&self, moment: Instant) {
        // The sender is our own, so there is always one.
        let mut newest = self.newest.subscribe();
        let _always = newest.wait_for(|newest| *newest > moment).await;
    }

    pub(crate) fn count(&self) -> usize {
        self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    pub(crate) fn texts(&self) -> Vec<String> {
        self.acknowledged
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
