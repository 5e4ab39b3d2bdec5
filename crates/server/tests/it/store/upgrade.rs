//! Databases of earlier releases, brought to this one.

use rusqlite::Connection;
use shopbell_protocol::MediaId;
use shopbell_server::store::Store as _;
use shopbell_server::store::sqlite::SqliteStore;

/// The first release's schema.
const FIRST: &str = include_str!("../../../migrations/sqlite/0001_start.sql");
/// "Shop" in ASCII.
const APPLICATION_ID: u32 = 0x5368_6f70;

#[tokio::test]
async fn files_of_the_first_release_are_kept_because_nobody_wrote_down_what_named_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shopbell.db");
    let first = Connection::open(&path).unwrap();
    first.execute_batch(FIRST).unwrap();
    first.pragma_update(None, "user_version", 1).unwrap();
    first
        .pragma_update(None, "application_id", APPLICATION_ID)
        .unwrap();
    first.pragma_update(None, "foreign_keys", false).unwrap();
    first
        .execute(
            "INSERT INTO media (id, site_id, owner, storage_name, filename, mime_type, size_bytes, created)
             VALUES ('old', 'site', 'visitor:1', 'stored', 'a.txt', 'text/plain', 1, 1)",
            [],
        )
        .unwrap();
    drop(first);
    let store = SqliteStore::open(&path).unwrap();
    let far = u64::MAX / 4;
    assert!(store.sweep_media(far, far).await.unwrap().is_empty());
    assert_eq!(store.media(vec![MediaId::from("old")]).await.unwrap().len(), 1);
}
