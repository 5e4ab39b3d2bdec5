//! The power goes at any moment: whatever part of the log has reached the disk by then, the database opens, and every
//! message whose answer had left is there (rule 4).

use std::path::Path;

use shopbell_server::store::sqlite::SqliteStore;
use shopbell_server::store::{Audience, Slice, Store};

use super::said::{conversation, make_site, say};

/// `SQLite`'s file format, section 4.1: the header of the log, and of each page in it.
const WAL_HEADER: usize = 32;
const FRAME: usize = 24 + 4_096;
const MESSAGES: usize = 20;

/// What a disk holds after a power cut, with so much of the log.
async fn opens_with(database: &[u8], log: &[u8], what: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shopbell.db");
    std::fs::write(&path, database).unwrap();
    std::fs::write(folder.path().join("shopbell.db-wal"), log).unwrap();
    let store = SqliteStore::open(&path).unwrap_or_else(|error| panic!("{what}: {error}"));
    let slice = Slice::Oldest { limit: 1_000 };
    let history = store
        .history(conversation(), Audience::Business, slice)
        .await
        .unwrap();
    let messages = history.map(|history| history.messages).unwrap_or_default();
    let events = store.events_after(super::said::site(), 0, 1_000).await.unwrap();
    assert_eq!(events.len(), messages.len(), "{what}: half a transaction");
    store.close().await;
    let integrity: String = rusqlite::Connection::open(&path)
        .unwrap()
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(integrity, "ok", "{what}");
    let ids = messages.into_iter().filter_map(|message| message.client_id);
    ids.map(|id| id.as_str().to_owned()).collect()
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

#[tokio::test]
async fn with_any_part_of_the_log_on_the_disk_every_answered_message_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shopbell.db");
    let log = folder.path().join("shopbell.db-wal");
    // What is in the file itself by now cannot be lost any more; all that follows is in the log.
    let store = SqliteStore::open(&path).unwrap();
    make_site(&store).await;
    store.close().await;
    drop(store);
    let store = SqliteStore::open(&path).unwrap();
    let database = read(&path);
    // How much of the log had been written when the answer to each message left.
    let mut answered = Vec::new();
    for number in 0..MESSAGES {
        let id = format!("m{number}");
        // Some fill pages of their own.
        say(&store, &id, number % 4 * 3_000).await.unwrap();
        answered.push((id, usize::try_from(log.metadata().unwrap().len()).unwrap()));
    }
    assert_eq!(read(&path), database, "a checkpoint came in between");
    let whole = read(&log);
    let frames = (whole.len() - WAL_HEADER) / FRAME;
    assert!(frames > MESSAGES * 2, "{frames} pages");
    for frame in 0..=frames {
        let end = WAL_HEADER + frame * FRAME;
        let there = opens_with(&database, &whole[..end], &format!("{frame} pages")).await;
        let owed: Vec<_> = answered
            .iter()
            .filter(|(_, by_then)| *by_then <= end)
            .map(|(id, _)| id.clone())
            .collect();
        assert!(there.starts_with(&owed), "{frame} pages: {there:?} of {owed:?}");
        assert!(there.len() <= owed.len() + 1, "{frame} pages: more than was said");
        // A page that is half old, half new, as a torn write leaves it.
        if frame % 7 == 3 {
            let mut torn = whole[..(end + FRAME / 2).min(whole.len())].to_vec();
            torn.resize(end + FRAME, 0xa5);
            let there = opens_with(&database, &torn, &format!("{frame} pages and half of one")).await;
            assert!(there.starts_with(&owed), "{frame} pages, torn: {there:?}");
        }
    }
}
