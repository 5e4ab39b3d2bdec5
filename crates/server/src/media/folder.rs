//! The folder: `DATA/media/` with whole files; in it `incoming/` with what arrives in one request and is worth nothing
//! when that breaks off, and `partial/` with what is gone on with.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Where files are kept.
#[derive(Debug, Clone)]
pub struct MediaFolder {
    root: PathBuf,
}

/// The folder cannot be used.
#[derive(Debug, thiserror::Error)]
#[error(
    "cannot use the media folder {path}: {cause}\n  mend it: let this user write there, or choose another folder with --data"
)]
pub struct MediaFolderError {
    path: PathBuf,
    cause: io::Error,
}

impl MediaFolder {
    /// Makes the folder where it is missing, and throws away what an earlier run did not finish.
    ///
    /// # Errors
    /// It cannot be made or written.
    pub fn open(root: PathBuf) -> Result<Self, MediaFolderError> {
        let folder = Self { root };
        folder.prepare().map_err(|cause| MediaFolderError {
            path: folder.root.clone(),
            cause,
        })?;
        Ok(folder)
    }

    fn prepare(&self) -> io::Result<()> {
        let incoming = self.incoming();
        std::fs::create_dir_all(&incoming)?;
        for entry in std::fs::read_dir(&incoming)? {
            std::fs::remove_file(entry?.path())?;
        }
        std::fs::create_dir_all(self.partials())?;
        // A folder that can be read but not written would be noticed only by the first visitor who sends a picture.
        let probe = incoming.join(".probe");
        std::fs::write(&probe, [])?;
        std::fs::remove_file(&probe)
    }

    fn incoming(&self) -> PathBuf {
        self.root.join("incoming")
    }

    pub(super) fn partials(&self) -> PathBuf {
        self.root.join("partial")
    }

    /// Where a file of that name is that arrives in several requests.
    pub(crate) fn partial(&self, storage_name: &str) -> PathBuf {
        self.partials().join(plain(storage_name))
    }

    /// Where the bytes of a whole upload are: in its final place already, where an earlier attempt got that far.
    pub(crate) fn arrived(&self, storage_name: &str) -> PathBuf {
        let (partial, whole) = (self.partial(storage_name), self.whole(storage_name));
        if whole.exists() { whole } else { partial }
    }

    /// Moves a file that arrived in several requests to its place, unless it is there, and makes the move durable.
    pub(crate) fn keep_partial(&self, storage_name: &str) -> io::Result<()> {
        let whole = self.whole(storage_name);
        if !whole.exists() {
            std::fs::rename(self.partial(storage_name), whole)?;
        }
        std::fs::File::open(&self.root)?.sync_all()
    }

    /// Removes a file that is not gone on with.
    pub(crate) fn remove_partial(&self, storage_name: &str) {
        removed(std::fs::remove_file(self.partial(storage_name)));
    }

    /// Names of files, whole and partial, that nobody has written since `before`.
    pub(crate) fn older_than(&self, before: SystemTime) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for folder in [self.root.clone(), self.partials()] {
            for entry in std::fs::read_dir(folder)? {
                let entry = entry?;
                let found = entry.metadata()?;
                if found.is_file() && found.modified()? < before {
                    names.extend(entry.file_name().into_string());
                }
            }
        }
        Ok(names)
    }

    /// Where a file of that name is, whole.
    pub(crate) fn whole(&self, storage_name: &str) -> PathBuf {
        self.root.join(plain(storage_name))
    }

    /// Where a file of that name is while it arrives; removed when the value is dropped.
    pub(crate) fn arriving(&self, storage_name: &str) -> Arriving {
        Arriving {
            path: self.incoming().join(plain(storage_name)),
            kept: false,
        }
    }

    /// Moves an arrived file to its place, and makes the move itself durable.
    pub(crate) fn keep(&self, mut arriving: Arriving, storage_name: &str) -> io::Result<()> {
        std::fs::rename(&arriving.path, self.whole(storage_name))?;
        arriving.kept = true;
        std::fs::File::open(&self.root)?.sync_all()
    }

    /// Removes a file that turned out not to be wanted.
    pub(crate) fn remove(&self, storage_name: &str) {
        removed(std::fs::remove_file(self.whole(storage_name)));
    }
}

/// What is gone already needs no removing.
fn removed(outcome: io::Result<()>) {
    if let Err(error) = outcome
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "a file that is not wanted could not be removed");
    }
}

/// Names are made by the server; were one ever not plain, it must not lead out of the folder.
fn plain(name: &str) -> String {
    name.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') {
                c
            } else {
                '_'
            }
        })
        .collect()
}

/// A file that is arriving.
#[derive(Debug)]
pub(crate) struct Arriving {
    path: PathBuf,
    kept: bool,
}

impl Arriving {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        if !self.kept {
            removed(std::fs::remove_file(&self.path));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_earlier_run_did_not_finish_is_gone_at_the_next_start() {
        let data = tempfile::tempdir().unwrap();
        let root = data.path().join("media");
        let folder = MediaFolder::open(root.clone()).unwrap();
        std::fs::write(folder.incoming().join("half"), "half").unwrap();
        std::fs::write(folder.whole("whole"), "whole").unwrap();
        MediaFolder::open(root).unwrap();
        assert!(!folder.incoming().join("half").exists());
        assert!(folder.whole("whole").exists());
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let data = tempfile::tempdir().unwrap();
        let folder = MediaFolder::open(data.path().join("media")).unwrap();
        assert_eq!(
            folder.whole("../../etc/passwd").parent(),
            Some(data.path().join("media").as_path())
        );
    }

    #[test]
    fn a_dropped_arrival_leaves_nothing() {
        let data = tempfile::tempdir().unwrap();
        let folder = MediaFolder::open(data.path().join("media")).unwrap();
        let arriving = folder.arriving("one");
        std::fs::write(arriving.path(), "x").unwrap();
        let path = arriving.path().to_owned();
        drop(arriving);
        assert!(!path.exists());
    }
}
