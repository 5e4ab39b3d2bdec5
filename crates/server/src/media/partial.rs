//! A file that arrives in several requests: gone on with where its last confirmed byte is.

use std::io;
use std::path::PathBuf;

use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

use super::folder::MediaFolder;

/// A file that is open for more.
#[derive(Debug)]
pub(crate) struct Partial {
    file: File,
}

impl Partial {
    /// Opens the file to go on after `offset_bytes`, and cuts off what was never confirmed to be on the disk. `None` when
    /// there is less than was confirmed: somebody else has been at it.
    pub(crate) async fn open(
        folder: &MediaFolder,
        storage_name: &str,
        offset_bytes: u64,
    ) -> io::Result<Option<Self>> {
        let (path, parent) = (folder.partial(storage_name), folder.partials());
        let opened = tokio::task::spawn_blocking(move || open(path, parent, offset_bytes));
        let file = opened
            .await
            .unwrap_or_else(|error| Err(io::Error::other(error)))?;
        Ok(file.map(|file| Self {
            file: File::from_std(file),
        }))
    }

    /// Writes more; where it fails, some of it may have been written.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await
    }

    /// Waits until everything written is on the disk; answers how much there is.
    pub(crate) async fn confirm(&mut self) -> io::Result<u64> {
        // A failed write shows here again; what was written before it counts nevertheless.
        let _told_before = self.file.flush().await;
        self.file.sync_all().await?;
        Ok(self.file.metadata().await?.len())
    }
}

fn open(path: PathBuf, parent: PathBuf, offset_bytes: u64) -> io::Result<Option<std::fs::File>> {
    if offset_bytes == 0 {
        let file = std::fs::File::create(path)?;
        // The name, too, has to outlive a power cut.
        std::fs::File::open(parent)?.sync_all()?;
        return Ok(Some(file));
    }
    let file = match std::fs::OpenOptions::new().append(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if file.metadata()?.len() < offset_bytes {
        return Ok(None);
    }
    file.set_len(offset_bytes)?;
    Ok(Some(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_goes_on_where_the_last_confirmed_byte_is() {
        let data = tempfile::tempdir().unwrap();
        let folder = MediaFolder::open(data.path().join("media")).unwrap();
        let mut partial = Partial::open(&folder, "one", 0).await.unwrap().unwrap();
        partial.write(b"confirmed").await.unwrap();
        assert_eq!(partial.confirm().await.unwrap(), 9);
        partial.write(b" and not").await.unwrap();
        partial.file.flush().await.unwrap();
        drop(partial);
        let mut again = Partial::open(&folder, "one", 9).await.unwrap().unwrap();
        again.write(b"!").await.unwrap();
        assert_eq!(again.confirm().await.unwrap(), 10);
        assert_eq!(std::fs::read(folder.partial("one")).unwrap(), b"confirmed!");
    }

    #[tokio::test]
    async fn a_file_that_has_less_than_was_confirmed_is_not_gone_on_with() {
        let data = tempfile::tempdir().unwrap();
        let folder = MediaFolder::open(data.path().join("media")).unwrap();
        assert!(Partial::open(&folder, "one", 1).await.unwrap().is_none());
        std::fs::write(folder.partial("one"), "short").unwrap();
        assert!(Partial::open(&folder, "one", 6).await.unwrap().is_none());
    }
}
