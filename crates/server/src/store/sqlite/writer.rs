//! The one thread that writes.
//!
//! Jobs wait in a bounded queue; a full queue makes callers wait, not the memory grow. The thread takes what has
//! gathered, runs each job in a savepoint of one transaction, commits, and only then lets the answers go: an answer
//! means that its data is on the disk. A job that fails takes no other with it. A group that cannot be committed is
//! answered `Unavailable` as a whole, and the next group starts on a new connection.

use std::fmt::{Debug, Formatter};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::error::{store_error, unavailable};
use super::{SqliteOptions, connection};
use crate::store::{OpenError, StoreError, StoreResult};

/// Jobs that wait before callers do.
const QUEUE: usize = 4_096;
/// Most jobs of one commit: bounds how long the first of them waits for the last.
const GROUP: usize = 512;

pub(super) struct Writer {
    // `None` once closed; dropping the last sender ends the thread after it has emptied the queue.
    tx: Mutex<Option<mpsc::Sender<Box<dyn Job>>>>,
    ended: tokio::sync::watch::Receiver<bool>,
    commits: Arc<AtomicU64>,
    failing: Arc<AtomicBool>,
}

impl Writer {
    /// With a thread of its own.
    pub(super) fn start(
        path: &Path,
        options: SqliteOptions,
        connection: Connection,
    ) -> Result<Self, OpenError> {
        let (writer, mut queue) = Self::new(path, options, connection);
        thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                while let Some(group) = queue.wait_on_this_thread() {
                    queue.committer.commit(group).answer();
                }
            })
            .map_err(|error| OpenError::CannotOpen {
                path: path.to_owned(),
                reason: error.to_string(),
            })?;
        Ok(writer)
    }

    /// Without a thread: whoever holds the queue commits.
    pub(super) fn new(path: &Path, options: SqliteOptions, connection: Connection) -> (Self, Queue) {
        let (tx, rx) = mpsc::channel(QUEUE);
        let (ended_tx, ended) = tokio::sync::watch::channel(false);
        let commits = Arc::new(AtomicU64::new(0));
        let failing = Arc::new(AtomicBool::new(false));
        let committer = Committer {
            path: path.to_owned(),
            options,
            connection: Some(connection),
            commits: Arc::clone(&commits),
            failing: Arc::clone(&failing),
        };
        let writer = Self {
            tx: Mutex::new(Some(tx)),
            ended,
            commits,
            failing,
        };
        let queue = Queue {
            rx,
            committer,
            _ended: Ended(ended_tx),
        };
        (writer, queue)
    }

    pub(super) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Whether the last change could not be stored for want of space or access.
    pub(super) fn failing(&self) -> bool {
        self.failing.load(Ordering::Relaxed)
    }

    pub(super) async fn write<T, F>(&self, work: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let tx = self.tx.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let tx = tx.ok_or_else(stopping)?;
        let (reply, answer) = oneshot::channel();
        let task = Task {
            work: Some(work),
            result: None,
            reply,
        };
        // Never put off in favour of other tasks: whoever asks first is in the queue first.
        tokio::task::unconstrained(tx.send(Box::new(task)))
            .await
            .map_err(|_| stopping())?;
        // The sender clone must not keep the thread alive while this waits.
        drop(tx);
        answer.await.map_err(|_| stopping())?
    }

    pub(super) async fn close(&self) {
        drop(self.tx.lock().unwrap_or_else(PoisonError::into_inner).take());
        let mut ended = self.ended.clone();
        // An error means that the thread is gone, which is what is waited for.
        let _ended = ended.wait_for(|ended| *ended).await;
    }
}

impl Debug for Writer {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer")
            .field("commits", &self.commits())
            .finish_non_exhaustive()
    }
}

pub(super) trait Job: Send {
    /// Does the work in a savepoint.
    fn run(&mut self, connection: &Connection);
    /// Whether it was kept from its work by want of space or access.
    fn unavailable(&self) -> bool;
    /// Lets the answer go; with the commit's error if there is one.
    fn finish(self: Box<Self>, commit: Result<(), StoreError>);
}

struct Task<T, F> {
    work: Option<F>,
    result: Option<StoreResult<T>>,
    reply: oneshot::Sender<StoreResult<T>>,
}

impl<T, F> Job for Task<T, F>
where
    T: Send,
    F: FnOnce(&Connection) -> rusqlite::Result<T> + Send,
{
    fn run(&mut self, connection: &Connection) {
        if let Some(work) = self.work.take() {
            self.result = Some(in_savepoint(connection, work).map_err(|error| store_error(&error)));
        }
    }

    fn unavailable(&self) -> bool {
        matches!(self.result, Some(Err(StoreError::Unavailable { .. })))
    }

    fn finish(self: Box<Self>, commit: Result<(), StoreError>) {
        let result = match (commit, self.result) {
            (Err(error), _) => Err(error),
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(unavailable("the job was not run")),
        };
        // A caller that has gone away loses its answer, not its data.
        let _gone = self.reply.send(result);
    }
}

fn in_savepoint<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    connection.prepare_cached("SAVEPOINT job")?.execute([])?;
    match work(connection) {
        Ok(value) => {
            connection.prepare_cached("RELEASE job")?.execute([])?;
            Ok(value)
        }
        Err(error) => {
            // A full disk may have ended the whole transaction, and the savepoint with it: seen by the group.
            let _undone = connection.execute_batch("ROLLBACK TO job; RELEASE job");
            Err(error)
        }
    }
}

/// The end of the queue at which jobs are taken.
pub(super) struct Queue {
    rx: mpsc::Receiver<Box<dyn Job>>,
    pub(super) committer: Committer,
    _ended: Ended,
}

/// Says when it is dropped that nothing will be committed any more.
struct Ended(tokio::sync::watch::Sender<bool>);

impl Drop for Ended {
    fn drop(&mut self) {
        // Nobody may be waiting.
        let _unheard = self.0.send(true);
    }
}

impl Queue {
    /// What has gathered, at least one job; `None` when the store is closed and everything is done.
    fn wait_on_this_thread(&mut self) -> Option<Vec<Box<dyn Job>>> {
        let first = self.rx.blocking_recv()?;
        Some(self.gather(first))
    }

    /// The first job; `None` when the store is closed and everything is done.
    #[cfg(any(test, feature = "testing"))]
    pub(super) async fn first(&mut self) -> Option<Box<dyn Job>> {
        self.rx.recv().await
    }

    /// `first` and what has gathered behind it.
    pub(super) fn gather(&mut self, first: Box<dyn Job>) -> Vec<Box<dyn Job>> {
        let mut group = vec![first];
        while group.len() < GROUP
            && let Ok(job) = self.rx.try_recv()
        {
            group.push(job);
        }
        group
    }
}

/// Commits groups of jobs, on a new connection after a failure.
pub(super) struct Committer {
    path: PathBuf,
    options: SqliteOptions,
    connection: Option<Connection>,
    commits: Arc<AtomicU64>,
    failing: Arc<AtomicBool>,
}

/// A group that is on the disk, or is not and never will be.
#[must_use = "those who wait have not been answered"]
pub(super) struct Settled {
    group: Vec<Box<dyn Job>>,
    outcome: Result<(), StoreError>,
}

impl Settled {
    /// Lets the answers go.
    pub(super) fn answer(self) {
        for job in self.group {
            job.finish(self.outcome.clone());
        }
    }
}

impl Committer {
    /// Runs the jobs and commits them as one.
    pub(super) fn commit(&mut self, mut group: Vec<Box<dyn Job>>) -> Settled {
        let outcome = self.in_one_transaction(&mut group);
        if let Err(error) = &outcome {
            tracing::error!(store.jobs = group.len(), %error, "a group of changes could not be stored");
            self.connection = None;
        }
        let failing = outcome.is_err() || group.iter().any(|job| job.unavailable());
        self.failing.store(failing, Ordering::Relaxed);
        Settled { group, outcome }
    }

    /// The connection of the next group, if it is open.
    #[cfg(any(test, feature = "testing"))]
    pub(super) fn connection_mut(&mut self) -> Option<&mut Connection> {
        self.connection.as_mut()
    }

    fn in_one_transaction(&mut self, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => connection::open_writer(&self.path, self.options).map_err(|error| store_error(&error))?,
        };
        let outcome = commit_on(&connection, group);
        if outcome.is_ok() {
            self.commits.fetch_add(1, Ordering::Relaxed);
            self.connection = Some(connection);
        }
        outcome
    }
}

fn commit_on(connection: &Connection, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    connection
        .execute_batch("BEGIN IMMEDIATE")
        .map_err(|error| store_error(&error))?;
    for job in group {
        job.run(connection);
        if connection.is_autocommit() {
            return Err(unavailable(
                "the transaction was given up: the disk may be full or failing",
            ));
        }
    }
    connection.execute_batch("COMMIT").map_err(|error| {
        let error = store_error(&error);
        // Best effort: the connection is thrown away anyway.
        let _undone = connection.execute_batch("ROLLBACK");
        match error {
            // Whatever the commit failed of, nothing is stored, and asking again is safe.
            StoreError::Internal { reason } => StoreError::Unavailable { reason },
            other => other,
        }
    })
}

fn stopping() -> StoreError {
    unavailable("the server is stopping")
}
