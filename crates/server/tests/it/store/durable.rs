//! Killed at any moment: the database opens, and every answered message is there once (rule 4).

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;

use shopbell_server::store::sqlite::SqliteStore;
use shopbell_server::store::{Appended, Audience, Slice, Store};

use super::said::{conversation, make_site, say};

const WRITER: &str = "SHOPBELL_TEST_WRITER";
const ROUND: &str = "SHOPBELL_TEST_ROUND";
const NAME: &str = "store::durable::killed_at_any_moment_no_answered_message_is_lost_or_there_twice";
const ROUNDS: usize = 6;
const WRITERS: usize = 16;

#[test]
fn killed_at_any_moment_no_answered_message_is_lost_or_there_twice() {
    // The same test is the process that is killed: it is told so by its environment.
    if let (Ok(path), Ok(round)) = (std::env::var(WRITER), std::env::var(ROUND)) {
        return write_until_killed(&path, &round);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shopbell.db");
    let mut answered = BTreeMap::new();
    for round in 0..ROUNDS {
        // A different number of answers each time, so that the kill hits different moments of a commit.
        let enough = 30 + 37 * round;
        answered.extend(answers_until_killed(path.to_str().unwrap(), round, enough));
    }
    assert!(
        answered.len() >= ROUNDS * 30,
        "the writers answered only {}",
        answered.len()
    );

    let integrity: String = rusqlite::Connection::open(&path)
        .unwrap()
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(integrity, "ok");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let store = SqliteStore::open(&path).unwrap();
        for (client_id, sequence) in &answered {
            match say(&store, client_id, 10).await.unwrap() {
                Appended::Repeated(message) => {
                    assert_eq!(message.sequence.to_string(), *sequence, "{client_id}");
                }
                other => panic!("{client_id} was answered and is not there: {other:?}"),
            }
        }
        let slice = Slice::Oldest { limit: 100_000 };
        let history = store
            .history(conversation(), Audience::Business, slice)
            .await
            .unwrap()
            .unwrap();
        let mut ids: Vec<_> = history
            .messages
            .iter()
            .map(|message| message.client_id.clone())
            .collect();
        let stored = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), stored, "a message is there twice");
        let log = store.events_after(super::said::site(), 0, 100_000).await.unwrap();
        assert_eq!(log.len(), stored, "message and event are not of one transaction");
    });
}

fn answers_until_killed(path: &str, round: usize, enough: usize) -> BTreeMap<String, String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([NAME, "--exact", "--nocapture", "--test-threads=1"])
        .env(WRITER, path)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut answered = BTreeMap::new();
    for line in lines {
        // The last line may have been cut in the middle of its text, never of its meaning: it ends with a mark.
        let Ok(line) = line else { break };
        if let ["ack", client_id, sequence, "."] = line.split(' ').collect::<Vec<_>>()[..] {
            answered.insert(client_id.to_owned(), sequence.to_owned());
        }
        if answered.len() == enough {
            // SIGKILL. What it still answered before it died is read to the end.
            child.kill().unwrap();
        }
    }
    let status = child.wait().unwrap();
    assert!(!status.success(), "the writer ended by itself: {status}");
    answered
}

fn write_until_killed(path: &str, round: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let store = Arc::new(SqliteStore::open(path.as_ref()).unwrap());
        make_site(&*store).await;
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (store, round) = (Arc::clone(&store), round.to_owned());
                tokio::spawn(async move {
                    for number in 0.. {
                        let client_id = format!("r{round}w{writer}n{number}");
                        let Appended::Stored(arrival) = say(&*store, &client_id, 10).await.unwrap() else {
                            panic!("{client_id} was there already");
                        };
                        println!("\nack {client_id} {} .", arrival.message.sequence);
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
    });
}
