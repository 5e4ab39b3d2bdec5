//! Which uploads somebody is sending to right now: one request at a time each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use shopbell_protocol::MediaId;
use tokio_util::sync::CancellationToken;

/// How long one waits for a request that was told to end: it has to bring to the disk what it has.
const END_WITHIN: Duration = Duration::from_secs(5);

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Running(Arc<Mutex<HashMap<MediaId, Signals>>>);

#[derive(Debug, Clone, Default)]
struct Signals {
    end: CancellationToken,
    ended: CancellationToken,
}

/// Held while a request writes to an upload.
#[derive(Debug)]
pub(crate) struct Hold {
    all: Arc<Mutex<HashMap<MediaId, Signals>>>,
    id: MediaId,
    signals: Signals,
}

impl Running {
    /// Takes an upload; `None` while another request has it.
    pub(crate) fn take(&self, id: &MediaId) -> Option<Hold> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.contains_key(id) {
            return None;
        }
        let signals = Signals::default();
        all.insert(id.clone(), signals.clone());
        drop(all);
        Some(Hold {
            all: Arc::clone(&self.0),
            id: id.clone(),
            signals,
        })
    }

    /// Tells the request that has an upload to end, and waits until it has. Whoever asks how far an upload is has lost the
    /// connection on which it went; the server may not have noticed yet.
    pub(crate) async fn end(&self, id: &MediaId) {
        let signals = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
            .cloned();
        if let Some(signals) = signals {
            signals.end.cancel();
            let _ended_or_late = tokio::time::timeout(END_WITHIN, signals.ended.cancelled()).await;
        }
    }
}

impl Hold {
    /// Somebody wants this request to end.
    pub(crate) fn told_to_end(&self) -> &CancellationToken {
        &self.signals.end
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.all
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.id);
        self.signals.ended.cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_at_a_time_has_an_upload_until_it_ends_or_is_told_to() {
        let running = Running::default();
        let id = MediaId::from("one");
        let hold = running.take(&id).unwrap();
        assert!(running.take(&id).is_none());
        let holding = tokio::spawn(async move {
            hold.told_to_end().cancelled().await;
        });
        running.end(&id).await;
        holding.await.unwrap();
        assert!(running.take(&id).is_some());
        running.end(&id).await;
    }
}
