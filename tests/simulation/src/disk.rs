//! The disk: a database in memory that outlives the server, and the faults of what it lies on.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use shopbell_server::store::sqlite::{Conditions, SqliteOptions};

use crate::hub::Hub;

/// Numbers the databases of this process, so that no two runs share one.
static DISKS: AtomicU64 = AtomicU64::new(0);

/// One database; it is there while this is.
#[derive(Debug)]
pub(crate) struct Disk {
    pub(crate) path: PathBuf,
    /// Keeps the database, and looks into it from outside.
    pub(crate) anchor: Connection,
}

pub(crate) const OPTIONS: SqliteOptions = SqliteOptions {
    busy_timeout: Duration::ZERO,
    max_pages: None,
    vfs: Some("memdb"),
};

impl Disk {
    pub(crate) fn empty() -> Self {
        let path = PathBuf::from(format!("/disk-{}", DISKS.fetch_add(1, Ordering::Relaxed)));
        let anchor = open(&path);
        Self { path, anchor }
    }

    /// A copy of what another holds.
    pub(crate) fn copy_of(other: &Connection) -> Self {
        let mut disk = Self::empty();
        let backup = rusqlite::backup::Backup::new(other, &mut disk.anchor).expect("a copy");
        backup.step(-1).expect("a copy");
        drop(backup);
        disk
    }
}

fn open(path: &Path) -> Connection {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags_and_vfs(path, flags, "memdb").expect("a database in memory")
}

/// How the disk behaves towards the server.
#[derive(Debug)]
pub(crate) struct Weather(pub(crate) Arc<Hub>);

impl Conditions for Weather {
    fn before_commit(&self) -> Duration {
        let mut inner = self.0.lock();
        let long = inner.lossy > 0 && inner.rng.permille(20);
        Duration::from_millis(if long {
            inner.rng.between(50, 3_000)
        } else {
            inner.rng.between(0, 6)
        })
    }

    fn before_answer(&self) -> Duration {
        Duration::from_millis(self.0.lock().rng.between(0, 3))
    }

    fn after_read(&self) -> Duration {
        let mut inner = self.0.lock();
        let slow = inner.rng.permille(80);
        Duration::from_millis(if slow { inner.rng.between(1, 8) } else { 0 })
    }

    fn prepare(&self, writer: &mut Connection) {
        let fails = {
            let mut inner = self.0.lock();
            let fails = inner.commit_fails && inner.rng.permille(700);
            inner.totals.failed_commits += u64::from(fails);
            fails
        };
        let full = self.0.lock().disk_full;
        writer.commit_hook(fails.then_some(|| true)).expect("a hook");
        let pages: u32 = if full {
            writer
                .pragma_query_value(None, "page_count", |row| row.get(0))
                .expect("pages")
        } else {
            1_000_000
        };
        writer
            .query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))
            .expect("a limit");
    }
}
