//! Concurrent calls share commits, and one that fails takes no other with it (rule 4).

use std::collections::BTreeSet;
use std::sync::Arc;

use shopbell_server::store::sqlite::SqliteStore;
use shopbell_server::store::{Appended, Audience, Slice, Store};

use super::said::{conversation, make_site, say};

const SENDS: usize = 500;

#[tokio::test]
async fn five_hundred_concurrent_sends_share_a_few_commits_and_are_all_there() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(&folder.path().join("shopbell.db")).unwrap());
    make_site(&*store).await;
    let before = store.commits();
    let tasks: Vec<_> = (0..SENDS)
        .map(|number| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { say(&*store, &format!("client-{number}"), 10).await })
        })
        .collect();
    let mut answered = BTreeSet::new();
    for task in tasks {
        let Appended::Stored(arrival) = task.await.unwrap().unwrap() else {
            panic!("not stored")
        };
        assert!(
            answered.insert(arrival.message.sequence),
            "two messages got one sequence"
        );
    }
    let commits = store.commits() - before;
    assert!(commits <= 50, "{SENDS} concurrent sends took {commits} commits");

    let slice = Slice::Oldest { limit: 1000 };
    let history = store
        .history(conversation(), Audience::Business, slice)
        .await
        .unwrap()
        .unwrap();
    let stored: Vec<_> = history.messages.iter().map(|message| message.sequence).collect();
    assert_eq!(stored, answered.into_iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn a_send_that_fails_takes_no_other_of_its_commit_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shopbell.db");
    let store = Arc::new(SqliteStore::open(&path).unwrap());
    make_site(&*store).await;
    // Every tenth send breaks in the middle of its own change, after it has already written.
    let sql = "CREATE TRIGGER broken BEFORE INSERT ON event WHEN new.id LIKE '%0' BEGIN SELECT RAISE(ABORT, 'no'); END";
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch(sql)
        .unwrap();
    let tasks: Vec<_> = (0..100)
        .map(|number| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { say(&*store, &format!("client-{number}"), 10).await.is_ok() })
        })
        .collect();
    let mut accepted = 0;
    for task in tasks {
        accepted += usize::from(task.await.unwrap());
    }
    assert_eq!(accepted, 90);
    let slice = Slice::Oldest { limit: 1000 };
    let history = store
        .history(conversation(), Audience::Business, slice)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        history.messages.len(),
        90,
        "something of a refused send was stored"
    );
    assert_eq!(history.conversation.unread_count, 90);
}
