//! What the disk takes: `SQLite` alone, with the two keys of a chat's messages, as the server sets it (WAL, every commit
//! synced), so many rows in a commit.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use rusqlite::{Connection, params};
use tokio::time::Instant;

use crate::text::FILLER;

/// Conversations that the rows are of.
const CONVERSATIONS: u64 = 50;

/// Rows per second, with `batch` rows in a commit.
pub(crate) fn rate(folder: &Path, batch: u64, text_bytes: usize, time: Duration) -> Result<f64> {
    let file = folder.join(format!("raw-{batch}.db"));
    let mut db = Connection::open(&file)?;
    db.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.execute_batch(
        "CREATE TABLE message (
           conversation INTEGER NOT NULL, sequence INTEGER NOT NULL, client_id TEXT NOT NULL, body TEXT NOT NULL,
           PRIMARY KEY (conversation, sequence)
         ) STRICT, WITHOUT ROWID;
         CREATE UNIQUE INDEX message_client ON message (conversation, client_id);",
    )?;
    let body: String = FILLER.chars().cycle().take(text_bytes).collect();
    let begun = Instant::now();
    let mut sequence = 0_u64;
    while begun.elapsed() < time {
        let commit = db.transaction()?;
        for _ in 0..batch {
            sequence += 1;
            let conversation = sequence % CONVERSATIONS;
            commit
                .prepare_cached("INSERT INTO message VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![
                    i64::try_from(conversation)?,
                    i64::try_from(sequence)?,
                    format!("client-{sequence:016x}"),
                    body
                ])?;
        }
        commit.commit()?;
    }
    let rows = f64::from(u32::try_from(sequence)?);
    let rate = rows / begun.elapsed().as_secs_f64();
    drop(db);
    std::fs::remove_file(&file)?;
    Ok(rate)
}
