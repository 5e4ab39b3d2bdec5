//! The store on `SQLite`: the contract, and what only a file on a disk can show.

use std::sync::Arc;

use shopbell_server::store::Store;
use shopbell_server::store::sqlite::SqliteStore;
use tempfile::TempDir;

mod durable;
mod faults;
mod grouping;
mod power_cut;
mod said;
mod upgrade;

#[expect(
    clippy::unused_async,
    reason = "a store on a server could not be made without waiting"
)]
async fn new_store() -> (Arc<dyn Store>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("shopbell.db")).unwrap();
    (Arc::new(store), folder)
}

mod contract {
    shopbell_server::store_contract!(super::new_store);
}
