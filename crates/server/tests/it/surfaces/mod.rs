//! The server from outside: a real listener, real requests and sockets, the store on a real disk.

mod admin;
mod assets;
mod attacks;
mod binary;
mod chat;
mod compression;
mod conversations;
mod declared;
mod errors;
mod events;
mod exchange;
mod keys;
mod limits;
mod media;
mod messages;
mod openapi;
mod operator;
mod plain;
mod session;
mod shop;
mod socket;
mod staff;
mod staff_socket;
mod tokens;
mod tus;
mod widget;

use std::path::Path;

/// Files in the media folder, unfinished ones included.
fn files(data: &Path) -> usize {
    let count = |folder: std::path::PathBuf| {
        let entries = std::fs::read_dir(folder).unwrap();
        entries
            .filter(|entry| entry.as_ref().unwrap().path().is_file())
            .count()
    };
    count(data.join("media")) + count(data.join("media/incoming")) + count(data.join("media/partial"))
}
