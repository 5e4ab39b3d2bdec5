//! A file that is broken, foreign, newer or locked, and a disk that is full: clear answers, nothing half stored.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use shopbell_protocol::{ContentKind, Sequence};
use shopbell_server::store::sqlite::{SqliteOptions, SqliteStore};
use shopbell_server::store::{Appended, Audience, OpenError, Slice, Store, StoreError};
use tempfile::TempDir;

use super::said::{conversation, make_site, say};

const IMPATIENT: SqliteOptions = SqliteOptions {
    busy_timeout: Duration::from_millis(50),
    max_pages: None,
    vfs: None,
};

fn file() -> (PathBuf, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (folder.path().join("shopbell.db"), folder)
}

fn refusal(path: &Path) -> OpenError {
    let error = SqliteStore::open_with(path, IMPATIENT).unwrap_err();
    assert!(
        error.to_string().contains("shopbell.db"),
        "the file is not named: {error}"
    );
    error
}

#[test]
fn a_file_that_is_no_database_is_named_and_left_alone() {
    let (path, _folder) = file();
    let garbage = "this is not a database ".repeat(500);
    std::fs::write(&path, &garbage).unwrap();
    assert!(matches!(refusal(&path), OpenError::Corrupt { .. }));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), garbage);
}

#[test]
fn a_database_of_another_program_is_not_touched() {
    let (path, _folder) = file();
    Connection::open(&path)
        .unwrap()
        .execute_batch("CREATE TABLE theirs (x)")
        .unwrap();
    assert!(matches!(refusal(&path), OpenError::Foreign { .. }));
    let tables: u32 = Connection::open(&path)
        .unwrap()
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .unwrap();
    assert_eq!(tables, 1);
}

#[test]
fn a_database_of_a_newer_release_is_refused() {
    let (path, _folder) = file();
    drop(SqliteStore::open(&path).unwrap());
    Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 4711)
        .unwrap();
    let error = refusal(&path);
    assert!(matches!(error, OpenError::Newer { found: 4711, .. }), "{error}");
}

#[test]
fn a_command_beside_the_server_neither_makes_a_database_nor_changes_its_schema() {
    let (path, _folder) = file();
    let error = SqliteStore::open_beside(&path).unwrap_err();
    assert!(
        matches!(error, OpenError::CannotOpen { .. }) && error.to_string().contains("shopbell serve"),
        "{error}"
    );
    assert!(!path.exists());
    let _server = SqliteStore::open(&path).unwrap();
    drop(SqliteStore::open_beside(&path).unwrap());
    let file = Connection::open(&path).unwrap();
    file.pragma_update(None, "user_version", 0).unwrap();
    let error = SqliteStore::open_beside(&path).unwrap_err();
    assert!(matches!(error, OpenError::Older { found: 0, .. }), "{error}");
    let version: u32 = file
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, 0);
}

#[test]
fn a_missing_folder_and_a_folder_in_the_files_place_are_said() {
    let (path, folder) = file();
    assert!(matches!(
        refusal(&folder.path().join("missing/shopbell.db")),
        OpenError::CannotOpen { .. }
    ));
    std::fs::create_dir(&path).unwrap();
    assert!(matches!(refusal(&path), OpenError::CannotOpen { .. }));
}

#[test]
fn a_locked_database_is_said_at_the_start() {
    let (path, _folder) = file();
    drop(SqliteStore::open(&path).unwrap());
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(matches!(refusal(&path), OpenError::Locked { .. }));
    other.execute_batch("ROLLBACK").unwrap();
    SqliteStore::open_with(&path, IMPATIENT).unwrap();
}

#[tokio::test]
async fn a_lock_while_running_is_answered_unavailable_and_mends_itself() {
    let (path, _folder) = file();
    let store = SqliteStore::open_with(&path, IMPATIENT).unwrap();
    make_site(&store).await;
    assert!(matches!(
        say(&store, "one", 10).await.unwrap(),
        Appended::Stored(_)
    ));
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = say(&store, "two", 10).await.unwrap_err();
    assert!(
        matches!(&error, StoreError::Unavailable { reason } if reason.contains("locked")),
        "{error}"
    );
    assert!(matches!(store.check().await, Err(StoreError::Unavailable { .. })));
    assert!(
        store.conversation(conversation()).await.unwrap().is_some(),
        "reading has to go on"
    );
    other.execute_batch("ROLLBACK").unwrap();
    assert!(matches!(
        say(&store, "two", 10).await.unwrap(),
        Appended::Stored(_)
    ));
    store.check().await.unwrap();
}

#[tokio::test]
async fn a_full_disk_is_answered_unavailable_and_nothing_is_half_stored() {
    let (path, _folder) = file();
    let full = SqliteOptions {
        max_pages: Some(120),
        ..IMPATIENT
    };
    let store = Arc::new(SqliteStore::open_with(&path, full).unwrap());
    make_site(&*store).await;
    let mut stored = Vec::new();
    let mut refused = Vec::new();
    while refused.is_empty() {
        let tasks: Vec<_> = (0..8)
            .map(|number| {
                let (store, client_id) = (Arc::clone(&store), format!("{}-{number}", stored.len()));
                tokio::spawn(async move { (say(&*store, &client_id, 8_000).await, client_id) })
            })
            .collect();
        for task in tasks {
            match task.await.unwrap() {
                (Ok(Appended::Stored(_)), client_id) => stored.push(client_id),
                (Err(StoreError::Unavailable { .. }), client_id) => refused.push(client_id),
                (other, client_id) => panic!("{client_id}: {other:?}"),
            }
        }
    }
    let history = |store: Arc<SqliteStore>| async move {
        let slice = Slice::Oldest { limit: 10_000 };
        let history = store
            .history(conversation(), Audience::Business, slice)
            .await
            .unwrap()
            .unwrap();
        (history.messages.len(), history.conversation.unread_count)
    };
    let count = stored.len();
    assert_eq!(
        history(Arc::clone(&store)).await,
        (count, u32::try_from(count).unwrap())
    );
    store.close().await;

    // There is room again: what was answered is there, what was refused can be sent again under its id.
    let store = Arc::new(SqliteStore::open(&path).unwrap());
    for client_id in &stored {
        assert!(matches!(
            say(&*store, client_id, 8_000).await.unwrap(),
            Appended::Repeated(_)
        ));
    }
    for client_id in &refused {
        assert!(matches!(
            say(&*store, client_id, 8_000).await.unwrap(),
            Appended::Stored(_)
        ));
    }
    assert_eq!(history(store).await.0, count + refused.len());
}

#[tokio::test]
async fn a_message_that_cannot_be_read_is_shown_as_unsupported_among_its_neighbours() {
    let (path, _folder) = file();
    let store = SqliteStore::open(&path).unwrap();
    make_site(&store).await;
    for client_id in ["one", "two", "three"] {
        say(&store, client_id, 10).await.unwrap();
    }
    let sql = "UPDATE message SET body = '{' WHERE client_id = 'two'";
    assert_eq!(Connection::open(&path).unwrap().execute(sql, []).unwrap(), 1);
    let slice = Slice::After {
        sequence: Sequence(0),
        limit: 10,
    };
    let history = store
        .history(conversation(), Audience::Participant, slice)
        .await
        .unwrap()
        .unwrap();
    let readable: Vec<bool> = history
        .messages
        .iter()
        .map(|message| matches!(message.message.content.kind, ContentKind::Basic(_)))
        .collect();
    assert_eq!(readable, [true, false, true]);
}

#[tokio::test]
async fn a_damaged_page_is_an_error_and_no_panic() {
    let (path, _folder) = file();
    let store = SqliteStore::open(&path).unwrap();
    make_site(&store).await;
    for number in 0..200 {
        say(&store, &format!("client-{number}"), 1_000).await.unwrap();
    }
    store.close().await;
    drop(store);
    let mut bytes = std::fs::read(&path).unwrap();
    let from = 4096 * 20;
    bytes[from..].fill(0xA5);
    std::fs::write(&path, bytes).unwrap();
    match SqliteStore::open_with(&path, IMPATIENT) {
        Err(error) => assert!(matches!(error, OpenError::Corrupt { .. }), "{error}"),
        Ok(store) => {
            let slice = Slice::Oldest { limit: 1000 };
            let answer = store.history(conversation(), Audience::Business, slice).await;
            assert!(matches!(answer, Err(StoreError::Corrupt { .. })), "{answer:?}");
            let answer = say(&store, "one more", 10).await;
            assert!(answer.is_err(), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn after_closing_calls_are_answered_unavailable() {
    let (path, _folder) = file();
    let store = SqliteStore::open(&path).unwrap();
    make_site(&store).await;
    say(&store, "one", 10).await.unwrap();
    store.close().await;
    store.close().await;
    assert!(matches!(
        say(&store, "two", 10).await,
        Err(StoreError::Unavailable { .. })
    ));
    assert!(matches!(
        store.site(None).await,
        Err(StoreError::Unavailable { .. })
    ));
}

const SCENE: &str = "SHOPBELL_TEST_FULL_DISK";

/// The system's limit on the size of files stands for a disk without room: the write itself fails.
#[cfg(unix)]
#[test]
fn a_write_that_the_system_refuses_is_answered_unavailable_until_there_is_room() {
    // The same test is the process with the limit: it is told so by its environment.
    if let Ok(path) = std::env::var(SCENE) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        return runtime.block_on(fill_the_disk(Path::new(&path)));
    }
    let (path, _folder) = file();
    let name = "store::faults::a_write_that_the_system_refuses_is_answered_unavailable_until_there_is_room";
    // Without the trap the system would end the process where it should only refuse the write.
    let status = std::process::Command::new("sh")
        .args([
            "-c",
            r#"trap '' XFSZ; ulimit -S -f 2048; exec "$0" "$1" --exact --nocapture"#,
        ])
        .arg(std::env::current_exe().unwrap())
        .arg(name)
        .env(SCENE, &path)
        .status()
        .unwrap();
    assert!(status.success(), "{status}");
}

#[cfg(unix)]
async fn fill_the_disk(path: &Path) {
    let store = SqliteStore::open_with(path, IMPATIENT).unwrap();
    make_site(&store).await;
    let (mut stored, mut attempts) = (0_u32, 0);
    let refused = loop {
        let client_id = format!("client-{stored}");
        match say(&store, &client_id, 8_000).await {
            Ok(Appended::Stored(_)) => stored += 1,
            // The first refusals mend themselves: a log that is started over makes room for a while.
            Err(StoreError::Unavailable { .. }) => match store.check().await {
                Err(StoreError::Unavailable { .. }) => break client_id,
                Ok(()) => {}
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
        attempts += 1;
        assert!(
            attempts < 2_000,
            "the disk does not fill up, or passes for ready though it is full"
        );
    };
    let row = store.conversation(conversation()).await.unwrap().unwrap();
    assert_eq!(row.unread_count, stored, "what was refused was stored in part");

    let (_, hard) = rlimit::Resource::FSIZE.get().unwrap();
    rlimit::Resource::FSIZE.set(hard, hard).unwrap();
    store.check().await.unwrap();
    assert!(matches!(
        say(&store, &refused, 8_000).await.unwrap(),
        Appended::Stored(_)
    ));
    let row = store.conversation(conversation()).await.unwrap().unwrap();
    assert_eq!(row.unread_count, stored + 1);
}
