//! What the server has said yes to, as those heard it who asked.

use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;
use tokio::time::Instant;

/// See the module.
#[derive(Debug)]
pub(crate) struct Log {
    acknowledged: Mutex<Vec<String>>,
    /// The newest moment at which a connection was opened that has brought an acknowledgement since; of each kind.
    newest: watch::Sender<[Instant; 2]>,
}

/// Who was told.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Whom {
    /// A person's page.
    Page,
    /// A program.
    Program,
}

impl Whom {
    fn of(self, [page, program]: &mut [Instant; 2]) -> &mut Instant {
        match self {
            Self::Page => page,
            Self::Program => program,
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self {
            acknowledged: Mutex::default(),
            newest: watch::Sender::new([Instant::now(); 2]),
        }
    }
}

impl Log {
    /// A text was acknowledged on a connection that was opened at `since`.
    pub(crate) fn acknowledge(&self, whom: Whom, text: String, since: Instant) {
        self.acknowledged
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(text);
        self.newest.send_if_modified(|newest| {
            let newest = whom.of(newest);
            let newer = since > *newest;
            if newer {
                *newest = since;
            }
            newer
        });
    }

    /// Waits for the first acknowledgement on a connection that was opened after `moment`; answers when it came.
    pub(crate) async fn first_after(&self, whom: Whom, moment: Instant) -> Instant {
        let mut newest = self.newest.subscribe();
        // The sender is our own, so there is always one.
        let _always = newest
            .wait_for(|newest| *whom.of(&mut newest.clone()) > moment)
            .await;
        Instant::now()
    }

    pub(crate) fn count(&self) -> usize {
        self.acknowledged
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
    }

    pub(crate) fn texts(&self) -> Vec<String> {
        self.acknowledged
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
