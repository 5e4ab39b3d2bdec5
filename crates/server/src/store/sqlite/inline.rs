//! The same store without threads, for tests that decide themselves what happens when: the writer's queue is worked off
//! by a task, readers read where they are called, and [`Conditions`] say how long each step takes.

use std::fmt::Debug;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;

use super::readers::Readers;
use super::writer::{Queue, Writer};
use super::{SqliteOptions, SqliteStore, connection};
use crate::store::OpenError;

/// What the disk does.
pub trait Conditions: Debug + Send + Sync + 'static {
    /// Before a group is committed; changes gather meanwhile.
    fn before_commit(&self) -> Duration;
    /// Between a commit and its answers.
    fn before_answer(&self) -> Duration;
    /// Between a read and its answer.
    fn after_read(&self) -> Duration;
    /// The connection of the next group, for making it fail.
    fn prepare(&self, writer: &mut Connection);
}

/// The writer of a store without threads. Dropping it is a crash: what is not committed is lost.
pub struct InlineWriter {
    queue: Queue,
    conditions: Arc<dyn Conditions>,
}

impl SqliteStore {
    /// As [`Self::open_with`], without threads: changes are stored while somebody runs the writer.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open_inline(
        path: &Path,
        options: SqliteOptions,
        conditions: Arc<dyn Conditions>,
    ) -> Result<(Self, InlineWriter), OpenError> {
        let connection = connection::open_first(path, options)?;
        let readers = Readers::inline(path, options, Arc::clone(&conditions));
        let (writer, queue) = Writer::new(path, options, connection);
        Ok((Self { writer, readers }, InlineWriter { queue, conditions }))
    }
}

impl InlineWriter {
    /// Commits what is asked for until the store is closed.
    pub async fn run(mut self) {
        while let Some(first) = self.queue.first().await {
            pass(self.conditions.before_commit()).await;
            let group = self.queue.gather(first);
            if let Some(connection) = self.queue.committer.connection_mut() {
                self.conditions.prepare(connection);
            }
            let settled = self.queue.committer.commit(group);
            pass(self.conditions.before_answer()).await;
            settled.answer();
        }
    }
}

impl Debug for InlineWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InlineWriter").finish_non_exhaustive()
    }
}

pub(super) async fn pass(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}
