//! The schema's versions. A released file is never edited; a change is a new file at the end.

use rusqlite::Connection;

const MIGRATIONS: &[&str] = &[
    include_str!("../../../migrations/sqlite/0001_start.sql"),
    include_str!("../../../migrations/sqlite/0002_uploads.sql"),
    include_str!("../../../migrations/sqlite/0003_identity.sql"),
    include_str!("../../../migrations/sqlite/0004_webhooks.sql"),
];

/// The version that this release knows.
pub(super) fn newest() -> u32 {
    u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)
}

/// Applies what comes after `found`, within the caller's transaction.
pub(super) fn apply(connection: &Connection, found: u32) -> rusqlite::Result<()> {
    let skip = usize::try_from(found).unwrap_or(usize::MAX);
    for migration in MIGRATIONS.iter().skip(skip) {
        connection.execute_batch(migration)?;
    }
    connection.pragma_update(None, "user_version", newest())
}
