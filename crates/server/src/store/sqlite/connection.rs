//! Opening the file.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::error::open_error;
use super::{SqliteOptions, migrations};
use crate::store::OpenError;

/// More than there are different statements.
const STATEMENTS: usize = 128;
/// Says whose file it is: "Shop" in ASCII.
const APPLICATION_ID: u32 = 0x5368_6f70;

/// The first connection of a process: checks whose file it is and brings the schema up to date.
pub(super) fn open_first(path: &Path, options: SqliteOptions) -> Result<Connection, OpenError> {
    if options.vfs.is_none() {
        make_private(path).map_err(|error| OpenError::CannotOpen {
            path: path.to_owned(),
            reason: error.to_string(),
        })?;
    }
    let mut connection = open_writer(path, options).map_err(|error| open_error(path, &error))?;
    let failed = |error: rusqlite::Error| open_error(path, &error);
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    let found = version(&transaction, path)?;
    migrations::apply(&transaction, found).map_err(failed)?;
    transaction
        .pragma_update(None, "application_id", APPLICATION_ID)
        .map_err(failed)?;
    transaction.commit().map_err(failed)?;
    Ok(connection)
}

/// The first connection of a process beside the server: there must be a database, of this release.
pub(super) fn open_beside(path: &Path, options: SqliteOptions) -> Result<Connection, OpenError> {
    if !path.exists() {
        return Err(OpenError::CannotOpen {
            path: path.to_owned(),
            reason: "there is none; --data names the folder that `shopbell serve` uses".to_owned(),
        });
    }
    let connection = open_writer(path, options).map_err(|error| open_error(path, &error))?;
    let (found, known) = (version(&connection, path)?, migrations::newest());
    if found < known {
        return Err(OpenError::Older {
            path: path.to_owned(),
            found,
            known,
        });
    }
    Ok(connection)
}

/// The schema's version in a file that is ours, and not of a newer release.
fn version(connection: &Connection, path: &Path) -> Result<u32, OpenError> {
    let failed = |error: rusqlite::Error| open_error(path, &error);
    let application: u32 = pragma(connection, "application_id").map_err(failed)?;
    let tables: u32 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(failed)?;
    if tables > 0 && application != APPLICATION_ID {
        return Err(OpenError::Foreign {
            path: path.to_owned(),
        });
    }
    let found: u32 = pragma(connection, "user_version").map_err(failed)?;
    let known = migrations::newest();
    if found > known {
        return Err(OpenError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    Ok(found)
}

/// A connection that writes. `synchronous=FULL` makes every commit wait for the disk: accepted means durable.
pub(super) fn open_writer(path: &Path, options: SqliteOptions) -> rusqlite::Result<Connection> {
    let connection = open(path, options, OpenFlags::SQLITE_OPEN_CREATE)?;
    connection.busy_timeout(options.busy_timeout)?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Four times the default: a message touches some ten pages, and with every hundredth one the whole log was copied.
    connection.query_row("PRAGMA wal_autocheckpoint = 4000", [], |_| Ok(()))?;
    connection.query_row("PRAGMA journal_size_limit = 67108864", [], |_| Ok(()))?;
    if let Some(pages) = options.max_pages {
        connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
    }
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// A connection that only reads.
pub(super) fn open_reader(path: &Path, options: SqliteOptions) -> rusqlite::Result<Connection> {
    let connection = open(path, options, OpenFlags::empty())?;
    connection.busy_timeout(options.busy_timeout)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

fn open(path: &Path, options: SqliteOptions, more: OpenFlags) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
    match options.vfs {
        Some(vfs) => Connection::open_with_flags_and_vfs(path, flags, vfs),
        None => Connection::open_with_flags(path, flags),
    }
}

/// Makes a missing file readable for its owner only: it holds messages, and the key that signs tokens. `SQLite` gives
/// its two companion files the same permissions. A file that is there keeps those that its operator gave it.
fn make_private(path: &Path) -> std::io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn pragma(connection: &Connection, name: &str) -> rusqlite::Result<u32> {
    connection.pragma_query_value(None, name, |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_commit_of_the_writer_waits_for_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shopbell.db");
        drop(open_first(&path, SqliteOptions::default()).unwrap());
        // As the writer does when it starts over after a failure.
        let writer = open_writer(&path, SqliteOptions::default()).unwrap();
        assert_eq!(pragma(&writer, "synchronous").unwrap(), 2, "not FULL");
        assert_eq!(pragma(&writer, "foreign_keys").unwrap(), 1);
        let mode: String = writer
            .pragma_query_value(None, "journal_mode", |row| row.get(0))
            .unwrap();
        assert_eq!(mode, "wal");
        let reader = open_reader(&path, SqliteOptions::default()).unwrap();
        assert!(
            reader.execute("DELETE FROM site", []).is_err(),
            "a reader can write"
        );
    }

    #[cfg(unix)]
    #[test]
    fn nobody_but_the_owner_can_read_the_file_and_its_companions() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shopbell.db");
        let _open = open_first(&path, SqliteOptions::default()).unwrap();
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{:?}", entry.file_name());
        }
    }
}
