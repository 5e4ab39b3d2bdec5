//! A few connections that read beside the writer, each call in a transaction of its own: one instant per call.

use std::fmt::{Debug, Formatter};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::error::{store_error, unavailable};
use super::{SqliteOptions, connection};
use crate::store::{StoreError, StoreResult};

/// Reads at once; more wait in order. Reads are short and the machine has few cores.
const READERS: usize = 4;

pub(super) struct Readers {
    pool: Arc<Pool>,
    permits: Arc<Semaphore>,
    /// Reads on the caller's thread, where no others may be used.
    #[cfg(any(test, feature = "testing"))]
    conditions: Option<Arc<dyn super::Conditions>>,
}

struct Pool {
    path: PathBuf,
    options: SqliteOptions,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(path: &Path, options: SqliteOptions) -> Self {
        let pool = Pool {
            path: path.to_owned(),
            options,
            idle: Mutex::new(Vec::new()),
        };
        Self {
            pool: Arc::new(pool),
            permits: Arc::new(Semaphore::new(READERS)),
            #[cfg(any(test, feature = "testing"))]
            conditions: None,
        }
    }

    /// The same without other threads.
    #[cfg(any(test, feature = "testing"))]
    pub(super) fn inline(
        path: &Path,
        options: SqliteOptions,
        conditions: Arc<dyn super::Conditions>,
    ) -> Self {
        Self {
            conditions: Some(conditions),
            ..Self::new(path, options)
        }
    }

    pub(super) async fn read<T, F>(&self, work: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|_| unavailable("the server is stopping"))?;
        #[cfg(any(test, feature = "testing"))]
        if let Some(conditions) = &self.conditions {
            let result = self.pool.run(work).map_err(|error| store_error(&error));
            drop(permit);
            super::inline::pass(conditions.after_read()).await;
            return result;
        }
        let pool = Arc::clone(&self.pool);
        let reading = tokio::task::spawn_blocking(move || {
            // The permit goes along: a caller that has gone away frees its place only when its read is over.
            let _permit = permit;
            pool.run(work)
        });
        reading
            .await
            .map_err(|error| StoreError::Internal {
                reason: error.to_string(),
            })?
            .map_err(|error| store_error(&error))
    }

    pub(super) fn close(&self) {
        self.permits.close();
        self.pool
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

impl Debug for Readers {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Readers").finish_non_exhaustive()
    }
}

impl Pool {
    fn run<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connection::open_reader(&self.path, self.options)?,
        };
        connection.execute_batch("BEGIN")?;
        let result = work(&connection);
        connection.execute_batch("ROLLBACK")?;
        // A connection that has failed is not used again: the next call opens a new one.
        if result.is_ok() {
            self.idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(connection);
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn a_caller_that_goes_away_keeps_its_place_until_its_read_is_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shopbell.db");
        drop(connection::open_first(&path, SqliteOptions::default()).unwrap());
        let readers = Arc::new(Readers::new(&path, SqliteOptions::default()));
        let (started_tx, mut started) = tokio::sync::mpsc::unbounded_channel();
        let mut ends = Vec::new();
        for _ in 0..READERS {
            let (end, ended) = mpsc::channel::<()>();
            ends.push(end);
            let (readers, started) = (Arc::clone(&readers), started_tx.clone());
            let caller = tokio::spawn(async move {
                let reading = readers.read(move |_| {
                    started.send(()).unwrap();
                    let _over = ended.recv();
                    Ok(())
                });
                reading.await
            });
            tokio::task::yield_now().await;
            caller.abort();
            let _gone = caller.await;
        }
        for _ in 0..READERS {
            started.recv().await.unwrap();
        }
        assert_eq!(readers.permits.available_permits(), 0, "more reads than places");
        drop(ends);
        readers.read(|_| Ok(())).await.unwrap();
    }
}
