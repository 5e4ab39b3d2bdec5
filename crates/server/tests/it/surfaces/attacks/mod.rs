//! What a stranger tries: each attempt has its clear answer, shows nothing of the inside and leaves nothing behind.

mod credentials;
mod uploads;
mod wire;

use std::path::Path;

/// Files in the media folder, unfinished ones included.
fn files(data: &Path) -> usize {
    let count = |folder: std::path::PathBuf| {
        let entries = std::fs::read_dir(folder).unwrap();
        entries
            .filter(|entry| entry.as_ref().unwrap().path().is_file())
            .count()
    };
    count(data.join("media")) + count(data.join("media/incoming"))
}
